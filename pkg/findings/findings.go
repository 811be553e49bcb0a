package findings

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Report is what was found. It does not change and may be used by several goroutines at once.
type Report struct {
	of map[*mesh.Config][]mesh.Finding
}

// Of is what was found of an object of one of the inventories, the worst first; nil for
// nothing. The object is known by its place in the inventory.
func (r *Report) Of(c *mesh.Config) []mesh.Finding {
	if r == nil {
		return nil
	}
	return r.of[c]
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
	for _, list := range w.found {
		slices.SortFunc(list, func(a, b mesh.Finding) int {
			return cmp.Or(a.Severity.Compare(b.Severity), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
		})
	}
	return &Report{w.found}
}
