package graph_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func namespace(cluster mesh.ClusterName, name string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindNamespace, Cluster: cluster, Namespace: name}
}

func http(from, to mesh.Ref, requests, failed float64) mesh.Call {
	zero := 0.0
	return mesh.Call{Pair: mesh.Pair{Source: from, Destination: to}, Protocol: mesh.HTTP,
		Rates: mesh.Rates{Requests: &requests, Failed: &failed, ClientErrors: &zero}}
}

func tcp(from, to mesh.Ref, bytes float64) mesh.Call {
	return mesh.Call{Pair: mesh.Pair{Source: from, Destination: to}, Protocol: mesh.TCP, Rates: mesh.Rates{Bytes: &bytes}}
}

func TestProtocolsFoldIntoOneEdge(t *testing.T) {
	a, b := namespace("east", "a"), namespace("west", "b")
	g := graph.Build(mesh.Traffic{
		Calls:   []mesh.Call{tcp(a, b, 100), http(a, b, 10, 1)},
		Latency: map[mesh.Pair]float64{{Source: a, Destination: b}: 12},
	}, graph.Options{})
	require.Len(t, g.Edges, 1)
	e := g.Edges[0]
	require.Equal(t, []mesh.Protocol{mesh.HTTP, mesh.TCP}, e.Protocols)
	require.InDelta(t, 10, *e.Requests, 0)
	require.InDelta(t, 100, *e.Bytes, 0)
	require.InDelta(t, 12, *e.Latency, 0)
	require.True(t, *e.CrossCluster())
	require.Equal(t, mesh.HealthFailure, e.Health, "10 % failed")
}

func TestCallsToOneselfBelongToTheNode(t *testing.T) {
	a, b := namespace("east", "a"), namespace("east", "b")
	g := graph.Build(mesh.Traffic{Calls: []mesh.Call{http(a, a, 7, 0), http(b, a, 3, 0)}}, graph.Options{})
	require.Len(t, g.Edges, 1)
	require.InDelta(t, 7, *g.Nodes[0].Inside.Requests, 0)
	require.InDelta(t, 3, *g.Nodes[0].In.Requests, 0)
	require.InDelta(t, 10, *g.Nodes[0].Received().Requests, 0)
	require.Nil(t, g.Nodes[0].Out.Requests, "it calls nobody else")
}

func TestCrossClusterOnly(t *testing.T) {
	a, b := namespace("east", "a"), namespace("west", "b")
	unresolved := namespace(mesh.Unknown, "c")
	g := graph.Build(mesh.Traffic{Calls: []mesh.Call{http(a, a, 7, 0), http(a, b, 3, 0), http(a, unresolved, 1, 1)}},
		graph.Options{CrossClusterOnly: true})
	require.Len(t, g.Nodes, 2)
	require.Len(t, g.Edges, 1)
	require.Nil(t, mesh.Pair{Source: a, Destination: unresolved}.CrossCluster())
}

func TestTheSelectionMarksWhatIsOutside(t *testing.T) {
	a, b := namespace("east", "a"), namespace("west", "b")
	g := graph.Build(mesh.Traffic{Calls: []mesh.Call{http(a, b, 3, 0)}},
		graph.Options{Selected: func(r mesh.Ref) bool { return r.Cluster == "east" }})
	require.False(t, g.Nodes[0].Outside)
	require.True(t, g.Nodes[1].Outside)
}

func TestHealthFollowsTheTolerances(t *testing.T) {
	a, b := namespace("east", "a"), namespace("east", "b")
	for _, tt := range []struct {
		requests, failed, clientErrors float64
		want                           mesh.Health
	}{
		{100, 0, 0, mesh.HealthHealthy},
		{100, 0.1, 0, mesh.HealthDegraded},
		{100, 9.9, 0, mesh.HealthDegraded},
		{100, 10, 0, mesh.HealthFailure},
		{100, 0, 9.9, mesh.HealthHealthy},
		{100, 0, 10, mesh.HealthDegraded},
		{100, 0, 20, mesh.HealthFailure},
	} {
		c := http(a, b, tt.requests, tt.failed)
		c.ClientErrors = &tt.clientErrors
		g := graph.Build(mesh.Traffic{Calls: []mesh.Call{c}}, graph.Options{})
		require.Equal(t, tt.want, g.Edges[0].Health, "%+v", tt)
		require.Equal(t, []mesh.Health{tt.want, tt.want}, healths(g), "%+v", tt)
	}
	g := graph.Build(mesh.Traffic{Calls: []mesh.Call{{Pair: mesh.Pair{Source: a, Destination: b}}, http(b, a, 0, 0)}}, graph.Options{})
	require.Equal(t, []mesh.Health{mesh.HealthNone, mesh.HealthNone}, healths(g), "nothing to judge by")
	require.Equal(t, mesh.HealthNone, g.Edges[0].Health)
}

func healths(g mesh.Graph) []mesh.Health {
	var out []mesh.Health
	for _, n := range g.Nodes {
		out = append(out, n.Health)
	}
	return out
}

// Generated is a random mesh.
func generated(rng *rand.Rand) mesh.Traffic {
	refs := make([]mesh.Ref, 2+rng.IntN(12))
	for i := range refs {
		refs[i] = namespace(mesh.ClusterName(fmt.Sprint("c", rng.IntN(3))), fmt.Sprint("n", rng.IntN(6)))
	}
	var t mesh.Traffic
	seen := map[mesh.Pair]bool{}
	for range rng.IntN(60) {
		from, to := refs[rng.IntN(len(refs))], refs[rng.IntN(len(refs))]
		pair := mesh.Pair{Source: from, Destination: to}
		if seen[pair] {
			continue
		}
		seen[pair] = true
		requests := rng.Float64() * 100
		t.Calls = append(t.Calls, http(from, to, requests, requests*rng.Float64()), tcp(from, to, rng.Float64()*1e6))
	}
	return t
}

func TestGeneratedMeshes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		traffic := generated(rng)
		g := graph.Build(traffic, graph.Options{})

		var asked, drawn float64
		for _, c := range traffic.Calls {
			if c.Requests != nil {
				asked += *c.Requests
			}
		}
		nodes := map[mesh.Ref]bool{}
		for _, n := range g.Nodes {
			require.False(t, nodes[n.Ref], "a node twice")
			nodes[n.Ref] = true
			if r := n.Received().Requests; r != nil {
				drawn += *r
			}
		}
		require.InDelta(t, asked, drawn, 1e-6, "folding changes no total")
		pairs := map[mesh.Pair]bool{}
		for _, e := range g.Edges {
			require.True(t, nodes[e.Source] && nodes[e.Destination], "an edge without its nodes")
			require.False(t, pairs[e.Pair], "two edges for a pair")
			require.NotEqual(t, e.Source, e.Destination)
			pairs[e.Pair] = true
		}
		rng.Shuffle(len(traffic.Calls), func(i, j int) {
			traffic.Calls[i], traffic.Calls[j] = traffic.Calls[j], traffic.Calls[i]
		})
		require.Equal(t, g, graph.Build(traffic, graph.Options{}), "the order of calls matters")
	}
}
