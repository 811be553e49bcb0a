package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

const (
	groupGatewayAPI = "gateway.networking.k8s.io"
	kindGateway     = "Gateway"
	kindService     = "Service"
	kindEntry       = "ServiceEntry"
)

// The resources that checks depend on.
const (
	resourceServices   = "services"
	resourceNamespaces = "namespaces"
	resourceEntries    = "serviceentries.networking.istio.io"
	resourceRules      = "destinationrules.networking.istio.io"
	resourceGateways   = "gateways.networking.istio.io"
	resourcePeers      = "peerauthentications.security.istio.io"
	resourceListeners  = "gateways.gateway.networking.k8s.io"
	resourceClasses    = "gatewayclasses.gateway.networking.k8s.io"
	resourceGrants     = "referencegrants.gateway.networking.k8s.io"
	resourceRouting    = "virtualservices.networking.istio.io"
)

// name is a thing in a namespace.
type name struct{ namespace, name string }

// world is all that the clusters hold, and what was found so far.
type world struct {
	clusters   []*cluster
	services   map[name][]*mesh.Service
	namespaces map[string]bool
	entries    hosts[bool]
	short      map[name]bool // hosts without dots that ServiceEntries add to their namespace
	pods       pods
	accounts   map[name]bool          // that workloads run as, made when the first is looked for
	names      *registry              // likewise
	found      map[any][]mesh.Finding // by places in the inventories
	// What of the whole mesh may be there unseen; empty when all is seen.
	noHosts, noNamespaces, noWorkloads gap
}

// cluster is what one cluster holds.
type cluster struct {
	*mesh.Inventory
	rules    hosts[[]*mesh.Config] // DestinationRules by the full names of their hosts
	gateways map[gatewayName]*mesh.Config
	classes  map[string]bool
	entries  map[name]bool // ServiceEntries
	gaps     map[string]gap
}

// gatewayName names a gateway of Istio's, or of the Gateway API.
type gatewayName struct {
	api bool
	name
}

// gap names the first cluster that may hold what is looked for unseen; empty for none.
type gap mesh.ClusterName

func newWorld(inventories []*mesh.Inventory) *world {
	w := &world{
		services: map[name][]*mesh.Service{}, namespaces: map[string]bool{}, entries: newHosts[bool](), short: map[name]bool{},
		found: map[any][]mesh.Finding{},
	}
	for _, i := range inventories {
		if i != nil {
			w.clusters = append(w.clusters, &cluster{
				Inventory: i, rules: newHosts[[]*mesh.Config](), gateways: map[gatewayName]*mesh.Config{},
				classes: map[string]bool{}, entries: map[name]bool{}, gaps: map[string]gap{},
			})
		}
	}
	slices.SortStableFunc(w.clusters, func(a, b *cluster) int { return strings.Compare(string(a.Cluster), string(b.Cluster)) })
	for _, c := range w.clusters {
		w.register(c)
	}
	// Rules go by full names, which depend on the services of all clusters.
	for _, c := range w.clusters {
		for config := range c.each() {
			if rule := config.DestinationRule; rule != nil {
				c.rules.change(w.full(rule.Host, config.Namespace), func(l []*mesh.Config) []*mesh.Config { return append(l, config) })
			}
		}
	}
	w.pods = newPods(w.clusters)
	return w
}

// register enters what a cluster has that others can name.
func (w *world) register(c *cluster) {
	for i := range c.Services {
		s := &c.Services[i]
		w.services[name{s.Namespace, s.Name}] = append(w.services[name{s.Namespace, s.Name}], s)
		w.namespaces[s.Namespace] = true
	}
	for i := range c.Workloads {
		w.namespaces[c.Workloads[i].Namespace] = true
	}
	for i := range c.Namespaces {
		w.namespaces[c.Namespaces[i].Name] = true
	}
	for config := range c.each() {
		at := name{config.Namespace, config.Name}
		switch {
		case config.Kind == kindGateway:
			c.gateways[gatewayName{config.Group == groupGatewayAPI, at}] = config
		case config.Kind == "GatewayClass":
			c.classes[config.Name] = true
		case config.ServiceEntry != nil:
			c.entries[at] = true
			for _, host := range config.ServiceEntry.Hosts {
				if host = strings.ToLower(host); strings.Contains(host, ".") {
					w.entries.set(host, true)
				} else {
					w.short[name{config.Namespace, host}] = true
				}
			}
		}
	}
	w.noHosts = either(w.noHosts, c.gap(resourceServices), c.gap(resourceEntries))
	w.noNamespaces = either(w.noNamespaces, c.gap(resourceNamespaces))
	if w.noWorkloads == "" && !c.Complete(mesh.NeedWorkloads) {
		w.noWorkloads = gap(c.Cluster)
	}
}

// each gives the configuration of a cluster.
func (c *cluster) each() func(func(*mesh.Config) bool) {
	return func(yield func(*mesh.Config) bool) {
		for i := range c.Config {
			if !yield(&c.Config[i]) {
				return
			}
		}
	}
}

// gap is the cluster's name unless all objects of a kind are seen as they are now.
func (c *cluster) gap(resource string) gap {
	if known, ok := c.gaps[resource]; ok {
		return known
	}
	g := gap(c.Cluster)
	for i := range c.Kinds {
		if k := &c.Kinds[i]; k.Resource == resource && (k.Absent || k.Known && k.Error == "") {
			g = ""
		}
	}
	c.gaps[resource] = g
	return g
}

// either is the first gap that is one.
func either(gaps ...gap) gap {
	for _, g := range gaps {
		if g != "" {
			return g
		}
	}
	return ""
}

// tell notes a finding of a thing, which is given by its place in an inventory.
func (w *world) tell(of any, code string, severity mesh.Severity, path, format string, args ...any) {
	w.found[of] = append(w.found[of], mesh.Finding{Code: code, Severity: severity, Path: path, Message: fmt.Sprintf(format, args...)})
}

// miss notes that something is not there: what says so, and then says what follows and
// what to do. Where it may be there unseen, that is said in its place.
func (w *world) miss(of any, code string, severity mesh.Severity, unseen gap, path, what, then string) {
	if unseen != "" {
		severity = mesh.SeverityInfo
		then = fmt.Sprintf("but it may be in cluster %s unseen: see to it that this cluster can be read", unseen)
		what += ","
	} else {
		what += ":"
	}
	w.tell(of, code, severity, path, "%s %s", what, then)
}

// HasService is part of applies.Registry.
func (w *world) HasService(namespace, service string) bool {
	return len(w.services[name{namespace, service}]) > 0
}

// HasNamespace is part of applies.Registry.
func (w *world) HasNamespace(namespace string) bool { return w.namespaces[namespace] }

// HasEntry is part of applies.Registry.
func (w *world) HasEntry(host, namespace string) bool {
	if strings.Contains(host, ".") {
		_, _, service := applies.ServiceOf(host)
		return !service && w.entries.exact[host]
	}
	return w.short[name{namespace, host}] && !w.HasService(namespace, host)
}

// full is a host's full name, as any cluster of the mesh knows it.
func (w *world) full(host, namespace string) string { return applies.Full(w, host, namespace) }

// knows reports whether any cluster has a host, given by its full name. Of a wildcard
// nobody can tell.
func (w *world) knows(full, namespace string) bool {
	if strings.HasPrefix(full, "*") || w.HasEntry(full, namespace) {
		return true
	}
	if in, service, ok := applies.ServiceOf(full); ok && w.HasService(in, service) {
		return true
	}
	return w.entries.any(full)
}

// named names an object.
func named(c *mesh.Config) string {
	if c.Namespace == "" {
		return c.Kind + " " + c.Name
	}
	return c.Kind + " " + c.Namespace + "/" + c.Name
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
