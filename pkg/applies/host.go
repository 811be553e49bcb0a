package applies

import (
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// clusterDomain ends the full names of services. A cluster may have another domain; the
// index takes any for this one.
const clusterDomain = ".svc.cluster.local"

// fullName is a service's.
func fullName(namespace, service string) string { return service + "." + namespace + clusterDomain }

// serviceOf reads a full name; false when it is none.
func serviceOf(host string) (n name, ok bool) {
	front, ok := strings.CutSuffix(host, clusterDomain)
	if !ok {
		return n, false
	}
	n.name, n.namespace, ok = strings.Cut(front, ".")
	return n, ok && n.name != "" && n.namespace != "" && !strings.Contains(n.namespace, ".")
}

// Registry tells what the names of hosts can stand for.
type Registry interface {
	HasService(namespace, service string) bool
	HasNamespace(namespace string) bool
	// HasEntry reports whether a ServiceEntry has a host, in small letters, as objects
	// of a namespace write it.
	HasEntry(host, namespace string) bool
}

// Full is a host's full name, from how it is written in an object of a namespace:
// services have their full names, all other hosts are as written, in small letters.
//
//	reviews                      the service of the object's own namespace
//	reviews.books                the service of that namespace, if there is such a one
//	reviews.books.svc[.domain]   likewise, whether it is there or not
//	*.books, *.books.svc[.domain] all services of a namespace
//
// Hosts that a ServiceEntry has are as written. So are names that end in .global: an older
// way to call services of other clusters, which names none of this one.
func Full(r Registry, host, namespace string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "" || host == "*" || r.HasEntry(host, namespace) {
		return host
	}
	front, wild := strings.CutPrefix(host, "*.")
	parts := strings.Split(front, ".")
	if wild {
		parts = append([]string{"*"}, parts...)
	}
	switch {
	case len(parts) == 1:
		return fullName(namespace, parts[0])
	case len(parts) == 2 && (!wild && r.HasService(parts[1], parts[0]) || wild && r.HasNamespace(parts[1]) && parts[1] != "global"):
		return fullName(parts[1], parts[0])
	case len(parts) >= 3 && parts[2] == "svc":
		return fullName(parts[1], parts[0])
	}
	return host
}

// ServiceOf is the service of a full name; false when it is no service's.
func ServiceOf(full string) (namespace, service string, ok bool) {
	n, ok := serviceOf(full)
	return n.namespace, n.name, ok
}

// FullName is a service's full name.
func FullName(namespace, service string) string { return fullName(namespace, service) }

// HasService reports whether the cluster has a service.
func (x *Index) HasService(namespace, service string) bool {
	return x.services[name{namespace, service}] != nil
}

// HasNamespace reports whether the cluster has a namespace.
func (x *Index) HasNamespace(namespace string) bool { return x.known[namespace] }

// HasEntry reports whether a ServiceEntry of the cluster has a host. One without dots is
// for its own namespace alone, where no service has that name.
func (x *Index) HasEntry(host, namespace string) bool {
	return x.registry.has(host) && (strings.Contains(host, ".") || x.adds(namespace, host))
}

// adds reports whether a ServiceEntry of a namespace adds a host without dots to it, where
// no service has that name.
func (x *Index) adds(namespace, host string) bool {
	return x.services[name{namespace, host}] == nil && slices.ContainsFunc(x.registry.exact[host], func(i int) bool {
		return x.config[i].Namespace == namespace
	})
}

// hosts finds configuration by hosts, with and without wildcards.
type hosts struct {
	exact  map[string][]int
	suffix map[string][]int // by what stands after the *
}

func newHosts() hosts { return hosts{map[string][]int{}, map[string][]int{}} }

func (h hosts) has(host string) bool { return len(h.exact[host]) > 0 }

// add enters a host once for each configuration, which come in order.
func (h hosts) add(host string, i int) {
	enter := func(in map[string][]int, key string) {
		if list := in[key]; len(list) == 0 || list[len(list)-1] != i {
			in[key] = append(list, i)
		}
	}
	enter(h.exact, host)
	if suffix, wild := strings.CutPrefix(host, "*"); wild {
		enter(h.suffix, suffix)
	}
}

// of are the configurations that name a host or a wildcard that it falls under, in order.
func (h hosts) of(host string) []int {
	out := slices.Clone(h.exact[host])
	if len(h.suffix) == 0 {
		return out
	}
	for at := 0; at < len(host); at++ {
		if host[at] == '.' {
			out = append(out, h.suffix[host[at:]]...)
		}
	}
	return inOrder(append(out, h.suffix[""]...))
}

// inOrder sorts places and leaves each once.
func inOrder(places []int) []int {
	slices.Sort(places)
	return slices.Compact(places)
}

// addHosts finds the hosts that a configuration is for.
func (x *Index) addHosts(i int, c *mesh.Config) {
	to := func(in hosts, host, namespace string) {
		if host = Full(x, host, namespace); host != "" {
			in.add(host, i)
			x.toHosts[i] = append(x.toHosts[i], host)
		}
	}
	if c.DestinationRule != nil {
		to(x.hosts, c.DestinationRule.Host, c.Namespace)
	}
	if c.ServiceEntry != nil {
		for _, host := range c.ServiceEntry.Hosts {
			to(x.hosts, host, c.Namespace)
		}
	}
	for _, t := range c.Targets {
		x.target(t, c, func(host string) { to(x.hosts, host, c.Namespace) })
	}
	if c.Routing == nil {
		return
	}
	if forCallers(c) {
		for _, host := range c.Routing.Hosts {
			to(x.hosts, host, c.Namespace)
		}
	}
	for _, p := range c.Routing.Parents {
		x.target(p, c, func(host string) { to(x.hosts, host, c.Namespace) })
	}
	for _, d := range c.Routing.Destinations {
		if d.Kind != "" {
			continue
		}
		in := x.hosts
		if d.Mirror {
			in = x.copies
		}
		to(in, d.Host, or(d.Namespace, c.Namespace))
	}
}

// target gives the hosts of a service or a service entry that is referred to.
func (x *Index) target(t mesh.Target, c *mesh.Config, to func(host string)) {
	namespace := or(t.Namespace, c.Namespace)
	switch t.Kind {
	case kindService:
		to(fullName(namespace, t.Name))
	case "ServiceEntry":
		for _, host := range x.entryHosts[name{namespace, t.Name}] {
			to(host)
		}
	}
}
