package frames

import (
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Behind writes the PromQL behind a node and behind an edge.
type Behind interface {
	Node(ref mesh.Ref, tcp bool) string
	Edge(pair mesh.Pair, tcp bool) string
}

// GraphOptions are what a graph's frames need besides the graph.
type GraphOptions struct {
	Links Links
	// Home is the home cluster, which is marked; empty marks none.
	Home mesh.ClusterName
	// LatencyName says which latency the edges carry, such as "p95".
	LatencyName string
	Behind      Behind
	// BehindThen writes the PromQL of what is gone; nil when nothing is compared.
	BehindThen Behind
	// Queries are the PromQL queries behind the answer, for the query inspector.
	Queries []string
	// Compared says that the graph is compared with the past.
	Compared bool
	// Finds says that the query marks what it finds.
	Finds bool
	// Arrangement places the nodes inside boxes; nil lets the panel lay out.
	Arrangement *mesh.Arrangement
	// Networks are the clusters' networks, as far as they are known.
	Networks map[mesh.ClusterName]string

	sent map[mesh.Ref]float64 // requests that each node sends to others, per second
	menu menu
	ids  edgeIDs
}

// Graph makes the two frames of a node graph, nodes then edges.
func Graph(g mesh.Graph, o GraphOptions) data.Frames {
	o.sent = make(map[mesh.Ref]float64, len(g.Nodes))
	for i := range g.Nodes {
		if r := g.Nodes[i].Out.Requests; r != nil {
			o.sent[g.Nodes[i].Ref] = *r
		}
	}
	o.menu = o.menuOf(g)
	o.ids = idsOf(g)
	nodeColumns, edgeColumns := nodeColumns(g.Level, o), edgeColumns(o)
	if o.Arrangement != nil {
		nodeColumns = placed(nodeColumns, o.Arrangement)
		for _, d := range boxDetails {
			edgeColumns = append(edgeColumns, col("detail__"+d.name, shown(d.title), func(*mesh.Edge) string { return "" }))
		}
	}
	nodes, edges := frame("nodes", g.Nodes, nodeColumns), frame("edges", g.Edges, edgeColumns)
	if o.Arrangement != nil {
		boxNodes, boxEdges := boxRows(o.Arrangement)
		nodes = stack(frame("nodes", boxNodes, boxNodeColumns(g.Level, o)), nodes)
		edges = stack(frame("edges", boxEdges, boxEdgeColumns(o)), edges)
	}
	for _, f := range []*data.Frame{nodes, edges} {
		f.Meta = &data.FrameMeta{
			PreferredVisualization: data.VisTypeNodeGraph,
			ExecutedQueryString:    strings.Join(o.Queries, "\n"),
		}
	}
	return data.Frames{nodes, edges}
}

func nodeColumns(level mesh.Level, o GraphOptions) []column[mesh.Node] {
	type node = mesh.Node
	id := shown("")
	id.Links = o.menu.links
	arc := func(name, title, color string, value func(ok, clientErrors, failed float64) float64) column[node] {
		config := shown(title)
		config.Color = map[string]any{"mode": "fixed", "fixedColor": color}
		return col(name, config, func(n *node) float64 { return value(arcs(n.Shown())) })
	}
	detail := func(name, title string, value func(*node) string) column[node] {
		return col("detail__"+name, shown(title), value)
	}
	columns := []column[node]{
		col("id", id, func(n *node) string { return NodeID(n.Ref) }),
		col("title", nil, func(n *node) string { return changeMark(n.Change) + stateMark(n) + nodeTitle(n.Ref, o.Home) }),
		col("subtitle", nil, func(n *node) string { return o.subtitle(n) }),
		col("mainstat", shown("Traffic"), nodeStat),
		col("secondarystat", shown("Failed"), func(n *node) string { return percent(n.Shown().ErrorRatio()) }),
		col("icon", nil, nodeIcon),
		arc("arc__ok", "Succeeded", green, func(ok, _, _ float64) float64 { return ok }),
		arc("arc__clienterror", "4xx", orange, func(_, c, _ float64) float64 { return c }),
		arc("arc__failed", "Failed", red, func(_, _, f float64) float64 { return f }),
		col("color", shown("Health"), func(n *node) string { return nodeColor(n) }),
		detail("cluster", "Cluster", func(n *node) string { return string(n.Cluster) }),
		detail("namespace", "Namespace", func(n *node) string { return n.Namespace }),
		detail("health", "Health", healthWords),
		detail("badges", "Badges", badgeWords),
		detail("istio", "Istio", istioWords),
		detail("in", "Requests in", func(n *node) string { return requests(n.In.Requests) }),
		detail("out", "Requests out", func(n *node) string { return requests(n.Out.Requests) }),
		detail("inside", "Requests inside", func(n *node) string { return requests(n.Inside.Requests) }),
		detail("failed", "Failed", func(n *node) string { return positive(n.Shown().ErrorRatio()) }),
		detail("rate4xx", "4xx", func(n *node) string { return positive(n.Shown().ClientErrorRatio()) }),
		detail("tcpin", "TCP in", func(n *node) string { return tcpBytes(n.Received()) }),
		detail("tcpout", "TCP out", func(n *node) string { return tcpBytes(n.Out) }),
		detail("connections", "TCP connections", func(n *node) string { return connections(n.Shown().Volume) }),
		detail("messages", "gRPC messages", func(n *node) string { return messages(n.Shown().Volume) }),
		detail("throughput", "Throughput", func(n *node) string { return throughput(n.Shown().Volume) }),
		detail("mtls", "Mutual TLS", func(n *node) string { return percent(n.Received().MTLSRatio()) }),
		detail("change", "Change", func(n *node) string { return changed(n.Change, n.Shown(), nil, n.Then) }),
		detail("then", "Requests then", func(n *node) string { return requests(past(n.Then).Requests) }),
		detail("failedthen", "Failed then", func(n *node) string { return positive(past(n.Then).ErrorRatio()) }),
		detail("tcpthen", "TCP then", func(n *node) string { return bytesRate(past(n.Then).Bytes) }),
		detail("note", "Note", func(n *node) string { return note(n) }),
		col("kind", nil, func(n *node) string { return string(n.Kind) }),
		col("cluster", nil, func(n *node) string { return string(n.Cluster) }),
		col("namespace", nil, func(n *node) string { return n.Namespace }),
		col("name", nil, func(n *node) string { return n.Name }),
		col("version", nil, func(n *node) string { return n.Version }),
		col("health", nil, func(n *node) string { return string(n.Health) }),
		col("change", nil, func(n *node) string { return string(n.Change) }),
		col("rps", nil, func(n *node) *float64 { return n.Shown().Requests }),
		col("errorrate", nil, func(n *node) *float64 { return n.Shown().ErrorRatio() }),
		col("rate4xx", nil, func(n *node) *float64 { return n.Shown().ClientErrorRatio() }),
		col("highlighted", nil, func(n *node) bool { return n.Found }),
		col("outside", nil, func(n *node) bool { return n.Outside }),
		col("badges", nil, badgeKinds),
		col("idle", nil, func(n *node) bool { return n.Idle }),
		col("promql", nil, func(n *node) string { return o.behind(n.Change).Node(n.Ref, onlyTCP(n.Shown(), n.Change, n.Then)) }),
	}
	return append(columns, menuColumns(o.menu, func(n *node) place { return nodePlace(level, n) })...)
}

func edgeColumns(o GraphOptions) []column[mesh.Edge] {
	type edge = mesh.Edge
	id := shown("")
	id.Links = o.Links.metrics("Metrics/PromQL of this edge")
	detail := func(name, title string, value func(*edge) string) column[edge] {
		return col("detail__"+name, shown(title), value)
	}
	columns := []column[edge]{
		ready[edge]("id", id, o.ids.edges),
		ready[edge]("source", nil, o.ids.sources),
		ready[edge]("target", nil, o.ids.targets),
		col("mainstat", shown("Traffic"), edgeStat),
		col("secondarystat", shown(latencyTitle(o.LatencyName)), func(e *edge) string { return milliseconds(e.Latency) }),
		col("color", nil, edgeColor),
		col("thickness", nil, func(e *edge) float64 {
			if e.Found {
				return thickness(e.Rates) + foundThicker
			}
			return thickness(e.Rates)
		}),
		col("strokedasharray", nil, func(e *edge) string {
			switch crosses := e.CrossCluster(); {
			case e.Change == mesh.ChangeGone:
				return goneDash
			case o.crossesNetworks(e):
				return dotted
			case crosses != nil && *crosses:
				return dashed
			}
			return ""
		}),
		detail("protocols", "Protocols", func(e *edge) string { return protocols(e.Protocols) }),
		detail("requests", "Requests", func(e *edge) string { return requests(e.Requests) }),
		detail("failed", "Failed", func(e *edge) string { return positive(e.ErrorRatio()) }),
		detail("rate4xx", "4xx", func(e *edge) string { return positive(e.ClientErrorRatio()) }),
		detail("responses", "Responses", func(e *edge) string { return responses(e.Responses) }),
		detail("share", "Share of the caller's requests", func(e *edge) string { return o.share(e) }),
		detail("latency", "Latency "+o.LatencyName, func(e *edge) string { return milliseconds(e.Latency) }),
		detail("tcp", "TCP", func(e *edge) string { return tcpBytes(e.Rates) }),
		detail("connections", "TCP connections", func(e *edge) string { return connections(e.Volume) }),
		detail("messages", "gRPC messages", func(e *edge) string { return messages(e.Volume) }),
		detail("throughput", "Throughput", func(e *edge) string { return throughput(e.Volume) }),
		detail("hosts", "Called as", func(e *edge) string { return few(peers(e).Hosts) }),
		detail("sourceprincipal", "Caller's principal", func(e *edge) string { return few(peers(e).SourcePrincipals) }),
		detail("targetprincipal", "Called principal", func(e *edge) string { return few(peers(e).DestinationPrincipals) }),
		detail("mtls", "Mutual TLS", func(e *edge) string { return percent(e.MTLSRatio()) }),
		detail("change", "Change", func(e *edge) string { return changed(e.Change, e.Rates, e.Latency, e.Then) }),
		detail("then", "Requests then", func(e *edge) string { return requests(past(e.Then).Requests) }),
		detail("failedthen", "Failed then", func(e *edge) string { return positive(past(e.Then).ErrorRatio()) }),
		detail("latencythen", "Latency then", func(e *edge) string { return milliseconds(past(e.Then).Latency) }),
		detail("tcpthen", "TCP then", func(e *edge) string { return bytesRate(past(e.Then).Bytes) }),
		detail("crosses", "Crosses clusters", func(e *edge) string {
			if crosses := e.CrossCluster(); crosses != nil && *crosses {
				return string(e.Source.Cluster) + " → " + string(e.Destination.Cluster)
			}
			return ""
		}),
		detail("networks", "Crosses networks", func(e *edge) string {
			if o.crossesNetworks(e) {
				return o.Networks[e.Source.Cluster] + " → " + o.Networks[e.Destination.Cluster]
			}
			return ""
		}),
	}
	columns = append(columns, plainEdgeColumns(o.LatencyName, func(_, _, _ string) *data.FieldConfig { return nil })...)
	return append(columns, col("promql", nil, o.edgeQuery))
}

// crossesNetworks reports whether an edge ties clusters of two networks.
func (o GraphOptions) crossesNetworks(e *mesh.Edge) bool {
	crosses := e.CrossCluster()
	from, to := o.Networks[e.Source.Cluster], o.Networks[e.Destination.Cluster]
	return crosses != nil && *crosses && from != "" && to != "" && from != to
}

// share says which part of the caller's requests an edge carries.
func (o GraphOptions) share(e *mesh.Edge) string {
	if total := o.sent[e.Source]; e.Requests != nil && total > 0 {
		part := *e.Requests / total
		return percent(&part)
	}
	return ""
}

// edgeQuery is the PromQL behind an edge.
func (o GraphOptions) edgeQuery(e *mesh.Edge) string {
	return o.behind(e.Change).Edge(e.Pair, onlyTCP(e.Rates, e.Change, e.Then))
}

// plainEdgeColumns are the columns of an edge that dashboards rely on, in a graph
// and in the table alike. config gives a column's config by its name, title and unit.
func plainEdgeColumns(latency string, config func(name, title, unit string) *data.FieldConfig) []column[mesh.Edge] {
	type edge = mesh.Edge
	return []column[edge]{
		col("kind", config("kind", "Kind", ""), func(*edge) string { return "traffic" }),
		col("sourcecluster", config("sourcecluster", "Source cluster", ""), func(e *edge) string { return string(e.Source.Cluster) }),
		col("sourcenamespace", config("sourcenamespace", "Source namespace", ""), func(e *edge) string { return e.Source.Namespace }),
		col("sourcename", config("sourcename", "Source", ""), func(e *edge) string { return plainName(e.Source) }),
		col("targetcluster", config("targetcluster", "Target cluster", ""), func(e *edge) string { return string(e.Destination.Cluster) }),
		col("targetnamespace", config("targetnamespace", "Target namespace", ""), func(e *edge) string { return e.Destination.Namespace }),
		col("targetname", config("targetname", "Target", ""), func(e *edge) string { return plainName(e.Destination) }),
		col("protocol", config("protocol", "Protocol", ""), func(e *edge) string { return protocols(e.Protocols) }),
		col("rps", config("rps", "Requests", "reqps"), func(e *edge) *float64 { return e.Requests }),
		col("errorrate", config("errorrate", "Failed", "percentunit"), func(e *edge) *float64 { return e.ErrorRatio() }),
		col("rate4xx", config("rate4xx", "4xx", "percentunit"), func(e *edge) *float64 { return e.ClientErrorRatio() }),
		col("latency", config("latency", latencyTitle(latency), "ms"), func(e *edge) *float64 { return e.Latency }),
		col("bytes", config("bytes", "TCP", "Bps"), func(e *edge) *float64 { return e.Bytes }),
		col("bytessent", config("bytessent", "TCP sent", "Bps"), func(e *edge) *float64 { return e.BytesSent }),
		col("bytesreceived", config("bytesreceived", "TCP received", "Bps"), func(e *edge) *float64 { return e.BytesReceived }),
		col("connections", config("connections", "TCP connections", "cps"), func(e *edge) *float64 { return e.Opened }),
		col("messages", config("messages", "gRPC messages", "mps"), func(e *edge) *float64 { return e.Messages() }),
		col("throughput", config("throughput", "Throughput", "Bps"), func(e *edge) *float64 { return e.Throughput() }),
		col("mtls", config("mtls", "Mutual TLS", "percentunit"), func(e *edge) *float64 { return e.MTLSRatio() }),
		col("crosscluster", config("crosscluster", "Crosses clusters", ""), func(e *edge) *bool { return e.CrossCluster() }),
		col("health", config("health", "Health", ""), func(e *edge) string { return string(e.Health) }),
		col("change", config("change", "Change", ""), func(e *edge) string { return string(e.Change) }),
	}
}
