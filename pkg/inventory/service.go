package inventory

import (
	"cmp"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// service is what is kept of a service.
type service struct{ mesh.Service }

func (s *service) object() *mesh.Object { return &s.Object }

func readService(o runtime.Object, t *texts) record {
	k, ok := o.(*corev1.Service)
	if !ok {
		return nil
	}
	s := &service{mesh.Service{
		Object: t.object(&k.ObjectMeta), Type: cmp.Or(string(k.Spec.Type), string(corev1.ServiceTypeClusterIP)),
		Selector: t.labels(k.Spec.Selector), ExternalName: k.Spec.ExternalName,
		ExportTo:   exportTo(k.Annotations[annotation.NetworkingExportTo.Name]),
		HealthRate: t.text(k.Annotations[healthRateAnnotation]),
		Ignored:    t.ignored(&k.ObjectMeta),
	}}
	if k.Spec.ClusterIP == corev1.ClusterIPNone {
		s.Type = "Headless"
	}
	for i := range k.Spec.Ports {
		p := &k.Spec.Ports[i]
		s.Ports = append(s.Ports, mesh.Port{Name: t.text(p.Name), Number: int(p.Port), Protocol: t.text(portProtocol(p))})
	}
	return s
}

// portProtocol is the protocol of a service's port as Istio reads it: UDP is UDP, else
// it is what appProtocol says, or the port's name up to the first "-". A port of which
// neither tells is TCP here; Istio looks into what it carries.
func portProtocol(p *corev1.ServicePort) string {
	if p.Protocol == corev1.ProtocolUDP {
		return "UDP"
	}
	if p.AppProtocol != nil && *p.AppProtocol != "" {
		switch *p.AppProtocol {
		case "kubernetes.io/h2c":
			return "HTTP2"
		case "kubernetes.io/ws":
			return "HTTP"
		case "kubernetes.io/wss":
			return "HTTPS"
		}
		return protocol(*p.AppProtocol)
	}
	if strings.HasPrefix(strings.ToLower(p.Name), "grpc-web") {
		return "GRPC-WEB"
	}
	name, _, _ := strings.Cut(p.Name, "-")
	return protocol(name)
}

// protocol is a protocol by the name that Istio knows, in capitals; TCP when it knows none of that name.
func protocol(name string) string {
	switch p := strings.ToUpper(name); p {
	case "HTTP", "HTTP2", "HTTPS", "GRPC", "GRPC-WEB", "TLS", "TCP", "UDP", "MONGO", "MYSQL", "REDIS", "HTTP_PROXY", "HBONE", "DOUBLE-HBONE":
		return p
	}
	return "TCP"
}
