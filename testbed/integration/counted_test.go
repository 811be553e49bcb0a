package integration

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// clusterPair are the clusters of a caller and of what it calls.
type clusterPair struct{ from, to string }

// tally is traffic, per second.
type tally struct{ requests, failed, bytes float64 }

func (a tally) plus(b tally) tally {
	return tally{a.requests + b.requests, a.failed + b.failed, a.bytes + b.bytes}
}

// counted is traffic by clusters: between is between two nodes of a graph, inside is that
// of nodes with themselves, which no edge shows.
type counted struct{ between, inside map[clusterPair]tally }

func newCounted() counted {
	return counted{map[clusterPair]tally{}, map[clusterPair]tally{}}
}

// all is what is between nodes and what is inside of them. Bytes inside a node stand in
// its details alone.
func (c counted) all() map[clusterPair]tally {
	out := maps.Clone(c.between)
	for pair, t := range c.inside {
		t.bytes = 0
		out[pair] = out[pair].plus(t)
	}
	return out
}

// total adds up all pairs, in order.
func total(of map[clusterPair]tally) tally {
	var out tally
	for _, pair := range slices.SortedFunc(maps.Keys(of), clusterPair.compare) {
		out = out.plus(of[pair])
	}
	return out
}

func (p clusterPair) compare(o clusterPair) int {
	return cmp.Or(strings.Compare(p.from, o.from), strings.Compare(p.to, o.to))
}

// number reads a plain column; null is 0.
func number(r row, column string) float64 {
	v, _ := r[column].(float64)
	return v
}

// countRows adds up rows of edges by their plain columns.
func countRows(edges []row) counted {
	out := newCounted()
	for _, e := range edges {
		if e["kind"] == "box" {
			continue
		}
		pair := clusterPair{e["sourcecluster"].(string), e["targetcluster"].(string)}
		rps := number(e, "rps")
		out.between[pair] = out.between[pair].plus(tally{rps, rps * number(e, "errorrate"), number(e, "bytes")})
	}
	return out
}

// countGraph adds up a graph by its plain columns: its edges, and of each node what it
// serves beyond what the edges bring it.
func countGraph(nodes, edges []row) counted {
	out := countRows(edges)
	brought := map[any]tally{}
	for _, e := range edges {
		rps := number(e, "rps")
		brought[e["target"]] = brought[e["target"]].plus(tally{requests: rps, failed: rps * number(e, "errorrate")})
	}
	for _, n := range nodes {
		if n["kind"] == "box" || !served(n) {
			continue
		}
		rps, by := number(n, "rps"), brought[n["id"]]
		inside := tally{requests: rps - by.requests, failed: rps*number(n, "errorrate") - by.failed}
		if inside.requests > 1e-9 {
			pair := clusterPair{n["cluster"].(string), n["cluster"].(string)}
			out.inside[pair] = out.inside[pair].plus(inside)
		}
	}
	return out
}

// served reports whether a node's rate is of what it serves: nodes that only call
// show what they send.
func served(n row) bool {
	return n["detail__in"] != "" || n["detail__inside"] != ""
}

// halves tells the edges that a called service ends from those that it begins. A service
// that is called and has nothing behind it begins none.
func halves(edges []row) (toServices, fromServices []row) {
	for _, e := range edges {
		if strings.HasPrefix(e["source"].(string), "service/") {
			fromServices = append(fromServices, e)
		} else {
			toServices = append(toServices, e)
		}
	}
	return toServices, fromServices
}

// equal wants the same traffic of each pair of clusters. Both sides read the same samples
// over the same window at the same moment; all that may differ is the order in which
// floats are added, which is worth some of the last of their 15 digits.
func equal(t *testing.T, what string, got, want map[clusterPair]tally) {
	t.Helper()
	const tolerance = 1e-9
	near := func(a, b float64) bool { return math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b), 1) }
	pairs := maps.Clone(got)
	maps.Copy(pairs, want)
	for _, p := range slices.SortedFunc(maps.Keys(pairs), clusterPair.compare) {
		if a, b := got[p], want[p]; !near(a.requests, b.requests) || !near(a.failed, b.failed) || !near(a.bytes, b.bytes) {
			t.Errorf("%s, from %s to %s: %+v, and by hand %+v", what, p.from, p.to, a, b)
		}
	}
	if total(want).requests == 0 {
		t.Errorf("%s: there is nothing to compare", what)
	}
}

// withoutBytes leaves out what a fold hides inside its nodes.
func withoutBytes(of map[clusterPair]tally) map[clusterPair]tally {
	out := map[clusterPair]tally{}
	for p, t := range of {
		t.bytes = 0
		out[p] = t
	}
	return out
}
