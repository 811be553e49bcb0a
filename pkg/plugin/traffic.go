package plugin

import (
	"context"
	"fmt"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

func (d *Datasource) trafficGraph(ctx context.Context, q query.TrafficGraph, during telemetry.Range) (data.Frames, error) {
	return d.drawn(ctx, q.Options, during, frames.Graph)
}

func (d *Datasource) traffic(ctx context.Context, q query.Traffic, during telemetry.Range) (data.Frames, error) {
	return d.drawn(ctx, q.Options, during, frames.Traffic)
}

// drawn takes a question about traffic through the rooms: the store's answer, the
// graph of it, and the graph's frames, drawn as a graph or as a table.
func (d *Datasource) drawn(ctx context.Context, o query.Options, during telemetry.Range,
	draw func(mesh.Graph, frames.GraphOptions) data.Frames,
) (data.Frames, error) {
	if err := d.clustersExist(ctx, o.Clusters, during); err != nil {
		return nil, err
	}
	question := telemetry.Question{
		Selection: telemetry.Selection(o.Selection),
		Range:     during,
		Window:    o.Window,
		Level:     o.Level,
		Services:  o.Services,
		Protocols: o.Protocols,
		Latency:   latency[o.Latency],
	}
	maxNodes := o.MaxNodes
	if maxNodes == 0 {
		maxNodes = d.settings.Limits.MaxNodes
	}
	var queries []string
	if o.Level == mesh.LevelAuto {
		level, promQL, err := d.store.FinestLevel(ctx, question, maxNodes)
		if err != nil {
			return nil, err
		}
		question.Level, queries = level, append(queries, promQL)
	}
	answer, err := d.store.Traffic(ctx, question)
	if err != nil {
		return nil, err
	}
	g := graph.Build(answer.Traffic, graph.Options{
		Selected:         selected(o.Selection),
		CrossClusterOnly: o.CrossClusterOnly,
	})
	drawn := draw(g, frames.GraphOptions{
		Links:       d.links,
		Home:        d.settings.Home.Name,
		LatencyName: latencyName(o.Latency),
		Behind:      d.store.Behind(answer.Window),
		Queries:     append(queries, answer.Queries...),
	})
	for _, missing := range answer.Missing {
		frames.Notice(drawn, data.NoticeSeverityWarning,
			fmt.Sprintf("Without %s: %s", missing.What, fault.Of(missing.Err).Sentence))
	}
	for _, warning := range answer.Warnings {
		frames.Notice(drawn, data.NoticeSeverityWarning, "The metrics store warns: "+fault.Clean(warning))
	}
	if len(g.Nodes) > maxNodes {
		frames.Notice(drawn, data.NoticeSeverityWarning, fmt.Sprintf(
			"%d nodes at level %s, more than the %d wanted: choose a coarser level, or fewer clusters or namespaces", len(g.Nodes), g.Level, maxNodes))
	}
	return drawn, nil
}

// latency says the query's latencies in the store's words.
var latency = map[query.Latency]string{
	query.LatencyP50: "0.5", query.LatencyP95: "0.95", query.LatencyP99: "0.99",
	query.LatencyAvg: telemetry.LatencyAvg, query.LatencyNone: "",
}

func latencyName(l query.Latency) string {
	if l == query.LatencyNone {
		return ""
	}
	return string(l)
}

// selected reports whether a node matches a selection, as far as the node's level
// tells: a cluster is not asked for its namespaces. Nil when everything is selected.
func selected(s query.Selection) func(mesh.Ref) bool {
	if len(s.Clusters) == 0 && len(s.Namespaces) == 0 && len(s.Names) == 0 {
		return nil
	}
	return func(ref mesh.Ref) bool {
		switch ref.Kind {
		case mesh.KindExternal, mesh.KindUnknown:
			return false
		case mesh.KindWorkload, mesh.KindService, mesh.KindApp:
			if len(s.Names) > 0 && !slices.Contains(s.Names, ref.Name) {
				return false
			}
			fallthrough
		case mesh.KindNamespace, mesh.KindOther:
			if len(s.Namespaces) > 0 && !slices.Contains(s.Namespaces, ref.Namespace) {
				return false
			}
		}
		return len(s.Clusters) == 0 || slices.Contains(s.Clusters, ref.Cluster)
	}
}
