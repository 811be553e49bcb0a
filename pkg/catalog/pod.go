package catalog

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Pod is a pod of a cluster.
type Pod struct {
	Where
	*mesh.Pod
}

// Pods lists pods. The selection's names are those of pods or of their workloads.
func (c *Catalog) Pods(s Selection) []Pod {
	var out []Pod
	for _, in := range c.selected(s) {
		where := in.where(mesh.NeedWorkloads)
		for i := range in.Inventory.Pods {
			p := &in.Inventory.Pods[i]
			if s.namespace(p.Namespace) && (len(s.Names) == 0 || slices.Contains(s.Names, p.Name) || slices.Contains(s.Names, p.Workload.Name)) {
				out = append(out, Pod{Where: where, Pod: p})
			}
		}
	}
	return out
}
