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
	// Tolerances judge the health; the zero value is the default ones.
	Tolerances mesh.Tolerances
}

// Build draws traffic as a graph. The same traffic gives the same graph, whatever
// the order of its calls.
func Build(traffic mesh.Traffic, options Options) mesh.Graph {
	calls := inOrder(traffic.Calls)
	if options.CrossClusterOnly {
		calls = crossing(calls)
	}
	edges := fold(calls, traffic.Latency)
	nodes := addUp(edges)
	for i := range nodes {
		nodes[i].Outside = options.Selected != nil && !options.Selected(nodes[i].Ref)
	}
	judge(calls, mesh.NewJudge(options.Tolerances), nodes, edges)
	// A node's calls to itself are told by the node: the panel cannot draw them.
	edges = slices.DeleteFunc(edges, func(e mesh.Edge) bool { return e.Source == e.Destination })
	return mesh.Graph{Level: traffic.Level, Nodes: nodes, Edges: edges}
}

// crossing are the calls that are known to leave their cluster.
func crossing(calls []mesh.Call) []mesh.Call {
	var out []mesh.Call
	for _, c := range calls {
		if crosses := c.CrossCluster(); crosses != nil && *crosses {
			out = append(out, c)
		}
	}
	return out
}

// fold makes one edge of all calls between two nodes, which are neighbours.
func fold(calls []mesh.Call, latency map[mesh.Pair]float64) []mesh.Edge {
	edges := make([]mesh.Edge, 0, len(calls))
	for i := range calls {
		c := &calls[i]
		if i == 0 || calls[i-1].Pair != c.Pair {
			edges = append(edges, mesh.Edge{Pair: c.Pair})
			if latency, ok := latency[c.Pair]; ok {
				edges[len(edges)-1].Latency = &latency
			}
		}
		e := &edges[len(edges)-1]
		if !slices.Contains(e.Protocols, c.Protocol) {
			e.Protocols = append(e.Protocols, c.Protocol)
		}
		e.Add(c.Rates)
		e.Responses = mesh.AddResponses(e.Responses, c.Responses)
		e.Peers = mesh.JoinPeers(e.Peers, c.Peers)
	}
	order := mesh.Protocols()
	for i := range edges {
		slices.SortFunc(edges[i].Protocols, func(a, b mesh.Protocol) int {
			return slices.Index(order, a) - slices.Index(order, b)
		})
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
