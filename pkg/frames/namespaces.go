package frames

import (
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

var mtlsColors = colored(map[string]string{
	string(catalog.MTLSStrict): green, string(catalog.MTLSPermissive): blue,
	string(catalog.MTLSPartly): orange, string(catalog.MTLSDisabled): red,
})

// Namespaces makes the table of namespaces, in the order given.
func Namespaces(rows []catalog.Namespace, o TableOptions) data.Frames {
	type row = catalog.Namespace
	called := wide(titled("Namespace"), widthName)
	called.Links = o.Links.row(mesh.KindNamespace, "namespace")
	return tableOf("namespaces", rows, o,
		[]column[row]{
			col("cluster", wide(titled("Cluster"), widthWord), func(r *row) string { return string(r.Cluster) }),
			col("namespace", called, func(r *row) string { return r.Name }),
		},
		judged(func(r *row) (mesh.Health, string) { return r.Health, r.Why }),
		[]column[row]{
			word("kind", "Kind", widthWord, func(r *row) string { return string(r.Part) }),
			word("mode", "Mode", widthShort, func(r *row) string { return string(r.Mode) }),
			word("revision", "Revision", widthWord, func(r *row) string { return r.Revision }),
			painted("mtls", paint(wide(titled("mTLS"), widthShort), mtlsColors), func(r *row) string { return string(r.MTLS.Status) }),
			word("mtlsfrom", "mTLS set by", widthWord, func(r *row) string { return r.MTLS.From }),
		},
		doing(o, func(r *row) *mesh.Vitals { return r.Vitals }),
		[]column[row]{
			counted("workloads", "Workloads", func(r *row) *int { return r.Workloads }),
			counted("applications", "Applications", func(r *row) *int { return r.Applications }),
			counted("services", "Services", func(r *row) *int { return r.Services }),
			counted("istioconfig", "Istio config", func(r *row) *int { return r.Config }),
			found("configerrors", "Config errors", red, func(r *row) *int { return r.ConfigErrors }),
			found("configwarnings", "Config warnings", orange, func(r *row) *int { return r.ConfigWarnings }),
			saidOf(func(r *row) []mesh.Finding { return r.Findings }),
			labelled("labels", "Labels", func(r *row) map[string]string { return r.Labels }),
			created(func(r *row) time.Time { return r.Created }),
			asOf(func(r *row) catalog.Where { return r.Where }),
		})
}
