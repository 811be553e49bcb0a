package integration

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

func TestClusters(t *testing.T) {
	s := mesh.Settings()
	for _, name := range []string{"east", "west", "south"} {
		state(t, s, name, "ready", 0)
	}
	all, notes := clusters(t, s)
	if len(all) != 4 || len(notes) != 0 {
		t.Errorf("%d clusters, want 4; notices: %v", len(all), notes)
	}
	for _, want := range []struct {
		name, found, istio, network string
		home                        bool
	}{
		{"east", "home", "1.31.1", "network1", true},
		{"west", "secret istio-system/kiali-remote-cluster-secret-west", "1.31.1", "network2", false},
		{"south", "secret istio-system/istio-remote-secret-south", "", "network1", false},
	} {
		got := all[want.name]
		if got["home"] != want.home || !strings.Contains(fmt.Sprint(got["foundin"]), want.found) || got["apiversion"] != "v1.36.3" || got["network"] != want.network {
			t.Errorf("cluster %s is told wrongly: %v", want.name, got)
		}
		if istio, _ := got["istioversion"].(string); istio != want.istio {
			t.Errorf("cluster %s runs Istio %q, want %q", want.name, istio, want.istio)
		}
		if config, ok := got["istioconfig"].(int64); !ok || config == 0 {
			t.Errorf("cluster %s: its Istio config was not counted: %v", want.name, got["istioconfig"])
		}
		if got["lastcontact"] == nil {
			t.Errorf("cluster %s: no last contact", want.name)
		}
	}
	north := all["north"]
	if north["state"] != "not accessible" || north["links"] != "Kiali (north)" || north["linkurl"] != "https://kiali.north.example.com" || north["lastcontact"] != nil {
		t.Errorf("north is told wrongly: %v", north)
	}
}

func TestGraphCrossesClusters(t *testing.T) {
	nodes, edges := graph(t, mesh.Settings(), map[string]any{"level": "cluster"})
	ids := map[string]row{}
	for _, n := range nodes {
		ids[n["id"].(string)] = n
	}
	for _, id := range []string{"cluster/east", "cluster/west", "cluster/south", "cluster/north", "cluster/unknown", "external/east/PassthroughCluster", "external/east/books.example.com"} {
		if ids[id] == nil {
			t.Errorf("node %s is missing of %v", id, ids)
		}
	}
	if title := ids["cluster/east"]["title"]; title != "★ east" {
		t.Errorf("the home cluster is titled %v", title)
	}
	for _, e := range edges {
		switch e["id"] {
		case "cluster/east->cluster/west":
			// productpage to details 12 and reviews 12.5, sleep 5, checkout 10
			near(t, "requests from east to west", e["rps"], 39.5)
			near(t, "failed from east to west", e["errorrate"], (12.5*0.08+10*0.06)/39.5)
			if e["crosscluster"] != true || e["strokedasharray"] == "" || e["latency"] == nil {
				t.Errorf("the edge from east to west is told wrongly: %v", e)
			}
			near(t, "mutual TLS from east to west", e["mtls"], 1)
		case "cluster/east->cluster/unknown":
			near(t, "calls that never arrive", e["rps"], 0.5)
			near(t, "of which all fail", e["errorrate"], 1)
			if e["crosscluster"] != nil {
				t.Errorf("nobody knows whether a call crosses clusters that never arrived: %v", e)
			}
		case "cluster/south->cluster/east":
			near(t, "requests from south to east", e["rps"], 10)
		}
	}
}

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

func TestServicesAndApps(t *testing.T) {
	s := mesh.Settings()
	ids := func(fields map[string]any) map[string]bool {
		nodes, edges := graph(t, s, fields)
		out := map[string]bool{}
		for _, r := range append(nodes, edges...) {
			out[r["id"].(string)] = true
		}
		return out
	}
	for _, tt := range []struct {
		fields map[string]any
		want   []string
	}{
		{map[string]any{"level": "app"}, []string{"app/east/bookinfo/reviews", "app/west/bookinfo/reviews", "app/east/bookinfo/productpage->app/south/bookinfo/reviews", "external/east/PassthroughCluster"}},
		{map[string]any{"level": "versionedApp"}, []string{"app/east/bookinfo/reviews@v1", "app/west/bookinfo/reviews@v2"}},
		{map[string]any{"level": "service"}, []string{"service/east/bookinfo/productpage->service/west/bookinfo/reviews", "app/east/sample/sleep->service/west/sample/helloworld", "service/unknown/bookinfo/reviews"}},
		{map[string]any{"level": "workload", "services": true}, []string{"workload/east/bookinfo/productpage-v1->service/west/bookinfo/reviews", "service/west/bookinfo/reviews->workload/west/bookinfo/reviews-v2"}},
		{map[string]any{"level": "app", "names": []string{"ledger"}}, []string{"app/east/payments/checkout->app/west/payments/ledger"}},
	} {
		got := ids(tt.fields)
		for _, id := range tt.want {
			if !got[id] {
				t.Errorf("%v: %s is missing", tt.fields, id)
			}
		}
	}
}

func TestNarrowedFoldedAndFound(t *testing.T) {
	s := mesh.Settings()
	nodes, edges := graph(t, s, map[string]any{"level": "app", "focus": map[string]any{"kind": "app", "cluster": "west", "name": "ledger"}})
	if len(nodes) != 2 || len(edges) != 1 {
		t.Errorf("around ledger: %d nodes, %d edges", len(nodes), len(edges))
	}
	nodes, edges = graph(t, s, map[string]any{"level": "workload", "hideIf": `edge && errorrate == 0`, "find": `name == "ledger-v1" || rps > 20`})
	found := 0
	for _, n := range nodes {
		if n["highlighted"] == true {
			found++
		}
	}
	if found < 3 {
		t.Errorf("%d nodes are found", found)
	}
	for _, e := range edges {
		if e["errorrate"] == 0.0 {
			t.Errorf("edge %v was to be hidden", e["id"])
		}
	}
	frames := answer(t, s, ask.Query{Type: "trafficGraph", Fields: map[string]any{"level": "workload", "maxNodes": 12}})
	if !contains(notices(frames[0]), "least busy", "folded") {
		t.Errorf("no notice tells what is folded: %v", notices(frames[0]))
	}
	others := 0
	for _, n := range rows(frames[0]) {
		if n["kind"] == "other" {
			others++
		}
	}
	if others == 0 {
		t.Error("nothing is folded")
	}
}

func TestBoxesTellWhatTheyHold(t *testing.T) {
	nodes, edges := graph(t, mesh.Settings(), map[string]any{"level": "app", "arrange": "boxes"})
	label := map[string]row{}
	for _, n := range nodes {
		if n["kind"] == "box" && !strings.Contains(n["id"].(string), "#") {
			label[n["id"].(string)] = n
		}
	}
	east := label["box/east"]
	if east == nil || east["title"] != "★ east" || !strings.HasSuffix(fmt.Sprint(east["subtitle"]), " · network1") ||
		!strings.Contains(fmt.Sprint(east["detail__boxclusters"]), "west") || !strings.Contains(fmt.Sprint(east["detail__boxnetworks"]), "network2") ||
		!strings.Contains(fmt.Sprint(east["detail__boxresponses"]), "200") {
		t.Errorf("the box of east tells %v", east)
	}
	if label["box/west/payments"] == nil || label["box/unknown"] == nil {
		t.Errorf("boxes are missing of %v", label)
	}
	sides := 0
	for _, e := range edges {
		if e["kind"] == "box" {
			sides++
		}
	}
	if sides != 4*len(label) {
		t.Errorf("%d sides of %d boxes", sides, len(label))
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

func TestSelection(t *testing.T) {
	s := mesh.Settings()
	nodes, edges := graph(t, s, map[string]any{"level": "workload", "clusters": []string{"west"}, "namespaces": []string{"bookinfo"}})
	for _, e := range edges {
		source := e["sourcecluster"] == "west" && e["sourcenamespace"] == "bookinfo"
		target := e["targetcluster"] == "west" && e["targetnamespace"] == "bookinfo"
		if !source && !target {
			t.Errorf("edge %v has no end in the selection", e["id"])
		}
	}
	for _, n := range nodes {
		outside := !(n["cluster"] == "west" && n["namespace"] == "bookinfo")
		if n["outside"] != outside {
			t.Errorf("node %v: outside is %v", n["id"], n["outside"])
		}
	}
	// At a coarser level the selection still narrows the traffic, exactly.
	_, edges = graph(t, s, map[string]any{"level": "cluster", "names": []string{"ledger-v1"}})
	if len(edges) != 1 || edges[0]["id"] != "cluster/east->cluster/west" {
		t.Fatalf("edges of ledger-v1: %v", edges)
	}
	near(t, "requests to ledger-v1", edges[0]["rps"], 10)
	_, edges = graph(t, s, map[string]any{"level": "namespace", "crossClusterOnly": true})
	for _, e := range edges {
		if e["crosscluster"] != true {
			t.Errorf("edge %v does not cross clusters", e["id"])
		}
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

// Everything on costs eight queries.
func TestEverythingOnCostsEightQueries(t *testing.T) {
	to := time.Now().Truncate(time.Second).Add(-30 * time.Minute)
	q := ask.Query{RefID: "A", Type: "trafficGraph", Range: backend.TimeRange{From: to.Add(-10 * time.Minute), To: to}, Fields: map[string]any{
		"level": "auto", "services": true, "compareTo": "10m", "window": "7m", "arrange": "boxes",
	}}
	before := mesh.Store.Requests()
	responses, err := plugin.Query(t.Context(), mesh.Settings(), q)
	if err != nil || responses["A"].Error != nil {
		t.Fatalf("%v %v", err, responses["A"].Error)
	}
	if asked := mesh.Store.Requests() - before; asked != 8 {
		t.Errorf("%d queries, not 8", asked)
	}
	services, latencies := 0, 0
	for _, n := range rows(responses["A"].Frames[0]) {
		if n["kind"] == "service" {
			services++
		}
	}
	for _, e := range rows(responses["A"].Frames[1]) {
		if e["latency"] != nil {
			latencies++
		}
	}
	if services < 10 || latencies < 20 {
		t.Errorf("%d services and %d latencies", services, latencies)
	}
}

func TestVariablesAndLists(t *testing.T) {
	s := mesh.Settings()
	for _, tt := range []struct {
		fields map[string]any
		path   string
		want   []string
	}{
		{map[string]any{"of": "clusters"}, "", []string{"east", "north", "south", "west"}},
		{map[string]any{"of": "namespaces", "clusters": []string{"south"}}, "namespaces?cluster=south", []string{"bookinfo", "istio-system", "sample"}},
		{map[string]any{"of": "workloads", "clusters": []string{"west"}, "namespaces": []string{"sample"}}, "names?of=workloads&cluster=west&namespace=sample", []string{"helloworld-v2", "sleep"}},
		{map[string]any{"of": "applications", "namespaces": []string{"payments"}}, "names?of=applications&namespace=payments", []string{"checkout", "ledger", "nightly-batch"}},
		{map[string]any{"of": "services", "clusters": []string{"east"}, "namespaces": []string{"sample"}}, "names?of=services&cluster=east&namespace=sample", []string{"helloworld", "sleep"}},
		{map[string]any{"of": "revisions"}, "", []string{"default"}},
	} {
		frames := answer(t, s, ask.Query{Type: "variable", Fields: tt.fields})
		if len(frames) != 1 || len(frames[0].Fields) != 1 {
			t.Fatalf("%v: not one column", tt.fields)
		}
		var got []string
		for _, r := range rows(frames[0]) {
			got = append(got, r["value"].(string))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.fields, got, tt.want)
		}
		if tt.path == "" {
			continue
		}
		var list []string
		if status := resource(t, s, tt.path, &list); status != 200 || !slices.Equal(list, tt.want) {
			t.Errorf("GET %s: %d %v, want %v", tt.path, status, list, tt.want)
		}
	}
	var listed []struct {
		Name, State, Error string
		Home               bool
	}
	if status := resource(t, s, "clusters", &listed); status != 200 || len(listed) != 4 || listed[0].Name != "east" || !listed[0].Home || listed[0].State != "ready" {
		t.Errorf("GET clusters: %d %+v", status, listed)
	}
	var problem struct{ Message string }
	if status := resource(t, s, "names?of=pods", &problem); status != 400 || !strings.Contains(problem.Message, `"pods" is not one of`) {
		t.Errorf("GET names?of=pods: %d %+v", status, problem)
	}
}

func resource(t *testing.T, s ask.Settings, path string, into any) int {
	t.Helper()
	status, body, err := plugin.CallResource(t.Context(), s, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("GET %s: %s: %v", path, body, err)
	}
	return status
}

// near wants a number within 3 %: rates are exact but for the moment of the scrape.
func near(t *testing.T, what string, got any, want float64) {
	t.Helper()
	v, ok := got.(float64)
	if !ok || math.Abs(v-want) > 0.03*want+0.001 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Many who look at one dashboard cause the queries of one, whatever the dashboard asks.
func TestFiftyViewersAskOnce(t *testing.T) {
	s := mesh.Settings()
	for name, fields := range map[string]map[string]any{
		"traffic alone": {"level": "app", "window": "4m"},
		"everything on": {"level": "auto", "services": true, "window": "4m", "latency": "p95", "protocols": []string{"http", "grpc", "tcp"},
			"compareTo": "20m", "arrange": "boxes", "find": "errorrate > 0.01", "hideIf": "edge and rps < 0.001", "maxNodes": 60},
	} {
		t.Run(name, func(t *testing.T) {
			to := time.Now().Truncate(time.Second).Add(-40 * time.Minute)
			look := func(viewer int, to time.Time) {
				q := ask.Query{RefID: "A", Type: "trafficGraph", Fields: fields, Range: backend.TimeRange{From: to.Add(-time.Hour), To: to}}
				responses, err := plugin.Query(t.Context(), s, q)
				if err != nil || responses["A"].Error != nil || responses["A"].Frames[0].Rows() < 20 {
					t.Errorf("viewer %d: %v %v", viewer, err, responses["A"].Error)
				}
			}
			before := mesh.Store.Requests()
			look(0, to.Add(-time.Minute))
			one := mesh.Store.Requests() - before
			if one == 0 {
				t.Error("one viewer caused no query")
			}
			before = mesh.Store.Requests()
			var viewers sync.WaitGroup
			for i := range 50 { // each looks a little later than the one before
				viewers.Go(func() { look(1+i, to.Add(time.Duration(i)*10*time.Millisecond)) })
			}
			viewers.Wait()
			if asked := mesh.Store.Requests() - before; asked != one {
				t.Errorf("50 viewers caused %d queries, one alone %d", asked, one)
			}
		})
	}
}

// Saving the settings makes a new instance; what it needs is there already.
func TestANewInstanceKeepsTheConnections(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "west", "ready", effect)
	s.Updated = time.Now()
	s.JSON["limits"] = map[string]any{"maxNodes": 50}
	begin := time.Now()
	all, _ := clusters(t, s)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the first answer after the settings were saved took %s", took)
	}
	for _, name := range []string{"east", "west", "south"} {
		if all[name]["state"] != "ready" {
			t.Errorf("%s is %v after the settings were saved", name, all[name]["state"])
		}
	}
}
