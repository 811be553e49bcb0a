package graph

import (
	"cmp"
	"maps"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Options say which part of the traffic is drawn.
type Options struct {
	// Selected reports whether a node matches the selection; nil means all do.
	Selected func(mesh.Ref) bool
	// CrossClusterOnly leaves out calls that stay in their cluster and calls of
	// which that is not known.
	CrossClusterOnly bool
}

// Build draws traffic as a graph. The same traffic gives the same graph, whatever
// the order of its calls.
func Build(traffic mesh.Traffic, options Options) mesh.Graph {
	edges := fold(traffic, options.CrossClusterOnly)
	nodes := addUp(edges)
	for i := range nodes {
		n := &nodes[i]
		n.Outside = options.Selected != nil && !options.Selected(n.Ref)
		n.Health = health(*n)
	}
	// A node's calls to itself are told by the node: the panel cannot draw them.
	edges = slices.DeleteFunc(edges, func(e mesh.Edge) bool { return e.Source == e.Destination })
	return mesh.Graph{Level: traffic.Level, Nodes: nodes, Edges: edges}
}

// fold makes one edge of all calls between two nodes.
func fold(traffic mesh.Traffic, crossClusterOnly bool) []mesh.Edge {
	byPair := map[mesh.Pair]*mesh.Edge{}
	for _, c := range inOrder(traffic.Calls) {
		if crosses := c.CrossCluster(); crossClusterOnly && (crosses == nil || !*crosses) {
			continue
		}
		e, ok := byPair[c.Pair]
		if !ok {
			e = &mesh.Edge{Pair: c.Pair}
			if latency, ok := traffic.Latency[c.Pair]; ok {
				e.Latency = &latency
			}
			byPair[c.Pair] = e
		}
		if !slices.Contains(e.Protocols, c.Protocol) {
			e.Protocols = append(e.Protocols, c.Protocol)
		}
		e.Add(c.Rates)
		e.Responses = mesh.AddResponses(e.Responses, c.Responses)
	}
	edges := make([]mesh.Edge, 0, len(byPair))
	for _, pair := range slices.SortedFunc(maps.Keys(byPair), mesh.Pair.Compare) {
		e := *byPair[pair]
		order := mesh.Protocols()
		slices.SortFunc(e.Protocols, func(a, b mesh.Protocol) int {
			return slices.Index(order, a) - slices.Index(order, b)
		})
		e.Health = mesh.HealthOf(e.Rates)
		edges = append(edges, e)
	}
	return edges
}

// inOrder sorts calls that are not sorted: sums of floats depend on their order.
func inOrder(calls []mesh.Call) []mesh.Call {
	byPairAndProtocol := func(a, b mesh.Call) int {
		return cmp.Or(a.Pair.Compare(b.Pair), cmp.Compare(a.Protocol, b.Protocol))
	}
	if slices.IsSortedFunc(calls, byPairAndProtocol) {
		return calls
	}
	return slices.SortedFunc(slices.Values(calls), byPairAndProtocol)
}

// addUp makes the nodes that the edges tie.
func addUp(edges []mesh.Edge) []mesh.Node {
	byRef := map[mesh.Ref]*mesh.Node{}
	at := func(ref mesh.Ref) *mesh.Node {
		n, ok := byRef[ref]
		if !ok {
			n = &mesh.Node{Ref: ref}
			byRef[ref] = n
		}
		return n
	}
	for _, e := range edges {
		if e.Source == e.Destination {
			at(e.Source).Inside.Add(e.Rates)
			continue
		}
		at(e.Source).Out.Add(e.Rates)
		at(e.Destination).In.Add(e.Rates)
	}
	nodes := make([]mesh.Node, 0, len(byRef))
	for _, ref := range slices.SortedFunc(maps.Keys(byRef), mesh.Ref.Compare) {
		nodes = append(nodes, *byRef[ref])
	}
	return nodes
}

// health judges a node by what it serves; one that serves nothing, by what it calls.
func health(n mesh.Node) mesh.Health {
	if h := mesh.HealthOf(n.Received()); h != mesh.HealthNone {
		return h
	}
	return mesh.HealthOf(n.Out)
}
