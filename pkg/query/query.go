package query

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The query types, as saved dashboards name them.
const (
	TypeTrafficGraph = "trafficGraph"
	TypeTraffic      = "traffic"
	TypeClusters     = "clusters"
	TypeChanges      = "changes"
	TypeVariable     = "variable"
)

// Query is one of TrafficGraph, Traffic, Rates, Clusters, Table, IstioConfig, Health, Changes and Variable.
type Query interface{ isQuery() }

// Selection narrows a query to objects by exact name. An empty list means all.
type Selection struct {
	Clusters   []mesh.ClusterName
	Namespaces []string
	Names      []string
}

// Latency is which latency is shown.
type Latency string

// The latencies. LatencyNone saves the queries for it.
const (
	LatencyP95  Latency = "p95"
	LatencyP50  Latency = "p50"
	LatencyP99  Latency = "p99"
	LatencyAvg  Latency = "avg"
	LatencyNone Latency = "none"
)

// TrafficGraph asks who calls whom.
type TrafficGraph struct{ Options }

// Traffic asks for the same edges as TrafficGraph, as rows of a table.
type Traffic struct{ Options }

// Options are what TrafficGraph and Traffic take alike.
type Options struct {
	Selection
	Level mesh.Level
	// Services puts the called service between caller and destination.
	Services  bool
	Protocols []mesh.Protocol
	Latency   Latency
	// Window is the time over which rates are taken, ending at the range's end;
	// 0 means the whole range.
	Window           time.Duration
	CrossClusterOnly bool
	// Idle adds what the clusters hold that has no traffic.
	Idle bool
	// CompareTo is how long before the range the past lies that the traffic is compared
	// with; 0 compares with nothing.
	CompareTo time.Duration
	// Focus keeps one node and its surroundings; nil keeps everything.
	Focus *Focus
	// Find marks, and HideIf leaves out, the nodes and edges that an expression
	// matches; empty for neither. Grafana has a switch of its own called hide, a
	// boolean, which is why the field is not called so.
	Find, HideIf string
	// Boxes places the nodes inside boxes; nil leaves the layout to the panel.
	Boxes *Boxes
	// MaxNodes is how many nodes the graph should stay within; 0 means as the settings say.
	MaxNodes int
}

// Focus is a node by what is given of it, with its surroundings.
type Focus struct {
	Kind      mesh.Kind
	Cluster   mesh.ClusterName
	Namespace string
	Name      string
	// Hops is how many edges away the surroundings reach.
	Hops int
}

// Matches reports whether a node is the one in focus: whatever is given agrees.
func (f Focus) Matches(ref mesh.Ref) bool {
	return (f.Kind == "" || f.Kind == ref.Kind) && (f.Cluster == "" || f.Cluster == ref.Cluster) &&
		(f.Namespace == "" || f.Namespace == ref.Namespace) && (f.Name == "" || f.Name == ref.Name)
}

// Boxes says which boxes are drawn; at least one kind is.
type Boxes struct{ Clusters, Namespaces bool }

// Clusters asks for the table of clusters.
type Clusters struct{ Selection }

// Variable asks for the values of a dashboard variable.
type Variable struct {
	Selection
	Of Of
}

// Of is what a dashboard variable lists.
type Of string

// What a variable can list.
const (
	OfClusters     Of = "clusters"
	OfNamespaces   Of = "namespaces"
	OfApplications Of = "applications"
	OfWorkloads    Of = "workloads"
	OfServices     Of = "services"
	OfRevisions    Of = "revisions"
)

func (TrafficGraph) isQuery() {}
func (Traffic) isQuery()      {}
func (Clusters) isQuery()     {}
func (Variable) isQuery()     {}

// Error says which field of a query is wrong, and why.
type Error struct{ Field, Reason string }

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

func wrong(field, format string, args ...any) error {
	return &Error{Field: field, Reason: fmt.Sprintf(format, args...)}
}

// Decode reads a query of the type queryType from its JSON. Errors are of type *Error.
func Decode(queryType string, raw []byte) (Query, error) {
	decode, ok := decoders[queryType]
	if !ok {
		return nil, wrong("queryType", "%q is not a query type; the types are %s", queryType, list(slices.Sorted(maps.Keys(decoders))))
	}
	raw, err := readTexts(raw)
	if err != nil {
		return nil, err
	}
	var doc document
	if err := unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	return decode(doc)
}

var decoders = map[string]func(document) (Query, error){
	TypeTrafficGraph: func(d document) (Query, error) {
		options, err := d.options()
		return TrafficGraph{options}, err
	},
	TypeTraffic: func(d document) (Query, error) {
		options, err := d.options()
		return Traffic{options}, err
	},
	TypeRates: document.rates,
	TypeClusters: func(d document) (Query, error) {
		return Clusters{d.selection()}, nil
	},
	TypeNamespaces:   func(d document) (Query, error) { return d.table(OfNamespaces) },
	TypeApplications: func(d document) (Query, error) { return d.table(OfApplications) },
	TypeWorkloads:    func(d document) (Query, error) { return d.table(OfWorkloads) },
	TypeServices:     func(d document) (Query, error) { return d.table(OfServices) },
	TypePods:         func(d document) (Query, error) { return d.table(OfPods) },
	TypeHealth:       document.health,
	TypeIstioConfig:  func(d document) (Query, error) { return d.istioConfig() },
	TypeChanges:      func(d document) (Query, error) { return d.changes() },
	TypeVariable: func(d document) (Query, error) {
		of, err := oneOf("of", d.Of, OfClusters, OfNamespaces, OfApplications, OfWorkloads, OfServices, OfRevisions)
		return Variable{d.selection(), of}, err
	},
}

func list[S ~string](names []S) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = string(n)
	}
	return strings.Join(out, ", ")
}
