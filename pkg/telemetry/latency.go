package telemetry

import (
	"math"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// waits reads an answer to composer.latency: the latencies in milliseconds by pair.
//
// Where several sides report a pair the caller's view is taken, which is what the caller
// waited, then a waypoint's, then the destination's. Two names of one cluster that fold
// into a pair give the larger latency, since quantiles do not add up.
func (r *reports) waits(v *vector) map[mesh.Pair]float64 {
	type word struct {
		by    side
		value float64
	}
	best := map[pair]word{}
	ends := r.ends(v)
	for i := range v.samples {
		s := &v.samples[i]
		if !(s.value >= 0) || math.IsInf(s.value, 0) { // NaN: buckets without requests
			continue
		}
		of, drawn := ends.waitOf(s)
		if !drawn {
			continue
		}
		by := sideOf(v.text(s.reporter))
		if known, ok := best[of]; !ok || by < known.by || by == known.by && s.value > known.value {
			best[of] = word{by, s.value}
		}
	}
	out := make(map[mesh.Pair]float64, len(best))
	for of, w := range best {
		out[r.pair(of)] = w.value
	}
	return out
}

// waitOf gives the pair that a latency is of; false where nothing is drawn between.
func (e ends) waitOf(s *sample) (of pair, drawn bool) {
	to := e.destination(s)
	if e.v.text(s.measure) == fromService {
		return pair{to.service, to.destination}, to.service != none
	}
	return pair{e.source(s), to.destination}, true
}
