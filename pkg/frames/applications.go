package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Applications makes the table of applications, in the order given.
func Applications(rows []catalog.Application, o TableOptions) data.Frames {
	type row = catalog.Application
	return tableOf("applications", rows, o,
		located(o.Links.row(mesh.KindApp, "name"),
			func(r *row) catalog.Where { return r.Where },
			func(r *row) (string, string) { return r.Namespace, r.Name }),
		judged(func(r *row) (mesh.Health, string) { return r.Health, r.Why }),
		[]column[row]{
			list("otherclusters", "Other clusters", widthWord, func(r *row) []mesh.ClusterName { return r.Elsewhere }),
		},
		doing(o, func(r *row) *mesh.Vitals { return r.Vitals }),
		[]column[row]{
			list("version", "Versions", widthWord, func(r *row) []string { return r.Versions }),
			list("workloads", "Workloads", widthPhrase, func(r *row) []string { return r.Workloads }),
			list("mode", "Mode", widthWord, func(r *row) []mesh.Mode { return r.Modes }),
			missingSidecar(func(r *row) bool { return r.MissingSidecar }),
			asOf(func(r *row) catalog.Where { return r.Where }),
		})
}
