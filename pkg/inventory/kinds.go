package inventory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	extensions "istio.io/client-go/pkg/apis/extensions/v1alpha1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	telemetryv1 "istio.io/client-go/pkg/apis/telemetry/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// kind is one kind of objects that is kept. Of its two readers one is set.
type kind struct {
	resource schema.GroupResource
	name     string    // such as VirtualService
	versions []string  // that it can be read in, newest first; their forms are the same where it matters
	need     mesh.Need // the parts that are made of it

	builtIn reader // of a kind that every cluster has
	detail  detail // of a kind that a CRD defines; it may be nil when no more is read than that it is there
	custom  bool   // a CRD defines it
}

// builtInKinds are Kubernetes' own.
func builtInKinds() []kind {
	own := func(group, resource, name string, need mesh.Need, read reader) kind {
		return kind{resource: schema.GroupResource{Group: group, Resource: resource}, name: name,
			versions: []string{"v1"}, need: need, builtIn: read}
	}
	return []kind{
		own("", "namespaces", "Namespace", mesh.NeedNamespaces|mesh.NeedWorkloads, readNamespace),
		own("", "pods", "Pod", mesh.NeedWorkloads, readPod),
		own("", "services", "Service", mesh.NeedServices, readService),
		own("apps", "daemonsets", "DaemonSet", mesh.NeedWorkloads, readDaemonSet),
		own("apps", "deployments", "Deployment", mesh.NeedWorkloads, readDeployment),
		own("apps", "statefulsets", "StatefulSet", mesh.NeedWorkloads, readStatefulSet),
	}
}

// istioKinds are those of Istio's networking, security, telemetry and extensions groups.
func istioKinds() []kind {
	newer, older := []string{"v1", "v1beta1"}, []string{"v1", "v1alpha1"}
	networking := func(resource, name string, versions []string, d detail) kind {
		return custom(networkingv1.GroupName, resource, name, versions, d)
	}
	security := func(resource, name string, d detail) kind {
		return custom(securityv1.GroupName, resource, name, newer, d)
	}
	entries := networking("workloadentries", "WorkloadEntry", newer, detailOf(workloadEntry))
	groups := networking("workloadgroups", "WorkloadGroup", newer, detailOf(workloadGroup))
	entries.need |= mesh.NeedWorkloads
	groups.need |= mesh.NeedWorkloads
	return []kind{
		custom(extensions.GroupName, "trafficextensions", "TrafficExtension", []string{"v1alpha1"}, nil),
		custom(extensions.GroupName, "wasmplugins", "WasmPlugin", []string{"v1alpha1"}, nil),
		networking("destinationrules", "DestinationRule", newer, detailOf(destinationRule)),
		networking("envoyfilters", "EnvoyFilter", []string{"v1alpha3"}, nil),
		networking("gateways", "Gateway", newer, detailOf(istioGateway)),
		networking("proxyconfigs", "ProxyConfig", []string{"v1beta1"}, nil),
		networking("serviceentries", "ServiceEntry", newer, detailOf(serviceEntry)),
		networking("sidecars", "Sidecar", newer, detailOf(istioSidecar)),
		networking("virtualservices", "VirtualService", newer, detailOf(virtualService)),
		entries,
		groups,
		security("authorizationpolicies", "AuthorizationPolicy", detailOf(authorizationPolicy)),
		security("peerauthentications", "PeerAuthentication", detailOf(peerAuthentication)),
		security("requestauthentications", "RequestAuthentication", nil),
		custom(telemetryv1.GroupName, "telemetries", "Telemetry", older, nil),
	}
}

// gatewayKinds are those of the Gateway API that say where traffic goes.
func gatewayKinds() []kind {
	of := func(resource, name string, d detail, versions ...string) kind {
		return custom(gatewayGroup, resource, name, versions, d)
	}
	return []kind{
		of("gatewayclasses", "GatewayClass", nil, "v1", "v1beta1"),
		of("gateways", "Gateway", detailOf(apiGateway), "v1", "v1beta1"),
		of("grpcroutes", "GRPCRoute", detailOf(route), "v1", "v1alpha2"),
		of("httproutes", "HTTPRoute", detailOf(route), "v1", "v1beta1"),
		of("referencegrants", "ReferenceGrant", detailOf(referenceGrant), "v1", "v1beta1", "v1alpha2"),
		of("tcproutes", "TCPRoute", detailOf(route), "v1", "v1alpha2"),
		of("tlsroutes", "TLSRoute", detailOf(route), "v1", "v1alpha3", "v1alpha2"),
		of("udproutes", "UDPRoute", detailOf(route), "v1", "v1alpha2"),
	}
}

const gatewayGroup = "gateway.networking.k8s.io"

func custom(group, resource, name string, versions []string, d detail) kind {
	return kind{resource: schema.GroupResource{Group: group, Resource: resource}, name: name,
		versions: versions, need: mesh.NeedConfig, detail: d, custom: true}
}

// kinds are all kinds, sorted as Inventory.Kinds is: by the resource's full name.
func kinds() []kind {
	all := slices.Concat(builtInKinds(), istioKinds(), gatewayKinds())
	slices.SortFunc(all, func(a, b kind) int { return strings.Compare(a.resource.String(), b.resource.String()) })
	return all
}

// Needs are the resources that a reader has to be allowed to list and watch for all to
// be known, sorted by group and name.
func Needs() []schema.GroupResource {
	var out []schema.GroupResource
	for _, k := range kinds() {
		out = append(out, k.resource)
	}
	slices.SortFunc(out, func(a, b schema.GroupResource) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Resource, b.Resource))
	})
	return out
}
