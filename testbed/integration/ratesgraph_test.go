package integration

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// The numbers are those of the traffic graph over the same window: for each grouping
// and side, and when several names of telemetry are one cluster.
func TestRatesAgreeWithTheGraph(t *testing.T) {
	during := past()
	plain, folded := mesh.Settings(), mesh.Settings()
	folded.UID = "folded"
	aliases := map[string]any{"south": "west"}
	maps.Copy(aliases, folded.JSON["clusterAliases"].(map[string]any))
	folded.JSON["clusterAliases"] = aliases
	for name, s := range map[string]ask.Settings{"plain": plain, "folded": folded} {
		t.Run(name, func(t *testing.T) { ratesAgree(t, s, during) })
	}
}

// ratesAgree compares series with the traffic table of the same window, number by number.
func ratesAgree(t *testing.T, s ask.Settings, during backend.TimeRange) {
	for _, tt := range []struct{ by, side, level string }{
		// The edges of a coarse level leave out what stays inside a node.
		{"cluster", "destination", "workload"}, {"cluster", "source", "workload"}, {"clusterPair", "destination", "workload"},
		{"namespace", "destination", "workload"}, {"namespace", "source", "workload"},
		{"app", "destination", "app"}, {"app", "source", "app"},
		{"workload", "destination", "workload"}, {"workload", "source", "workload"},
		{"service", "destination", "service"},
	} {
		t.Run(tt.by+" "+tt.side, func(t *testing.T) {
			got := rates(t, s, during, map[string]any{"by": tt.by, "side": tt.side, "limit": 1000,
				"measures": []string{"requests", "errorratio", "clienterrorratio", "bytes"}})
			want := fromEdges(t, s, during, tt.by, tt.side, tt.level)
			if len(want) < 6 {
				t.Fatalf("the graph tells %d numbers", len(want))
			}
			same(t, got, want)
		})
	}
}

// What a namespace or cluster serves is what its node shows.
func TestRatesAreThoseOfTheNodes(t *testing.T) {
	during := past()
	for _, level := range []string{"cluster", "namespace"} {
		got := rates(t, mesh.Settings(), during, map[string]any{"by": level, "measures": []string{"requests", "errorratio"}})
		nodes := rows(answer(t, mesh.Settings(), ask.Query{Type: "trafficGraph", Range: during, Fields: map[string]any{"level": level, "window": "61s"}})[0])
		compared := 0
		for _, n := range nodes {
			rps, ok := n["rps"].(float64)
			if !ok || n["kind"] != level || !served(n) {
				continue
			}
			labels := map[string]string{"cluster": "cluster=%v, measure=%s", "namespace": "cluster=%v, measure=%s, namespace=%v"}[level]
			of := func(measure string) float64 {
				if level == "cluster" {
					return got[fmt.Sprintf(labels, n["cluster"], measure)]
				}
				return got[fmt.Sprintf(labels, n["cluster"], measure, n["namespace"])]
			}
			if math.Abs(of("requests")-rps) > 1e-6*rps || math.Abs(of("errorratio")-n["errorrate"].(float64)) > 1e-9 {
				t.Errorf("%v: %v requests of which %v failed; the node has %v and %v", n["id"], of("requests"), of("errorratio"), rps, n["errorrate"])
			}
			compared++
		}
		if compared < 4 {
			t.Errorf("level %s: %d nodes", level, compared)
		}
	}
}

// The latency of a pair of clusters is that of the graph's edge.
func TestRatesLatencyIsThatOfTheEdge(t *testing.T) {
	during := past()
	got := rates(t, mesh.Settings(), during, map[string]any{"by": "clusterPair", "measures": []string{"latency"}, "latency": "p99"})
	table := rows(answer(t, mesh.Settings(), ask.Query{Type: "traffic", Range: during,
		Fields: map[string]any{"level": "cluster", "window": "61s", "latency": "p99", "crossClusterOnly": true}})[0])
	if len(table) < 4 {
		t.Fatalf("%d edges between clusters", len(table))
	}
	for _, e := range table {
		labels := fmt.Sprintf("destination_cluster=%v, source_cluster=%v", e["targetcluster"], e["sourcecluster"])
		if want, ok := e["latency"].(float64); ok {
			if v, there := got[labels]; !there || math.Abs(v-want) > 1e-6*want {
				t.Errorf("%s: %v, want %v", labels, v, want)
			}
		}
	}
}

// fromEdges adds up what the edges of a graph tell, as series do.
func fromEdges(t *testing.T, s ask.Settings, during backend.TimeRange, by, side, level string) map[string]float64 {
	t.Helper()
	table := rows(answer(t, s, ask.Query{Type: "traffic", Range: during, Fields: map[string]any{"level": level, "window": "61s"}})[0])
	type sums struct{ requests, failed, clientErrors, bytes *float64 }
	all := map[string]*sums{}
	add := func(into **float64, value, share any) {
		v, ok := value.(float64)
		if !ok {
			return
		}
		if *into == nil {
			*into = new(float64)
		}
		if r, ok := share.(float64); ok {
			v *= r
		}
		**into += v
	}
	for _, e := range table {
		outside := e["targetkind"] == "external" || strings.ContainsAny(e["targetname"].(string), ".") || e["targetname"] == "PassthroughCluster"
		if outside && (side == "destination" || by == "clusterPair") {
			continue
		}
		labels := edgeLabels(e, by, side)
		if all[labels] == nil {
			all[labels] = &sums{}
		}
		add(&all[labels].requests, e["rps"], nil)
		add(&all[labels].failed, e["rps"], e["errorrate"])
		add(&all[labels].clientErrors, e["rps"], e["rate4xx"])
		add(&all[labels].bytes, e["bytes"], nil)
	}
	out := map[string]float64{}
	for labels, sum := range all {
		measure := func(name string) string { return strings.Replace(labels, "MEASURE", name, 1) }
		if sum.requests != nil {
			out[measure("requests")] = *sum.requests
			out[measure("errorratio")] = *sum.failed / *sum.requests
			out[measure("clienterrorratio")] = *sum.clientErrors / *sum.requests
		}
		if sum.bytes != nil {
			out[measure("bytes")] = *sum.bytes
		}
	}
	return out
}

// edgeLabels are the labels of the series that an edge counts for, as data.Labels
// writes them.
func edgeLabels(e row, by, side string) string {
	text := func(column string) string {
		if v, _ := e[column].(string); v != "" {
			return v
		}
		return "unknown"
	}
	labels := map[string]string{"measure": "MEASURE"}
	end := map[string]string{"source": "source", "destination": "target"}[side]
	unknown := text(end+"name") == "unknown source"
	switch {
	case by == "clusterPair":
		labels["source_cluster"], labels["destination_cluster"] = text("sourcecluster"), text("targetcluster")
	case by == "cluster":
		labels["cluster"] = text(end + "cluster")
	case by == "namespace" || unknown:
		labels["cluster"], labels["namespace"] = text(end+"cluster"), text(end+"namespace")
		if unknown && by != "namespace" {
			labels[by] = "unknown"
		}
	default:
		labels["cluster"], labels["namespace"] = text(end+"cluster"), text(end+"namespace")
		kind := by
		if end == "target" && text("targetcluster") == "unknown" { // of such only the service is known
			kind = "service"
		}
		labels[kind] = text(end + "name")
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, name+"="+labels[name])
	}
	return strings.Join(out, ", ")
}

func same(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for labels, v := range want {
		if g, ok := got[labels]; !ok || math.Abs(g-v) > 1e-6*max(v, 1) {
			t.Errorf("%s: %v, want %v", labels, g, v)
		}
	}
	for labels, v := range got {
		if _, ok := want[labels]; !ok {
			t.Errorf("%s: %v, of which the other knows nothing", labels, v)
		}
	}
}
