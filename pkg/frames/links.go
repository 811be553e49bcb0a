package frames

import (
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Links says where links lead. The zero value has none but those that open the level
// below in the data source itself.
type Links struct {
	// UID and Name are those of the data source that answers.
	UID, Name string
	// MetricsUID is the Prometheus data source that opens the PromQL behind a node
	// or an edge; empty leaves those links out.
	MetricsUID string
	// Logs and Traces give the UID of the data source with a cluster's logs and
	// traces, empty where there is none; nil where no cluster has any.
	Logs, Traces func(mesh.ClusterName) string
	// Jaeger says that traces are asked for as Jaeger wants it, not Tempo.
	Jaeger bool
	// LogsQuery and TracesQuery replace the default queries; empty keeps those.
	LogsQuery, TracesQuery string
	// Dashboards says whether links lead to the dashboards of Dashboards().
	Dashboards bool
}

// field reads a column of the clicked row into a link.
func field(name string) string { return "${__data.fields." + name + "}" }

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

// behind writes the PromQL of what there is now; of what is gone, of what there was.
func (o GraphOptions) behind(c mesh.Change) Behind {
	if c == mesh.ChangeGone && o.BehindThen != nil {
		return o.BehindThen
	}
	return o.Behind
}

// behindBox is the PromQL behind what a box holds.
func (o GraphOptions) behindBox(b mesh.Box) string {
	ref := mesh.Ref{Kind: mesh.KindCluster, Cluster: b.Cluster}
	if b.Namespace != "" {
		ref.Kind, ref.Namespace = mesh.KindNamespace, b.Namespace
	}
	return o.Behind.Node(ref, onlyTCP(b.Served(), mesh.ChangeNone, nil))
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
