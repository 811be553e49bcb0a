package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Links says where a click on a node or an edge can lead.
type Links struct {
	// MetricsUID, LogsUID and TracesUID are the UIDs of Grafana data sources; empty
	// where there is none.
	MetricsUID, LogsUID, TracesUID string
	// ByCluster are the data sources of clusters that have their own.
	ByCluster map[mesh.ClusterName]ClusterLinks
	// TracesType is what TracesUID and those of ByCluster are.
	TracesType TracesType
	// LogsQuery and TracesQuery are queries with placeholders; empty for the default ones.
	LogsQuery, TracesQuery string
	// Dashboards says whether links lead to the provisioned dashboards.
	Dashboards bool
}

// ClusterLinks are one cluster's data sources. An empty UID means the one of all clusters.
type ClusterLinks struct{ LogsUID, TracesUID string }

// TracesType is a kind of data source for traces.
type TracesType string

// The kinds of data sources for traces that links know how to ask.
const (
	TracesTempo  TracesType = "tempo"
	TracesJaeger TracesType = "jaeger"
)

// Logs is the UID of the data source with a cluster's logs; empty where there is none.
func (l Links) Logs(cluster mesh.ClusterName) string {
	if own := l.ByCluster[cluster].LogsUID; own != "" {
		return own
	}
	return l.LogsUID
}

// Traces is the UID of the data source with a cluster's traces; empty where there is none.
func (l Links) Traces(cluster mesh.ClusterName) string {
	if own := l.ByCluster[cluster].TracesUID; own != "" {
		return own
	}
	return l.TracesUID
}

// linksJSON is the setting links, as the contract has it.
type linksJSON struct {
	MetricsUID string `json:"metricsUid"`
	TracesUID  string `json:"tracesUid"`
	LogsUID    string `json:"logsUid"`
	ByCluster  map[string]struct {
		TracesUID string `json:"tracesUid"`
		LogsUID   string `json:"logsUid"`
	} `json:"byCluster"`
	TracesType  string `json:"tracesType"`
	LogsQuery   string `json:"logsQuery"`
	TracesQuery string `json:"tracesQuery"`
	Dashboards  *bool  `json:"dashboards"`
}

// drillDown reads the setting links.
func (d *decoder) drillDown(in linksJSON) Links {
	out := Links{
		MetricsUID: in.MetricsUID, LogsUID: in.LogsUID, TracesUID: in.TracesUID,
		TracesType: TracesType(in.TracesType),
		LogsQuery:  d.template("links.logsQuery", in.LogsQuery), TracesQuery: d.template("links.tracesQuery", in.TracesQuery),
		Dashboards: in.Dashboards == nil || *in.Dashboards,
	}
	switch out.TracesType {
	case TracesTempo, TracesJaeger:
	case "":
		out.TracesType = TracesTempo
	default:
		d.wrong("links.tracesType", "%q is not one of %s, %s", in.TracesType, TracesTempo, TracesJaeger)
	}
	for _, name := range slices.Sorted(maps.Keys(in.ByCluster)) {
		own := in.ByCluster[name]
		switch {
		case name == "":
			d.wrong("links.byCluster", "has an empty name of a cluster")
			continue
		case own.LogsUID == "" && own.TracesUID == "":
			d.wrong(fmt.Sprintf("links.byCluster[%q]", name), "names no data source; give logsUid, tracesUid or both")
			continue
		}
		if out.ByCluster == nil {
			out.ByCluster = map[mesh.ClusterName]ClusterLinks{}
		}
		out.ByCluster[mesh.ClusterName(name)] = ClusterLinks{LogsUID: own.LogsUID, TracesUID: own.TracesUID}
	}
	return out
}

// Placeholders are what may stand, as ${name}, in the queries of links.
func Placeholders() []string { return []string{"cluster", "namespace", "workload", "app"} }

var placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)

// template checks that a query of a link has no placeholder that nothing fills in.
func (d *decoder) template(setting, query string) string {
	for _, found := range placeholder.FindAllStringSubmatch(query, -1) {
		if !slices.Contains(Placeholders(), found[1]) {
			d.wrong(setting, "%q is not one of ${%s}", found[0], strings.Join(Placeholders(), "}, ${"))
		}
	}
	return strings.TrimSpace(query)
}
