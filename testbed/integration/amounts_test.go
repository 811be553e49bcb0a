package integration

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// The graph's totals are those of the scenario at every level: nothing is counted
// twice, and nothing is lost.
func TestTotalsAgreeAtEveryLevel(t *testing.T) {
	want := 0.0
	for _, c := range mesh.Scenario.Calls {
		if c.Protocol != "tcp" {
			want += c.Rate
		}
	}
	for _, fields := range []map[string]any{
		{"level": "cluster"}, {"level": "namespace"}, {"level": "app"}, {"level": "versionedApp"},
		{"level": "workload"}, {"level": "service"}, {"level": "auto"},
		{"level": "workload", "services": true}, {"level": "app", "services": true},
		{"level": "workload", "maxNodes": 12}, {"level": "app", "arrange": "boxes"},
	} {
		t.Run(fmt.Sprint(fields), func(t *testing.T) {
			frames := answer(t, mesh.Settings(), ask.Query{Type: "trafficGraph", Fields: fields})
			got := 0.0
			for _, n := range rows(frames[0]) {
				// A service between counts again what the workload behind it serves.
				between := fields["services"] == true && n["kind"] == "service" && n["detail__out"] != ""
				if rps, ok := n["rps"].(float64); ok && served(n) && !between {
					got += rps
				}
			}
			near(t, "requests that are served", got, want)
		})
	}
}

func TestTrafficTableHasTheGraphsEdges(t *testing.T) {
	fields := map[string]any{"level": "workload", "latency": "avg"}
	_, edges := graph(t, mesh.Settings(), fields)
	table := rows(answer(t, mesh.Settings(), ask.Query{Type: "traffic", Fields: fields})[0])
	if len(table) != len(edges) || len(table) < 25 {
		t.Fatalf("%d rows, %d edges", len(table), len(edges))
	}
	last := math.Inf(1)
	for _, r := range table {
		rps, ok := r["rps"].(float64)
		if !ok {
			rps = -1
		}
		if rps-last > 1e-5*math.Abs(last) { // to six digits: beyond lies the noise of sums
			t.Errorf("rows are not in order of their requests: %v after %v", rps, last)
		}
		last = rps
	}
	grpc := slices.IndexFunc(table, func(r row) bool { return r["targetname"] == "ledger-v1" })
	if grpc < 0 || table[grpc]["protocol"] != "grpc" {
		t.Fatalf("no gRPC row in %v", table)
	}
	near(t, "failed gRPC calls", table[grpc]["errorrate"], 0.06)
	tcp := slices.IndexFunc(table, func(r row) bool { return r["targetname"] == "mongodb-v1" })
	if tcp < 0 || table[tcp]["rps"] != nil || table[tcp]["errorrate"] != nil {
		t.Fatalf("TCP has no requests: %v", table[tcp])
	}
	if bytes := table[tcp]["bytes"].(float64); bytes < 20000 {
		t.Errorf("%v bytes a second of TCP", bytes)
	}
}

func TestProtocolsAndLatencies(t *testing.T) {
	s := mesh.Settings()
	for protocol, want := range map[string]string{"http": "http", "grpc": "grpc", "tcp": "tcp"} {
		_, edges := graph(t, s, map[string]any{"level": "namespace", "protocols": []string{protocol}})
		if len(edges) == 0 {
			t.Errorf("no edges of %s", protocol)
		}
		for _, e := range edges {
			if e["protocol"] != want {
				t.Errorf("edge %v has protocol %v", e["id"], e["protocol"])
			}
		}
	}
	last := 0.0
	for _, latency := range []string{"p50", "p95", "p99"} {
		_, edges := graph(t, s, map[string]any{"level": "cluster", "latency": latency})
		i := slices.IndexFunc(edges, func(e row) bool { return e["id"] == "cluster/east->cluster/west" })
		v := edges[i]["latency"].(float64)
		if v <= last {
			t.Errorf("%s is %v, not above %v", latency, v, last)
		}
		last = v
	}
	_, edges := graph(t, s, map[string]any{"level": "cluster", "latency": "none"})
	for _, e := range edges {
		if e["latency"] != nil {
			t.Errorf("edge %v has a latency that nobody asked for", e["id"])
		}
	}
}

// What calls carry, and who proved to be whom, beside how many there are.
func TestVolumesAndPeers(t *testing.T) {
	s := mesh.Settings()
	_, edges := graph(t, s, map[string]any{"level": "workload"})
	byID := map[string]row{}
	for _, e := range edges {
		byID[e["id"].(string)] = e
	}
	grpc := byID["workload/east/payments/checkout-v2->workload/west/payments/ledger-v1"]
	near(t, "gRPC messages", grpc["messages"], 20)
	near(t, "throughput", grpc["throughput"], 10*(2000+500))
	tcp := byID["workload/east/bookinfo/ratings-v1->workload/south/bookinfo/mongodb-v1"]
	near(t, "connections", tcp["connections"], 1.5)
	near(t, "bytes that the caller sends", tcp["bytessent"], 1.5*4500)
	near(t, "bytes that come back", tcp["bytesreceived"], 1.5*18000)
	if tcp["messages"] != nil || tcp["throughput"] != nil || grpc["connections"] != nil {
		t.Errorf("what nobody reports is null: %v %v", tcp, grpc)
	}
	for column, want := range map[string]string{
		"detail__hosts":           "ledger.payments.svc.cluster.local",
		"detail__sourceprincipal": "spiffe://cluster.local/ns/payments/sa/checkout",
		"detail__targetprincipal": "spiffe://cluster.local/ns/payments/sa/ledger",
	} {
		if grpc[column] != want {
			t.Errorf("%s is %v, want %s", column, grpc[column], want)
		}
	}
}

// Waypoints and ztunnels count what sidecars do not, and nothing twice.
func TestAmbientTraffic(t *testing.T) {
	_, edges := graph(t, mesh.Settings(), map[string]any{"level": "workload", "namespaces": []string{"wares"}})
	byID := map[string]row{}
	for _, e := range edges {
		byID[e["id"].(string)] = e
	}
	l7 := byID["workload/west/wares/catalog-v1->workload/west/wares/stock-v1"]
	near(t, "requests by the waypoint", l7["rps"], 7)
	near(t, "of which fail", l7["errorrate"], 0.02)
	near(t, "mutual TLS", l7["mtls"], 1)
	if l7["latency"] == nil || l7["protocol"] != "http" {
		t.Errorf("the edge by the waypoint is told wrongly: %v", l7)
	}
	near(t, "requests that gateway and waypoint both report", byID["workload/west/istio-system/istio-ingressgateway->workload/west/wares/catalog-v1"]["rps"], 3)
	l4 := byID["workload/west/wares/stock-v1->workload/west/wares/vault-v1"]
	near(t, "connections that both ztunnels report", l4["connections"], 1)
	near(t, "their bytes", l4["bytes"], 9000*1.25)
	way := byID["workload/west/wares/catalog-v1->workload/west/wares/waypoint"]
	near(t, "connections to the waypoint", way["connections"], 7)
}
