package graph

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Matcher says yes or no to nodes and edges.
type Matcher interface {
	Node(*mesh.Node) bool
	Edge(*mesh.Edge) bool
}

// Hide leaves out the edges and nodes that match, and the edges of those nodes. A node
// that loses its last edge this way stays unless it matches itself, and the nodes that
// stay still tell all of their traffic.
func Hide(g mesh.Graph, m Matcher) mesh.Graph {
	stays := make([]bool, len(g.Nodes))
	for i := range g.Nodes {
		stays[i] = !m.Node(&g.Nodes[i])
	}
	return only(g, endsOf(g), stays, func(e *mesh.Edge) bool { return !m.Edge(e) })
}

// Find marks the nodes and edges that match, and those alone.
func Find(g mesh.Graph, m Matcher) mesh.Graph {
	g.Nodes, g.Edges = slices.Clone(g.Nodes), slices.Clone(g.Edges)
	for i := range g.Nodes {
		g.Nodes[i].Found = m.Node(&g.Nodes[i])
	}
	for i := range g.Edges {
		g.Edges[i].Found = m.Edge(&g.Edges[i])
	}
	return g
}
