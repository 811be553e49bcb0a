package graph

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Malformed is an annotation health.kiali.io/rate that cannot be read.
type Malformed struct {
	// Ref is the workload or the service whose annotation it is; App a workload's app.
	Ref mesh.Ref
	App string
	Err error
}

// Of says whose annotation it is.
func (m Malformed) Of() string {
	return fmt.Sprintf("%s %s/%s", m.Ref.Kind, m.Ref.Namespace, m.Ref.Name)
}

// MalformedOf are the annotations of what a cluster holds that cannot be read, in the
// order of what they are of.
func MalformedOf(in *mesh.Inventory) []Malformed {
	var out []Malformed
	read := func(annotation string, ref mesh.Ref, app string) {
		if annotation == "" {
			return
		}
		if _, err := mesh.ParseHealthRate(annotation); err != nil {
			out = append(out, Malformed{ref, app, err})
		}
	}
	for i := range in.Workloads {
		w := &in.Workloads[i]
		read(w.HealthRate, workloadRef(in.Cluster, w), w.App)
	}
	for i := range in.Services {
		s := &in.Services[i]
		read(s.HealthRate, serviceRef(in.Cluster, s), "")
	}
	sortMalformed(out)
	return out
}

func sortMalformed(list []Malformed) {
	slices.SortFunc(list, func(a, b Malformed) int { return cmp.Or(a.Ref.Compare(b.Ref), cmp.Compare(a.App, b.App)) })
}

// Concerns reports whether one of some nodes, or rows, is judged by what the annotation
// would say: the workload or service itself, or an app, of which no version is given.
func (m Malformed) Concerns(shown map[mesh.Ref]bool) bool {
	app := mesh.Ref{Kind: mesh.KindApp, Cluster: m.Ref.Cluster, Namespace: m.Ref.Namespace, Name: m.App}
	return shown[m.Ref] || m.App != "" && shown[app]
}
