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
	// Idle marks a node that is there and has no traffic: its cluster's inventory tells of it.
	Idle bool
	// Health is the worse of what its traffic and what its pods say. Why says what the
	// pods say when that makes it worse than the traffic alone; empty otherwise.
	Health Health
	Why    string
	// Badges are sorted, one of a kind at the most.
	Badges []Badge
	// Found marks a node that the query's find expression matches.
	Found bool
	// Change is how the node differs from the past. What is gone has no traffic but Then.
	Change Change
	// Then is the past; nil when the graph is compared with nothing, and for what is new.
	Then *Past
}

// Received is all traffic that the node serves: what arrives and what stays inside.
func (n Node) Received() Rates {
	r := n.In
	r.Add(n.Inside)
	return r
}

// Serves reports whether the node serves any traffic, or only calls others.
func (n Node) Serves() bool {
	received := n.Received()
	return received.Requests != nil || received.Bytes != nil
}

// Shown is the traffic by which a node is shown: what it serves; of a node that only
// calls, what it sends.
func (n Node) Shown() Rates {
	if n.Serves() {
		return n.Received()
	}
	return n.Out
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
	// Found marks an edge that the query's find expression matches.
	Found bool
	// Change and Then are as a node's. What is gone keeps its Protocols.
	Change Change
	Then   *Past
}

// Arrangement is where a graph is drawn: fixed places, in pixels around 0,0, inside boxes.
type Arrangement struct {
	Nodes map[Ref]Point
	// Boxes are those of clusters, then those of namespaces, by name.
	Boxes []Box
}

// Point is a place in pixels; x grows to the right and y downwards.
type Point struct{ X, Y float64 }

// Box is the frame around a cluster's nodes, or around those of one namespace of it.
type Box struct {
	Cluster ClusterName
	// Namespace is empty for a cluster's own box.
	Namespace                string
	Left, Top, Right, Bottom float64
	Summary
}

// Summary is the traffic and the health of what a box holds.
type Summary struct {
	// Nodes is how many nodes the box holds, Namespaces how many namespaces.
	Nodes, Namespaces int
	// In and Out cross the box's border; Inside does not.
	In, Out, Inside Rates
	// Responses are those of requests that the box's nodes serve.
	Responses []Response
	// Protocols are those of all its traffic, in the order of Protocols().
	Protocols []Protocol
	// Healths counts the nodes by health.
	Healths map[Health]int
	// Network is that of the cluster; empty when it is not known.
	Network string
	// Clusters are the other clusters that it talks to, sorted, and Networks the
	// other networks, as far as they are known.
	Clusters []ClusterName
	Networks []string
}

// Served is all traffic that the box's nodes serve.
func (s Summary) Served() Rates {
	r := s.In
	r.Add(s.Inside)
	return r
}
