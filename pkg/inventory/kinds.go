package inventory

import (
	istio "istio.io/client-go/pkg/clientset/versioned"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const everywhere = metav1.NamespaceAll

// Needs are the resources that a reader has to be allowed to list for all facts to
// be known, sorted by group and name.
func Needs() []schema.GroupResource {
	out := []schema.GroupResource{
		{Resource: "namespaces"},
		{Group: "apps", Resource: "deployments"},
	}
	for _, k := range kinds() {
		out = append(out, k.resource)
	}
	return out
}

// kinds are the kinds of Istio's networking, security, telemetry and extensions
// groups, sorted by group and name.
func kinds() []kind {
	return []kind{
		{schema.GroupResource{Group: "extensions.istio.io", Resource: "trafficextensions"}, []list{
			{"v1alpha1", func(c *istio.Clientset) lister { return listOf(c.ExtensionsV1alpha1().TrafficExtensions(everywhere)) }},
		}},
		{schema.GroupResource{Group: "extensions.istio.io", Resource: "wasmplugins"}, []list{
			{"v1alpha1", func(c *istio.Clientset) lister { return listOf(c.ExtensionsV1alpha1().WasmPlugins(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "destinationrules"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1().DestinationRules(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().DestinationRules(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "envoyfilters"}, []list{
			{"v1alpha3", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1alpha3().EnvoyFilters(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "gateways"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1().Gateways(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().Gateways(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "proxyconfigs"}, []list{
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().ProxyConfigs(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "serviceentries"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1().ServiceEntries(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().ServiceEntries(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "sidecars"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1().Sidecars(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().Sidecars(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "virtualservices"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1().VirtualServices(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().VirtualServices(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "workloadentries"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1().WorkloadEntries(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().WorkloadEntries(everywhere)) }},
		}},
		{schema.GroupResource{Group: "networking.istio.io", Resource: "workloadgroups"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1().WorkloadGroups(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.NetworkingV1beta1().WorkloadGroups(everywhere)) }},
		}},
		{schema.GroupResource{Group: "security.istio.io", Resource: "authorizationpolicies"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.SecurityV1().AuthorizationPolicies(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.SecurityV1beta1().AuthorizationPolicies(everywhere)) }},
		}},
		{schema.GroupResource{Group: "security.istio.io", Resource: "peerauthentications"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.SecurityV1().PeerAuthentications(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.SecurityV1beta1().PeerAuthentications(everywhere)) }},
		}},
		{schema.GroupResource{Group: "security.istio.io", Resource: "requestauthentications"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.SecurityV1().RequestAuthentications(everywhere)) }},
			{"v1beta1", func(c *istio.Clientset) lister { return listOf(c.SecurityV1beta1().RequestAuthentications(everywhere)) }},
		}},
		{schema.GroupResource{Group: "telemetry.istio.io", Resource: "telemetries"}, []list{
			{"v1", func(c *istio.Clientset) lister { return listOf(c.TelemetryV1().Telemetries(everywhere)) }},
			{"v1alpha1", func(c *istio.Clientset) lister { return listOf(c.TelemetryV1alpha1().Telemetries(everywhere)) }},
		}},
	}
}
