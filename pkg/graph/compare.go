package graph

import (
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// By how much traffic must differ to count as changed, by a factor and by an amount. What
// is less is the noise of any day, and a rare call that became two is no news either.
const (
	changedRateFactor    = 2.0  // more than
	changedRequests      = 0.1  // per second, at least
	changedBytes         = 100  // TCP bytes per second, at least: what weighs as much
	changedErrors        = 0.05 // of the requests, at least: 5 percentage points
	changedLatencyFactor = 1.5  // more than
	changedLatency       = 10.0 // milliseconds, at least
)

// Compare draws the graph of now together with what was there then: it marks what is new
// and what has changed, and adds what is gone, without any traffic of now. All that now
// has stays as it is, so no sum over the traffic of now changes.
//
// Both graphs are of the same level; where one of them lacks a part of the traffic that
// could not be had, such as TCP, everything with that part alone seems new or gone.
func Compare(now, then mesh.Graph) mesh.Graph {
	return mesh.Graph{
		Level: now.Level,
		Nodes: join(now.Nodes, then.Nodes, func(a, b *mesh.Node) int { return a.Ref.Compare(b.Ref) }, comparedNode),
		Edges: join(now.Edges, then.Edges, func(a, b *mesh.Edge) int { return a.Pair.Compare(b.Pair) }, comparedEdge),
	}
}

// join walks along two sorted lists and makes one thing of each two that are the same;
// one that has no counterpart is joined with nil.
func join[T any](now, then []T, compare func(a, b *T) int, both func(now, then *T) T) []T {
	out := make([]T, 0, max(len(now), len(then)))
	for len(now) > 0 || len(then) > 0 {
		order := 0
		switch {
		case len(now) == 0:
			order = 1
		case len(then) == 0:
			order = -1
		default:
			order = compare(&now[0], &then[0])
		}
		switch {
		case order < 0:
			out, now = append(out, both(&now[0], nil)), now[1:]
		case order > 0:
			out, then = append(out, both(nil, &then[0])), then[1:]
		default:
			out, now, then = append(out, both(&now[0], &then[0])), now[1:], then[1:]
		}
	}
	return out
}

func comparedNode(now, then *mesh.Node) mesh.Node {
	if now == nil {
		return mesh.Node{
			Ref: then.Ref, Outside: then.Outside, Health: mesh.HealthNone,
			Change: mesh.ChangeGone, Then: &mesh.Past{Rates: then.Shown()},
		}
	}
	out := *now
	if then == nil {
		out.Change, out.Then = mesh.ChangeNew, nil
		return out
	}
	past := mesh.Past{Rates: then.Out}
	if now.Serves() {
		past.Rates = then.Received()
	}
	out.Change, out.Then = marked(now.Shown(), nil, past)
	return out
}

func comparedEdge(now, then *mesh.Edge) mesh.Edge {
	if now == nil {
		return mesh.Edge{
			Pair: then.Pair, Protocols: then.Protocols, Health: mesh.HealthNone,
			Change: mesh.ChangeGone, Then: &mesh.Past{Rates: then.Rates, Latency: then.Latency},
		}
	}
	out := *now
	if then == nil {
		out.Change, out.Then = mesh.ChangeNew, nil
		return out
	}
	out.Change, out.Then = marked(now.Rates, now.Latency, mesh.Past{Rates: then.Rates, Latency: then.Latency})
	return out
}

// marked says what has changed since then.
func marked(now mesh.Rates, latency *float64, then mesh.Past) (mesh.Change, *mesh.Past) {
	if rateChanged(now, then.Rates) {
		then.Changed = append(then.Changed, mesh.MeasureRate)
	}
	if a, b := now.ErrorRatio(), then.ErrorRatio(); differs(a, b, 1, changedErrors) {
		then.Changed = append(then.Changed, mesh.MeasureErrors)
	}
	if differs(latency, then.Latency, changedLatencyFactor, changedLatency) {
		then.Changed = append(then.Changed, mesh.MeasureLatency)
	}
	if then.Changed != nil {
		return mesh.ChangeChanged, &then
	}
	return mesh.ChangeNone, &then
}

// rateChanged compares requests, and TCP's bytes where both are known. Requests are always
// asked for together, so that none reported means that there were none.
func rateChanged(now, then mesh.Rates) bool {
	return differs(orNone(now.Requests), orNone(then.Requests), changedRateFactor, changedRequests) ||
		differs(now.Bytes, then.Bytes, changedRateFactor, changedBytes)
}

func orNone(v *float64) *float64 {
	if v == nil {
		v = new(float64)
	}
	return v
}

// differs reports whether two values are further apart than a factor and at least as far
// as an amount; they are not as far as is known when one of them is not.
func differs(a, b *float64, factor, amount float64) bool {
	const rounding = 1e-9
	if a == nil || b == nil {
		return false
	}
	low, high := min(*a, *b), max(*a, *b)
	return high > factor*low && high-low >= amount-rounding
}
