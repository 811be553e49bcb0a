package findings

import (
	"fmt"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// egress looks for the hosts that Sidecars let their proxies know.
func (w *world) egress() {
	for _, in := range w.clusters {
		for c := range in.each() {
			if c.Sidecar == nil {
				continue
			}
			told := map[string]bool{}
			for _, host := range c.Sidecar.Egress {
				w.imported(c, host, told)
			}
		}
	}
}

// imported looks for one host of a Sidecar, given as namespace/host. A ~ before the
// namespace leaves the host out. Alone it stands for no namespace in some versions of
// Istio and for all in others; in the root namespace, the dot stands for that of each
// workload: of these nobody can tell.
func (w *world) imported(c *mesh.Config, written string, told map[string]bool) {
	from, host, both := strings.Cut(written, "/")
	switch {
	case !both || from == "" || host == "" || from == "~" || from == "." && c.Namespace == applies.RootNamespace:
		return
	case strings.HasPrefix(from, "~"):
		from = from[1:]
	}
	where := " in the namespace " + from
	switch {
	case from == "*":
		from, where = "", ""
	case from == ".":
		from, where = c.Namespace, " in the namespace "+c.Namespace
	case !w.namespaces[from]:
		if !told[from] {
			told[from] = true
			w.namespace(c, from, "spec.egress", "the proxies are told of nothing there; correct the name, or remove it")
		}
		return
	}
	full := w.full(host, or(from, c.Namespace))
	if namesService(host) {
		host = full
	}
	if host = strings.ToLower(host); host == "*" || w.registry().has(from, host) {
		return
	}
	then := "the entry has no effect; correct the host, or remove it"
	if full != host && w.registry().has(from, full) {
		then = fmt.Sprintf("hosts go by their full names here; write %s", full)
	}
	w.miss(c, HostNotFound, mesh.SeverityWarning, w.noNames(), "spec.egress", fmt.Sprintf("No cluster of the mesh has the host %s%s", host, where), then)
}

// registry knows the hosts of services, ServiceEntries and VirtualServices by the
// namespaces of these objects, and all of them by an empty namespace.
type registry struct {
	exact map[name]bool
	ends  map[name]bool // what follows a dot in a host, with the dot
	wild  map[name]bool // what follows the * of a wildcard
}

// registry is made when it is first asked for.
func (w *world) registry() *registry {
	if w.names != nil {
		return w.names
	}
	w.names = &registry{map[name]bool{}, map[name]bool{}, map[name]bool{}}
	for s := range w.services {
		w.names.add(s.namespace, applies.FullName(s.namespace, s.name))
	}
	for _, in := range w.clusters {
		for c := range in.each() {
			switch {
			case c.ServiceEntry != nil:
				for _, host := range c.ServiceEntry.Hosts {
					w.names.add(c.Namespace, strings.ToLower(host))
				}
			case c.Kind == "VirtualService" && c.Routing != nil:
				for _, host := range c.Routing.Hosts {
					if host != "*" { // which says nothing about any host
						w.names.add(c.Namespace, w.full(host, c.Namespace))
					}
				}
			}
		}
	}
	return w.names
}

// noNames is the gap of what the registry is made of.
func (w *world) noNames() gap {
	out := w.noHosts
	for _, in := range w.clusters {
		out = either(out, in.gap(resourceRouting))
	}
	return out
}

func (r *registry) add(namespace, host string) {
	for _, in := range []string{namespace, ""} {
		r.exact[name{in, host}] = true
		for at := 1; at < len(host); at++ {
			if host[at] == '.' {
				r.ends[name{in, host[at:]}] = true
			}
		}
		if suffix, wild := strings.CutPrefix(host, "*"); wild {
			r.wild[name{in, suffix}] = true
		}
	}
}

// has reports whether a namespace, or any when it is empty, has a host, a wildcard that it
// falls under, or when it is a wildcard itself, a host that falls under it.
func (r *registry) has(namespace, host string) bool {
	suffix, wild := strings.CutPrefix(host, "*")
	if r.exact[name{namespace, host}] || wild && r.ends[name{namespace, suffix}] || r.wild[name{namespace, ""}] {
		return true
	}
	for at := range len(host) {
		if host[at] == '.' && r.wild[name{namespace, host[at:]}] {
			return true
		}
	}
	return false
}
