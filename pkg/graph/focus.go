package graph

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Focus keeps the nodes that are at most hops edges away, in either direction, from those
// that at matches, and the edges between them; nothing when at matches none. The nodes
// that stay still tell all of their traffic, also that with nodes that are gone.
func Focus(g mesh.Graph, at func(mesh.Ref) bool, hops int) mesh.Graph {
	near := map[mesh.Ref]bool{}
	var rim []mesh.Ref // reached by the last hop
	for _, n := range g.Nodes {
		if at(n.Ref) {
			near[n.Ref] = true
			rim = append(rim, n.Ref)
		}
	}
	neighbours := neighbours(g.Edges)
	for ; hops > 0 && len(rim) > 0; hops-- {
		var next []mesh.Ref
		for _, ref := range rim {
			for _, neighbour := range neighbours[ref] {
				if !near[neighbour] {
					near[neighbour] = true
					next = append(next, neighbour)
				}
			}
		}
		rim = next
	}
	return without(g, func(n *mesh.Node) bool { return !near[n.Ref] }, func(*mesh.Edge) bool { return false })
}

func neighbours(edges []mesh.Edge) map[mesh.Ref][]mesh.Ref {
	of := map[mesh.Ref][]mesh.Ref{}
	for _, e := range edges {
		of[e.Source] = append(of[e.Source], e.Destination)
		of[e.Destination] = append(of[e.Destination], e.Source)
	}
	return of
}

// without leaves out nodes, with all their edges, and edges.
func without(g mesh.Graph, node func(*mesh.Node) bool, edge func(*mesh.Edge) bool) mesh.Graph {
	gone := map[mesh.Ref]bool{}
	g.Nodes = slices.DeleteFunc(slices.Clone(g.Nodes), func(n mesh.Node) bool {
		gone[n.Ref] = node(&n)
		return gone[n.Ref]
	})
	g.Edges = slices.DeleteFunc(slices.Clone(g.Edges), func(e mesh.Edge) bool {
		return gone[e.Source] || gone[e.Destination] || edge(&e)
	})
	return g
}

// Within keeps the calls that a graph still draws: those along its edges, and those that
// its nodes make to themselves. It takes what passes left out of a graph out of the
// traffic too, so that what is then folded is only what would have been drawn.
func Within(traffic mesh.Traffic, g mesh.Graph) mesh.Traffic {
	drawn := map[mesh.Pair]bool{}
	for _, n := range g.Nodes {
		drawn[mesh.Pair{Source: n.Ref, Destination: n.Ref}] = true
	}
	for _, e := range g.Edges {
		drawn[e.Pair] = true
	}
	traffic.Calls = slices.DeleteFunc(slices.Clone(traffic.Calls), func(c mesh.Call) bool { return !drawn[c.Pair] })
	return traffic
}
