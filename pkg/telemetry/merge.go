package telemetry

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// reports collects what all series of the answers to one question tell, and makes one
// number of what several of them tell of the same: see report.
//
// Graphs are made of thousands of series that name the same few hundred nodes. So nodes
// are numbers here, and what a series' labels say is read once for each node.
type reports struct {
	read    reader
	refs    []mesh.Ref // of nodes
	numbers map[mesh.Ref]node
	at      map[call]int32 // in all
	all     []*report
	peers   map[pair]*mesh.Peers
}

// node is a node's place in reports.refs.
type node int32

// none is the node that is not there.
const none node = -1

// pair is who calls whom.
type pair struct{ source, destination node }

// call is what a report is about.
type call struct {
	pair
	protocol mesh.Protocol
}

func newReports(read reader) *reports {
	return &reports{read: read, numbers: map[mesh.Ref]node{}, at: map[call]int32{}, peers: map[pair]*mesh.Peers{}}
}

func (r *reports) node(ref mesh.Ref) node {
	n, ok := r.numbers[ref]
	if !ok {
		n = node(len(r.refs))
		r.refs, r.numbers[ref] = append(r.refs, ref), n
	}
	return n
}

func (r *reports) report(of pair, protocol mesh.Protocol) *report {
	key := call{of, protocol}
	i, ok := r.at[key]
	if !ok {
		i = int32(len(r.all))
		r.at[key] = i
		r.all = append(r.all, &report{call: key})
	}
	return r.all[i]
}

// ends finds the nodes of one vector's series.
type ends struct {
	in           *reports
	v            *vector
	sources      map[sourceWords]node
	destinations map[destinationWords]callee
}

// sourceWords and destinationWords are all labels that a node is read from.
type (
	sourceWords      struct{ cluster, namespace, workload, app, version word }
	destinationWords struct {
		cluster, namespace, workload, app, version, serviceNamespace, service word
		caller                                                                word // the caller's cluster
	}
)

// callee is what is called, and the service between; none where there is none.
type callee struct{ destination, service node }

func (r *reports) ends(v *vector) ends {
	return ends{r, v, map[sourceWords]node{}, map[destinationWords]callee{}}
}

// of gives the pairs that a series counts for, as reader.pairs has it; the second is
// there or not.
func (e ends) of(s *sample) (first, second pair, both bool) {
	source, to := e.source(s), e.destination(s)
	if to.service == none {
		return pair{source, to.destination}, pair{}, false
	}
	return pair{source, to.service}, pair{to.service, to.destination}, true
}

func (e ends) source(s *sample) node {
	key := sourceWords{s.sourceCluster, s.sourceNamespace, s.sourceWorkload, s.sourceApp, s.sourceVersion}
	n, ok := e.sources[key]
	if !ok {
		l := e.v.labels(s)
		n = e.in.node(e.in.read.source(&l))
		e.sources[key] = n
	}
	return n
}

func (e ends) destination(s *sample) callee {
	key := destinationWords{
		s.destinationCluster, s.destinationNamespace, s.destinationWorkload, s.destinationApp, s.destinationVersion,
		s.serviceNamespace, s.service, 0,
	}
	if s.destinationWorkload == 0 && s.destinationApp == 0 { // only what is not resolved depends on the caller
		key.caller = s.sourceCluster
	}
	to, ok := e.destinations[key]
	if !ok {
		l := e.v.labels(s)
		destination, service := e.in.read.destination(&l, e.in.read.names.name(l.sourceCluster))
		to = callee{e.in.node(destination), none}
		if service != nil {
			to.service = e.in.node(*service)
		}
		e.destinations[key] = to
	}
	return to
}

// counts reports whether a rate can be counted: stores that others write to hold all
// kinds of numbers.
func counts(rate float64) bool { return rate > 0 && rate < unbelievable }

// unbelievable is more than any rate is, and far less than what sums overflow by.
const unbelievable = 1e100

// addRequests takes in an answer to composer.requests.
func (r *reports) addRequests(v *vector) {
	ends := r.ends(v)
	for i := range v.samples {
		s := &v.samples[i]
		if !counts(s.value) {
			continue
		}
		protocol := requestProtocol(v.text(s.protocol))
		first, second, both := ends.of(s)
		r.report(first, protocol).addRequests(v, s)
		if both {
			r.report(second, protocol).addRequests(v, s)
		}
	}
}

// requestProtocol reads the label of a request's protocol. What has none counts as HTTP.
func requestProtocol(label string) mesh.Protocol {
	if label == string(mesh.GRPC) {
		return mesh.GRPC
	}
	return mesh.HTTP
}

// addVolumes takes in an answer to composer.volumes.
func (r *reports) addVolumes(v *vector) {
	ends := r.ends(v)
	for i := range v.samples {
		s := &v.samples[i]
		m, known := measureOf(v.text(s.measure))
		if !known || !counts(s.value) {
			continue
		}
		protocol := measures[m].protocol
		if protocol == "" {
			protocol = requestProtocol(v.text(s.protocol))
		}
		first, second, both := ends.of(s)
		r.report(first, protocol).addVolume(m, v, s)
		if both {
			r.report(second, protocol).addVolume(m, v, s)
		}
	}
}

// calls lists the merged calls in order. What it gives points into the reports.
func (r *reports) calls() []mesh.Call {
	rank := r.ranks()
	drawn := make([]*report, 0, len(r.all))
	for _, one := range r.all {
		if one.draws {
			drawn = append(drawn, one)
		}
	}
	slices.SortFunc(drawn, func(a, b *report) int {
		return cmp.Or(
			cmp.Compare(rank[a.source], rank[b.source]), cmp.Compare(rank[a.destination], rank[b.destination]),
			cmp.Compare(a.protocol, b.protocol),
		)
	})
	out := make([]mesh.Call, len(drawn))
	for i, one := range drawn {
		out[i] = mesh.Call{
			Pair: r.pair(one.pair), Protocol: one.protocol, Rates: one.rates(), Responses: one.merged(), Peers: r.peers[one.pair],
		}
	}
	return out
}

// ranks gives each node's place in the order of nodes.
func (r *reports) ranks() []int32 {
	order := make([]node, len(r.refs))
	for i := range order {
		order[i] = node(i)
	}
	slices.SortFunc(order, func(a, b node) int { return r.refs[a].Compare(r.refs[b]) })
	rank := make([]int32, len(order))
	for i, n := range order {
		rank[n] = int32(i)
	}
	return rank
}

func (r *reports) pair(p pair) mesh.Pair {
	return mesh.Pair{Source: r.refs[p.source], Destination: r.refs[p.destination]}
}
