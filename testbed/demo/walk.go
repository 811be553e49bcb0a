package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/provision"
)

const panelLimit = 30 * time.Second // Grafana's own, for one request

// walk goes through dashboards panel by panel.
type walk struct {
	out     io.Writer
	dir     string
	steps   clock
	plugin  *ask.Plugin
	sources []provision.DataSource

	panels, graphs int
	failures       []error
}

func (w *walk) fail(where string, err error) {
	w.failures = append(w.failures, fmt.Errorf("%s: %w", where, err))
	fmt.Fprintf(w.out, "  ERROR %s\n", err)
}

func (w *walk) dashboard(ctx context.Context, d provision.Dashboard) {
	fmt.Fprintf(w.out, "\n%s\n%s\n", d.Title, strings.Repeat("=", len(d.Title)))
	values := provision.Values{}
	for _, variable := range d.Variables {
		w.variable(ctx, d, variable, values)
	}
	for _, panel := range append(slices.Clone(d.Annotations), d.Panels...) {
		w.panels++
		w.panel(ctx, d, panel, values)
	}
}

// variable sets a dashboard variable to what it was saved with, or to the first of
// the values it offers. What a variable of ours offers is asked and shown.
func (w *walk) variable(ctx context.Context, d provision.Dashboard, v provision.Variable, values provision.Values) {
	saved := v.Saved()
	source, ours := w.source(v.DataSource, values)
	if query, ok := v.QueryObject(); ok && ours == nil && source.Type == ask.PluginID {
		offered, err := w.offers(ctx, d, source, query, values)
		if err != nil {
			w.fail("variable "+v.Name, err)
		}
		fmt.Fprintf(w.out, "  $%s offers %s\n", v.Name, strings.Join(offered, ", "))
		if len(saved) == 0 && !v.IncludeAll && len(offered) > 0 {
			saved = offered[:1]
		}
	}
	if v.Type == "datasource" && len(saved) == 0 {
		for _, ds := range w.sources {
			if ds.Type == v.QueryText() {
				saved = []string{ds.UID}
				break
			}
		}
	}
	values.Set(v.Name, saved)
}

func (w *walk) offers(ctx context.Context, d provision.Dashboard, ds provision.DataSource, query map[string]any, values provision.Values) ([]string, error) {
	answers, err := w.ask(ctx, d, ds, []map[string]any{query}, values)
	if err != nil {
		return nil, err
	}
	var offered []string
	for _, answer := range answers {
		if answer.Error != nil {
			return nil, answer.Error
		}
		if len(answer.Frames) != 1 || len(answer.Frames[0].Fields) != 1 {
			return nil, errors.New("a variable's answer is one frame with one field")
		}
		for row := range answer.Frames[0].Rows() {
			value, _ := answer.Frames[0].Fields[0].ConcreteAt(row)
			offered = append(offered, fmt.Sprint(value))
		}
	}
	return offered, nil
}

// source finds a data source by its uid or, when it has none, by its type.
func (w *walk) source(ref provision.Ref, values provision.Values) (provision.DataSource, error) {
	uid, _ := values.Expand(ref.UID).(string)
	for _, ds := range w.sources {
		if uid != "" && ds.UID == uid || uid == "" && ref.Type != "" && ds.Type == ref.Type {
			return ds, nil
		}
	}
	return provision.DataSource{}, fmt.Errorf("no data source with uid %q and type %q is provisioned", uid, ref.Type)
}

func (w *walk) panel(ctx context.Context, d provision.Dashboard, panel provision.Panel, values provision.Values) {
	if len(panel.Targets) == 0 {
		return
	}
	w.steps.begin(panel.Title)
	defer w.steps.end()
	// A panel's queries go out in one request for each data source.
	bySource := map[string][]map[string]any{}
	for _, target := range panel.Targets {
		ds, err := w.source(panel.TargetRef(target), values)
		if err != nil {
			w.fail(panel.Title, err)
			return
		}
		bySource[ds.UID] = append(bySource[ds.UID], target)
	}
	for _, uid := range slices.Sorted(maps.Keys(bySource)) {
		ds, _ := w.source(provision.Ref{UID: uid}, nil)
		if ds.Type == "prometheus" {
			w.promQL(ctx, d, ds, panel.Title, bySource[uid], values)
			continue
		}
		answers, err := w.ask(ctx, d, ds, bySource[uid], values)
		if err != nil {
			w.fail(panel.Title, err)
			continue
		}
		for _, ref := range slices.Sorted(maps.Keys(answers)) {
			w.show(d.Title, panel.Title, answers[ref])
		}
	}
}

// ask sends a panel's queries to the plugin as Grafana would.
func (w *walk) ask(ctx context.Context, d provision.Dashboard, ds provision.DataSource, targets []map[string]any, values provision.Values) (backend.Responses, error) {
	if ds.Type != ask.PluginID {
		return nil, fmt.Errorf("data source %s is of type %s, which the demo cannot ask", ds.Name, ds.Type)
	}
	from, to, err := d.Time.Resolve(time.Now())
	if err != nil {
		return nil, err
	}
	var queries []ask.Query
	for _, target := range targets {
		fields, _ := values.Expand(target).(map[string]any)
		refID, _ := fields["refId"].(string)
		kind, _ := fields["queryType"].(string)
		queries = append(queries, ask.Query{RefID: refID, Type: kind, Fields: fields, Range: backend.TimeRange{From: from, To: to}})
	}
	ctx, cancel := context.WithTimeout(ctx, panelLimit)
	defer cancel()
	answers, err := w.plugin.Query(ctx, settings(ds), queries...)
	if err != nil {
		return nil, err
	}
	for _, q := range queries {
		if _, ok := answers[q.RefID]; !ok {
			return nil, fmt.Errorf("query %s has no answer", q.RefID)
		}
	}
	return answers, nil
}

func (w *walk) summary() {
	fmt.Fprintf(w.out, "\n%d panels, %d graphs drawn in %s, %d errors", w.panels, w.graphs, w.dir, len(w.failures))
	if memory, err := w.plugin.Memory(); err == nil {
		fmt.Fprintf(w.out, "; the plugin holds %d MB", memory>>20)
	}
	fmt.Fprintf(w.out, "; %s in all\n", w.steps.total())
}

// clock tells how long each step took.
type clock struct {
	out          io.Writer
	first, start time.Time
	name         string
}

func (c *clock) begin(name string) {
	c.name, c.start = name, time.Now()
	if c.first.IsZero() {
		c.first = c.start
	}
	fmt.Fprintf(c.out, "\n▸ %s\n", name)
}

func (c *clock) end() {
	fmt.Fprintf(c.out, "  (%s)\n", short(time.Since(c.start)))
}

func (c *clock) total() string { return short(time.Since(c.first)) }

func short(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
