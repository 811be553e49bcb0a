package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const (
	clusters   = 3
	leastRound = 15
	warmUp     = 3
	limit      = 60 * time.Second // of one answer
)

// Options of a measurement.
type Options struct {
	Out       io.Writer
	Cache     string // where built parts are kept; empty = parts.CacheDir
	Workloads int
	Rounds    int // measured, after three to warm up
}

// subject is one query that is measured.
type subject struct {
	name  string
	query ask.Query
	// earlier is how many rounds before the others this one looks: it sends the PromQL of
	// another subject, whose answers may still be kept.
	earlier int
	// What it has to keep; zero = no limit.
	ratio float64
	most  time.Duration
}

func subjects(rounds int) []subject {
	graph := func(level string, ratio float64) subject {
		return subject{name: "trafficGraph " + level, ratio: ratio, query: ask.Query{Type: "trafficGraph", Fields: map[string]any{"level": level}}}
	}
	auto := graph("auto", 0) // which turns out to be one of the others
	auto.earlier = 2 * (warmUp + rounds)
	return []subject{
		graph("workload", 1.5), graph("namespace", 1.5), graph("cluster", 0), auto,
		{name: "traffic workload", earlier: warmUp + rounds, query: ask.Query{Type: "traffic", Fields: map[string]any{"level": "workload"}}},
		{name: "clusters (warm)", query: ask.Query{Type: "clusters"}, most: 20 * time.Millisecond},
	}
}

// Run measures every subject and prints a table. A limit that is not kept is an
// error.
func Run(ctx context.Context, o Options) error {
	if o.Rounds < leastRound {
		return fmt.Errorf("%d rounds are too few for a median: at least %d", o.Rounds, leastRound)
	}
	repo, err := parts.Repo()
	if err != nil {
		return err
	}
	s, err := scenario.Scale(o.Workloads, clusters)
	if err != nil {
		return err
	}
	mesh, err := lab.Start(ctx, s, lab.Options{Progress: o.Out, Cache: o.Cache, History: 35 * time.Minute})
	if err != nil {
		return err
	}
	defer mesh.Stop()
	plugin, err := ask.Start(ctx, filepath.Join(repo, ask.Binary()), nil)
	if err != nil {
		return err
	}
	defer plugin.Stop()
	b := &run{plugin: plugin, settings: mesh.Settings(), rounds: o.Rounds, scrape: mesh.ScrapeInterval()}
	b.settings.URL = mesh.PrometheusURL() // both sides without the proxy
	fmt.Fprintf(o.Out, "\n%s: %d workloads, %d calls, %d series, %d clusters; median of %d rounds\n\n",
		s.Name, o.Workloads, len(s.Calls), mesh.Traffic.Series(), clusters, o.Rounds)

	var table []row
	for _, subject := range subjects(o.Rounds) {
		r, err := b.measure(ctx, subject)
		if err != nil {
			return fmt.Errorf("%s: %w", subject.name, err)
		}
		table = append(table, r)
	}
	failed := report(o.Out, table)
	if memory, err := plugin.Memory(); err == nil {
		fmt.Fprintf(o.Out, "\nThe plugin holds %d MB.\n", memory>>20)
	}
	if len(failed) > 0 {
		return fmt.Errorf("too slow: %s", strings.Join(failed, ", "))
	}
	return nil
}

type run struct {
	plugin   *ask.Plugin
	settings ask.Settings
	rounds   int
	scrape   time.Duration
}

type row struct {
	subject
	rows, queries int
	floor, plugin time.Duration // medians; the floor is 0 without PromQL
}

func (r row) kept() bool {
	return (r.ratio == 0 || float64(r.plugin) <= r.ratio*float64(r.floor)) && (r.most == 0 || r.plugin < r.most)
}

// measure asks both sides in turn; who goes first changes from round to round,
// since the second finds Prometheus' data warm. Every round looks a scrape further
// back than the one before: the plugin keeps its answers for a scrape, and here each
// has to be fetched.
func (b *run) measure(ctx context.Context, s subject) (row, error) {
	result := row{subject: s}
	var promql []string
	var floors, plugins []time.Duration
	askFloor := func(at time.Time) error {
		if len(promql) == 0 {
			return nil
		}
		took, err := floor(ctx, b.settings.URL, promql, at)
		floors = append(floors, took)
		return err
	}
	askPlugin := func(at time.Time) error {
		s.query.Range = backend.TimeRange{From: at.Add(-5 * time.Minute), To: at}
		answer, took, err := b.ask(ctx, s.query)
		if err != nil {
			return err
		}
		plugins = append(plugins, took)
		promql, result.rows = executed(answer), rows(answer)
		return nil
	}
	now := time.Now().Truncate(b.scrape)
	if err := askPlugin(now); err != nil { // to learn the PromQL
		return result, err
	}
	if s.ratio > 0 && len(promql) == 0 {
		return result, errors.New("the answer does not name its PromQL in executedQueryString, so there is no floor to compare with")
	}
	floors, plugins = nil, nil
	for round := range warmUp + b.rounds {
		order := []func(time.Time) error{askFloor, askPlugin}
		if round%2 == 1 {
			slices.Reverse(order)
		}
		at := now.Add(-time.Duration(s.earlier+round+1) * b.scrape)
		for _, side := range order {
			if err := side(at); err != nil {
				return result, err
			}
		}
	}
	result.queries, result.plugin = len(promql), median(plugins[warmUp:])
	if len(promql) > 0 {
		result.floor = median(floors[warmUp:])
	}
	return result, nil
}

// rows counts the rows of an answer's frames.
func rows(answer backend.DataResponse) int {
	n := 0
	for _, frame := range answer.Frames {
		n += frame.Rows()
	}
	return n
}

func (b *run) ask(ctx context.Context, q ask.Query) (backend.DataResponse, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begin := time.Now()
	answers, err := b.plugin.Query(ctx, b.settings, q)
	took := time.Since(begin)
	if err != nil {
		return backend.DataResponse{}, 0, err
	}
	answer := answers["A"]
	if answer.Error != nil {
		return answer, 0, answer.Error
	}
	if len(answer.Frames) == 0 {
		return answer, 0, errors.New("the answer holds no frame")
	}
	return answer, took, nil
}

// executed returns the PromQL that an answer names, one query a line, each once.
func executed(answer backend.DataResponse) []string {
	var queries []string
	for _, frame := range answer.Frames {
		if frame.Meta == nil {
			continue
		}
		for line := range strings.Lines(frame.Meta.ExecutedQueryString) {
			if line = strings.TrimSpace(line); line != "" && !slices.Contains(queries, line) {
				queries = append(queries, line)
			}
		}
	}
	return queries
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

// report prints the table and returns the names of those that did not keep their
// limit.
func report(w io.Writer, table []row) (failed []string) {
	fmt.Fprintf(w, "%-24s %8s %8s %10s %10s %7s  %s\n", "query", "rows", "PromQL", "floor p50", "plugin p50", "ratio", "limit")
	for _, r := range table {
		floor, ratio, verdict := "–", "–", ""
		if r.floor > 0 {
			floor, ratio = ms(r.floor), fmt.Sprintf("%.2f", float64(r.plugin)/float64(r.floor))
		}
		switch {
		case r.ratio > 0:
			verdict = fmt.Sprintf("≤ %.1f × floor", r.ratio)
		case r.most > 0:
			verdict = "< " + r.most.String()
		}
		if verdict != "" && r.kept() {
			verdict += "  PASS"
		} else if verdict != "" {
			verdict += "  FAIL"
			failed = append(failed, r.name)
		}
		fmt.Fprintf(w, "%-24s %8d %8d %10s %10s %7s  %s\n", r.name, r.rows, r.queries, floor, ms(r.plugin), ratio, verdict)
	}
	return failed
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
