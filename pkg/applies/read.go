package applies

import (
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Service are the configurations for calls to a service, or to a host without dots that a
// ServiceEntry of the namespace adds: what names it, routes to it, copies requests to it or
// targets it. Which callers are told of them is for Visible to say; those that no proxy is
// told of, or that are in a namespace to which the service is not exported, do not count.
func (x *Index) Service(namespace, service string) []*mesh.Config {
	return x.calls(namespace, service, x.hosts, x.copies)
}

// Routed are those of Service that do more than copy requests to it.
func (x *Index) Routed(namespace, service string) []*mesh.Config {
	return x.calls(namespace, service, x.hosts)
}

// Copied are those of Service that copy requests to it.
func (x *Index) Copied(namespace, service string) []*mesh.Config {
	if len(x.copies.exact) == 0 {
		return nil
	}
	return x.calls(namespace, service, x.copies)
}

func (x *Index) calls(namespace, service string, in ...hosts) []*mesh.Config {
	full := fullName(namespace, service)
	var places []int
	for _, h := range in {
		places = append(places, h.of(full)...)
		if x.adds(namespace, service) {
			places = append(places, h.of(service)...)
		}
	}
	var to []string
	if s := x.services[name{namespace, service}]; s != nil {
		to = s.ExportTo
	}
	return x.list(places, func(c *mesh.Config) bool { return exported(to, namespace, c.Namespace) && !hiddenFromAll(c) })
}

// Host are the configurations for calls to a host that is no service of the cluster: the
// ServiceEntries that add it, by its name or by a wildcard, and what names it.
func (x *Index) Host(host string) []*mesh.Config {
	host = strings.ToLower(host)
	entries := x.registry.of(host)
	return x.list(slices.Concat(x.hosts.of(host), x.copies.of(host)), func(c *mesh.Config) bool {
		if hiddenFromAll(c) {
			return false
		}
		return c.ServiceEntry != nil || len(entries) == 0 || slices.ContainsFunc(entries, func(i int) bool {
			return Visible(x.config[i], c.Namespace)
		})
	})
}

// hiddenFromAll reports whether no proxy at all is told of a configuration.
func hiddenFromAll(c *mesh.Config) bool {
	return len(c.ExportTo) > 0 && !slices.ContainsFunc(c.ExportTo, func(n string) bool { return n != "~" && n != "" })
}

// Workload are the configurations for the proxies of a workload: what selects it, what is
// for all of its namespace or for all of the mesh, and of a gateway what is bound to it.
// What is for the services that it serves is not among them: see ServicesOf.
func (x *Index) Workload(namespace, workload string) []*mesh.Config {
	of := x.workloads[name{namespace, workload}]
	if len(of) == 0 {
		return nil
	}
	places := slices.Concat(x.wide[namespace], x.everyone)
	for _, w := range of {
		places = append(places, x.selected[w]...)
	}
	return x.list(places, nil)
}

// Selected are those of Workload that are for this workload in particular, not for all of
// its namespace or mesh.
func (x *Index) Selected(w *mesh.Workload) []*mesh.Config {
	return x.list(slices.Clone(x.selected[w]), nil)
}

// Entries are the WorkloadEntries of an app's version.
func (x *Index) Entries(namespace, app, version string) []*mesh.Config {
	return x.list(slices.Clone(x.entries[entry{namespace, app, plainVersion(version)}]), nil)
}

// To is what a configuration is for, sorted: services and workloads; hosts outside the
// mesh, as they are written; a namespace or the cluster where it is for all that is in
// there. Nil when it is for nothing, or is not of this inventory.
func (x *Index) To(c *mesh.Config) []mesh.Ref {
	i, ok := x.place[c]
	if !ok {
		return nil
	}
	var out []mesh.Ref
	add := func(kind mesh.Kind, namespace, name string) {
		out = append(out, mesh.Ref{Kind: kind, Cluster: x.inventory.Cluster, Namespace: namespace, Name: name})
	}
	for _, w := range x.attached[i] {
		add(mesh.KindWorkload, w.Namespace, w.Name)
	}
	for _, host := range x.toHosts[i] {
		switch service, ok := serviceOf(host); {
		case host == "*" || host == "*.local" || host == "*.cluster.local" || host == "*"+clusterDomain:
			add(mesh.KindCluster, "", "")
		case ok && service.name == "*":
			add(mesh.KindNamespace, service.namespace, "")
		case ok:
			add(mesh.KindService, service.namespace, service.name)
		default:
			add(mesh.KindExternal, "", host)
		}
	}
	if isPolicy(c.Kind) && len(c.Targets) == 0 && len(c.Selector) == 0 {
		if c.Namespace == RootNamespace {
			add(mesh.KindCluster, "", "")
		} else {
			add(mesh.KindNamespace, c.Namespace, "")
		}
	}
	slices.SortFunc(out, mesh.Ref.Compare)
	return slices.Compact(out)
}

// WorkloadsOf are the workloads that a service selects, sorted.
func (x *Index) WorkloadsOf(namespace, service string) []*mesh.Workload {
	return x.served[x.services[name{namespace, service}]]
}

// ServicesOf are the services that select a workload, sorted.
func (x *Index) ServicesOf(w *mesh.Workload) []*mesh.Service { return x.serving[w] }

// ServiceNamed is a service; nil when there is none.
func (x *Index) ServiceNamed(namespace, service string) *mesh.Service {
	return x.services[name{namespace, service}]
}

// Named are the workloads of a name, of several kinds if there are.
func (x *Index) Named(namespace, workload string) []*mesh.Workload {
	return x.workloads[name{namespace, workload}]
}

// App are the workloads of an app in all its versions, sorted.
func (x *Index) App(namespace, app string) []*mesh.Workload { return x.apps[name{namespace, app}] }

// Namespace are the workloads of a namespace, sorted.
func (x *Index) Namespace(namespace string) []*mesh.Workload { return x.namespaces[namespace] }

// list are configurations by their places, in order and each once, of those that keep
// wants; nil keeps all.
func (x *Index) list(places []int, keep func(*mesh.Config) bool) []*mesh.Config {
	var out []*mesh.Config
	for _, i := range inOrder(places) {
		if c := x.config[i]; keep == nil || keep(c) {
			out = append(out, c)
		}
	}
	return out
}
