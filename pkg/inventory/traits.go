package inventory

import (
	"encoding/json"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"istio.io/api/annotation"
	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"
)

const (
	proxyContainer       = "istio-proxy"
	healthRateAnnotation = "health.kiali.io/rate"
	waypointController   = "istio.io-mesh-controller" // manages waypoints; others manage gateways
)

// traits are what a pod, or the template of pods, tells of its part in the mesh.
type traits struct {
	// mode is ModeNone also for a pod that is in the ambient mesh by its namespace.
	mode mesh.Mode
	// wants and refuses are what its own labels say of a sidecar.
	wants, refuses bool
	// exempt pods need no sidecar: those of Istio itself, and those on the host's network.
	exempt bool
	// uncaught pods are not in the ambient mesh, whatever their namespace says.
	uncaught bool
}

func traitsOf(labels, annotations map[string]string, spec *corev1.PodSpec) traits {
	_, proxied := proxyImage(spec)
	system := labels["app"] == "istiod" || labels["app"] == "ztunnel" || labels["k8s-app"] == "istio-cni-node"
	dataplane := labels[label.IoIstioDataplaneMode.Name]
	inject := labels[label.SidecarInject.Name]
	if inject == "" {
		inject = annotations[annotation.SidecarInject.Name]
	}
	t := traits{
		mode:     mesh.ModeNone,
		wants:    inject == "true" || inject == "" && labels[label.IoIstioRev.Name] != "",
		refuses:  inject == "false",
		exempt:   system || spec.HostNetwork,
		uncaught: system || spec.HostNetwork || dataplane == "none",
	}
	switch {
	case labels[label.GatewayManaged.Name] == waypointController:
		t.mode = mesh.ModeWaypoint
	case isGateway(labels, annotations):
		t.mode = mesh.ModeGateway
	case system: // ztunnel's container has the name of a sidecar's
	case proxied:
		t.mode = mesh.ModeSidecar
	case annotations[annotation.AmbientRedirection.Name] == "enabled", dataplane == "ambient" && !t.uncaught:
		t.mode = mesh.ModeAmbient
	}
	return t
}

func isGateway(labels, annotations map[string]string) bool {
	switch labels["istio"] {
	case "ingressgateway", "egressgateway", "eastwestgateway":
		return true
	}
	if labels[label.IoK8sNetworkingGatewayGatewayName.Name] != "" || labels[label.GatewayManaged.Name] != "" {
		return true
	}
	for _, template := range strings.Split(annotations[annotation.InjectTemplates.Name], ",") {
		if strings.TrimSpace(template) == "gateway" {
			return true
		}
	}
	return false
}

// within is the mode of a pod in its namespace, which may be nil.
func (t *traits) within(ns *namespace) mesh.Mode {
	if t.mode == mesh.ModeNone && ns != nil && ns.ambient && !t.uncaught {
		return mesh.ModeAmbient
	}
	return t.mode
}

// wanted reports whether a sidecar is asked for: where either the namespace or the pod
// forbids it there is none, else either of them may ask. (This is how injection decides.)
func (t *traits) wanted(ns *namespace) bool {
	if t.refuses || ns != nil && ns.forbids {
		return false
	}
	return t.wants || ns != nil && ns.Injection == mesh.ModeSidecar
}

// lacks reports whether a sidecar is asked for that is not there.
func (t *traits) lacks(ns *namespace) bool {
	return t.within(ns) == mesh.ModeNone && !t.exempt && t.wanted(ns)
}

// proxyImage is the image of the pod's Istio proxy, and whether it has one. Native
// sidecars are init containers.
func proxyImage(spec *corev1.PodSpec) (image string, proxied bool) {
	for _, list := range [][]corev1.Container{spec.Containers, spec.InitContainers} {
		for i := range list {
			if list[i].Name == proxyContainer {
				return list[i].Image, true
			}
		}
	}
	return "", false
}

// revision is the control plane's revision that injected a pod.
func revision(labels, annotations map[string]string) string {
	var status struct{ Revision string }
	if json.Unmarshal([]byte(annotations[annotation.SidecarStatus.Name]), &status) == nil && status.Revision != "" {
		return status.Revision
	}
	if r := annotations[annotation.IoIstioRev.Name]; r != "" {
		return r
	}
	return labels[label.IoIstioRev.Name]
}

// canonical are Istio's canonical service and revision of pods with these labels that
// belong to a workload.
func canonical(labels map[string]string, workload string) (app, version string) {
	app, version = workload, "latest"
	for _, key := range []string{"app", "app.kubernetes.io/name", label.ServiceCanonicalName.Name} {
		if v := labels[key]; v != "" {
			app = v
		}
	}
	for _, key := range []string{"version", "app.kubernetes.io/version", label.ServiceCanonicalRevision.Name} {
		if v := labels[key]; v != "" {
			version = v
		}
	}
	return app, version
}
