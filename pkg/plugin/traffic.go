package plugin

import (
	"context"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// panelNodes is how many nodes the Node graph panel draws.
const panelNodes = 200

func (d *Datasource) trafficGraph(ctx context.Context, q query.TrafficGraph, during telemetry.Range) (data.Frames, error) {
	drawing, err := d.draw(ctx, q.Options, during, d.maxNodes(q.Options))
	if err != nil {
		return nil, err
	}
	drawing.sayKnown()
	o := d.graphOptions(drawing, q.Options)
	o.Networks = drawing.dresser.networks()
	if q.Boxes != nil {
		o.Arrangement = drawing.boxes(*q.Boxes, o.Networks, &d.layouts)
	}
	return drawing.told(frames.Graph(drawing.graph, o)), nil
}

func (d *Datasource) traffic(ctx context.Context, q query.Traffic, during telemetry.Range) (data.Frames, error) {
	// A table has room for every edge: it folds only when that is asked for.
	drawing, err := d.draw(ctx, q.Options, during, q.MaxNodes)
	if err != nil {
		return nil, err
	}
	return drawing.told(frames.Traffic(drawing.graph, d.graphOptions(drawing, q.Options))), nil
}

func (d *Datasource) maxNodes(o query.Options) int {
	if o.MaxNodes > 0 {
		return o.MaxNodes
	}
	return d.settings.Limits.MaxNodes
}

func (d *Datasource) graphOptions(drawing *drawing, o query.Options) frames.GraphOptions {
	behind := d.store.Behind(drawing.window)
	return frames.GraphOptions{
		Links:       d.links,
		Home:        d.settings.Home.Name,
		LatencyName: latencyName(o.Latency),
		Behind:      behind,
		BehindThen:  behind.Before(o.CompareTo),
		Queries:     drawing.queries,
		Compared:    drawing.compared,
		Finds:       o.Find != "",
	}
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
