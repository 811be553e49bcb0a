package telemetry

import (
	"context"
	"slices"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// TotalsAnswer is an answer of the store about single things.
type TotalsAnswer struct {
	Of mesh.Totals
	// Window, Queries, Warnings and Missing are as in Answer.
	Window   time.Duration
	Queries  []string
	Warnings []string
	Missing  []Missing
}

// Totals asks what each thing of a level serves and sends, added up over all whom it talks
// to: with three queries, whatever there is in the mesh, and with more only where a
// selection names so much that one would grow too long. Of the question, Services and
// Details do not count. It fails when the traffic cannot be had.
//
// What several sides report is made one number for each thing, over all whom it talks to,
// and not for each pair, by the same rule; see report. Clusters and namespaces add up their
// workloads. So the numbers are those of the traffic graph's nodes, but for this:
//
//   - Of a thing that serves, its own proxy or its waypoint sees all. Only where it has
//     neither, or where callers count more than it does, can the sum over pairs be larger.
//   - Of a thing that sends, its own proxy sees all, but not each of its retries. Of a
//     caller in ambient mode, waypoints and destinations report different calls, which are
//     added up. A caller that retries here and calls what has no proxy there sends a
//     little more than is told.
//   - Calls to itself are part of what a workload, an app or a service sends. What stays
//     inside a cluster or a namespace is not sent.
func (s *Store) Totals(ctx context.Context, q Question) (*TotalsAnswer, error) {
	compose := composer{scope: s.scope, names: s.names, selection: q.Selection, level: q.Level, window: s.window(q.Range, q.Window)}
	asked := compose.askTotals(q)
	wait := s.ask(ctx, q.Range.To, asked.all())
	if hasApps(q.Level) && compose.lacksApps(asked.traffic()) {
		wait()
		compose.byWorkload = true
		asked = compose.askTotals(q)
		wait = s.ask(ctx, q.Range.To, asked.all())
	}
	defer wait()
	return compose.totals(asked)
}

// totalQuestions are the parts that a question about single things is made of. They are
// lists since a query can outgrow what stores take.
type totalQuestions struct {
	served, sent []*part
	latency      *part // nil when it is not asked
}

// askTotals writes down a question about single things.
func (c composer) askTotals(q Question) totalQuestions {
	http, grpc, tcp := slices.Contains(q.Protocols, mesh.HTTP), slices.Contains(q.Protocols, mesh.GRPC), slices.Contains(q.Protocols, mesh.TCP)
	parts := func(queries []string) []*part {
		var out []*part
		for _, promQL := range joinedQueries(queries) {
			out = append(out, &part{what: whatRequests, promQL: promQL})
		}
		return out
	}
	fine, sent := c, c.sent
	if isCoarse(c.level) {
		fine.level = mesh.LevelWorkload
		sent = fine.sentTo(c.level)
	}
	out := totalQuestions{
		served: parts(c.traffic(fine.served, http, grpc, tcp, labelSecurity)),
		sent:   parts(c.traffic(sent, http, grpc, tcp)),
	}
	if q.Latency != "" && (http || grpc) {
		out.latency = &part{what: whatLatency, promQL: latency(c.served, q.Latency, protocolMatchers(http, grpc))}
	}
	return out
}

// isCoarse reports whether things of a level add up what their workloads do: who reports
// what depends on workloads, so that what the sides tell of all of a namespace's must not
// be compared.
func isCoarse(level mesh.Level) bool {
	return level == mesh.LevelCluster || level == mesh.LevelNamespace
}

func (q totalQuestions) parts() []*part { return slices.Concat(q.served, q.sent) }

func (q totalQuestions) all() []*part {
	if q.latency == nil {
		return q.parts()
	}
	return append(q.parts(), q.latency)
}

// traffic is as that of questions.
func (q totalQuestions) traffic() []*vector {
	var out []*vector
	for _, p := range q.parts() {
		if v, err := p.wait(); err == nil && len(v.samples) > 0 {
			out = append(out, v)
		}
	}
	return out
}

// totals makes one answer of those to all parts. Of an end without the other no health
// could be told, so that all of it is needed but the latency.
func (c composer) totals(asked totalQuestions) (*TotalsAnswer, error) {
	all := newTotaller(reader{level: c.level, names: c.names, byWorkload: c.byWorkload})
	for _, of := range []struct {
		parts []*part
		take  func(*vector)
	}{{asked.served, all.addServed}, {asked.sent, all.addSent}} {
		for _, p := range of.parts {
			v, err := p.wait()
			if err != nil {
				return nil, err
			}
			of.take(v)
		}
	}
	out := &TotalsAnswer{Window: c.window}
	latency, err := asked.latency.wait()
	if err != nil {
		out.Missing = append(out.Missing, Missing{What: whatLatency, Err: err})
		latency = &vector{}
	}
	out.Of = all.totals(latency)
	if c.level == mesh.LevelService {
		out.Of = joinCallers(out.Of)
	}
	for _, p := range asked.all() {
		out.Queries = append(out.Queries, p.promQL)
		out.Warnings = append(out.Warnings, p.warned...)
	}
	return out, nil
}

// joinCallers makes one thing of a caller and the service it serves, as joinServices does.
func joinCallers(all mesh.Totals) mesh.Totals {
	out := make(mesh.Totals, len(all))
	for ref, one := range all {
		if service := ref; ref.Kind == mesh.KindApp {
			if service.Kind = mesh.KindService; all[service] != nil {
				ref = service
			}
		}
		joined := out.At(ref)
		joined.Served, joined.Sent = append(joined.Served, one.Served...), append(joined.Sent, one.Sent...)
		if one.Latency != nil {
			joined.Latency = one.Latency
		}
	}
	return out
}
