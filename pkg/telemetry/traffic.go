package telemetry

import (
	"context"
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
	// Details asks for what only adds to the traffic: connections, messages, throughput,
	// principals and hosts.
	Details bool
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
	// Lacking is a sentence about labels that the metrics should have and have not, and
	// what that means for the answer; empty when none is lacking.
	Lacking string
	// Missing are the parts of the answer that failed while others did not.
	Missing []Missing
}

// Missing is a part of an answer that failed.
type Missing struct {
	What string
	Err  error
	// Calls says that calls are missing for it. Any other part only adds to calls.
	Calls bool
}

// The parts of an answer.
const (
	whatRequests = "requests"
	whatLatency  = "latency"
	whatTCP      = "TCP traffic"
	whatVolumes  = "throughput"
	whatPeers    = "principals and hosts"
)

// Traffic asks for the traffic of the mesh. It fails when the traffic itself
// cannot be had; of what fails beside it, Answer.Missing tells.
func (s *Store) Traffic(ctx context.Context, q Question) (*Answer, error) {
	compose := composer{
		scope: s.scope, names: s.names, selection: q.Selection, level: q.Level,
		services: q.Services && HasServices(q.Level), window: s.window(q.Range, q.Window),
	}
	asked := compose.ask(q)
	wait := s.ask(ctx, q.Range.To, asked.all())
	if hasApps(q.Level) && compose.lacksApps(asked.traffic()) {
		wait()
		compose.byWorkload = true
		asked = compose.ask(q)
		wait = s.ask(ctx, q.Range.To, asked.all())
	}
	defer wait()
	return compose.answer(asked)
}

// answer makes one answer of those to all parts, in the order in which they arrive as a
// rule.
func (c composer) answer(asked questions) (*Answer, error) {
	out := &Answer{Window: c.window}
	all := newReports(reader{level: c.level, names: c.names, services: c.services, byWorkload: c.byWorkload})
	requests, err := asked.requests.wait()
	if err != nil {
		return nil, err
	}
	all.addRequests(requests)
	volumes, err := asked.volume()
	switch {
	case err != nil && asked.requests == nil:
		return nil, err
	case err != nil:
		out.miss(asked.volumes[0].what, err, asked.tcp)
	}
	for _, v := range volumes {
		all.addVolumes(v)
	}
	if peers, err := asked.peers.wait(); err != nil {
		out.miss(asked.peers.what, err, false)
	} else {
		all.addPeers(peers)
	}
	out.Traffic = mesh.Traffic{Level: c.level, Calls: all.calls()}
	if latency, err := asked.latency.wait(); err != nil {
		out.miss(asked.latency.what, err, false)
	} else {
		out.Latency = all.waits(latency)
	}
	if c.level == mesh.LevelService {
		joinServices(&out.Traffic)
	}
	out.Lacking = c.lackingOf(requests, volumes)
	for _, p := range asked.all() {
		out.Queries = append(out.Queries, p.promQL)
		out.Warnings = append(out.Warnings, p.warned...)
	}
	return out, nil
}

// miss notes a part that failed.
func (a *Answer) miss(what string, err error, calls bool) {
	a.Missing = append(a.Missing, Missing{What: what, Err: err, Calls: calls})
}

// lackingOf says which labels are lacking: those of requests or, without any, of the rest.
func (c composer) lackingOf(requests *vector, volumes []*vector) string {
	if len(requests.samples) > 0 {
		return note(c.lacking(requests, requestLabels), c.byWorkload)
	}
	for _, v := range volumes {
		if len(v.samples) > 0 {
			return note(c.lacking(v, nil), c.byWorkload)
		}
	}
	return ""
}
