package telemetry

import (
	"cmp"
	"math"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// take takes in an answer with requests and TCP bytes, each series for the ends that of
// gives: none for an end that is added up over.
func (r *reports) take(v *vector, of func(*sample) pair) {
	for i := range v.samples {
		s := &v.samples[i]
		if !counts(s.value) {
			continue
		}
		if s.measure == 0 {
			r.report(of(s), requestProtocol(v.text(s.protocol))).addRequests(v, s)
		} else if m, known := measureOf(v.text(s.measure)); known {
			r.report(of(s), measures[m].protocol).addVolume(m, v, s)
		}
	}
}

func (r *reports) addCalls(v *vector) {
	ends := r.ends(v)
	r.take(v, func(s *sample) pair { return pair{ends.source(s), ends.destination(s).destination} })
}

func (r *reports) addServed(v *vector) {
	ends := r.ends(v)
	r.take(v, func(s *sample) pair { return pair{none, ends.destination(s).destination} })
}

func (r *reports) addSent(v *vector) {
	ends := r.ends(v)
	r.take(v, func(s *sample) pair { return pair{ends.source(s), none} })
}

// totals are those of all nodes, with the latencies that an answer tells.
func (r *reports) totals(latency *vector) mesh.Totals {
	waits := r.waitsAt(latency) // before the sides are made one
	rank := r.ranks()
	at := func(n node) int32 {
		if n == none {
			return -1
		}
		return rank[n]
	}
	slices.SortFunc(r.all, func(a, b *report) int {
		return cmp.Or(cmp.Compare(at(a.source), at(b.source)), cmp.Compare(at(a.destination), at(b.destination)), cmp.Compare(a.protocol, b.protocol))
	})
	out := mesh.Totals{}
	for _, one := range r.all {
		if one.destination == none {
			one.addApart()
		}
		made := mesh.Call{Protocol: one.protocol, Rates: one.rates(), Responses: one.merged()}
		if one.source != none {
			made.Source = r.refs[one.source]
		}
		if one.destination != none {
			made.Destination = r.refs[one.destination]
			to := out.At(made.Destination)
			to.Served = append(to.Served, made)
		}
		if one.source != none && one.source != one.destination {
			from := out.At(made.Source)
			from.Sent = append(from.Sent, made)
		}
	}
	for n, wait := range waits {
		if one, ok := out[r.refs[n]]; ok {
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
	destination.secure += waypoint.secure
	destination.plain += waypoint.plain
	*waypoint = tally{}
	for i := range r.responses {
		r.responses[i].by = byDestination
	}
}

// waitsAt reads an answer about the latency of what is served: milliseconds by node.
//
// It is what callers waited, as their own proxies report it, where these know of half of
// the requests at the least; else what a waypoint, and then the destination, says. Of two
// that tell of the same node the larger counts, as with pairs.
func (r *reports) waitsAt(v *vector) map[node]float64 {
	told := map[node]*[sides]float64{}
	ends := r.ends(v)
	for i := range v.samples {
		s := &v.samples[i]
		if !(s.value >= 0) || math.IsInf(s.value, 0) { // NaN: buckets without requests
			continue
		}
		n := ends.destination(s).destination
		by, known := told[n]
		if !known {
			by = &[sides]float64{-1, -1, -1}
			told[n] = by
		}
		side := sideOf(v.text(s.reporter))
		by[side] = max(by[side], s.value)
	}
	requests := r.requestsAt()
	out := make(map[node]float64, len(told))
	for n, by := range told {
		counted := requests[n]
		most := slices.Max(counted[:])
		for side := range sides {
			if by[side] >= 0 && 2*counted[side] >= most {
				out[n] = by[side]
				break
			}
		}
	}
	return out
}

// requestsAt adds up how many requests each side reports of what nodes serve.
func (r *reports) requestsAt() map[node][sides]float64 {
	out := map[node][sides]float64{}
	for _, one := range r.all {
		if one.destination == none || one.protocol == mesh.TCP {
			continue
		}
		counted := out[one.destination]
		for side := range counted {
			counted[side] += one.sides[side].total
		}
		out[one.destination] = counted
	}
	return out
}
