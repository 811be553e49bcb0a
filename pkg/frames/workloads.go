package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Workloads makes the table of workloads, in the order given.
func Workloads(rows []catalog.Workload, o TableOptions) data.Frames {
	type row = catalog.Workload
	return tableOf("workloads", rows, o,
		located(o.Links.row(mesh.KindWorkload, "name"),
			func(r *row) catalog.Where { return r.Where },
			func(r *row) (string, string) { return r.Namespace, r.Name }),
		[]column[row]{
			word("kind", "Kind", widthWord, func(r *row) string { return r.Kind }),
		},
		judged(func(r *row) (mesh.Health, string) { return r.Health, r.Why }),
		[]column[row]{
			whole("ready", "Ready", func(r *row) int { return r.Ready }),
			counted("desired", "Desired", func(r *row) *int { return r.Desired }),
			whole("current", "Current", func(r *row) int { return r.Current }),
			counted("pods", "Pods", func(r *row) *int { return r.Pods }),
		},
		doing(o, func(r *row) *mesh.Vitals { return r.Vitals }),
		referenced(func(r *row) *catalog.Applied { return &r.Applied }),
		[]column[row]{
			saidOf(func(r *row) []mesh.Finding { return r.Findings }),
			word("app", "App", widthName, func(r *row) string { return r.App }),
			word("version", "Version", widthShort, func(r *row) string { return r.Version }),
			word("mode", "Mode", widthShort, func(r *row) string { return string(r.Mode) }),
			missingSidecar(func(r *row) bool { return r.MissingSidecar }),
			list("proxyversion", "Proxy", widthShort, func(r *row) []string { return r.ProxyVersions }),
			list("revision", "Revision", widthWord, func(r *row) []string { return r.Revisions }),
			list("account", "Service account", widthName, func(r *row) []string { return r.Accounts }),
			labelled("labels", "Labels", func(r *row) map[string]string { return r.PodLabels }),
			created(func(r *row) time.Time { return r.Created }),
			asOf(func(r *row) catalog.Where { return r.Where }),
		})
}
