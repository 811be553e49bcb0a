package plugin

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// traffic is what is drawn: that of now and, where the two are compared, that of then.
type traffic struct {
	now  mesh.Traffic
	then *mesh.Traffic
}

func (t traffic) graph(o graph.Options) mesh.Graph {
	now := graph.Build(t.now, o)
	if t.then == nil {
		return now
	}
	return graph.Compare(now, graph.Build(*t.then, o))
}

// within keeps what a graph still draws.
func (t traffic) within(g mesh.Graph) traffic {
	return t.each(func(some mesh.Traffic) mesh.Traffic { return graph.Within(some, g) })
}

// folded folds the same nodes now and then.
func (t traffic) folded(o graph.FoldOptions) (traffic, graph.Folded) {
	if t.then != nil {
		o.Past = *t.then
	}
	told := graph.Fold(t.now, o)
	return t.each(told.Apply), told
}

func (t traffic) each(of func(mesh.Traffic) mesh.Traffic) traffic {
	t.now = of(t.now)
	if t.then != nil {
		then := of(*t.then)
		t.then = &then
	}
	return t
}

// past is a question about the past that is under way.
type past struct {
	ago    time.Duration // 0 when nothing is asked
	answer coming
}

// askPast asks the same question about an earlier time. Nothing is asked when ago is 0.
func (d *Datasource) askPast(ctx context.Context, q telemetry.Question, ago time.Duration) past {
	if ago == 0 {
		return past{}
	}
	q.Details = false // of the past, only the traffic is told
	q.Range = telemetry.Range{From: q.Range.From.Add(-ago), To: q.Range.To.Add(-ago)}
	return past{ago, d.askStore(ctx, q)}
}

// beside waits for the past of an answer and gives its traffic; nil, with a notice, when
// the two cannot be compared. Where either lacks a part of its calls, all of these would
// seem new or gone; and a store that knows nothing at all of the past is as a rule one
// that does not reach back so far.
func (p past) beside(now *telemetry.Answer, out *drawing) *mesh.Traffic {
	if p.ago == 0 {
		return nil
	}
	then, err := p.answer.wait()
	ago := inDays(p.ago)
	without := func(format string, args ...any) *mesh.Traffic {
		out.say(data.NoticeSeverityWarning, "Not compared with "+ago+" ago: "+format, args...)
		return nil
	}
	if err != nil {
		return without("%s", fault.Of(err).Sentence)
	}
	out.queries = append(out.queries, "# and the same, "+ago+" ago")
	for _, warning := range then.Warnings {
		out.say(data.NoticeSeverityWarning, "The metrics store warns of %s ago: %s", ago, fault.Clean(warning))
	}
	for _, missing := range slices.Concat(now.Missing, then.Missing) {
		if missing.Calls {
			return without("the %s is missing: %s", missing.What, fault.Of(missing.Err).Sentence)
		}
	}
	switch {
	case len(then.Calls) == 0 && len(now.Calls) > 0:
		return without("the metrics store knows of no traffic then; choose a time that it reaches back to")
	case len(then.Missing) > 0 && !slices.ContainsFunc(now.Missing, func(m telemetry.Missing) bool { return m.What == then.Missing[0].What }):
		out.say(data.NoticeSeverityWarning, "Latency is not compared with %s ago: %s", ago, fault.Of(then.Missing[0].Err).Sentence)
	}
	return &then.Traffic
}

// inDays says a duration as people write it: 1d, 36h, 1h30m.
func inDays(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return strconv.Itoa(int(d/day)) + "d"
	}
	words := d.String()
	for _, nothing := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(words, nothing) {
			words = words[:len(words)-2]
		}
	}
	return words
}
