package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

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
	fields := map[string]any{"level": "app", "arrange": "boxes"}
	label := map[string]row{}
	for _, n := range dressed(t, mesh.Settings(), fields) {
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
	_, edges := graph(t, mesh.Settings(), fields)
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
