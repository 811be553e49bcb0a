package telemetry

import (
	"cmp"
	"maps"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// history is what is told of one thing over time. A part that nobody told is nil, a
// moment of which nobody told is absent.
type history struct {
	total, failed, clientErrors, bytes, weight []float64
	// latency by who reports it.
	bySource, byDestination []float64
}

// histories gathers the answers of ratesComposer's queries.
type histories struct {
	by   mesh.Grouping
	side mesh.Side
	of   map[mesh.Pair]*history
}

func (h histories) add(answer []timeSeries) {
	for i := range answer {
		s := &answer[i]
		of := h.pair(&s.labels)
		one, ok := h.of[of]
		if !ok {
			one = &history{}
			h.of[of] = one
		}
		if into := one.at(s); into != nil {
			*into = joined(*into, s.values, s.part == partLatency)
		}
	}
}

// at is where the values of a series belong.
func (h *history) at(s *timeSeries) *[]float64 {
	switch s.part {
	case partTotal:
		return &h.total
	case partFailed:
		return &h.failed
	case partClientErrors:
		return &h.clientErrors
	case partBytes:
		return &h.bytes
	case partWeight:
		return &h.weight
	case partLatency:
		if s.reporter == reporterSource {
			return &h.bySource
		}
		return &h.byDestination
	}
	return nil
}

// joined adds two series up. Latencies do not add up: of two names of one thing the
// larger counts, as in the graph.
func joined(a, b []float64, larger bool) []float64 {
	if a == nil {
		return slices.Clone(b) // what the store answered is not to be changed
	}
	for i, v := range b {
		switch {
		case isAbsent(v):
		case isAbsent(a[i]):
			a[i] = v
		case larger:
			a[i] = max(a[i], v)
		default:
			a[i] += v
		}
	}
	return a
}

// pair says of what a series tells. Clusters have their names here by then.
func (h histories) pair(l *labels) mesh.Pair {
	read := reader{level: h.by.Level()}
	switch {
	case h.by == mesh.ByClusterPair:
		return mesh.Pair{Source: read.source(l), Destination: h.destination(l)}
	case h.side == mesh.SideSource:
		return mesh.Pair{Source: read.source(l)}
	}
	return mesh.Pair{Destination: h.destination(l)}
}

// destination names what serves.
func (h histories) destination(l *labels) mesh.Ref {
	ref := mesh.Ref{Cluster: aliases(nil).name(l.destinationCluster), Namespace: l.destinationNamespace}
	service := l.serviceNamespace != ""
	if service {
		ref.Namespace = l.serviceNamespace
	}
	ref.Namespace = mesh.OrUnknown(ref.Namespace)
	switch {
	case h.by.Level() == mesh.LevelCluster:
		return mesh.Ref{Kind: mesh.KindCluster, Cluster: ref.Cluster}
	case h.by == mesh.ByNamespace:
		ref.Kind = mesh.KindNamespace
	case service:
		ref.Kind, ref.Name = mesh.KindService, mesh.OrUnknown(l.service)
	case h.by == mesh.ByApp:
		ref.Kind, ref.Name = mesh.KindApp, mesh.OrUnknown(l.destinationApp)
	default:
		ref.Kind, ref.Name = mesh.KindWorkload, mesh.OrUnknown(l.destinationWorkload)
	}
	return ref
}

// busiestFirst lists things by their mean rate of requests, then of bytes.
func (h histories) busiestFirst() []mesh.Pair {
	requests, bytes := map[mesh.Pair]float64{}, map[mesh.Pair]float64{}
	for of, one := range h.of {
		requests[of], bytes[of] = mean(one.total)+mean(one.weight), mean(one.bytes)
	}
	return slices.SortedFunc(maps.Keys(h.of), func(a, b mesh.Pair) int {
		return cmp.Or(cmp.Compare(requests[b], requests[a]), cmp.Compare(bytes[b], bytes[a]), a.Compare(b))
	})
}

// mean is the mean of a rate, which where it is absent counts as 0.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		if !isAbsent(v) {
			sum += v
		}
	}
	return sum / float64(max(len(values), 1))
}

// values are those of one signal; nil when there is none at any time.
func (h *history) values(signal mesh.Signal) []*float64 {
	switch signal {
	case mesh.SignalRequests:
		return known(h.total)
	case mesh.SignalErrorRatio:
		return known(share(h.failed, h.total))
	case mesh.SignalClientErrorRatio:
		return known(share(h.clientErrors, h.total))
	case mesh.SignalBytes:
		return known(h.bytes)
	case mesh.SignalLatency:
		// The caller's view where there is one, as in the graph: it is what the caller
		// waited.
		if out := known(h.bySource); out != nil {
			return out
		}
		return known(h.byDestination)
	}
	return nil
}

// share divides part by whole. Where there is no whole, or none was made, there is no
// share; where there is a whole and no part of it, the share is 0: both are answers
// to one question.
func share(part, whole []float64) []float64 {
	out := make([]float64, len(whole))
	for i, of := range whole {
		switch {
		case isAbsent(of) || of <= 0:
			out[i] = absent
		case i >= len(part) || isAbsent(part[i]):
			out[i] = 0
		default:
			out[i] = min(max(part[i]/of, 0), 1)
		}
	}
	return out
}

// known makes nil of what is absent; all of it, when there is nothing else.
func known(values []float64) []*float64 {
	kept, out := slices.Clone(values), make([]*float64, len(values))
	some := false
	for i := range kept {
		if !isAbsent(kept[i]) {
			out[i], some = &kept[i], true
		}
	}
	if !some {
		return nil
	}
	return out
}
