package integration

import (
	"flag"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/traffic"
)

var update = flag.Bool("update", false, "write the golden graphs of the demo anew")

// otherwiseThen makes the demo's past differ from what it is now, between 65 and 45
// minutes ago: one call was not there, one was four times as busy.
func otherwiseThen(e *traffic.Exporter, now time.Time) error {
	from, until := now.Add(-65*time.Minute), now.Add(-45*time.Minute)
	books := scenario.End{Kind: scenario.AtExternal, Name: "books.example.com"}
	if err := e.SetRateDuring(scenario.At("east", "bookinfo", "details-v1"), books, 0, from, until); err != nil {
		return err
	}
	return e.SetRateDuring(scenario.At("west", "sample", "sleep"), scenario.At("east", "sample", "helloworld-v1"), 12, from, until)
}

// goldens are the questions whose answers are kept in testdata, by the file's name; a name
// that begins with "table" asks for the table.
func goldens() map[string]map[string]any {
	type fields = map[string]any
	all := map[string]fields{
		"auto":                       {},
		"cluster-crossing":           {"level": "cluster", "crossClusterOnly": true},
		"app-crossing":               {"level": "app", "crossClusterOnly": true},
		"app-crossing-services":      {"level": "app", "crossClusterOnly": true, "services": true},
		"workload-of-west-bookinfo":  {"level": "workload", "clusters": []string{"west"}, "namespaces": []string{"bookinfo"}},
		"app-focus":                  {"level": "app", "focus": fields{"kind": "app", "cluster": "west", "name": "ledger"}},
		"app-focus-2-hops":           {"level": "app", "focus": fields{"namespace": "payments", "name": "ledger", "hops": 2}},
		"namespace-hide":             {"level": "namespace", "hideIf": `edge and rps < 2.5 or kind == "external"`},
		"workload-hide-well":         {"level": "workload", "hideIf": `edge and errorrate == 0`, "protocols": []string{"http", "grpc"}},
		"app-find":                   {"level": "app", "find": `errorrate > 0.03 or name == "sleep"`},
		"workload-fold":              {"level": "workload", "maxNodes": 24},
		"workload-fold-all":          {"level": "workload", "maxNodes": 1},
		"app-fold-services":          {"level": "app", "services": true, "maxNodes": 20},
		"app-boxes":                  {"level": "app", "arrange": "boxes"},
		"namespace-boxes-of-cluster": {"level": "namespace", "arrange": "boxes", "boxes": []string{"cluster"}},
		"workload-new":               {"level": "workload", "compareTo": "30m"},
		"namespace-new":              {"level": "namespace", "compareTo": "30m", "hideIf": "edge and change == nil"},
		"workload-then-gone":         {"level": "workload", "compareTo": "30m"},
		"app-then-gone-boxes":        {"level": "app", "compareTo": "30m", "arrange": "boxes", "clusters": []string{"east"}, "namespaces": []string{"bookinfo", "sample"}},
		"cluster-two-minutes":        {"level": "cluster", "window": "2m"},
		"table-workload-services":    {"level": "workload", "services": true},
		"table-app-fold":             {"level": "app", "maxNodes": 12},
		"table-app-then-gone":        {"level": "app", "compareTo": "30m"},
	}
	for _, level := range sumLevels {
		all[level], all["table-"+level] = fields{"level": level}, fields{"level": level}
		if slices.Contains(serviceLevels, level) {
			all[level+"-services"] = fields{"level": level, "services": true}
		}
	}
	for _, protocol := range []string{"http", "grpc", "tcp"} {
		all["namespace-"+protocol] = fields{"level": "namespace", "protocols": []string{protocol}}
	}
	for _, latency := range []string{"p50", "p99", "avg", "none"} {
		all["cluster-"+latency] = fields{"level": "cluster", "latency": latency}
	}
	return all
}

// The graphs of the demo, at every level and option, are those that are kept. They are
// asked of the steady part of the history; those whose name holds "then" of half an hour
// before.
func TestGoldenGraphs(t *testing.T) {
	const dir = "testdata"
	kept := map[string]bool{}
	// What other tests broke, clusters notice to be mended within a minute.
	within(t, time.Minute, func() string {
		said := notices(answer(t, mesh.Settings(), ask.Query{Type: "trafficGraph", Range: steady(ready)})[0])
		return strings.Join(slices.DeleteFunc(said, func(s string) bool { return strings.Contains(s, "lies in the past") }), "; ")
	})
	questions := goldens()
	for _, name := range slices.Sorted(maps.Keys(questions)) {
		fields, file := questions[name], filepath.Join(dir, name+".txt")
		kept[file] = true
		t.Run(name, func(t *testing.T) {
			q := ask.Query{Type: "trafficGraph", Fields: fields, Range: steady(ready)}
			if strings.HasPrefix(name, "table") {
				q.Type = "traffic"
			}
			if strings.Contains(name, "then") {
				q.Range = earlier(q.Range, 30*time.Minute)
			}
			got := written(answer(t, mesh.Settings(), q))
			compareGolden(t, got, file)
		})
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !kept[file] {
			t.Errorf("%s belongs to no question: delete it", file)
		}
	}
}

func earlier(r backend.TimeRange, by time.Duration) backend.TimeRange {
	return backend.TimeRange{From: r.From.Add(-by), To: r.To.Add(-by)}
}
