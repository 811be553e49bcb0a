package catalog

import (
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Belonging are the workloads of all clusters that belong to one thing.
type Belonging map[belonging]bool

type belonging struct {
	cluster mesh.ClusterName
	owned
}

// Belonging finds the workloads of an app, those that a service selects, or those of a
// name. The reference's cluster does not matter; nil for the zero reference.
func (c *Catalog) Belonging(to mesh.Ref) Belonging {
	if to == (mesh.Ref{}) {
		return nil
	}
	out := Belonging{}
	for _, in := range c.selected(Selection{}) {
		selector := in.selector(to)
		for i := range in.Inventory.Workloads {
			w := &in.Inventory.Workloads[i]
			if w.Namespace != to.Namespace {
				continue
			}
			if to.Kind == mesh.KindApp && w.App == to.Name || to.Kind == mesh.KindWorkload && w.Name == to.Name || applies.Selects(selector, w) {
				out[belonging{in.Name, owned{w.Namespace, mesh.Owner{Kind: w.Kind, Name: w.Name}}}] = true
			}
		}
	}
	return out
}

// Workload reports whether a row belongs.
func (b Belonging) Workload(r *Workload) bool {
	return b[belonging{r.Cluster, owned{r.Namespace, mesh.Owner{Kind: r.Kind, Name: r.Name}}}]
}

// Pod reports whether a row's workload belongs.
func (b Belonging) Pod(r *Pod) bool {
	return b[belonging{r.Cluster, owned{r.Namespace, r.Workload}}]
}

// selector is that of a service; nil of anything else.
func (in *Cluster) selector(of mesh.Ref) map[string]string {
	if of.Kind != mesh.KindService {
		return nil
	}
	for i := range in.Inventory.Services {
		if s := &in.Inventory.Services[i]; s.Namespace == of.Namespace && s.Name == of.Name {
			return s.Selector
		}
	}
	return nil
}
