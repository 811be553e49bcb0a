package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Links says where links lead.
type Links struct {
	// UID and Name are those of the data source that answers.
	UID, Name string
	// MetricsUID is the Prometheus data source that opens the PromQL behind a node
	// or an edge; empty leaves those links out.
	MetricsUID string
}

// field reads a column of the clicked row into a link.
func field(name string) string { return "${__data.fields." + name + "}" }

// below opens the level below a node in Explore, on what the node holds. Nil at the
// finest level.
func (l Links) below(level mesh.Level) []data.DataLink {
	query := map[string]any{"refId": "A", "queryType": "trafficGraph", "clusters": []string{field("cluster")}}
	var title string
	switch level {
	case mesh.LevelCluster:
		title, query["level"] = "Mesh/Open namespaces", mesh.LevelNamespace
	case mesh.LevelNamespace:
		title, query["level"] = "Mesh/Open workloads", mesh.LevelWorkload
		query["namespaces"] = []string{field("namespace")}
	default:
		return nil
	}
	return []data.DataLink{{Title: title, Internal: &data.InternalDataLink{DatasourceUID: l.UID, DatasourceName: l.Name, Query: query}}}
}

// metrics opens the PromQL behind a row in Explore.
func (l Links) metrics(title string) []data.DataLink {
	if l.MetricsUID == "" {
		return nil
	}
	return []data.DataLink{{Title: title, Internal: &data.InternalDataLink{
		DatasourceUID: l.MetricsUID,
		Query:         map[string]any{"refId": "A", "expr": field("promql")},
	}}}
}

// promQL opens a query in Explore.
func (l Links) promQL(title, query string) []data.DataLink {
	if l.MetricsUID == "" {
		return nil
	}
	return []data.DataLink{{Title: title, Internal: &data.InternalDataLink{
		DatasourceUID: l.MetricsUID,
		Query:         map[string]any{"refId": "A", "expr": query, "range": true},
	}}}
}
