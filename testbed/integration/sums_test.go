package integration

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

// The sums of the demo's graphs are those that plain PromQL gives.
func TestSumsOfTheDemo(t *testing.T) {
	s := sums{mesh, mesh.Settings(), steady(ready)}
	s.singles(t, 0)
	t.Run("single namespaces", func(t *testing.T) { s.coarse(t, 0) })
	s.check(t,
		selection{clusters: []string{"west"}},
		selection{clusters: []string{"west", "south"}, namespaces: []string{"bookinfo"}},
		selection{namespaces: []string{"payments", "sample"}},
		selection{clusters: []string{"unknown"}},
	)
}

// So are those of a generated mesh where callers and called do not agree: some proxies try
// again, some have no sidecar, some requests never arrive.
func TestSumsOfAGeneratedMesh(t *testing.T) {
	l, err := lab.Start(running, uneven(t), lab.Options{Progress: os.Stderr, History: 30 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Stop(); err != nil {
			t.Error(err)
		}
	}()
	s := l.Settings()
	s.UID = "generated"
	all := sums{l, s, steady(time.Now())}
	all.singles(t, 0.1)
	t.Run("single namespaces", func(t *testing.T) { all.coarse(t, 0.1) })
	t.Run("series", func(t *testing.T) {
		to := all.during.To
		ratesAgree(t, s, backend.TimeRange{From: to.Add(-10 * time.Minute), To: to})
	})
	all.check(t,
		selection{clusters: []string{"cluster-01"}},
		selection{clusters: []string{"cluster-00", "cluster-02"}, namespaces: []string{"team-000", "team-002", "team-006"}},
	)
}

// sums are to agree in one mesh.
type sums struct {
	lab      *lab.Lab
	settings ask.Settings
	during   backend.TimeRange
}

var (
	sumLevels     = []string{"cluster", "namespace", "app", "versionedApp", "workload", "service"}
	serviceLevels = []string{"app", "versionedApp", "workload"}
)

func (s sums) check(t *testing.T, selections ...selection) {
	for _, selected := range append([]selection{{}}, selections...) {
		for _, level := range sumLevels {
			t.Run(fmt.Sprintf("%s %v", level, selected), func(t *testing.T) {
				s.level(t, level, selected)
				if slices.Contains(serviceLevels, level) {
					s.services(t, level, selected)
				}
			})
		}
	}
}

// level checks a level without services, and all that is to change no total.
func (s sums) level(t *testing.T, level string, selected selection) {
	want := handOf(s.lab, s.during.To, level, selected).count(t, callerToTarget)
	plain := map[string]any{"level": level}
	nodes, edges := s.graph(t, plain, selected)
	got := countGraph(nodes, edges)
	equal(t, "between nodes", got.between, want.between)
	equal(t, "with what is inside of nodes", got.all(), want.all())
	equal(t, "rows of the table", countRows(s.table(t, plain, selected)).between, want.between)

	for what, fields := range map[string]map[string]any{
		"in boxes":        {"arrange": "boxes"},
		"hiding nothing":  {"hideIf": `rps < 0 or name == "nobody"`},
		"finding":         {"find": "errorrate > 0"},
		"without latency": {"latency": "none"},
		"compared":        {"compareTo": "30m"},
	} {
		fields["level"] = level
		equal(t, what, countGraph(s.graph(t, fields, selected)).all(), want.all())
	}
	// Requests alone: bytes between nodes that fold into one are inside of it.
	for _, maxNodes := range []int{1, len(nodes) / 2, len(nodes) - 1} {
		fields := map[string]any{"level": level, "maxNodes": max(maxNodes, 1)}
		equal(t, fmt.Sprintf("folded to %d", maxNodes), withoutBytes(countGraph(s.graph(t, fields, selected)).all()), withoutBytes(want.all()))
	}
	crossing := maps.Clone(want.between)
	maps.DeleteFunc(crossing, func(p clusterPair, _ tally) bool { return p.from == p.to || p.from == "unknown" || p.to == "unknown" })
	if len(crossing) > 0 {
		fields := map[string]any{"level": level, "crossClusterOnly": true}
		equal(t, "across clusters", countGraph(s.graph(t, fields, selected)).all(), crossing)
	}
}

// services checks a level with called services between: both halves by hand, and the half
// that ends at services against what there is without them.
func (s sums) services(t *testing.T, level string, selected selection) {
	hand := handOf(s.lab, s.during.To, level, selected)
	first, second := hand.count(t, callerToService), hand.count(t, serviceToTarget)
	fields := map[string]any{"level": level, "services": true}
	nodes, edges := s.graph(t, fields, selected)
	toServices, fromServices := halves(edges)
	equal(t, "to services", countGraph(nodes, toServices).between, first.between)
	equal(t, "from services", countGraph(nodes, fromServices).between, second.between)

	both := map[clusterPair]tally{}
	for _, half := range []counted{first, second} {
		for pair, c := range half.between {
			both[pair] = both[pair].plus(c)
		}
	}
	equal(t, "rows of the table, services between", countRows(s.table(t, fields, selected)).between, both)
	fields["maxNodes"] = len(nodes) / 2
	equal(t, "services between, folded", withoutBytes(countGraph(s.graph(t, fields, selected)).all()), withoutBytes(both))
}

func (s sums) graph(t *testing.T, fields map[string]any, selected selection) (nodes, edges []row) {
	t.Helper()
	frames := answer(t, s.settings, ask.Query{Type: "trafficGraph", Fields: selected.fields(maps.Clone(fields)), Range: s.during})
	return rows(frames[0]), rows(frames[1])
}

func (s sums) table(t *testing.T, fields map[string]any, selected selection) []row {
	t.Helper()
	return rows(answer(t, s.settings, ask.Query{Type: "traffic", Fields: selected.fields(maps.Clone(fields)), Range: s.during})[0])
}
