package catalog

import (
	"maps"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// NamespaceNames lists the names of a selection's namespaces in which anything runs, or
// all where nobody can tell what runs; sorted, each once. So do the others list names; a
// selection's names do not narrow them.
func (c *Catalog) NamespaceNames(s Selection) []string {
	return c.names(s, func(in *mesh.Inventory, add func(namespace, name string)) {
		for i := range in.Workloads {
			add(in.Workloads[i].Namespace, in.Workloads[i].Namespace)
		}
		if in.Complete(mesh.NeedWorkloads) {
			return
		}
		for i := range in.Namespaces {
			add(in.Namespaces[i].Name, in.Namespaces[i].Name)
		}
	})
}

// ApplicationNames lists the names of applications.
func (c *Catalog) ApplicationNames(s Selection) []string {
	return c.names(s, func(in *mesh.Inventory, add func(namespace, name string)) {
		for i := range in.Workloads {
			add(in.Workloads[i].Namespace, in.Workloads[i].App)
		}
	})
}

// WorkloadNames lists the names of workloads.
func (c *Catalog) WorkloadNames(s Selection) []string {
	return c.names(s, func(in *mesh.Inventory, add func(namespace, name string)) {
		for i := range in.Workloads {
			add(in.Workloads[i].Namespace, in.Workloads[i].Name)
		}
	})
}

// ServiceNames lists the names of services, without the hosts of ServiceEntries.
func (c *Catalog) ServiceNames(s Selection) []string {
	return c.names(s, func(in *mesh.Inventory, add func(namespace, name string)) {
		for i := range in.Services {
			add(in.Services[i].Namespace, in.Services[i].Name)
		}
	})
}

// Revisions lists the revisions of Istio that injected proxies.
func (c *Catalog) Revisions(s Selection) []string {
	return c.names(s, func(in *mesh.Inventory, add func(namespace, name string)) {
		for i := range in.Workloads {
			for _, revision := range in.Workloads[i].Revisions {
				add(in.Workloads[i].Namespace, revision)
			}
		}
	})
}

func (c *Catalog) names(s Selection, each func(in *mesh.Inventory, add func(namespace, name string))) []string {
	found := map[string]bool{}
	for _, in := range c.selected(s) {
		each(in.Inventory, func(namespace, name string) {
			if name != "" && s.namespace(namespace) {
				found[name] = true
			}
		})
	}
	return slices.Sorted(maps.Keys(found))
}
