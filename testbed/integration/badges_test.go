package integration

import (
	"strings"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// dressed are the nodes of a graph by id, once no cluster is loading any more.
func dressed(t *testing.T, s ask.Settings, fields map[string]any) map[string]row {
	t.Helper()
	byID := map[string]row{}
	within(t, time.Minute, func() string {
		frames := answer(t, s, ask.Query{Type: "trafficGraph", Fields: fields})
		for _, n := range rows(frames[0]) {
			byID[n["id"].(string)] = n
		}
		for _, said := range notices(frames[0]) {
			if strings.HasPrefix(said, "Cluster ") {
				return said
			}
		}
		return ""
	})
	return byID
}

func TestBadgesComeFromTheNodesOwnCluster(t *testing.T) {
	nodes := dressed(t, mesh.Settings(), map[string]any{"level": "workload"})
	for id, want := range map[string]struct{ has, hasNot []string }{
		"workload/east/bookinfo/reviews-v1":               {[]string{"circuit breaker", "traffic shifting", "timeout"}, []string{"out of mesh", "idle"}},
		"workload/west/bookinfo/reviews-v2":               {[]string{"circuit breaker"}, []string{"traffic shifting", "timeout"}},
		"workload/south/bookinfo/reviews-v3":              {nil, []string{"circuit breaker", "traffic shifting", "timeout", "not accessible"}},
		"workload/east/istio-system/istio-ingressgateway": {[]string{"gateway"}, []string{"out of mesh"}},
		"external/east/books.example.com":                 {[]string{"service entry"}, nil},
		"workload/north/sample/sleep":                     {[]string{"not accessible"}, []string{"out of mesh", "dead"}},
		"workload/west/wares/catalog-v1":                  {[]string{"ambient"}, []string{"missing sidecar", "out of mesh"}},
	} {
		n, ok := nodes[id]
		if !ok {
			t.Errorf("there is no node %s", id)
			continue
		}
		badges := strings.Split(n["badges"].(string), ", ")
		for _, b := range want.has {
			if !contains(badges, b) {
				t.Errorf("%s lacks %q: %v", id, b, badges)
			}
		}
		for _, b := range want.hasNot {
			if contains(badges, b) {
				t.Errorf("%s has %q: %v", id, b, badges)
			}
		}
	}
	if half := nodes["workload/west/sample/helloworld-v2"]; half["health"] != "degraded" || !strings.Contains(half["detail__health"].(string), "1 of 2") {
		t.Errorf("one of two pods is ready: %v, %v", half["health"], half["detail__health"])
	}
}

func TestIdleAddsWhatRunsWithoutTraffic(t *testing.T) {
	s, id := mesh.Settings(), "workload/east/bookinfo/recommendations-v1"
	fields := map[string]any{"level": "workload", "clusters": []string{"east"}, "namespaces": []string{"bookinfo"}}
	if _, ok := dressed(t, s, fields)[id]; ok {
		t.Fatal("what is idle is there unasked")
	}
	fields["idle"] = true
	idle := dressed(t, s, fields)[id]
	if idle["idle"] != true || idle["rps"] != nil || idle["health"] != "healthy" {
		t.Errorf("the idle workload is %v", idle)
	}
}

func TestAnUnreachableClusterCostsItsBadgesAlone(t *testing.T) {
	s, fields := mesh.Settings(), map[string]any{"level": "workload"}
	before := dressed(t, s, fields)
	mesh.Cluster("west").Kill()
	t.Cleanup(func() {
		if err := mesh.Cluster("west").Start(running); err != nil {
			t.Error(err)
		}
		state(t, s, "west", "ready", 30*time.Second)
		dressed(t, s, fields) // its watches stand again
	})
	state(t, s, "west", "unreachable", 20*time.Second)
	begin := time.Now()
	frames := answer(t, s, ask.Query{Type: "trafficGraph", Fields: fields})
	if took := time.Since(begin); took > 4*time.Second {
		t.Errorf("the answer waited %s for a cluster that is known not to answer", took)
	}
	if said := notices(frames[0]); !contains(said, "Cluster west", "as of") {
		t.Errorf("no notice tells of west and of the age of what is shown: %v", said)
	}
	after := map[string]row{}
	for _, n := range rows(frames[0]) {
		after[n["id"].(string)] = n
	}
	for _, id := range []string{"workload/east/bookinfo/reviews-v1", "workload/west/bookinfo/reviews-v2"} {
		if after[id]["badges"] != before[id]["badges"] {
			t.Errorf("%s: %v, was %v", id, after[id]["badges"], before[id]["badges"])
		}
	}
}
