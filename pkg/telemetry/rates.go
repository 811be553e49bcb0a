package telemetry

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// RatesQuestion asks how traffic went over time.
type RatesQuestion struct {
	// Selection narrows the side that is asked, not both as that of a Question does.
	Selection
	Range Range
	// Interval is the wanted distance between two points; it is raised to the scrape
	// interval, and to what keeps a series within MaxPoints, if that is above 0.
	Interval  time.Duration
	MaxPoints int64
	By        mesh.Grouping
	Side      mesh.Side
	Signals   []mesh.Signal
	Protocols []mesh.Protocol
	// Latency is a quantile such as "0.95", or "avg".
	Latency string
	// Limit is of how many things series are given, the busiest; 0 = of all.
	Limit int
}

// RatesAnswer is how traffic went over time.
type RatesAnswer struct {
	mesh.Times
	// Window is the time over which the rate at each point was taken.
	Window time.Duration
	// Series are sorted by how busy what they tell of is, the busiest first, and by
	// signal. Those of one signal tell of different things.
	Series []mesh.Series
	// LeftOut is how many of the Things that have series were left out by the limit.
	LeftOut, Things int
	// Queries are the PromQL queries behind the answer.
	Queries []string
	// Warnings are the store's own, a sentence each.
	Warnings []string
	// Missing are the parts of the answer that failed while others did not.
	Missing []Missing
}

// rangePart is one range query of an answer.
type rangePart struct {
	what   string
	promQL string
	answer []timeSeries
	warned []string
	err    error
}

// Rates asks for time series. It fails when none can be had; of what fails beside
// others, RatesAnswer.Missing tells. At most three queries are sent.
func (s *Store) Rates(ctx context.Context, q RatesQuestion) (*RatesAnswer, error) {
	times, err := s.times(q.Range, q.Interval, q.MaxPoints)
	if err != nil {
		return nil, err
	}
	out := &RatesAnswer{Times: times, Window: s.rateWindow(times.Step)}
	parts := q.parts(ratesComposer{
		scope: s.scope, names: s.names, selection: q.Selection, by: q.By, side: q.Side, window: out.Window,
		protocol: protocolMatchers(slices.Contains(q.Protocols, mesh.HTTP), slices.Contains(q.Protocols, mesh.GRPC)),
	})
	var asking sync.WaitGroup
	for _, p := range parts {
		asking.Go(func() { p.answer, p.warned, p.err = s.overTime(ctx, p.promQL, times) })
	}
	asking.Wait()

	gathered := histories{by: q.By, side: q.Side, of: map[mesh.Pair]*history{}}
	for _, p := range parts {
		out.Queries = append(out.Queries, p.promQL)
		out.Warnings = append(out.Warnings, p.warned...)
		if p.err != nil {
			out.Missing = append(out.Missing, Missing{What: p.what, Err: p.err, Calls: p.what != whatLatency})
			continue
		}
		gathered.add(p.answer)
	}
	if len(out.Missing) == len(parts) && len(parts) > 0 {
		return nil, out.Missing[0].Err
	}
	things := gathered.busiestFirst()
	out.Things = len(things)
	if q.Limit > 0 && len(things) > q.Limit {
		things, out.LeftOut = things[:q.Limit], len(things)-q.Limit
	}
	behind := s.Behind(out.Window)
	for _, of := range things {
		for _, signal := range q.Signals {
			if values := gathered.of[of].values(signal); values != nil {
				out.Series = append(out.Series, mesh.Series{Signal: signal, Of: of, Values: values, PromQL: behind.Series(signal, of, q.Latency)})
			}
		}
	}
	return out, nil
}

// parts are the queries of a question: one each for requests, latency and bytes, as
// far as they are asked for.
func (q RatesQuestion) parts(compose ratesComposer) []*rangePart {
	var out []*rangePart
	var outcomes []string
	for _, one := range []struct {
		signal mesh.Signal
		part   string
	}{{mesh.SignalRequests, partTotal}, {mesh.SignalErrorRatio, partFailed}, {mesh.SignalClientErrorRatio, partClientErrors}} {
		if !slices.Contains(q.Signals, one.signal) {
			continue
		}
		if len(outcomes) == 0 { // shares are shares of all
			outcomes = append(outcomes, partTotal)
		}
		if one.part != partTotal {
			outcomes = append(outcomes, one.part)
		}
	}
	if len(outcomes) > 0 {
		out = append(out, &rangePart{what: "requests", promQL: compose.requests(outcomes)})
	}
	if slices.Contains(q.Signals, mesh.SignalLatency) {
		out = append(out, &rangePart{what: whatLatency, promQL: compose.latency(q.Latency, len(outcomes) == 0)})
	}
	if slices.Contains(q.Signals, mesh.SignalBytes) {
		out = append(out, &rangePart{what: "TCP traffic", promQL: compose.bytes()})
	}
	return out
}
