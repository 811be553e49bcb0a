package graph_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// matcher answers as its two functions do; nil says no.
type matcher struct {
	node func(*mesh.Node) bool
	edge func(*mesh.Edge) bool
}

func (m matcher) Node(n *mesh.Node) bool { return m.node != nil && m.node(n) }
func (m matcher) Edge(e *mesh.Edge) bool { return m.edge != nil && m.edge(e) }

func at(refs ...mesh.Ref) func(mesh.Ref) bool {
	return func(r mesh.Ref) bool {
		for _, ref := range refs {
			if r == ref {
				return true
			}
		}
		return false
	}
}

func names(g mesh.Graph) (nodes, edges []string) {
	for _, n := range g.Nodes {
		nodes = append(nodes, n.Namespace)
	}
	for _, e := range g.Edges {
		edges = append(edges, e.Source.Namespace+">"+e.Destination.Namespace)
	}
	return nodes, edges
}

func refsOf(g mesh.Graph) []mesh.Ref {
	out := make([]mesh.Ref, len(g.Nodes))
	for i, n := range g.Nodes {
		out[i] = n.Ref
	}
	return out
}

// chain is a → b → c → d and a → c.
func chain() (g mesh.Graph, a, b, c, d mesh.Ref) {
	a, b, c, d = namespace("east", "a"), namespace("east", "b"), namespace("east", "c"), namespace("east", "d")
	g = graph.Build(mesh.Traffic{Level: mesh.LevelNamespace,
		Calls: []mesh.Call{http(a, b, 1, 0), http(a, c, 4, 0), http(b, c, 2, 0), http(c, d, 3, 0)}}, graph.Options{})
	return g, a, b, c, d
}

func TestFocusTakesHopsBothWays(t *testing.T) {
	g, a, b, _, d := chain()
	for _, tt := range []struct {
		at           func(mesh.Ref) bool
		hops         int
		nodes, edges []string
	}{
		{at(d), 0, []string{"d"}, nil},
		{at(d), -3, []string{"d"}, nil},
		{at(d), 1, []string{"c", "d"}, []string{"c>d"}},
		{at(b), 1, []string{"a", "b", "c"}, []string{"a>b", "a>c", "b>c"}},
		{at(d), 2, []string{"a", "b", "c", "d"}, []string{"a>b", "a>c", "b>c", "c>d"}},
		{at(d), 1 << 60, []string{"a", "b", "c", "d"}, []string{"a>b", "a>c", "b>c", "c>d"}},
		{at(a, d), 0, []string{"a", "d"}, nil},
		{at(namespace("west", "a")), 5, nil, nil},
	} {
		near := graph.Focus(g, tt.at, tt.hops)
		nodes, edges := names(near)
		require.Equal(t, tt.nodes, nodes)
		require.Equal(t, tt.edges, edges)
		require.Equal(t, mesh.LevelNamespace, near.Level)
	}
	require.Len(t, g.Nodes, 4, "what came in stays as it was")
	require.InDelta(t, 6, *graph.Focus(g, at(namespace("east", "c")), 0).Nodes[0].In.Requests, 0, "a node tells all of its traffic")
}

func TestHide(t *testing.T) {
	g, a, _, c, _ := chain()
	nodes, edges := names(graph.Hide(g, matcher{node: func(n *mesh.Node) bool { return n.Ref == c }}))
	require.Equal(t, []string{"a", "b", "d"}, nodes, "d lost its last edge and stays")
	require.Equal(t, []string{"a>b"}, edges)

	nodes, edges = names(graph.Hide(g, matcher{edge: func(e *mesh.Edge) bool { return e.Source == a || *e.Requests > 2 }}))
	require.Equal(t, []string{"a", "b", "c", "d"}, nodes)
	require.Equal(t, []string{"b>c"}, edges)

	everything := graph.Hide(g, matcher{node: func(*mesh.Node) bool { return true }})
	require.Empty(t, everything.Nodes)
	require.Empty(t, everything.Edges)
	require.Len(t, g.Edges, 4, "what came in stays as it was")
}

func TestFindMarksWhatMatchesAndNothingElse(t *testing.T) {
	g, a, _, c, _ := chain()
	g.Nodes[3].Found = true // by an earlier search
	found := graph.Find(g, matcher{
		node: func(n *mesh.Node) bool { return n.Ref == c },
		edge: func(e *mesh.Edge) bool { return e.Source == a },
	})
	for _, n := range found.Nodes {
		require.Equal(t, n.Ref == c, n.Found, n.Namespace)
	}
	for _, e := range found.Edges {
		require.Equal(t, e.Source == a, e.Found)
	}
	require.False(t, g.Nodes[2].Found, "what came in stays as it was")
}

func TestWithinKeepsTheCallsThatAreDrawn(t *testing.T) {
	a, b, c := namespace("east", "a"), namespace("east", "b"), namespace("east", "c")
	traffic := mesh.Traffic{Calls: []mesh.Call{http(a, a, 7, 0), http(a, b, 1, 0), tcp(a, b, 9), http(b, c, 2, 0), http(c, c, 5, 0)}}
	g := graph.Build(traffic, graph.Options{})
	require.Equal(t, traffic, graph.Within(traffic, g))
	require.Equal(t, traffic.Calls[:3], graph.Within(traffic, graph.Focus(g, at(a), 1)).Calls)
}

func TestPassesOnGeneratedMeshes(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		traffic := large(rng)
		g := graph.Build(traffic, graph.Options{})
		if len(g.Nodes) == 0 {
			continue
		}
		start, hops := g.Nodes[rng.IntN(len(g.Nodes))].Ref, rng.IntN(4)
		near := graph.Focus(g, at(start), hops)
		hidden := graph.Hide(g, matcher{
			node: func(n *mesh.Node) bool { return n.Kind == mesh.KindExternal },
			edge: func(e *mesh.Edge) bool { return e.Requests == nil },
		})
		for _, small := range []mesh.Graph{near, hidden} {
			nodes := map[mesh.Ref]bool{}
			for _, n := range small.Nodes {
				require.Contains(t, g.Nodes, n)
				nodes[n.Ref] = true
			}
			for _, e := range small.Edges {
				require.True(t, nodes[e.Source] && nodes[e.Destination], "an edge without its nodes")
			}
			require.Subset(t, refs(traffic), refs(graph.Within(traffic, small)))
		}
		further := graph.Focus(g, at(start), hops+1)
		for _, n := range near.Nodes {
			require.Contains(t, further.Nodes, n, "a further hop loses nothing")
		}
		for _, e := range g.Edges {
			if at(refsOf(near)...)(e.Source) {
				require.Contains(t, further.Edges, e, "what leaves a node is one hop further at most")
			}
		}
		require.Equal(t, near, graph.Focus(near, at(start), hops), "focusing twice is focusing once")
	}
}
