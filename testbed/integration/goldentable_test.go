package integration

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// passing are columns that differ from one run of the demo to the next: times, ages and
// what has them in it.
var passing = []string{"created", "asof", "age", "changed", "changedby", "generation", "ip", "node"}

// The tables of the demo without its traffic, and health in numbers of the steady part of
// its history, are those that are kept.
func TestGoldenTables(t *testing.T) {
	const dir = "testdata/tables"
	questions := map[string]map[string]any{
		"health-services": {"of": "services", "measures": []string{"errorratio", "requests", "mtls", "configerrors", "readyratio"}},
		"health":          {"measures": []string{"score", "errorratio", "requests", "mtls", "configerrors", "readyratio", "reachable"}},
	}
	for _, table := range []string{"namespaces", "applications", "workloads", "services", "pods", "istioConfig"} {
		questions[table] = map[string]any{"traffic": false}
	}
	for _, name := range slices.Sorted(maps.Keys(questions)) {
		t.Run(name, func(t *testing.T) {
			kind, _, _ := strings.Cut(name, "-")
			q := ask.Query{Type: kind, Fields: questions[name], Range: steady(ready)}
			var got string
			within(t, time.Minute, func() string { // clusters notice what other tests mended
				f := answer(t, mesh.Settings(), q)[0]
				got = ""
				for _, r := range rows(f) {
					got += columnsOf(r)
				}
				said := notices(f)
				return strings.Join(slices.DeleteFunc(said, func(s string) bool { return !strings.HasPrefix(s, "Cluster ") }), "; ")
			})
			file := filepath.Join(dir, name+".txt")
			compareGolden(t, got, file)
		})
	}
}

// columnsOf writes a row in the order of the columns' names, as far as they keep.
func columnsOf(r row) string {
	var cells []string
	for _, column := range slices.Sorted(maps.Keys(r)) {
		text := cell(r[column])
		if text == "" || slices.Contains(passing, column) || strings.HasPrefix(column, "link") {
			continue
		}
		cells = append(cells, fmt.Sprintf("%s=%s", column, text))
	}
	return strings.Join(cells, "\t") + "\n"
}
