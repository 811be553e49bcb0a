package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// row are the links of a row about a thing, whose name is in the column called name: a
// click on that cell offers them. All tables of what runs where get their links here.
func (l Links) row(kind mesh.Kind, name string) []data.DataLink {
	return []data.DataLink{{Title: "Traffic graph", Internal: &data.InternalDataLink{
		DatasourceUID: l.UID, DatasourceName: l.Name, Query: around(kind, name),
	}}}
}

// around asks for the traffic graph of what a row is about: one node and its
// surroundings or, of a namespace, all that it holds.
func around(kind mesh.Kind, name string) map[string]any {
	query := map[string]any{"refId": "A", "queryType": "trafficGraph", "level": mesh.LevelWorkload}
	focus := map[string]any{"kind": kind, "cluster": field("cluster"), "namespace": field("namespace"), "name": field(name), "hops": 1}
	switch kind {
	case mesh.KindNamespace:
		query["clusters"], query["namespaces"] = []string{field("cluster")}, []string{field("namespace")}
		return query
	case mesh.KindApp:
		query["level"] = mesh.LevelApp
	case mesh.KindService: // or a host outside the mesh, which is in no namespace
		query["level"] = mesh.LevelService
		focus["kind"], focus["namespace"] = field("focuskind"), field("focusnamespace")
	}
	query["focus"] = focus
	return query
}
