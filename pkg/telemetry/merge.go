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
	finer   finer // the last one that was given out
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
	// finer tells reports of one pair apart that are merged on their own: see mergedAt.
	finer finer
}

// finer is a pair of workloads; 0 is all that the drawn pair holds.
type finer int32

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

func (r *reports) report(of pair, protocol mesh.Protocol, within finer) *report {
	key := call{of, protocol, within}
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
	finer        map[finerWords]finer // nil where reports are merged as they are drawn
}

// sourceWords and destinationWords are all labels that a node is read from.
type (
	sourceWords      struct{ cluster, namespace, workload, app, version word }
	destinationWords struct {
		cluster, namespace, workload, app, version, serviceNamespace, service word
		caller                                                                word // the caller's cluster
	}
)

// finerWords are the labels that tell pairs of workloads apart.
type finerWords struct {
	sourceCluster, sourceNamespace, sourceWorkload                word
	destinationCluster, destinationNamespace, destinationWorkload word
	serviceNamespace, service                                     word
}

// callee is what is called, and the service between; none where there is none.
type callee struct{ destination, service node }

func (r *reports) ends(v *vector) ends {
	e := ends{in: r, v: v, sources: map[sourceWords]node{}, destinations: map[destinationWords]callee{}}
	if mergedAt(r.read.level) != r.read.level {
		e.finer = map[finerWords]finer{}
	}
	return e
}

// within gives the pair of workloads that a series is of, where that matters.
func (e ends) within(s *sample) finer {
	if e.finer == nil {
		return 0
	}
	key := finerWords{
		s.sourceCluster, s.sourceNamespace, s.sourceWorkload,
		s.destinationCluster, s.destinationNamespace, s.destinationWorkload,
		s.serviceNamespace, s.service,
	}
	n, ok := e.finer[key]
	if !ok {
		e.in.finer++
		n = e.in.finer
		e.finer[key] = n
	}
	return n
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
		within := ends.within(s)
		r.report(first, protocol, within).addRequests(v, s)
		if both {
			r.report(second, protocol, within).addRequests(v, s)
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
		within := finer(0)
		if measures[m].protocol == mesh.TCP {
			within = ends.within(s)
		}
		first, second, both := ends.of(s)
		r.report(first, protocol, within).addVolume(m, v, s)
		if both {
			r.report(second, protocol, within).addVolume(m, v, s)
		}
	}
}

// calls lists the merged calls in order. What it gives points into the reports.
func (r *reports) calls() []mesh.Call {
	rank := r.ranks()
	slices.SortFunc(r.all, func(a, b *report) int {
		return cmp.Or(
			cmp.Compare(rank[a.source], rank[b.source]), cmp.Compare(rank[a.destination], rank[b.destination]),
			cmp.Compare(a.protocol, b.protocol),
		)
	})
	out := make([]mesh.Call, 0, len(r.all))
	for from := 0; from < len(r.all); {
		until := from + 1
		for until < len(r.all) && r.all[until].pair == r.all[from].pair && r.all[until].protocol == r.all[from].protocol {
			until++
		}
		if same := r.all[from:until]; slices.ContainsFunc(same, func(one *report) bool { return one.draws }) {
			out = append(out, r.call(same))
		}
		from = until
	}
	return out
}

// call is what reports of the same pair and protocol tell together.
func (r *reports) call(same []*report) mesh.Call {
	first := same[0]
	out := mesh.Call{Pair: r.pair(first.pair), Protocol: first.protocol, Peers: r.peers[first.pair]}
	if len(same) == 1 {
		out.Rates, out.Responses = first.rates(), first.merged()
		return out
	}
	all := make([]mesh.Rates, len(same))
	for i, one := range same {
		all[i] = one.rates()
	}
	// Sums of floats depend on their order, and series come in any.
	order := make([]int, len(same))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &same[a].told, &same[b].told
		return cmp.Or(cmp.Compare(x.total, y.total), cmp.Compare(x.failed, y.failed), cmp.Compare(x.clientErrors, y.clientErrors))
	})
	for _, i := range order {
		out.Responses = append(out.Responses, same[i].merged()...)
		from := all[i].Parts()
		for part, to := range out.Rates.Parts() {
			switch {
			case *from[part] == nil:
			case *to == nil:
				*to = *from[part] // which is its report's own, and may be added to
			default:
				**to += **from[part]
			}
		}
	}
	out.Responses = mesh.AddResponses(out.Responses, nil)
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
