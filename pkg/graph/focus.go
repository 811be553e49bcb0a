package graph

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Focus keeps the nodes that are at most hops edges away, in either direction, from those
// that at matches, and the edges between them; nothing when at matches none. The nodes
// that stay still tell all of their traffic, also that with nodes that are gone.
func Focus(g mesh.Graph, at func(mesh.Ref) bool, hops int) mesh.Graph {
	near := make([]bool, len(g.Nodes))
	var rim []int32 // reached by the last hop
	for i := range g.Nodes {
		if at(g.Nodes[i].Ref) {
			near[i] = true
			rim = append(rim, int32(i))
		}
	}
	of := endsOf(g)
	neighbours := make([][]int32, len(g.Nodes))
	for _, e := range of {
		neighbours[e.source] = append(neighbours[e.source], e.destination)
		neighbours[e.destination] = append(neighbours[e.destination], e.source)
	}
	for ; hops > 0 && len(rim) > 0; hops-- {
		var next []int32
		for _, node := range rim {
			for _, neighbour := range neighbours[node] {
				if !near[neighbour] {
					near[neighbour] = true
					next = append(next, neighbour)
				}
			}
		}
		rim = next
	}
	return only(g, of, near, func(*mesh.Edge) bool { return true })
}

// only keeps some nodes and, of the edges between them, those that keep says.
func only(g mesh.Graph, of []ends, nodes []bool, keep func(*mesh.Edge) bool) mesh.Graph {
	out := mesh.Graph{Level: g.Level, Nodes: make([]mesh.Node, 0, len(g.Nodes)), Edges: make([]mesh.Edge, 0, len(g.Edges))}
	for i := range g.Nodes {
		if nodes[i] {
			out.Nodes = append(out.Nodes, g.Nodes[i])
		}
	}
	for i := range g.Edges {
		if nodes[of[i].source] && nodes[of[i].destination] && keep(&g.Edges[i]) {
			out.Edges = append(out.Edges, g.Edges[i])
		}
	}
	return out
}

// Within keeps the calls that a graph still draws: those along its edges, and those that
// its nodes make to themselves. It takes what passes left out of a graph out of the
// traffic too, so that what is then folded is only what would have been drawn.
func Within(traffic mesh.Traffic, g mesh.Graph) mesh.Traffic {
	// Calls, nodes and edges are all in order, so that one walk along them does.
	calls, edges := inOrder(traffic.Calls), g.Edges
	drawn := make([]mesh.Call, 0, len(calls))
	for i := range calls {
		c := &calls[i]
		if c.Source == c.Destination {
			if _, ok := slices.BinarySearchFunc(g.Nodes, c.Source, func(n mesh.Node, ref mesh.Ref) int { return n.Ref.Compare(ref) }); ok {
				drawn = append(drawn, *c)
			}
			continue
		}
		for len(edges) > 0 && edges[0].Pair.Compare(c.Pair) < 0 {
			edges = edges[1:]
		}
		if len(edges) > 0 && edges[0].Pair == c.Pair {
			drawn = append(drawn, *c)
		}
	}
	traffic.Calls = drawn
	return traffic
}
