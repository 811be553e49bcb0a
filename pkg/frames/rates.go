package frames

import (
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// RatesOptions are what the frames of time series need besides the series.
type RatesOptions struct {
	Links Links
	Times mesh.Times
	By    mesh.Grouping
	Side  mesh.Side
	// Signals are what was asked of each thing. Where there are several, the label
	// "measure" tells a thing's series apart.
	Signals []mesh.Signal
	// LatencyName says which latency series show, such as "p95".
	LatencyName string
	// Queries are the PromQL queries behind the answer, for the query inspector.
	Queries []string
}

// Rates makes one frame of each series, all on the same moments, in the order given.
//
// They are of the type timeseries-multi, which panels draw and of which alert rules
// can make numbers: one time and one number each, told apart by labels. Without any
// series there is one frame without fields, which says so in that type.
// https://grafana.com/developers/dataplane/timeseries
func Rates(series []mesh.Series, o RatesOptions) data.Frames {
	moments := o.Times.Moments()
	out := make(data.Frames, 0, max(len(series), 1))
	for i := range series {
		s := &series[i]
		name := o.title(s)
		value := data.NewField(string(s.Signal), o.labels(s), s.Values).SetConfig((&data.FieldConfig{
			DisplayNameFromDS: name,
			Unit:              signalUnits[s.Signal],
			Links:             o.Links.promQL("Metrics/PromQL of this series", s.PromQL),
		}).SetMin(0))
		time := data.NewField("time", nil, moments).SetConfig(&data.FieldConfig{Interval: float64(o.Times.Step.Milliseconds())})
		out = append(out, data.NewFrame(name, time, value))
	}
	if len(out) == 0 {
		out = append(out, data.NewFrame(""))
	}
	for _, f := range out {
		f.Meta = &data.FrameMeta{
			Type: data.FrameTypeTimeSeriesMulti, TypeVersion: data.FrameTypeVersion{0, 1}, PreferredVisualization: data.VisTypeGraph,
		}
	}
	// They are long, and the same for all.
	out[0].Meta.ExecutedQueryString = strings.Join(o.Queries, "\n")
	return out
}

// signalUnits are Grafana's units.
var signalUnits = map[mesh.Signal]string{
	mesh.SignalRequests: "reqps", mesh.SignalErrorRatio: "percentunit", mesh.SignalClientErrorRatio: "percentunit",
	mesh.SignalLatency: "ms", mesh.SignalBytes: "Bps",
}

// title names a series in a legend.
func (o RatesOptions) title(s *mesh.Series) string {
	name := ""
	switch {
	case o.By == mesh.ByClusterPair:
		name = path(s.Of.Source) + " → " + path(s.Of.Destination)
	case o.Side == mesh.SideSource:
		name = path(s.Of.Source)
	default:
		name = path(s.Of.Destination)
	}
	if len(o.Signals) < 2 {
		return name
	}
	return name + " · " + o.signalTitle(s.Signal)
}

func (o RatesOptions) signalTitle(s mesh.Signal) string {
	switch s {
	case mesh.SignalErrorRatio:
		return "failed"
	case mesh.SignalClientErrorRatio:
		return "4xx"
	case mesh.SignalLatency:
		return joined(" ", o.LatencyName, "latency")
	case mesh.SignalBytes:
		return "TCP bytes"
	}
	return string(s)
}

// path names a thing with what holds it, the outermost first.
func path(ref mesh.Ref) string {
	cluster := mesh.Ref{Kind: mesh.KindCluster, Cluster: ref.Cluster}.Title()
	switch ref.Kind {
	case mesh.KindCluster:
		return cluster
	case mesh.KindUnknown:
		if !ref.Cluster.Known() {
			return ref.Title()
		}
	case mesh.KindNamespace:
	default:
		return joined(" / ", cluster, ref.Namespace, ref.Title())
	}
	return joined(" / ", cluster, ref.Title())
}

// labels tell series apart. Each thing of a grouping has the same labels, but that a
// destination of which only the service is known has a service instead of an app or
// a workload.
func (o RatesOptions) labels(s *mesh.Series) data.Labels {
	out := data.Labels{}
	switch {
	case o.By == mesh.ByClusterPair:
		out["source_cluster"], out["destination_cluster"] = string(s.Of.Source.Cluster), string(s.Of.Destination.Cluster)
	case o.Side == mesh.SideSource:
		o.label(out, s.Of.Source)
	default:
		o.label(out, s.Of.Destination)
	}
	if len(o.Signals) > 1 {
		out["measure"] = string(s.Signal)
	}
	return out
}

func (o RatesOptions) label(out data.Labels, ref mesh.Ref) {
	out["cluster"] = mesh.OrUnknown(string(ref.Cluster))
	if o.By == mesh.ByCluster {
		return
	}
	out["namespace"] = mesh.OrUnknown(ref.Namespace)
	switch {
	case o.By == mesh.ByNamespace:
	case ref.Kind == mesh.KindUnknown:
		out[string(o.By)] = mesh.Unknown
	default:
		out[string(ref.Kind)] = ref.Name
	}
}
