package frames

import (
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// row are the links of a row about a thing, whose name is in the column called name: a
// click on that cell offers them. All tables of what runs where get their links here.
func (l Links) row(kind mesh.Kind, name string) []data.DataLink {
	return append(l.rowDashboards(kind, map[string]string{
		"cluster": "cluster", "namespace": "namespace", "workload": name, "app": name, "service": name,
	}), data.DataLink{Title: "Traffic graph", Internal: &data.InternalDataLink{
		DatasourceUID: l.UID, DatasourceName: l.Name, Query: around(kind, name),
	}})
}

// rowDashboards are the links of a row to dashboards about what it is about. columns are
// those of the row that hold what the dashboards' placeholders stand for. They keep the
// time range.
func (l Links) rowDashboards(kind mesh.Kind, columns map[string]string) []data.DataLink {
	if !l.Dashboards {
		return nil
	}
	var out []data.DataLink
	for _, d := range Dashboards() {
		var parts []string
		for _, v := range d.Variables[kind] {
			parts = append(parts, "var-"+v.Name+"="+rowValue(kind, v.Value, columns))
		}
		if len(parts) > 0 {
			out = append(out, data.DataLink{Title: d.Title + " dashboard", URL: "/d/" + d.UID + "?" + strings.Join(parts, "&") + "&${__url_time_range}"})
		}
	}
	return out
}

// rowValue is what a link of a row gives a variable: what stands in a column, the level
// that shows things of the kind, or the text itself.
func rowValue(kind mesh.Kind, value string, columns map[string]string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(value, "${"), "}")
	switch {
	case name == value:
		return percentEncoded(value)
	case name == "level":
		return string(rowLevel(kind))
	}
	return "${__data.fields." + columns[name] + ":percentencode}"
}

// rowLevel is the level of the graph that shows things of a kind.
func rowLevel(kind mesh.Kind) mesh.Level {
	switch kind {
	case mesh.KindApp:
		return mesh.LevelApp
	case mesh.KindService:
		return mesh.LevelService
	}
	return mesh.LevelWorkload
}

// around asks for the traffic graph of what a row is about: one node and its
// surroundings or, of a namespace, all that it holds.
func around(kind mesh.Kind, name string) map[string]any {
	query := map[string]any{"refId": "A", "queryType": "trafficGraph", "level": rowLevel(kind)}
	focus := map[string]any{"kind": kind, "cluster": field("cluster"), "namespace": field("namespace"), "name": field(name), "hops": 1}
	switch kind {
	case mesh.KindNamespace:
		query["clusters"], query["namespaces"] = []string{field("cluster")}, []string{field("namespace")}
		return query
	case mesh.KindService: // or a host outside the mesh, which is in no namespace
		focus["kind"], focus["namespace"] = field("focuskind"), field("focusnamespace")
	}
	query["focus"] = focus
	return query
}
