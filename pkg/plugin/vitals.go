package plugin

import (
	"context"
	"maps"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// vitals tells how the things of a question's level do, those of its selection at the
// least. An error means that nothing can be told.
type vitals func(ctx context.Context, question telemetry.Question) (vitalSigns, error)

// vitalSigns are how things do, with what is to be said about that.
type vitalSigns struct {
	of       map[mesh.Ref]mesh.Vitals
	queries  []string
	missing  []telemetry.Missing
	warnings []string
}

// vitalsOfTraffic makes vitals of all calls at a level. Latency is known of pairs alone,
// so that it stays unknown.
func (d *Datasource) vitalsOfTraffic(ctx context.Context, question telemetry.Question) (vitalSigns, error) {
	question.Latency = ""
	answer, err := d.store.Traffic(ctx, question)
	if err != nil {
		return vitalSigns{}, err
	}
	drawn := graph.Build(answer.Traffic, graph.Options{Tolerances: d.settings.Tolerances})
	out := vitalSigns{of: make(map[mesh.Ref]mesh.Vitals, len(drawn.Nodes)), queries: answer.Queries, missing: answer.Missing, warnings: answer.Warnings}
	for i := range drawn.Nodes {
		n := &drawn.Nodes[i]
		out.of[n.Ref] = mesh.Vitals{In: n.Received(), Out: n.Out, Health: n.Health}
	}
	return out, nil
}

// reading is what is told of traffic, with notices of what is not.
type reading struct {
	of      map[mesh.Ref]mesh.Vitals
	queries []string
	notices []data.Notice
}

// read asks at all levels side by side. What the store cannot tell costs its part of the
// reading, and a notice.
func (d *Datasource) read(ctx context.Context, question telemetry.Question, levels []mesh.Level) reading {
	signs, errs := make([]vitalSigns, len(levels)), make([]error, len(levels))
	var wg sync.WaitGroup
	for i, level := range levels {
		wg.Go(func() {
			at := question
			at.Level = level
			signs[i], errs[i] = d.vitals(ctx, at)
		})
	}
	wg.Wait()
	var out reading
	told := map[string]bool{}
	say := func(text string) {
		if !told[text] { // levels fail alike
			told[text] = true
			out.notices = append(out.notices, data.Notice{Severity: data.NoticeSeverityWarning, Text: text})
		}
	}
	for i := range levels {
		if errs[i] != nil {
			say("Without traffic: " + fault.Of(asFault(errs[i])).Sentence)
			continue
		}
		if out.of == nil {
			out.of = map[mesh.Ref]mesh.Vitals{}
		}
		maps.Copy(out.of, signs[i].of)
		out.queries = append(out.queries, signs[i].queries...)
		for _, missing := range signs[i].missing {
			say("Without " + missing.What + ": " + fault.Of(missing.Err).Sentence)
		}
		for _, warning := range signs[i].warnings {
			say("The metrics store warns: " + fault.Clean(warning))
		}
	}
	return out
}
