package telemetry

import (
	"cmp"
	"math"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// totaller adds up what one end of calls tells. Its reports have a single end, but for what
// the workloads of a cluster or a namespace send: of that, the second is the cluster or the
// namespace that is called.
type totaller struct {
	*reports // of workloads at coarse levels
	// drawn reads the things that are told of.
	drawn reader
}

func newTotaller(drawn reader) *totaller {
	fine := drawn
	if isCoarse(drawn.level) {
		fine.level = mesh.LevelWorkload
	}
	return &totaller{newReports(fine), drawn}
}

// take takes in an answer with requests and TCP bytes, each series for the ends that of
// gives.
func (t *totaller) take(v *vector, of func(*sample) pair) {
	for i := range v.samples {
		s := &v.samples[i]
		if !counts(s.value) {
			continue
		}
		if s.measure == 0 {
			t.report(of(s), requestProtocol(v.text(s.protocol)), 0).addRequests(v, s)
		} else if m, known := measureOf(v.text(s.measure)); known {
			t.report(of(s), measures[m].protocol, 0).addVolume(m, v, s)
		}
	}
}

func (t *totaller) addServed(v *vector) {
	ends := t.ends(v)
	t.take(v, func(s *sample) pair { return pair{none, ends.destination(s).destination} })
}

func (t *totaller) addSent(v *vector) {
	ends := t.ends(v)
	t.take(v, func(s *sample) pair {
		to := none
		if isCoarse(t.drawn.level) {
			l := v.labels(s)
			ref, _ := t.drawn.destination(&l, t.drawn.names.name(l.sourceCluster))
			to = t.node(ref)
		}
		return pair{ends.source(s), to}
	})
}

// thing is what a node is part of.
func (t *totaller) thing(n node) mesh.Ref {
	ref := t.refs[n]
	if ref.Kind == mesh.KindExternal {
		return ref
	}
	switch t.drawn.level {
	case mesh.LevelCluster:
		if ref.Kind != mesh.KindUnknown || ref.Cluster.Known() {
			return mesh.Ref{Kind: mesh.KindCluster, Cluster: ref.Cluster}
		}
	case mesh.LevelNamespace:
		if ref.Kind != mesh.KindUnknown {
			return mesh.Ref{Kind: mesh.KindNamespace, Cluster: ref.Cluster, Namespace: ref.Namespace}
		}
	}
	return ref
}

// totals are those of all things, with the latencies that an answer tells.
func (t *totaller) totals(latency *vector) mesh.Totals {
	waits := t.waits(latency) // before the sides are made one
	rank := t.ranks()
	at := func(n node) int32 {
		if n == none {
			return -1
		}
		return rank[n]
	}
	slices.SortFunc(t.all, func(a, b *report) int {
		return cmp.Or(cmp.Compare(at(a.source), at(b.source)), cmp.Compare(at(a.destination), at(b.destination)), cmp.Compare(a.protocol, b.protocol))
	})
	out := mesh.Totals{}
	for _, one := range t.all {
		made := mesh.Call{Protocol: one.protocol}
		if one.source == none {
			made.Destination = t.thing(one.destination)
			made.Rates, made.Responses = one.rates(), one.merged()
			to := out.At(made.Destination)
			to.Served = append(to.Served, made)
			continue
		}
		if made.Source = t.thing(one.source); one.destination != none {
			if made.Destination = t.refs[one.destination]; made.Destination == made.Source {
				continue
			}
		}
		one.addApart()
		made.Rates, made.Responses = one.rates(), one.merged()
		from := out.At(made.Source)
		from.Sent = append(from.Sent, made)
	}
	for ref, wait := range waits {
		if one, ok := out[ref]; ok {
			one.Latency = &wait
		}
	}
	return out
}

// addApart adds up what waypoints and destinations report of a caller that reports
// nothing itself: behind a waypoint no proxy counts a caller's requests again, so that
// each of the two tells of calls that the other has not seen.
func (r *report) addApart() {
	own := &r.sides[bySource]
	waypoint, destination := &r.sides[byWaypoint], &r.sides[byDestination]
	if own.total > 0 || r.neverArrived.total > 0 || waypoint.total == 0 || destination.total == 0 {
		return
	}
	destination.total += waypoint.total
	destination.failed += waypoint.failed
	destination.clientErrors += waypoint.clientErrors
	*waypoint = tally{}
	for i := range r.responses {
		r.responses[i].by = byDestination
	}
}

// waits reads an answer about the latency of what is served: milliseconds by thing.
//
// It is what callers waited, as their own proxies report it, where these know of half of
// the requests at the least; else what a waypoint, and then the destination, says. Of two
// that tell of the same thing the larger counts, as with pairs.
func (t *totaller) waits(v *vector) map[mesh.Ref]float64 {
	told := map[mesh.Ref]*[sides]float64{}
	things := newReports(t.drawn)
	ends := things.ends(v)
	for i := range v.samples {
		s := &v.samples[i]
		if !(s.value >= 0) || math.IsInf(s.value, 0) { // NaN: buckets without requests
			continue
		}
		ref := things.refs[ends.destination(s).destination]
		by, known := told[ref]
		if !known {
			by = &[sides]float64{-1, -1, -1}
			told[ref] = by
		}
		side := sideOf(v.text(s.reporter))
		by[side] = max(by[side], s.value)
	}
	requests := t.requests()
	out := make(map[mesh.Ref]float64, len(told))
	for ref, by := range told {
		counted := requests[ref]
		most := slices.Max(counted[:])
		for side := range sides {
			if by[side] >= 0 && 2*counted[side] >= most {
				out[ref] = by[side]
				break
			}
		}
	}
	return out
}

// requests adds up how many requests each side reports of what things serve.
func (t *totaller) requests() map[mesh.Ref][sides]float64 {
	out := map[mesh.Ref][sides]float64{}
	for _, one := range t.all {
		if one.source != none || one.protocol == mesh.TCP {
			continue
		}
		ref := t.thing(one.destination)
		counted := out[ref]
		for side := range counted {
			counted[side] += one.sides[side].total
		}
		out[ref] = counted
	}
	return out
}
