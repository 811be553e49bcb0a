package findings

import (
	"fmt"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// routes looks at where routes send requests and what they are bound to, and at the hosts
// and subsets of DestinationRules.
func (w *world) routes() {
	for _, in := range w.clusters {
		for c := range in.each() {
			if c.Routing != nil {
				w.destinations(in, c)
				w.weights(c)
				w.bindings(in, c)
			}
			if c.DestinationRule != nil {
				w.rule(c)
			}
			w.exports(c)
		}
	}
}

// destinations looks for the hosts and subsets that a route sends to, each once.
func (w *world) destinations(in *cluster, c *mesh.Config) {
	type target struct{ host, subset string }
	seen := map[target]bool{}
	for i := range c.Routing.Destinations {
		d := &c.Routing.Destinations[i]
		if d.Host == "" || d.Kind != "" {
			continue
		}
		namespace := or(d.Namespace, c.Namespace)
		host := w.full(d.Host, namespace)
		if seen[target{host, d.Subset}] {
			continue
		}
		seen[target{host, d.Subset}] = true
		switch {
		case !w.knows(host, namespace):
			if !seen[target{host: host, subset: "*"}] {
				seen[target{host: host, subset: "*"}] = true
				w.unknown(c, d, host)
			}
		case d.Subset != "":
			w.subsetOf(in, c, d, host)
		}
	}
}

// unknown tells of a destination that no cluster has.
func (w *world) unknown(c *mesh.Config, d *mesh.Destination, host string) {
	code, path := HostNotFound, below(d.Rule)+".route"
	if c.Group == groupGatewayAPI {
		code, path = BackendNotFound, below(d.Rule)+".backendRefs"
	}
	what := fmt.Sprintf("No cluster of the mesh has the host %s", host)
	if d.Mirror {
		w.miss(c, code, mesh.SeverityWarning, w.noHosts, below(d.Rule), what, "no copies are sent; correct the host, or add its service or ServiceEntry")
		return
	}
	w.miss(c, code, mesh.SeverityError, w.noHosts, path, what, "requests that are sent there fail; correct the host, or add its service or ServiceEntry")
}

func below(rule string) string {
	if rule == "" {
		return "spec"
	}
	return "spec." + rule
}

// subsetOf looks for a subset: in the cluster's own rules, which are those that its control
// plane reads, and then in those of the others.
func (w *world) subsetOf(in *cluster, c *mesh.Config, d *mesh.Destination, host string) {
	if in.hasSubset(host, d.Subset) {
		return
	}
	path := below(d.Rule) + ".route"
	for _, other := range w.clusters {
		if other != in && other.hasSubset(host, d.Subset) {
			w.miss(c, SubsetNotFound, mesh.SeverityWarning, in.gap(resourceRules), path,
				fmt.Sprintf("Of this cluster no DestinationRule of %s has the subset %s, of %s one has", host, d.Subset, other.Cluster),
				"unless that cluster's control plane also reads this VirtualService, requests fail; add the DestinationRule here")
			return
		}
	}
	w.miss(c, SubsetNotFound, mesh.SeverityError, in.gap(resourceRules), path,
		fmt.Sprintf("No DestinationRule of %s has the subset %s", host, d.Subset), "requests that are sent there fail; correct the name, or add the subset")
}

func (c *cluster) hasSubset(host, subset string) bool {
	for rules := range c.rules.each(host) {
		for _, r := range rules {
			for i := range r.DestinationRule.Subsets {
				if r.DestinationRule.Subsets[i].Name == subset {
					return true
				}
			}
		}
	}
	return false
}

// weights looks at the weights of each rule of a VirtualService. Those of the Gateway API
// are shares of their sum by its definition.
func (w *world) weights(c *mesh.Config) {
	if c.Group == groupGatewayAPI {
		return
	}
	all := c.Routing.Destinations
	for from := 0; from < len(all); {
		to, number, sum := from, 0, 0
		for ; to < len(all) && all[to].Rule == all[from].Rule; to++ {
			if !all[to].Mirror {
				number++
				sum += all[to].Weight
			}
		}
		path := below(all[from].Rule) + ".route"
		switch {
		case number == 1 && sum != 0 && sum != 100:
			w.tell(c, SingleWeight, mesh.SeverityWarning, path, "The only destination of %s has the weight %d, but gets all requests: remove the weight, or add the destination that is to get the rest", all[from].Rule, sum)
		case number > 1 && sum == 0:
			w.tell(c, WeightsMissing, mesh.SeverityError, path, "None of the %d destinations of %s has a weight, so that none gets requests: give each its share", number, all[from].Rule)
		case number > 1 && sum != 100:
			w.tell(c, WeightsSum, mesh.SeverityInfo, path, "The weights of %s sum to %d, so that they are shares of that and no percentages: make them sum to 100 if they are meant as percentages", all[from].Rule, sum)
		}
		from = to
	}
}

// bindings looks for the gateways of a VirtualService and the parents of a route.
func (w *world) bindings(in *cluster, c *mesh.Config) {
	for _, g := range c.Routing.Gateways {
		if g == "mesh" || in.hasGateway(c, g) {
			continue
		}
		w.miss(c, GatewayNotFound, mesh.SeverityError, in.gap(resourceGateways), "spec.gateways",
			fmt.Sprintf("This cluster has no Gateway %s", g), "no requests come in by it; correct the name, as namespace/name, or add the Gateway")
	}
	for _, p := range c.Routing.Parents {
		w.reference(in, c, p, ParentNotFound, mesh.SeverityError, "spec.parentRefs", "the route is not followed there")
	}
}

// generated is part of the names of gateways that istiod makes of those of the Gateway API.
const generated = "-istio-autogenerated-k8s-gateway"

// hasGateway looks for a gateway by its name in a VirtualService. An older way to write it
// is like a host: name.namespace.svc.cluster.local.
func (c *cluster) hasGateway(of *mesh.Config, written string) bool {
	namespace, called, both := strings.Cut(written, "/")
	if !both {
		namespace, called = of.Namespace, written
	}
	if namespace == "." {
		namespace = of.Namespace
	}
	if strings.Contains(called, generated) || c.gateways[gatewayName{name: name{namespace, called}}] != nil {
		return true
	}
	front, rest, dotted := strings.Cut(called, ".")
	back, _, _ := strings.Cut(rest, ".")
	return dotted && c.gateways[gatewayName{name: name{back, front}}] != nil
}

// reference looks for what an object refers to. Of kinds that are not known here nobody can tell.
func (w *world) reference(in *cluster, c *mesh.Config, t mesh.Target, code string, severity mesh.Severity, path, then string) {
	namespace, then := or(t.Namespace, c.Namespace), then+"; correct the name, or add what is missing"
	miss := func(has bool, unseen gap, place string) {
		if !has {
			w.miss(c, code, severity, unseen, path, fmt.Sprintf("%s has no %s %s/%s", place, or(t.Kind, kindGateway), namespace, t.Name), then)
		}
	}
	switch {
	case t.Kind == kindService:
		miss(w.HasService(namespace, t.Name), w.noHosts, "No cluster of the mesh")
	case t.Kind == kindEntry:
		miss(in.entries[name{namespace, t.Name}], in.gap(resourceEntries), "This cluster")
	case (t.Kind == kindGateway || t.Kind == "") && (t.Group == groupGatewayAPI || t.Group == ""):
		miss(in.gateways[gatewayName{true, name{namespace, t.Name}}] != nil, in.gap(resourceListeners), "This cluster")
	}
}

// rule looks at the host of a DestinationRule, and for the workloads of its subsets.
func (w *world) rule(c *mesh.Config) {
	host := w.full(c.DestinationRule.Host, c.Namespace)
	if host == "" {
		return
	}
	if !w.knows(host, c.Namespace) {
		w.miss(c, HostNotFound, mesh.SeverityWarning, w.noHosts, "spec.host",
			fmt.Sprintf("No cluster of the mesh has the host %s", host), "the rule has no effect; correct the host, or add its service or ServiceEntry")
		return
	}
	namespace, service, ok := applies.ServiceOf(host)
	if !ok || service == "*" || w.entries.any(host) {
		return
	}
	for i := range c.DestinationRule.Subsets {
		s := &c.DestinationRule.Subsets[i]
		if len(s.Labels) > 0 && !w.serves(name{namespace, service}, s.Labels) {
			w.miss(c, SubsetEmpty, mesh.SeverityWarning, w.noWorkloads, fmt.Sprintf("spec.subsets[%d].labels", i),
				fmt.Sprintf("No workload of %s has the labels of the subset %s (%s)", host, s.Name, written(s.Labels)), "requests to it fail; correct the labels, or start what bears them")
		}
	}
}

// serves reports whether workloads of any cluster stand behind a service and have labels.
// Nobody can tell of a service that selects no pods.
func (w *world) serves(service name, labels map[string]string) bool {
	for _, s := range w.services[service] {
		if len(s.Selector) == 0 || len(w.pods.subset(service.namespace, s.Selector, labels)) > 0 {
			return true
		}
	}
	return false
}

// exports looks for the namespaces that an object is exported to, in any cluster.
func (w *world) exports(c *mesh.Config) {
	for _, to := range c.ExportTo {
		switch {
		case to == "" || to == "*" || to == "." || to == "~" || w.namespaces[to]:
		default:
			w.miss(c, ExportNotFound, mesh.SeverityWarning, w.noNamespaces, "spec.exportTo",
				"No cluster of the mesh has the namespace "+to, "nobody there is told of this; correct the name, or remove it")
		}
	}
}
