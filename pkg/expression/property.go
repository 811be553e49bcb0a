package expression

import (
	"math"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Property is something that an expression can ask of a node or an edge.
type Property struct {
	// Name is how an expression writes it.
	Name string
	// Type is "a yes or no", "a number", "a text" or "a list of texts".
	Type string
	// Node and Edge say which things have it.
	Node, Edge bool
	// Meaning explains it in a few words, with units.
	Meaning string
}

// Properties lists all properties in the order in which they are shown.
func Properties() []Property {
	out := make([]Property, len(properties))
	for i, p := range properties {
		out[i] = Property{Name: p.name, Type: p.is.String(), Node: p.node != nil, Edge: p.edge != nil, Meaning: p.meaning}
	}
	return out
}

// thing is what an expression is asked about: a node or an edge, the other is nil.
type thing struct {
	node *mesh.Node
	edge *mesh.Edge
}

// property reads a value from a node and from an edge. A thing that has no such property
// has no function for it; nil is a value that is not known.
type property struct {
	name    string
	is      kind
	meaning string
	node    func(*mesh.Node) any
	edge    func(*mesh.Edge) any
}

func (p property) eval(t thing) any {
	switch {
	case t.node != nil && p.node != nil:
		return p.node(t.node)
	case t.edge != nil && p.edge != nil:
		return p.edge(t.edge)
	}
	return nil
}

var properties = slices.Concat(
	[]property{
		{"node", truth, "it is a node", always[mesh.Node](true), always[mesh.Edge](false)},
		{"edge", truth, "it is an edge", always[mesh.Node](false), always[mesh.Edge](true)},
	},
	ofNode(),
	[]property{
		{"outside", truth, "the node does not match the selection", func(n *mesh.Node) any { return n.Outside }, nil},
		{"idle", truth, "the node is there and has no traffic", func(n *mesh.Node) any { return n.Idle }, nil},
		{"badges", list, `the node's badges, such as "circuit breaker" and "out of mesh"`, badges, nil},
		{"health", text, "failure, degraded, not ready, healthy or none",
			func(n *mesh.Node) any { return word(string(n.Health)) }, func(e *mesh.Edge) any { return word(string(e.Health)) }},
		{"change", text, "new, gone or changed since the time compared with; not known of what has not changed",
			func(n *mesh.Node) any { return word(string(n.Change)) }, func(e *mesh.Edge) any { return word(string(e.Change)) }},
		{"rps", number, "HTTP and gRPC requests per second; of a node what it serves or, if it only calls, what it sends",
			func(n *mesh.Node) any { return known(n.Shown().Requests) }, func(e *mesh.Edge) any { return known(e.Requests) }},
		{"errorrate", number, "the share of requests that failed, 0 to 1",
			func(n *mesh.Node) any { return known(n.Shown().ErrorRatio()) }, func(e *mesh.Edge) any { return known(e.ErrorRatio()) }},
		{"rate4xx", number, "the share of requests answered with HTTP 4xx, 0 to 1",
			func(n *mesh.Node) any { return known(n.Shown().ClientErrorRatio()) }, func(e *mesh.Edge) any { return known(e.ClientErrorRatio()) }},
		{"bytes", number, "TCP bytes per second",
			func(n *mesh.Node) any { return known(n.Shown().Bytes) }, func(e *mesh.Edge) any { return known(e.Bytes) }},
		{"connections", number, "TCP connections opened per second",
			func(n *mesh.Node) any { return known(n.Shown().Opened) }, func(e *mesh.Edge) any { return known(e.Opened) }},
		{"messages", number, "gRPC messages per second, both ways",
			func(n *mesh.Node) any { return known(n.Shown().Messages()) }, func(e *mesh.Edge) any { return known(e.Messages()) }},
		{"throughput", number, "bytes of HTTP and gRPC requests and responses per second",
			func(n *mesh.Node) any { return known(n.Shown().Throughput()) }, func(e *mesh.Edge) any { return known(e.Throughput()) }},
		{"mtls", number, "the share of the traffic that came over mutual TLS, 0 to 1",
			func(n *mesh.Node) any { return known(n.Shown().MTLSRatio()) }, func(e *mesh.Edge) any { return known(e.MTLSRatio()) }},
		{"latency", number, "the latency that the query asks for, in milliseconds", nil, func(e *mesh.Edge) any { return known(e.Latency) }},
		{"protocol", list, "the protocols: http, grpc, tcp", nil, protocols},
		{"codes", list, `the response codes, such as "503" and "grpc 14"`, nil, responses(func(r mesh.Response) string { return r.Code })},
		{"flags", list, `Envoy's response flags, such as "UH"`, nil, responses(func(r mesh.Response) string { return r.Flags })},
		{"hosts", list, `the hosts that were called, such as "cart.shop.svc.cluster.local"`, nil, hosts},
		{"crosscluster", truth, "the edge leaves its cluster", nil, crossCluster},
	},
	ofEnd("source", func(e *mesh.Edge) mesh.Ref { return e.Source }),
	ofEnd("target", func(e *mesh.Edge) mesh.Ref { return e.Destination }),
)

// identity is what names a node, and each end of an edge.
var identity = []struct {
	name, meaning string
	of            func(mesh.Ref) string
}{
	{"kind", "cluster, namespace, app, workload, service, other, external or unknown", func(r mesh.Ref) string { return string(r.Kind) }},
	{"cluster", "the cluster's name", func(r mesh.Ref) string { return string(r.Cluster) }},
	{"namespace", "the namespace", func(r mesh.Ref) string { return r.Namespace }},
	{"name", "the name of the app, workload, service or host", func(r mesh.Ref) string { return r.Name }},
	{"version", "the app's version", func(r mesh.Ref) string { return r.Version }},
}

func ofNode() []property {
	var out []property
	for _, part := range identity {
		out = append(out, property{part.name, text, part.meaning, func(n *mesh.Node) any { return word(part.of(n.Ref)) }, nil})
	}
	return out
}

func ofEnd(end string, ref func(*mesh.Edge) mesh.Ref) []property {
	var out []property
	for _, part := range identity {
		out = append(out, property{end + "." + part.name, text, part.meaning + ", of the edge's " + end,
			nil, func(e *mesh.Edge) any { return word(part.of(ref(e))) }})
	}
	return out
}

func always[T any](value bool) func(*T) any { return func(*T) any { return value } }

func badges(n *mesh.Node) any {
	words := make([]string, len(n.Badges))
	for i, b := range n.Badges {
		words[i] = string(b.Kind)
	}
	return words
}

func protocols(e *mesh.Edge) any {
	words := make([]string, len(e.Protocols))
	for i, p := range e.Protocols {
		words[i] = string(p)
	}
	return words
}

// responses lists one part of an edge's responses; flags come several to a text.
func responses(part func(mesh.Response) string) func(*mesh.Edge) any {
	return func(e *mesh.Edge) any {
		var words []string
		for _, r := range e.Responses {
			if r.Rate > 0 {
				words = append(words, strings.FieldsFunc(part(r), func(r rune) bool { return r == ',' })...)
			}
		}
		return words
	}
}

// hosts are not known where nobody told any.
func hosts(e *mesh.Edge) any {
	if e.Peers == nil || len(e.Peers.Hosts) == 0 {
		return nil
	}
	return e.Peers.Hosts
}

func crossCluster(e *mesh.Edge) any {
	if crosses := e.CrossCluster(); crosses != nil {
		return *crosses
	}
	return nil
}

// word is a text that is not known when it is empty.
func word(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// known is a number that is not known when there is none.
func known(v *float64) any {
	if v == nil {
		return nil
	}
	return finite(*v)
}

// finite turns what is not a number, such as the quotient of a division by 0, into what
// is not known.
func finite(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}
