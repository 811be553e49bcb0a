package query_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

func TestDefaults(t *testing.T) {
	got, err := query.Decode("trafficGraph", []byte(`{}`))
	require.NoError(t, err)
	require.Equal(t, query.TrafficGraph{Options: query.Options{
		Level: mesh.LevelAuto, Protocols: []mesh.Protocol{"http", "grpc", "tcp"}, Latency: query.LatencyP95,
	}}, got)
}

func TestEverything(t *testing.T) {
	got, err := query.Decode("traffic", []byte(`{
		"clusters": ["east", "", "east"], "namespaces": ["a"], "names": [], "level": "workload", "protocols": ["grpc"],
		"latency": "none", "window": "1d", "compareTo": "1w", "crossClusterOnly": true, "maxNodes": 50, "services": true, "arrange": "boxes", "boxes": ["cluster"], "find": "rps > 1", "hideIf": "edge", "focus": {"kind": "app", "name": "cart"},
		"refId": "A", "hide": false, "somethingThatGrafanaAdds": {"x": 1}}`))
	require.NoError(t, err)
	require.Equal(t, query.Traffic{Options: query.Options{
		Selection: query.Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a"}},
		Level:     mesh.LevelWorkload, Services: true, Protocols: []mesh.Protocol{"grpc"}, Latency: query.LatencyNone,
		Window: 24 * time.Hour, CompareTo: 7 * 24 * time.Hour, CrossClusterOnly: true, MaxNodes: 50, Boxes: &query.Boxes{Clusters: true},
		Find: "rps > 1", HideIf: "edge", Focus: &query.Focus{Kind: mesh.KindApp, Name: "cart", Hops: 1},
	}}, got)
}

// Variables are texts.
func TestSwitchesAndNumbersAsTexts(t *testing.T) {
	for raw, want := range map[string]query.Options{
		`{"services": "true", "crossClusterOnly": " true ", "maxNodes": "50", "compareTo": "1d"}`: {Services: true, CrossClusterOnly: true, MaxNodes: 50, CompareTo: 24 * time.Hour},
		`{"services": "false", "crossClusterOnly": "", "maxNodes": "", "compareTo": "off"}`:       {},
		`{"idle": "false", "maxNodes": " 7 ", "compareTo": ""}`:                                   {MaxNodes: 7},
	} {
		got, err := query.Decode("traffic", []byte(raw))
		require.NoError(t, err, raw)
		want.Level, want.Protocols, want.Latency = mesh.LevelAuto, mesh.Protocols(), query.LatencyP95
		require.Equal(t, query.Traffic{Options: want}, got, raw)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	tests := map[string]struct{ queryType, raw, field, reason string }{
		"query type":      {"graph", `{}`, "queryType", `"graph" is not a query type; the types are applications, changes, clusters, health, istioConfig, namespaces, pods, rates, services, traffic, trafficGraph, variable, workloads`},
		"no query type":   {"", `{}`, "queryType", "is not a query type"},
		"level":           {"trafficGraph", `{"level": "pod"}`, "level", `"pod" is not one of auto, cluster, namespace, app, versionedApp, workload, service`},
		"string for list": {"traffic", `{"clusters": "east"}`, "clusters", "a list of strings is wanted"},
		"number in list":  {"traffic", `{"namespaces": ["a", 5]}`, "namespaces", "does not fit"},
		"text for number": {"traffic", `{"maxNodes": "many"}`, "maxNodes", `the text "many" does not fit here; a whole number is wanted`},
		"text for bool":   {"traffic", `{"crossClusterOnly": "yes"}`, "crossClusterOnly", `the text "yes" does not fit here; true or false is wanted`},
		"list for bool":   {"traffic", `{"crossClusterOnly": ["true"]}`, "crossClusterOnly", "a JSON array does not fit here; true or false is wanted"},
		"number for bool": {"traffic", `{"services": 1}`, "services", "true or false is wanted"},
		"part of a node":  {"traffic", `{"maxNodes": 1.5}`, "maxNodes", "a whole number is wanted"},
		"no variable":     {"trafficGraph", `{"services": "$services"}`, "services", `"$services" is a variable that the dashboard does not have; true or false is wanted`},
		"no number":       {"traffic", `{"maxNodes": "${n}"}`, "maxNodes", `"${n}" is a variable that the dashboard does not have; a whole number is wanted`},
		"negative text":   {"traffic", `{"maxNodes": "-1"}`, "maxNodes", "below 0"},
		"negative":        {"traffic", `{"maxNodes": -1}`, "maxNodes", "below 0"},
		"latency":         {"traffic", `{"latency": "p42"}`, "latency", `"p42" is not one of p95, p50, p99, avg, none`},
		"protocol":        {"traffic", `{"protocols": ["http", "smtp"]}`, "protocols", `"smtp" is not one of http, grpc, tcp`},
		"window":          {"traffic", `{"window": "soon"}`, "window", "not a duration"},
		"no window":       {"traffic", `{"window": "0s"}`, "window", "not a duration"},
		"of":              {"variable", `{"of": "pods"}`, "of", "is not one of clusters, namespaces"},
		"table's traffic": {"workloads", `{"traffic": "no"}`, "traffic", "true or false is wanted"},
		"table's window":  {"services", `{"window": "soon"}`, "window", "not a duration"},
		"table's latency": {"applications", `{"latency": "p42"}`, "latency", "is not one of"},
		"health of":       {"health", `{"of": "pods"}`, "of", `"pods" is not one of namespaces, clusters, applications, workloads, services`},
		"measure":         {"health", `{"measures": ["score", "mood"]}`, "measures", `"mood" is not one of score, errorratio`},
		"health's window": {"health", `{"window": "soon"}`, "window", "not a duration"},
		"what":            {"changes", `{"what": ["created", "exploded"]}`, "what", `"exploded" is not one of created, changed, deleted, rolledOut, scaled, failing, recovered, joined, lost, back`},
		"kinds":           {"changes", `{"kinds": "VirtualService"}`, "kinds", "a list of strings is wanted"},
		"not JSON":        {"clusters", `{`, "query", "not valid JSON"},
		"arrange":         {"trafficGraph", `{"arrange": "circle"}`, "arrange", `"circle" is not one of panel, boxes`},
		"boxes":           {"trafficGraph", `{"arrange": "boxes", "boxes": ["pod"]}`, "boxes", `"pod" is not one of cluster, namespace`},
		"focus":           {"trafficGraph", `{"focus": {"kind": "pod"}}`, "focus.kind", `"pod" is not one of cluster`},
		"hops":            {"trafficGraph", `{"focus": {"name": "a", "hops": -1}}`, "focus.hops", "not between"},
		"focus as text":   {"trafficGraph", `{"focus": "cart"}`, "focus", "an object is wanted"},
		"idle":            {"trafficGraph", `{"idle": "yes"}`, "idle", "true or false is wanted"},
		"compare to when": {"trafficGraph", `{"compareTo": "yesterday"}`, "compareTo", `"yesterday" is not a duration such as 1h, 1d or 1w`},
		"the future":      {"traffic", `{"compareTo": "-1d"}`, "compareTo", "is not a duration"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := query.Decode(tt.queryType, []byte(tt.raw))
			var wrong *query.Error
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, tt.field, wrong.Field)
			require.Contains(t, wrong.Reason, tt.reason)
		})
	}
}

// Saved dashboards are strangers' JSON: nothing in them may panic, and every
// refusal names a field.
func FuzzDecode(f *testing.F) {
	f.Add("trafficGraph", []byte(`{"clusters":["\"\n"],"window":"5m","focus":null}`))
	f.Add("variable", []byte(`{"of":"workloads","namespaces":[""]}`))
	f.Add("clusters", []byte(`[]`))
	f.Add("traffic", []byte(`{"services":"true","maxNodes":"9999999999999999999","idle":"$x","compareTo":"off"}`))
	f.Fuzz(func(t *testing.T, queryType string, raw []byte) {
		asked, err := query.Decode(queryType, raw)
		var wrong *query.Error
		switch {
		case err != nil && (!errors.As(err, &wrong) || wrong.Field == ""):
			t.Fatalf("an error without a field: %v", err)
		case err == nil && asked == nil:
			t.Fatal("neither a query nor an error")
		case err == nil && !json.Valid(raw):
			t.Fatal("accepted what is no JSON")
		}
	})
}
