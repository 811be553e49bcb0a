package graph

import (
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Holding is what one cluster holds, made ready for graphs: it is made once for a snapshot
// of an inventory and read by many.
type Holding struct {
	*applies.Index
	rates     map[string][]mesh.Tolerance // by the annotation's text
	malformed []Malformed
	coarse    func() map[string]counts // by namespace
	kept      sync.Map                 // badges by kept, of what the cluster holds
}

// NewHolding makes an inventory ready, which must not change from then on.
func NewHolding(inventory *mesh.Inventory) *Holding {
	h := &Holding{Index: applies.New(inventory), rates: map[string][]mesh.Tolerance{}, malformed: MalformedOf(inventory)}
	for i := range inventory.Workloads {
		h.read(inventory.Workloads[i].HealthRate)
	}
	for i := range inventory.Services {
		h.read(inventory.Services[i].HealthRate)
	}
	h.coarse = sync.OnceValue(h.count)
	return h
}

// read keeps what an annotation says; one that cannot be read says nothing.
func (h *Holding) read(annotation string) {
	if annotation == "" {
		return
	}
	if rates, err := mesh.ParseHealthRate(annotation); err == nil {
		h.rates[annotation] = rates
	}
}

// Cluster is what is known of a cluster by now.
type Cluster struct {
	// Holding is what it holds; nil when nothing is known of that.
	*Holding
	// Complete says that what is not among its workloads does not exist.
	Complete bool
	// NotAccessible says that the cluster is not to be reached.
	NotAccessible bool
}

// Clusters are clusters by name. What a graph shows of a node comes from the node's own
// cluster alone.
type Clusters map[mesh.ClusterName]Cluster

// of is the cluster of a node; false when nothing is known of what it holds.
func (c Clusters) of(ref mesh.Ref) (Cluster, bool) {
	cluster := c[ref.Cluster]
	return cluster, cluster.Holding != nil
}

// workloads are those that a node is made of: a workload, or an app's, of its version
// where it has one.
func (c Cluster) workloads(ref mesh.Ref) []*mesh.Workload {
	switch {
	case ref.Kind == mesh.KindWorkload:
		return c.Named(ref.Namespace, ref.Name)
	case ref.Kind != mesh.KindApp:
		return nil
	case ref.Version == "":
		return c.App(ref.Namespace, ref.Name)
	}
	var out []*mesh.Workload
	for _, w := range c.App(ref.Namespace, ref.Name) {
		if applies.SameVersion(w.Version, ref.Version) {
			out = append(out, w)
		}
	}
	return out
}

// Tolerances are what a node says itself, by annotation: a service, a workload, or an app
// by its workloads.
func (c Clusters) Tolerances(ref mesh.Ref) []mesh.Tolerance {
	cluster, ok := c.of(ref)
	if !ok || len(cluster.rates) == 0 {
		return nil
	}
	if ref.Kind == mesh.KindService {
		if s := cluster.ServiceNamed(ref.Namespace, ref.Name); s != nil {
			return cluster.rates[s.HealthRate]
		}
		return nil
	}
	var out []mesh.Tolerance
	for _, w := range cluster.workloads(ref) {
		out = append(out, cluster.rates[w.HealthRate]...)
	}
	return out
}

// Malformed are the annotations that cannot be read, of the nodes of a graph.
func (c Clusters) Malformed(g mesh.Graph) []Malformed {
	var out []Malformed
	drawn := map[mesh.Ref]bool{}
	clusters := map[mesh.ClusterName]bool{}
	for i := range g.Nodes {
		ref := g.Nodes[i].Ref
		ref.Version = ""
		drawn[ref], clusters[ref.Cluster] = true, true
	}
	for name := range clusters {
		cluster, ok := c.of(mesh.Ref{Cluster: name})
		if !ok {
			continue
		}
		for _, m := range cluster.malformed {
			if m.Concerns(drawn) {
				out = append(out, m)
			}
		}
	}
	sortMalformed(out)
	return out
}

func workloadRef(cluster mesh.ClusterName, w *mesh.Workload) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindWorkload, Cluster: cluster, Namespace: w.Namespace, Name: w.Name}
}

func serviceRef(cluster mesh.ClusterName, s *mesh.Service) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindService, Cluster: cluster, Namespace: s.Namespace, Name: s.Name}
}
