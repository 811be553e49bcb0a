package graph

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// Own are the tolerances that services, workloads and apps (by their workloads) say
// themselves, by annotation: those of Clusters.Tolerances, without all else that a Holding
// is made for.
type Own map[mesh.Ref][]mesh.Tolerance

// NewOwn reads the annotations of what clusters hold. Those that cannot be read are left out.
func NewOwn(inventories ...*mesh.Inventory) Own {
	own := Own{}
	add := func(annotation string, refs ...mesh.Ref) {
		if annotation == "" {
			return
		}
		rates, err := mesh.ParseHealthRate(annotation)
		if err != nil {
			return
		}
		for _, ref := range refs {
			own[ref] = append(own[ref], rates...)
		}
	}
	for _, in := range inventories {
		for i := range in.Workloads {
			w := &in.Workloads[i]
			add(w.HealthRate, workloadRef(in.Cluster, w), mesh.Ref{Kind: mesh.KindApp, Cluster: in.Cluster, Namespace: w.Namespace, Name: w.App})
		}
		for i := range in.Services {
			s := &in.Services[i]
			add(s.HealthRate, serviceRef(in.Cluster, s))
		}
	}
	return own
}

// Tolerances are those of one node; nil for none.
func (o Own) Tolerances(ref mesh.Ref) []mesh.Tolerance { return o[ref] }
