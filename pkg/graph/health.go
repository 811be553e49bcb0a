package graph

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// judge judges nodes and edges by the calls that they were made of, which are in the
// order of the edges.
//
// An edge is as well as its caller, by what it tolerates of what it sends, and its
// destination, by what it tolerates of what it receives, whichever is worse. A node is as
// well as all that it receives, from others and from itself, and all that it sends.
func judge(calls []mesh.Call, by *mesh.Judge, nodes []mesh.Node, edges []mesh.Edge, of []ends) {
	type tallies struct{ received, sent mesh.Tally }
	all := make([]tallies, len(nodes))
	for i := range nodes {
		ref := nodes[i].Ref
		all[i] = tallies{by.Tally(ref, mesh.Inbound), by.Tally(ref, mesh.Outbound)}
	}
	next := 0
	for i := range edges {
		e := &edges[i]
		source, destination := &all[of[i].source], &all[of[i].destination]
		sent, received := source.sent.Empty(), destination.received.Empty()
		for ; next < len(calls) && calls[next].Pair == e.Pair; next++ {
			sent.Add(&calls[next])
			received.Add(&calls[next])
		}
		e.Health = sent.Health().Worse(received.Health())
		destination.received.Join(&received)
		if source != destination {
			source.sent.Join(&sent)
		}
	}
	for i := range nodes {
		nodes[i].Health = all[i].received.Health().Worse(all[i].sent.Health())
	}
}
