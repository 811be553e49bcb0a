package findings

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Report is what was found. It does not change and may be used by several goroutines at once.
type Report struct {
	of map[any][]mesh.Finding // by places in the inventories
}

// Of is what was found of an object of one of the inventories, the worst first; nil for
// nothing. The object is known by its place in the inventory.
func (r *Report) Of(c *mesh.Config) []mesh.Finding { return r.at(c) }

// OfNamespace is the same of a namespace.
func (r *Report) OfNamespace(n *mesh.Namespace) []mesh.Finding { return r.at(n) }

// OfService is the same of a Kubernetes service.
func (r *Report) OfService(s *mesh.Service) []mesh.Finding { return r.at(s) }

// OfWorkload is the same of a workload.
func (r *Report) OfWorkload(w *mesh.Workload) []mesh.Finding { return r.at(w) }

func (r *Report) at(place any) []mesh.Finding {
	if r == nil {
		return nil
	}
	return r.of[place]
}

// Of looks through the configuration of a mesh. There is one inventory for each of its
// clusters, with all parts; one without Kinds stands for a cluster that could not be
// read. Inventories must not change from then on.
func Of(inventories []*mesh.Inventory) *Report {
	w := newWorld(inventories)
	w.routes()
	w.gateways()
	w.policies()
	w.rivals()
	w.security()
	w.states()
	w.access()
	w.egress()
	w.grants()
	w.ambient()
	for of, list := range w.found {
		list = heard(of, list)
		if len(list) == 0 {
			delete(w.found, of)
			continue
		}
		w.found[of] = list
		slices.SortFunc(list, func(a, b mesh.Finding) int {
			return cmp.Or(a.Severity.Compare(b.Severity), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
		})
	}
	return &Report{w.found}
}
