package telemetry

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Question asks for traffic.
type Question struct {
	Selection
	Range Range
	// Window is the time over which rates are taken, ending at the range's end; 0
	// means the whole range. Less than four scrape intervals is raised to that.
	Window time.Duration
	Level  mesh.Level // not LevelAuto: see FinestLevel
	// Services puts the called service between caller and destination, at the levels
	// that have services; see HasServices.
	Services  bool
	Protocols []mesh.Protocol
	// Latency is a quantile such as "0.95", or "avg", or empty for none.
	Latency string
}

// LatencyAvg asks for the mean latency instead of a quantile.
const LatencyAvg = "avg"

// Answer is an answer of the store.
type Answer struct {
	mesh.Traffic
	// Window is the time over which the rates were taken.
	Window time.Duration
	// Queries are the PromQL queries behind the answer.
	Queries []string
	// Warnings are the store's own, a sentence each.
	Warnings []string
	// Missing are the parts of the answer that failed while others did not.
	Missing []Missing
}

// Missing is a part of an answer that failed.
type Missing struct {
	What string // such as WhatLatency
	Err  error
}

// WhatLatency is the part of an answer that only adds to its calls. Any other that is
// missing costs calls.
const WhatLatency = "latency"

// part is one query of an answer.
type part struct {
	what   string
	promQL string
	answer []sample
	warned []string
	err    error
}

// Traffic asks for the traffic of the mesh. It fails when the traffic itself
// cannot be had; of what fails beside it, Answer.Missing tells.
func (s *Store) Traffic(ctx context.Context, q Question) (*Answer, error) {
	window := s.window(q.Range, q.Window)
	services := q.Services && HasServices(q.Level)
	compose := composer{scope: s.scope, names: s.names, selection: q.Selection, level: q.Level, services: services, window: window}
	http, grpc := slices.Contains(q.Protocols, mesh.HTTP), slices.Contains(q.Protocols, mesh.GRPC)

	var requests, sent, received *part
	var waits []*part
	var parts []*part
	add := func(what, promQL string) *part {
		p := &part{what: what, promQL: promQL}
		parts = append(parts, p)
		return p
	}
	if http || grpc {
		requests = add("requests", compose.requests(http, grpc))
	}
	if ways := []sums{compose.sumRate}; requests != nil && q.Latency != "" {
		if services {
			ways = []sums{compose.toServices, compose.fromServices}
		}
		for _, way := range ways {
			waits = append(waits, add(WhatLatency, latency(way, q.Latency, http, grpc)))
		}
	}
	if slices.Contains(q.Protocols, mesh.TCP) {
		sent = add("TCP traffic", compose.bytes(metricTCPSent))
		received = add("TCP traffic", compose.bytes(metricTCPReceived))
	}
	s.askAll(ctx, q.Range.To, parts)

	answer := &Answer{Window: window}
	for _, p := range parts {
		answer.Queries = append(answer.Queries, p.promQL)
		answer.Warnings = append(answer.Warnings, p.warned...)
	}
	read := reader{level: q.Level, names: s.names, services: services}
	merged := reports{}
	if requests != nil {
		if requests.err != nil {
			return nil, requests.err
		}
		merged.addRequests(read, requests.answer)
	}
	if sent != nil {
		// Half of the bytes would be a wrong number, so it is both or none.
		if err := firstError(sent.err, received.err); err == nil {
			merged.addBytes(read, sent.answer)
			merged.addBytes(read, received.answer)
		} else if requests == nil {
			return nil, err
		} else {
			answer.Missing = append(answer.Missing, Missing{sent.what, err})
		}
	}
	answer.Traffic = mesh.Traffic{Level: q.Level, Calls: merged.calls()}
	waited := newLatencies()
	for i, p := range waits {
		if p.err != nil {
			answer.Missing = append(answer.Missing, Missing{p.what, p.err})
			break
		}
		waited.add(p.answer, read.latencyPair(i))
	}
	answer.Latency = waited.merged()
	if q.Level == mesh.LevelService {
		joinServices(&answer.Traffic)
	}
	return answer, nil
}

// askAll sends all parts side by side and waits for all of them.
func (s *Store) askAll(ctx context.Context, at time.Time, parts []*part) {
	var wg sync.WaitGroup
	for _, p := range parts {
		wg.Go(func() {
			p.answer, p.warned, p.err = s.instant(ctx, p.promQL, at)
		})
	}
	wg.Wait()
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// latencyPair gives the way from a series of the i-th latency query to its pair.
func (r reader) latencyPair(i int) func(*labels) mesh.Pair {
	return func(l *labels) mesh.Pair {
		switch source := r.source(l); {
		case !r.services:
			return mesh.Pair{Source: source, Destination: r.destination(l, source.Cluster)}
		case i == 0 && outside(l.serviceNamespace, l.service):
			return mesh.Pair{Source: source, Destination: mesh.Ref{Kind: mesh.KindExternal, Cluster: source.Cluster, Name: l.service}}
		case i == 0:
			return mesh.Pair{Source: source, Destination: r.service(l)}
		default:
			return mesh.Pair{Source: r.service(l), Destination: r.destination(l, "")}
		}
	}
}

// joinServices makes one node of a caller and the service it serves. At level
// service callers are known by their app, which Istio calls the canonical service
// and which has, as a rule, the name of the Kubernetes service before it: where a
// service of that name is called in the same cluster and namespace, the two are one.
// Other callers stay apps: gateways, and whoever is called by nobody.
func joinServices(t *mesh.Traffic) {
	called := map[mesh.Ref]bool{}
	for _, c := range t.Calls {
		called[c.Destination] = true
	}
	join := func(p mesh.Pair) mesh.Pair {
		if p.Source.Kind == mesh.KindApp {
			service := p.Source
			if service.Kind = mesh.KindService; called[service] {
				p.Source = service
			}
		}
		return p
	}
	for i := range t.Calls {
		t.Calls[i].Pair = join(t.Calls[i].Pair)
	}
	slices.SortFunc(t.Calls, func(a, b mesh.Call) int {
		return cmp.Or(a.Pair.Compare(b.Pair), cmp.Compare(a.Protocol, b.Protocol))
	})
	joined := make(map[mesh.Pair]float64, len(t.Latency))
	for pair, v := range t.Latency {
		joined[join(pair)] = v
	}
	t.Latency = joined
}

// FinestLevel returns the finest level whose graph has at most maxNodes nodes, and
// the query behind the decision. The coarsest level is returned when none fits.
//
// It counts the nodes that the metrics hold at the end of the range, without their
// rates, which costs the store little; nodes outside the mesh are not counted.
func (s *Store) FinestLevel(ctx context.Context, q Question, maxNodes int) (mesh.Level, string, error) {
	compose := composer{scope: s.scope, names: s.names, selection: q.Selection}
	var metrics []string
	if slices.Contains(q.Protocols, mesh.HTTP) || slices.Contains(q.Protocols, mesh.GRPC) {
		metrics = append(metrics, metricRequests)
	}
	if slices.Contains(q.Protocols, mesh.TCP) {
		metrics = append(metrics, metricTCPSent)
	}
	promQL := compose.presence(metrics...)
	vector, _, err := s.instant(ctx, promQL, q.Range.To)
	if err != nil {
		return "", promQL, err
	}
	levels := mesh.AutoLevels()
	for _, level := range levels {
		read := reader{level: level, names: s.names}
		nodes := map[mesh.Ref]bool{}
		for i := range vector {
			if l := &vector[i].labels; l.isSource() {
				nodes[read.source(l)] = true
			} else {
				nodes[read.destination(l, mesh.Unknown)] = true
			}
		}
		if len(nodes) <= maxNodes {
			return level, promQL, nil
		}
	}
	return levels[len(levels)-1], promQL, nil
}

// isSource reports whether a group of composer.presence is of callers.
func (l *labels) isSource() bool {
	return l.sourceCluster != "" || l.sourceNamespace != "" || l.sourceWorkload != "" || l.sourceApp != ""
}
