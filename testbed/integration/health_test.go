package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// ruled asks for one measure as an alert rule does, and gives its numbers by what they are
// of: cluster/namespace/name, or the cluster alone; nil where nothing is known.
func ruled(t *testing.T, of, measure string, during backend.TimeRange) map[string]*float64 {
	t.Helper()
	responses, err := plugin.QueryWithHeaders(afterwards(t), mesh.Settings(), ask.FromAlert(), ask.Query{
		Type: "health", Fields: map[string]any{"of": of, "measures": []string{measure}}, Range: during,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := responses["A"].Error; err != nil {
		t.Fatalf("%s of %s: %v", measure, of, err)
	}
	numbers, err := contract.Numbers(responses["A"].Frames)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*float64{}
	for _, n := range numbers {
		key := n.Labels["cluster"]
		switch n.Labels["kind"] {
		case "cluster":
		case "namespace":
			key += "/" + n.Labels["namespace"]
		default:
			key += "/" + n.Labels["namespace"] + "/" + n.Labels["name"]
		}
		out[key] = n.Value
	}
	return out
}

// expect waits until a number is as wanted: what clusters hold arrives a little later.
func expect(t *testing.T, limit time.Duration, of, measure, key string, want *float64) {
	t.Helper()
	within(t, limit, func() string {
		got, there := ruled(t, of, measure, backend.TimeRange{})[key]
		switch {
		case !there:
			return fmt.Sprintf("%s has no %s", key, measure)
		case got == nil && want == nil || got != nil && want != nil && *got == *want:
			return ""
		case got == nil || want == nil:
			return fmt.Sprintf("%s of %s is known: %v, which should be %v", measure, key, got != nil, want != nil)
		}
		return fmt.Sprintf("%s of %s is %v, not %v", measure, key, *got, *want)
	})
}

func the(v float64) *float64 { return &v }

func TestHealthOfTheDemo(t *testing.T) {
	for _, name := range []string{"east", "west", "south"} {
		state(t, mesh.Settings(), name, "ready", effect)
		expect(t, effect, "clusters", "reachable", name, the(1))
	}
	expect(t, effect, "clusters", "reachable", "north", nil) // nobody is to reach it
	expect(t, effect, "workloads", "readyratio", "west/sample/helloworld-v2", the(0.5))
	expect(t, effect, "workloads", "score", "east/sample/helloworld-v1", the(1))
	expect(t, effect, "workloads", "score", "west/sample/helloworld-v2", the(0.5))
	expect(t, effect, "namespaces", "score", "west/sample", the(0.5))
	for key, age := range ruled(t, "workloads", "age", backend.TimeRange{}) {
		if strings.HasPrefix(key, "north") {
			continue
		}
		if age == nil || *age > 60 {
			t.Errorf("%s is as of %v", key, age)
		}
	}
}

func TestErrorRatiosOfHealthAreThoseOfPlainPromQL(t *testing.T) {
	during := steady(ready)
	got := ruled(t, "workloads", "errorratio", during)
	hand := handOf(mesh, during.To, "workload", selection{}).served(t, tablesOf["workload"].target)
	failing := 0
	for key, want := range hand {
		ratio, there := got[key]
		if want.requests == 0 {
			continue
		}
		if !there || ratio == nil {
			t.Errorf("health does not tell of %s", key)
			continue
		}
		alike(t, key, *ratio, want.failed/want.requests)
		if want.failed > 0 {
			failing++
		}
	}
	if failing < 3 {
		t.Errorf("%d workloads fail: nothing was compared", failing)
	}
}

func TestHealthAsksTheStoreTwice(t *testing.T) {
	for of, want := range map[string]int{"namespaces": 2, "clusters": 2, "workloads": 2, "applications": 2, "services": 2} {
		stop := mesh.Store.Record()
		during := backend.TimeRange{To: time.Now().Add(-time.Duration(want) * time.Minute)} // of which nothing is kept
		during.From = during.To.Add(-5 * time.Minute)
		ruled(t, of, "score", during)
		asked := slices.DeleteFunc(stop(), func(a lab.Asked) bool { return a.PromQL == "" })
		if len(asked) > want {
			t.Errorf("%s: %d queries, not %d", of, len(asked), want)
		}
	}
}

func TestHealthOfAClusterThatIsGone(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "west", "ready", effect)
	before := ruled(t, "workloads", "reachable", backend.TimeRange{})
	west := mesh.Cluster("west")
	west.Kill()
	back := false
	mend := func() {
		if !back {
			back = true
			if err := west.Start(running); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(mend)
	expect(t, 20*time.Second, "workloads", "reachable", "west", the(0))
	after := ruled(t, "workloads", "reachable", backend.TimeRange{})
	for key := range before {
		value, there := after[key]
		switch {
		case !there:
			t.Errorf("%s is gone with the cluster", key)
		case strings.HasPrefix(key, "west/") && (value == nil || *value != 0):
			t.Errorf("%s counts as reached", key)
		case (strings.HasPrefix(key, "east/") || strings.HasPrefix(key, "south/")) && (value == nil || *value != 1):
			t.Errorf("%s is unreachable because west died", key)
		}
	}
	expect(t, effect, "clusters", "reachable", "west", the(0))
	expect(t, effect, "clusters", "score", "west", nil)
	expect(t, effect, "clusters", "reachable", "east", the(1))
	ages := ruled(t, "workloads", "age", backend.TimeRange{})
	time.Sleep(2 * time.Second)
	later := ruled(t, "workloads", "age", backend.TimeRange{})
	const key = "west/sample/helloworld-v2"
	if ages[key] == nil || later[key] == nil || *later[key] < *ages[key]+1 {
		t.Errorf("what is known of west does not grow older: %v, then %v", ages[key], later[key])
	}
	mend()
	expect(t, 40*time.Second, "workloads", "reachable", key, the(1))
	within(t, 40*time.Second, func() string {
		if _, there := ruled(t, "workloads", "score", backend.TimeRange{})["west"]; there {
			return "west still has a row of its own"
		}
		return ""
	})
}

func TestHealthWithAForbiddenKind(t *testing.T) {
	south := mesh.Cluster("south")
	state(t, mesh.Settings(), "south", "ready", effect)
	allow := forbid(t, "south", but("services"))
	anew := func() { // a connection that begins with what it may read by now
		kubeconfig, err := south.RotateToken(afterwards(t))
		if err != nil {
			t.Error(err)
			return
		}
		if err := mesh.PutSecret(afterwards(t), lab.Secret(scenario.ByIstioSecret, lab.SecretName(clusterOf(t, "south")), "south", map[string][]byte{"south": kubeconfig})); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(func() {
		allow()
		time.Sleep(time.Second)
		anew()
		within(t, 40*time.Second, func() string {
			if _, there := ruled(t, "services", "score", backend.TimeRange{})["south"]; there {
				return "south still has a row of its own"
			}
			return ""
		})
	})
	time.Sleep(time.Second) // until the authorizer has heard of it
	anew()
	expect(t, 20*time.Second, "services", "reachable", "south", the(1))
	within(t, 20*time.Second, func() string {
		f := answer(t, mesh.Settings(), ask.Query{Type: "health", Fields: map[string]any{"of": "services"}})[0]
		if !contains(notices(f), "Cluster south: without services", "apply deploy/reader") {
			return fmt.Sprintf("no notice names what is forbidden: %v", notices(f))
		}
		return ""
	})
	expect(t, effect, "services", "score", "south", nil)
	expect(t, effect, "workloads", "reachable", "south/sample/sleep", the(1))
	if _, there := ruled(t, "workloads", "score", backend.TimeRange{})["south"]; there {
		t.Error("workloads can all be read")
	}
}
