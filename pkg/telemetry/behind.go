package telemetry

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Behind writes the PromQL that a person would type to look behind a node or an
// edge, for links that open it. It is for one goroutine.
type Behind struct {
	names aliases
	// scope is what every selector ends with, over which time it looks at.
	scope, over string
	window      time.Duration
	// What is written of the ends of one edge is kept for the next.
	sources, destinations map[mesh.Ref]string
}

// Behind writes PromQL over a window.
func (s *Store) Behind(window time.Duration) Behind {
	b := Behind{names: s.names, window: window, sources: map[mesh.Ref]string{}, destinations: map[mesh.Ref]string{}}
	if scope := written(s.scope); scope != "" {
		b.scope = "," + scope
	}
	b.over = "[" + model.Duration(window).String() + "]"
	return b
}

// Before writes the same PromQL over the window that lies so much earlier: what is gone
// has nothing behind it now.
func (b Behind) Before(ago time.Duration) Behind {
	b.over = "[" + model.Duration(b.window).String() + "] offset " + model.Duration(ago).String()
	return b
}

// Node asks for the traffic that arrives at a node; of a node that only calls, for
// the traffic that it sends. tcp asks for bytes instead of requests.
func (b Behind) Node(ref mesh.Ref, tcp bool) string {
	if ref.Kind == mesh.KindUnknown {
		return b.rate(b.source(ref), tcp)
	}
	matchers := b.destination(ref)
	if ref.Kind == mesh.KindExternal {
		matchers = append(matchers, b.cluster(labelSourceClust, ref.Cluster))
	}
	return b.rate(matchers, tcp)
}

// Edge asks for the traffic between two nodes. Between a service and what serves it,
// it asks for what arrives there by that service.
func (b Behind) Edge(pair mesh.Pair, tcp bool) string {
	if pair.Source.Kind == mesh.KindService && pair.Destination.Kind != mesh.KindService {
		return b.rate(append(b.destination(pair.Destination), matcher{labelDestSvcNs, "=", pair.Source.Namespace}, matcher{labelDestService, "=", pair.Source.Name}), tcp)
	}
	return b.rateOf(once(b.sources, pair.Source, b.source)+","+once(b.destinations, pair.Destination, b.destination), tcp)
}

// once writes the matchers of a node, the first time.
func once(kept map[mesh.Ref]string, ref mesh.Ref, matchers func(mesh.Ref) []matcher) string {
	text, ok := kept[ref]
	if !ok {
		text = written(matchers(ref))
		kept[ref] = text
	}
	return text
}

func (b Behind) rate(matchers []matcher, tcp bool) string { return b.rateOf(written(matchers), tcp) }

// rateOf asks for the rate of what written matchers select.
func (b Behind) rateOf(matchers string, tcp bool) string {
	metric, by := metricRequests, labelReporter+","+labelCode+","+labelFlags
	if tcp {
		metric, by = metricTCPSent, labelReporter
	}
	return "sum by (" + by + ") (rate(" + metric + "{" + matchers + b.scope + "}" + b.over + "))"
}

func (b Behind) source(ref mesh.Ref) []matcher {
	out := []matcher{b.cluster(labelSourceClust, ref.Cluster)}
	switch ref.Kind {
	case mesh.KindUnknown:
		return append(out, oneOf(labelSourceWl, []string{"", mesh.Unknown}))
	case mesh.KindNamespace, mesh.KindWorkload, mesh.KindApp, mesh.KindService, mesh.KindOther:
		out = append(out, matcher{labelSourceNs, "=", ref.Namespace})
	}
	switch ref.Kind {
	case mesh.KindWorkload:
		out = append(out, matcher{labelSourceWl, "=", ref.Name})
	case mesh.KindApp, mesh.KindService:
		out = append(out, version(matcher{labelSourceApp, "=", ref.Name}, labelSourceVer, ref)...)
	}
	return out
}

// version adds an app's version to what selects the app.
func version(app matcher, label string, ref mesh.Ref) []matcher {
	if ref.Version == "" {
		return []matcher{app}
	}
	return []matcher{app, {label, "=", ref.Version}}
}

func (b Behind) destination(ref mesh.Ref) []matcher {
	if ref.Kind == mesh.KindExternal {
		return []matcher{{labelDestWl, "=", mesh.Unknown}, {labelDestService, "=", ref.Name}}
	}
	out := []matcher{b.cluster(labelDestClust, ref.Cluster)}
	switch {
	case ref.Kind == mesh.KindService:
		out = append(out, matcher{labelDestSvcNs, "=", ref.Namespace}, matcher{labelDestService, "=", ref.Name})
	case ref.Kind == mesh.KindApp:
		out = append(out, matcher{labelDestNs, "=", ref.Namespace})
		out = append(out, version(matcher{labelDestApp, "=", ref.Name}, labelDestVer, ref)...)
	case ref.Kind == mesh.KindNamespace && !ref.Cluster.Known():
		out = append(out, matcher{labelDestSvcNs, "=", ref.Namespace})
	case ref.Kind == mesh.KindNamespace || ref.Kind == mesh.KindOther:
		out = append(out, matcher{labelDestNs, "=", ref.Namespace})
	case ref.Kind == mesh.KindWorkload:
		out = append(out, matcher{labelDestNs, "=", ref.Namespace}, matcher{labelDestWl, "=", ref.Name})
	}
	return out
}

func (b Behind) cluster(label string, name mesh.ClusterName) matcher {
	return oneOf(label, b.names.inTelemetry([]mesh.ClusterName{name}))
}
