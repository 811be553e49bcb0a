package graph

import (
	"cmp"
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
	refs, of := tied(edges)
	nodes := addUp(refs, edges, of)
	for i := range nodes {
		nodes[i].Outside = options.Selected != nil && !options.Selected(nodes[i].Ref)
	}
	judge(calls, mesh.NewJudge(options.Tolerances), nodes, edges, of)
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
	order := mesh.Protocols()
	for i := range calls {
		c := &calls[i]
		if i == 0 || calls[i-1].Pair != c.Pair {
			edges = append(edges, mesh.Edge{Pair: c.Pair})
			if latency, ok := latency[c.Pair]; ok {
				edges[len(edges)-1].Latency = &latency
			}
		}
		e := &edges[len(edges)-1]
		if at := slices.Index(order, c.Protocol); e.Protocols == nil && at >= 0 {
			e.Protocols = order[at : at+1 : at+1] // shared by all that have no other
		} else if !slices.Contains(e.Protocols, c.Protocol) {
			e.Protocols = append(e.Protocols, c.Protocol)
		}
		e.Add(c.Rates)
		e.Responses = mesh.AddResponses(e.Responses, c.Responses)
		e.Peers = mesh.JoinPeers(e.Peers, c.Peers)
	}
	for i := range edges {
		if len(edges[i].Protocols) < 2 {
			continue
		}
		slices.SortFunc(edges[i].Protocols, func(a, b mesh.Protocol) int {
			return slices.Index(order, a) - slices.Index(order, b)
		})
	}
	return edges
}

// inOrder sorts calls that are not sorted: sums of floats depend on their order. Calls are
// large, so it is their places that are moved about.
func inOrder(calls []mesh.Call) []mesh.Call {
	byPairAndProtocol := func(a, b *mesh.Call) int {
		if c := a.Pair.Compare(b.Pair); c != 0 {
			return c
		}
		return cmp.Compare(a.Protocol, b.Protocol)
	}
	sorted := true
	for i := 1; i < len(calls) && sorted; i++ {
		sorted = byPairAndProtocol(&calls[i-1], &calls[i]) <= 0
	}
	if sorted {
		return calls
	}
	order := make([]int32, len(calls))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return byPairAndProtocol(&calls[a], &calls[b]) })
	out := make([]mesh.Call, len(calls))
	for to, from := range order {
		out[to] = calls[from]
	}
	return out
}

// addUp makes nodes of the refs that the edges tie.
func addUp(refs []mesh.Ref, edges []mesh.Edge, of []ends) []mesh.Node {
	sums := make([]struct{ in, out, inside adder }, len(refs))
	for i := range edges {
		switch from, to := of[i].source, of[i].destination; {
		case from == to:
			sums[from].inside.add(&edges[i].Rates)
		default:
			sums[from].out.add(&edges[i].Rates)
			sums[to].in.add(&edges[i].Rates)
		}
	}
	nodes := make([]mesh.Node, len(refs))
	for i := range nodes {
		s := &sums[i]
		nodes[i] = mesh.Node{Ref: refs[i], In: s.in.rates(), Out: s.out.rates(), Inside: s.inside.rates()}
	}
	return nodes
}
