package objects

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

func newService(ns scenario.Namespace, s scenario.Service) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: s.Name, Namespace: ns.Name, Labels: map[string]string{"app": s.App, "service": s.Name}},
		Spec: corev1.ServiceSpec{Selector: map[string]string{"app": s.App},
			Ports: []corev1.ServicePort{{Name: s.Protocol, Port: int32(s.Port), TargetPort: intstr.FromInt32(int32(s.Port))}}},
	}
}

// gatewayLabels are the labels by which Istio's own charts tell gateways apart.
func gatewayLabels(w scenario.Workload) map[string]string {
	switch w.Gateway {
	case scenario.Ingress:
		return map[string]string{"istio": "ingressgateway", componentLabel: "IngressGateways"}
	case scenario.Egress:
		return map[string]string{"istio": "egressgateway", componentLabel: "EgressGateways"}
	case scenario.Waypoint:
		return map[string]string{"gateway.networking.k8s.io/gateway-name": w.Name, "gateway.istio.io/managed": "istio.io-mesh-controller"}
	}
	return map[string]string{"istio": "eastwestgateway"}
}

// gatewayService is the service in front of a gateway: a load balancer with an
// address, but for an egress gateway.
func gatewayService(cluster scenario.Cluster, ns scenario.Namespace, w scenario.Workload) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: w.Name, Namespace: ns.Name, Labels: merge(map[string]string{"app": w.App}, gatewayLabels(w))},
		Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeLoadBalancer, Selector: map[string]string{"app": w.App},
			Ports: []corev1.ServicePort{{Name: "http2", Port: 80}, {Name: "https", Port: 443}}},
		Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: []corev1.LoadBalancerIngress{
			{Hostname: w.Name + "." + cluster.Name + ".example.com"}}}},
	}
	switch w.Gateway {
	case scenario.Egress:
		s.Spec.Type, s.Status = corev1.ServiceTypeClusterIP, corev1.ServiceStatus{}
	case scenario.Waypoint:
		s.Spec.Type, s.Status = corev1.ServiceTypeClusterIP, corev1.ServiceStatus{}
		s.Spec.Ports = []corev1.ServicePort{{Name: "mesh", Port: 15008}}
	case scenario.EastWest:
		s.Labels[networkLabel] = cluster.Network
		s.Spec.Ports = []corev1.ServicePort{{Name: "status-port", Port: 15021}, {Name: "tls", Port: 15443},
			{Name: "tls-istiod", Port: 15012}, {Name: "tls-webhook", Port: 15017}}
	}
	return s
}

// accounts are the service accounts of a namespace's workloads.
func accounts(ns scenario.Namespace) []runtime.Object {
	var objects []runtime.Object
	seen := map[string]bool{}
	for _, w := range ns.Workloads {
		if !seen[w.Account] {
			seen[w.Account] = true
			objects = append(objects, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: w.Account, Namespace: ns.Name}})
		}
	}
	return objects
}
