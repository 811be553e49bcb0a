package frames

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Services makes the table of services, in the order given.
func Services(rows []catalog.Service, o TableOptions) data.Frames {
	type row = catalog.Service
	return tableOf("services", rows, o,
		located(o.Links.row(mesh.KindService, "name"),
			func(r *row) catalog.Where { return r.Where },
			func(r *row) (string, string) { return r.Namespace, r.Name }),
		[]column[row]{
			word("type", "Type", widthWord, func(r *row) string { return r.Type }),
		},
		judged(func(r *row) (mesh.Health, string) { return r.Health, r.Why }),
		[]column[row]{
			word("ports", "Ports", widthName, func(r *row) string { return ports(r.Ports) }),
			list("app", "App", widthName, func(r *row) []string { return r.Apps }),
			counted("ready", "Ready", func(r *row) *int { return r.Ready }),
			counted("endpoints", "Endpoints", func(r *row) *int { return r.Endpoints }),
			word("otherclusters", "Other clusters", widthName, func(r *row) string { return elsewhere(r.Elsewhere) }),
		},
		doing(o, func(r *row) *mesh.Vitals { return r.Vitals }),
		referenced(func(r *row) *catalog.Applied { return &r.Applied }),
		[]column[row]{
			saidOf(func(r *row) []mesh.Finding { return r.Findings }),
			labelled("selector", "Selector", func(r *row) map[string]string { return r.Selector }),
			word("address", "External name", widthName, func(r *row) string { return r.Address }),
			list("exportto", "Exported to", widthWord, func(r *row) []string { return r.ExportTo }),
			labelled("labels", "Labels", func(r *row) map[string]string { return r.Labels }),
			created(func(r *row) time.Time { return r.Created }),
			asOf(func(r *row) catalog.Where { return r.Where }),
			col("focuskind", hidden("Kind in the graph"), func(r *row) string { return string(r.Ref().Kind) }),
			col("focusnamespace", hidden("Namespace in the graph"), func(r *row) string { return r.Ref().Namespace }),
		})
}

// ports says ports as "80 HTTP".
func ports(list []mesh.Port) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = joined(" ", fmt.Sprint(p.Number), p.Protocol)
	}
	return strings.Join(words, ", ")
}

// elsewhere says where else a service is, and how many of its endpoints are ready there.
func elsewhere(list []catalog.Endpoints) string {
	words := make([]string, len(list))
	for i, e := range list {
		words[i] = string(e.Cluster)
		if e.Endpoints != nil && e.Ready != nil {
			words[i] += fmt.Sprintf(" %d of %d", *e.Ready, *e.Endpoints)
		}
	}
	return strings.Join(words, ", ")
}
