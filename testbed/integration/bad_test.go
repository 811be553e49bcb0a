package integration

import (
	"strings"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// What is wrong with one query is told on its refId; the others are answered.
func TestBadQueriesCostNobodyElse(t *testing.T) {
	fields := func(name string, value any) map[string]any { return map[string]any{name: value} }
	bad := []struct {
		query ask.Query
		want  string
	}{
		{ask.Query{Type: "nonsense"}, `"nonsense" is not a query type`},
		{ask.Query{Type: "trafficGraph", Fields: fields("level", "pod")}, `"pod" is not one of auto, cluster`},
		{ask.Query{Type: "trafficGraph", Fields: fields("clusters", "east")}, "a list of strings is wanted"},
		{ask.Query{Type: "traffic", Fields: fields("maxNodes", "many")}, "a whole number is wanted"},
		{ask.Query{Type: "traffic", Fields: fields("window", "soon")}, "not a duration"},
		{ask.Query{Type: "trafficGraph", Fields: fields("clusters", []string{"esat"})}, `there is no cluster "esat"; the known ones are east, north, south, west`},
		{ask.Query{Type: "clusters", Fields: fields("clusters", []string{"a\"b\nc"})}, `there is no cluster`},
		{ask.Query{Type: "trafficGraph", Fields: fields("compareTo", "yesterday")}, "not a duration"},
		{ask.Query{Type: "trafficGraph", Fields: fields("idle", "yes")}, "true or false is wanted"},
		{ask.Query{Type: "trafficGraph", Fields: fields("find", "rpss > 1")}, "at column 1"},
		{ask.Query{Type: "traffic", Fields: fields("hideIf", "rps")}, "hideIf"},
	}
	queries := []ask.Query{{RefID: "good", Type: "clusters"}}
	for i, b := range bad {
		b.query.RefID = string(rune('A' + i))
		queries = append(queries, b.query)
	}
	responses, err := plugin.Query(t.Context(), mesh.Settings(), queries...)
	if err != nil {
		t.Fatal(err)
	}
	if good := responses["good"]; good.Error != nil || good.Frames[0].Rows() != 4 {
		t.Errorf("the good query suffers: %v", good.Error)
	}
	for i, b := range bad {
		r := responses[string(rune('A'+i))]
		if r.Error == nil || !strings.Contains(r.Error.Error(), b.want) {
			t.Errorf("%s %v: %v, want %q", b.query.Type, b.query.Fields, r.Error, b.want)
		}
		if r.Status != 400 || r.ErrorSource != "downstream" {
			t.Errorf("%s %v: status %d, source %s", b.query.Type, b.query.Fields, r.Status, r.ErrorSource)
		}
	}
}

// Names are data: quotes, newlines and PromQL in them match nothing and break nothing.
func TestNamesAreEscaped(t *testing.T) {
	for _, name := range []string{`a"b`, "a\nb", `\`, `"} or vector(1) #`, `.*`, "日本"} {
		nodes, _ := graph(t, mesh.Settings(), map[string]any{"level": "workload", "namespaces": []string{name}, "names": []string{name, "other"}})
		if len(nodes) != 0 {
			t.Errorf("namespace %q matches %d nodes", name, len(nodes))
		}
	}
}

func TestBadSettingsAreToldByEveryAnswer(t *testing.T) {
	s := mesh.Settings()
	s.UID = "broken"
	s.JSON = map[string]any{"homeCluster": map[string]any{"access": "magic"}, "timeInterval": "often"}
	responses, err := plugin.Query(t.Context(), s, ask.Query{Type: "clusters"}, ask.Query{Type: "traffic"})
	if err != nil {
		t.Fatal(err)
	}
	for _, refID := range []string{"A", "B"} {
		if e := responses[refID].Error; e == nil || !strings.Contains(e.Error(), "homeCluster.access") || !strings.Contains(e.Error(), "timeInterval") {
			t.Errorf("%s: %v", refID, e)
		}
	}
	health, err := plugin.CheckHealth(t.Context(), s)
	if err != nil || !strings.Contains(health.Message, "homeCluster.access") {
		t.Errorf("health: %v %v", health, err)
	}
}

// With a Prometheus and nothing else the graph and the clusters are there.
func TestTelemetryAlone(t *testing.T) {
	s := ask.Settings{UID: "alone", URL: mesh.Store.URL()}
	all, notes := clusters(t, s)
	if len(all) != 4 || len(notes) != 0 {
		t.Errorf("clusters %v, notices %v", all, notes)
	}
	for name, c := range all {
		if c["state"] != "telemetry only" || c["access"] != "none" {
			t.Errorf("%s is told wrongly: %v", name, c)
		}
	}
	nodes, edges := graph(t, s, nil)
	if len(nodes) < 20 || len(edges) < 20 {
		t.Errorf("%d nodes, %d edges", len(nodes), len(edges))
	}
	health, err := plugin.CheckHealth(t.Context(), s)
	if err != nil || health.Status.String() != "OK" || !strings.Contains(health.Message, "telemetry alone") {
		t.Errorf("health: %v %v", health, err)
	}
}

func TestNothingIsConfigured(t *testing.T) {
	s := ask.Settings{UID: "nothing"}
	for _, queryType := range []string{"clusters", "trafficGraph"} {
		if r := response(t, s, ask.Query{Type: queryType}); r.Error == nil || !strings.Contains(r.Error.Error(), "set the data source's URL") {
			t.Errorf("%s: %v", queryType, r.Error)
		}
	}
}

// Names of clusters in telemetry can differ from their names here.
func TestClusterAliases(t *testing.T) {
	s := ask.Settings{UID: "aliased", URL: mesh.Store.URL(), JSON: map[string]any{"clusterAliases": map[string]any{"east": "frankfurt"}}}
	all, _ := clusters(t, s)
	if all["frankfurt"] == nil || all["east"] != nil {
		t.Errorf("clusters: %v", all)
	}
	_, edges := graph(t, s, map[string]any{"level": "cluster", "clusters": []string{"frankfurt"}})
	found := false
	for _, e := range edges {
		found = found || e["id"] == "cluster/frankfurt->cluster/west"
	}
	if !found {
		t.Errorf("no edge from frankfurt to west in %v", edges)
	}
}

// A query scope narrows everything to one mesh of a shared store.
func TestQueryScope(t *testing.T) {
	s := ask.Settings{UID: "scoped", URL: mesh.Store.URL(), JSON: map[string]any{"queryScope": map[string]any{"source_cluster": "north"}}}
	nodes, edges := graph(t, s, map[string]any{"level": "cluster"})
	if len(nodes) != 2 || len(edges) != 1 || edges[0]["id"] != "cluster/north->cluster/west" {
		t.Errorf("nodes %v, edges %v", nodes, edges)
	}
}
