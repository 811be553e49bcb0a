package plugin

import (
	"context"
	"maps"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// vitals tells what the things of a question's level serve and send, those of its
// selection at the least. An error means that nothing can be told.
type vitals func(ctx context.Context, question telemetry.Question) (vitalSigns, error)

// vitalSigns are what things serve and send, with what is to be said about that.
type vitalSigns struct {
	of       mesh.Totals
	queries  []string
	missing  []telemetry.Missing
	warnings []string
}

// vitalsOfTotals asks the store.
func (d *Datasource) vitalsOfTotals(ctx context.Context, question telemetry.Question) (vitalSigns, error) {
	answer, err := d.store.Totals(ctx, question)
	if err != nil {
		return vitalSigns{}, err
	}
	return vitalSigns{of: answer.Of, queries: answer.Queries, missing: answer.Missing, warnings: answer.Warnings}, nil
}

// judged are the vitals of totals, by the tolerances of the settings and those that things
// of the clusters say themselves.
func (d *Datasource) judged(totals mesh.Totals, clusters []catalog.Cluster) map[mesh.Ref]mesh.Vitals {
	if totals == nil {
		return nil
	}
	var held []*mesh.Inventory
	for i := range clusters {
		if clusters[i].Inventory != nil {
			held = append(held, clusters[i].Inventory)
		}
	}
	return totals.Vitals(d.settings.Tolerances.WithOwn(graph.NewOwn(held...).Tolerances))
}

// reading is what is told of traffic, with notices of what is not.
type reading struct {
	of      mesh.Totals
	queries []string
	notices []data.Notice
	// err is the first thing that cannot be told, or may not be told as a whole; nil when
	// there is none.
	err error
}

// readBeside reads the traffic of all that clusters and namespaces of a selection hold,
// while the caller looks at what they hold. The selection's names are not asked for: they
// may be of pods, hosts or namespaces, which the levels do not have.
func (d *Datasource) readBeside(ctx context.Context, s query.Selection, question telemetry.Question, levels []mesh.Level) <-chan reading {
	question.Selection = telemetry.Selection{Clusters: s.Clusters, Namespaces: s.Namespaces}
	question.Protocols = mesh.Protocols()
	told := make(chan reading, 1)
	go func() { told <- d.read(ctx, question, levels) }()
	return told
}

// read asks at all levels side by side; the first is that of the rows, which alone have a
// latency. What the store cannot tell costs its part of the reading, and a notice.
func (d *Datasource) read(ctx context.Context, question telemetry.Question, levels []mesh.Level) reading {
	signs, errs := make([]vitalSigns, len(levels)), make([]error, len(levels))
	var wg sync.WaitGroup
	for i, level := range levels {
		wg.Go(func() {
			at := question
			if at.Level = level; i > 0 {
				at.Latency = ""
			}
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
	lacks := func(err error) {
		if out.err == nil {
			out.err = err
		}
	}
	for i := range levels {
		if errs[i] != nil {
			lacks(errs[i])
			say("Without traffic: " + fault.Of(asFault(errs[i])).Sentence)
			continue
		}
		if out.of == nil {
			out.of = mesh.Totals{}
		}
		maps.Copy(out.of, signs[i].of)
		out.queries = append(out.queries, signs[i].queries...)
		for _, missing := range signs[i].missing {
			lacks(missing.Err)
			say("Without " + missing.What + ": " + fault.Of(missing.Err).Sentence)
		}
		for _, warning := range signs[i].warnings {
			lacks(fault.BadGateway(nil, "the metrics store warns of its answer, which may not be whole: %s", warning))
			say("The metrics store warns: " + fault.Clean(warning))
		}
	}
	return out
}
