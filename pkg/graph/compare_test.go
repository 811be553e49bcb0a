package graph_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestWhatCountsAsChanged(t *testing.T) {
	a, b := workload("east", "shop", "a"), workload("east", "shop", "b")
	pair := mesh.Pair{Source: a, Destination: b}
	type side struct{ requests, failed, bytes, latency float64 } // below 0: nobody told
	drawn := func(s side) mesh.Graph {
		traffic := mesh.Traffic{Latency: map[mesh.Pair]float64{}}
		if s.requests >= 0 {
			traffic.Calls = append(traffic.Calls, http(a, b, s.requests, s.failed))
		}
		if s.bytes >= 0 {
			traffic.Calls = append(traffic.Calls, tcp(a, b, s.bytes))
		}
		if s.latency >= 0 {
			traffic.Latency[pair] = s.latency
		}
		return graph.Build(traffic, graph.Options{})
	}
	const rate, errors, latency = mesh.MeasureRate, mesh.MeasureErrors, mesh.MeasureLatency
	for name, tt := range map[string]struct {
		then, now side
		want      []mesh.Measure
	}{
		"the same":                      {side{10, 1, 5, 20}, side{10, 1, 5, 20}, nil},
		"twice the rate":                {side{10, 0, -1, -1}, side{20, 0, -1, -1}, nil},
		"more than twice":               {side{10, 0, -1, -1}, side{20.1, 0, -1, -1}, []mesh.Measure{rate}},
		"less than half":                {side{20.1, 0, -1, -1}, side{10, 0, -1, -1}, []mesh.Measure{rate}},
		"thrice next to nothing":        {side{0.04, 0, -1, -1}, side{0.13, 0, -1, -1}, nil},
		"0.1 more":                      {side{0.05, 0, -1, -1}, side{0.15, 0, -1, -1}, []mesh.Measure{rate}},
		"from TCP alone to requests":    {side{-1, 0, 1000, -1}, side{0.1, 0, 1000, -1}, []mesh.Measure{rate}},
		"thrice the bytes":              {side{-1, 0, 100, -1}, side{-1, 0, 300, -1}, []mesh.Measure{rate}},
		"thrice few bytes":              {side{-1, 0, 40, -1}, side{-1, 0, 120, -1}, nil},
		"bytes that nobody told of":     {side{5, 0, -1, -1}, side{5, 0, 1e6, -1}, nil},
		"4 points more errors":          {side{100, 1, -1, -1}, side{100, 5, -1, -1}, nil},
		"5 points more errors":          {side{100, 5, -1, -1}, side{100, 10, -1, -1}, []mesh.Measure{errors}},
		"5 points fewer errors":         {side{100, 5, -1, -1}, side{100, 0, -1, -1}, []mesh.Measure{errors}},
		"half more latency":             {side{1, 0, -1, 20}, side{1, 0, -1, 30}, nil},
		"more than half more latency":   {side{1, 0, -1, 20}, side{1, 0, -1, 30.1}, []mesh.Measure{latency}},
		"9 ms more":                     {side{1, 0, -1, 1}, side{1, 0, -1, 10}, nil},
		"10 ms more":                    {side{1, 0, -1, 1}, side{1, 0, -1, 11}, []mesh.Measure{latency}},
		"a latency nobody told of then": {side{1, 0, -1, -1}, side{1, 0, -1, 1000}, nil},
		"everything":                    {side{1, 0, -1, 1}, side{10, 5, -1, 100}, []mesh.Measure{rate, errors, latency}},
	} {
		g := graph.Compare(drawn(tt.now), drawn(tt.then))
		require.Len(t, g.Edges, 1, name)
		e := g.Edges[0]
		require.Equal(t, tt.want, e.Then.Changed, name)
		require.Equal(t, tt.want != nil, e.Change == mesh.ChangeChanged, name)
		for _, n := range g.Nodes {
			for _, m := range n.Then.Changed {
				require.Contains(t, tt.want, m, "%s: a node changes as its only edge does, without latency", name)
			}
		}
	}
}

func TestWhatIsNewAndWhatIsGone(t *testing.T) {
	web, cart, pay, old := workload("east", "shop", "web"), workload("east", "shop", "cart"), workload("west", "shop", "pay"), workload("west", "shop", "old")
	build := func(calls ...mesh.Call) mesh.Graph {
		return graph.Build(mesh.Traffic{Level: mesh.LevelWorkload, Calls: calls, Latency: map[mesh.Pair]float64{{Source: web, Destination: old}: 7}},
			graph.Options{Selected: func(r mesh.Ref) bool { return r.Cluster == "east" }})
	}
	now := build(http(web, cart, 10, 0), http(cart, pay, 4, 4))
	then := build(http(web, cart, 10, 0), http(web, old, 3, 3), http(old, cart, 5, 0))
	g := graph.Compare(now, then)
	require.Equal(t, mesh.LevelWorkload, g.Level)

	require.Equal(t, []mesh.Ref{cart, web, old, pay}, refsOf(g))
	cartNode, webNode, oldNode, payNode := g.Nodes[0], g.Nodes[1], g.Nodes[2], g.Nodes[3]
	require.Equal(t, mesh.ChangeNone, cartNode.Change, "15 served then, 10 now")
	require.InDelta(t, 15, *cartNode.Then.Requests, 0)
	require.Equal(t, []mesh.Measure{mesh.MeasureErrors}, webNode.Then.Changed, "what it sends failed in part then")
	require.InDelta(t, 13, *webNode.Then.Requests, 0, "it only calls")
	require.Equal(t, mesh.ChangeNew, payNode.Change)
	require.Nil(t, payNode.Then)
	require.InDelta(t, 3, *oldNode.Then.Requests, 0)
	oldNode.Then = nil
	require.Equal(t, mesh.Node{Ref: old, Outside: true, Health: mesh.HealthNone, Change: mesh.ChangeGone}, oldNode, "nothing of it is of now")

	changes := map[mesh.Pair]mesh.Change{}
	for _, e := range g.Edges {
		changes[e.Pair] = e.Change
	}
	require.Equal(t, map[mesh.Pair]mesh.Change{
		{Source: web, Destination: cart}: mesh.ChangeNone, {Source: cart, Destination: pay}: mesh.ChangeNew,
		{Source: web, Destination: old}: mesh.ChangeGone, {Source: old, Destination: cart}: mesh.ChangeGone,
	}, changes)
	for _, e := range g.Edges {
		if e.Destination == old {
			require.InDelta(t, 7, *e.Then.Latency, 0)
			require.Nil(t, e.Latency)
			require.Nil(t, e.Requests)
			require.Equal(t, []mesh.Protocol{mesh.HTTP}, e.Protocols)
		}
	}
}

// changes lists what is new and what is gone.
func changes(g mesh.Graph, c mesh.Change) (nodes []mesh.Ref, edges []mesh.Pair) {
	for _, n := range g.Nodes {
		if n.Change == c {
			nodes = append(nodes, n.Ref)
		}
	}
	for _, e := range g.Edges {
		if e.Change == c {
			edges = append(edges, e.Pair)
		}
	}
	return nodes, edges
}

func TestCompareOnGeneratedMeshes(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 300 {
		first, second := generated(rng), generated(rng)
		now, then := graph.Build(first, graph.Options{}), graph.Build(second, graph.Options{})

		same := graph.Compare(now, now)
		require.Len(t, same.Nodes, len(now.Nodes))
		for i, n := range same.Nodes {
			require.Equal(t, mesh.ChangeNone, n.Change, "nothing changes against itself")
			n.Then = nil
			require.Equal(t, now.Nodes[i], n)
		}
		for i, e := range same.Edges {
			require.Equal(t, mesh.ChangeNone, e.Change)
			e.Then = nil
			require.Equal(t, now.Edges[i], e)
		}

		g, back := graph.Compare(now, then), graph.Compare(then, now)
		newNodes, newEdges := changes(g, mesh.ChangeNew)
		goneNodes, goneEdges := changes(back, mesh.ChangeGone)
		require.Equal(t, newNodes, goneNodes, "new is gone the other way round")
		require.Equal(t, newEdges, goneEdges)
		require.Equal(t, refsOf(g), refsOf(back), "the same nodes in the same order")

		_, changed := changes(g, mesh.ChangeChanged)
		_, changedBack := changes(back, mesh.ChangeChanged)
		require.Equal(t, changed, changedBack, "an edge changes as much either way")

		nodes := map[mesh.Ref]bool{}
		var was, is mesh.Rates
		for _, n := range g.Nodes {
			require.False(t, nodes[n.Ref], "a node twice")
			nodes[n.Ref] = true
			is.Add(n.Received())
		}
		for _, n := range now.Nodes {
			was.Add(n.Received())
		}
		require.Equal(t, was, is, "no sum of now changes")
		for i, e := range g.Edges {
			require.True(t, nodes[e.Source] && nodes[e.Destination], "an edge without its nodes")
			require.True(t, i == 0 || g.Edges[i-1].Compare(e.Pair) < 0, "sorted, one for a pair")
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	now := graph.Build(busy(), graph.Options{})
	then := graph.Focus(now, at(now.Nodes[0].Ref), 2)
	b.ReportAllocs()
	for b.Loop() {
		graph.Compare(now, then)
	}
}
