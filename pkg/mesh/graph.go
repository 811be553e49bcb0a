package mesh

// Graph is who calls whom at one level.
type Graph struct {
	Level Level
	// Nodes are sorted; every end of an edge is among them.
	Nodes []Node
	// Edges are sorted; there is one per ordered pair of nodes, and none from a
	// node to itself.
	Edges []Edge
}

// Node is a node of a graph with its traffic.
type Node struct {
	Ref
	// In and Out are the traffic that arrives and that leaves, Inside what stays:
	// calls from the node to itself, which In and Out do not count.
	In, Out, Inside Rates
	// Outside marks a node that the selection does not match and that is drawn
	// because it calls, or is called by, one that it does.
	Outside bool
	Health  Health
}

// Received is all traffic that the node serves: what arrives and what stays inside.
func (n Node) Received() Rates {
	r := n.In
	r.Add(n.Inside)
	return r
}

// Edge is the traffic from one node to another.
type Edge struct {
	Pair
	// Protocols are those of the traffic, in the order of Protocols().
	Protocols []Protocol
	Rates
	// Responses are the requests by response, as in Call.
	Responses []Response
	// Latency is in milliseconds; nil when nobody reported it.
	Latency *float64
	Health  Health
}
