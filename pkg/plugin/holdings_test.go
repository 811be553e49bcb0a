package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// askNow asks about the last hour.
func askNow(t *testing.T, d *Datasource, raw string) backend.DataResponse {
	t.Helper()
	var head struct {
		QueryType string `json:"queryType"`
	}
	require.NoError(t, json.Unmarshal([]byte(raw), &head))
	now := time.Now()
	response, err := d.QueryData(t.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{
		RefID: "A", QueryType: head.QueryType, JSON: []byte(raw), TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
	}}})
	require.NoError(t, err)
	got := response.Responses["A"]
	require.NoError(t, got.Error)
	return got
}

func workload(namespace, name string) mesh.Workload {
	one := 1
	return mesh.Workload{Object: mesh.Object{Namespace: namespace, Name: name}, Kind: "Deployment", App: name, Mode: mesh.ModeSidecar,
		Desired: &one, Current: 1, Ready: 1, PodLabels: map[string]string{"app": name}}
}

// shop is what a cluster holds: front and back, which a rule is for, and three that are idle.
func shop(cluster mesh.ClusterName) *mesh.Inventory {
	i := &mesh.Inventory{
		Cluster:  cluster,
		Services: []mesh.Service{{Object: mesh.Object{Namespace: "back", Name: "back"}, Selector: map[string]string{"app": "back"}}},
		Config: []mesh.Config{{Object: mesh.Object{Namespace: "back", Name: "rule"}, Kind: "DestinationRule", Group: "networking.istio.io",
			DestinationRule: &mesh.DestinationRule{Host: "back", CircuitBreaker: true}}},
		Kinds: []mesh.KindState{{Resource: "destinationrules.networking.istio.io", Known: true}, {Resource: "pods", Known: true}, {Resource: "services", Known: true}},
	}
	for _, name := range []string{"back", "idle1", "idle2", "idle3"} {
		i.Workloads = append(i.Workloads, workload("back", name))
	}
	i.Workloads = append(i.Workloads, workload("front", "front"))
	return i
}

// holding is a data source whose store tells calls from front to back of the cluster east,
// and whose clusters hold what is given.
func holding(t *testing.T, jsonData string, inventories ...*mesh.Inventory) *Datasource {
	t.Helper()
	url, _ := aged(t, requestsOf("front>back 5"), requestsOf("front>back 5"))
	d := instance(t, url, jsonData)
	known := d.fleet.Clusters(t.Context())
	d.contents = func(_ context.Context, need mesh.Need) []catalog.Cluster {
		if need&(mesh.NeedWorkloads|mesh.NeedServices|mesh.NeedConfig) != need {
			panic(fmt.Sprint("asked for ", need))
		}
		var out []catalog.Cluster
		for _, i := range inventories {
			c := catalog.Cluster{Cluster: mesh.Cluster{Name: i.Cluster, Access: mesh.AccessKubeconfig, State: mesh.StateReady}, Inventory: i}
			for _, m := range known {
				if m.Name == i.Cluster {
					c.Cluster = m.Cluster
				}
			}
			out = append(out, c)
		}
		return out
	}
	return d
}

// column reads a column of nodes by id.
func column(got backend.DataResponse, name string) map[string]string {
	ids, values := contract.Strings(got.Frames[0], "id"), contract.Strings(got.Frames[0], name)
	out := map[string]string{}
	for i, id := range ids {
		out[id] = values[i]
	}
	return out
}

func TestBadgesAndIdleNodesOfAQuery(t *testing.T) {
	held := shop("east")
	held.Workloads[0].Ready = 0
	d := holding(t, ``, held)
	got := askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true}`)
	require.NoError(t, contract.CheckGraph(got.Frames))
	require.Equal(t, map[string]string{
		"workload/east/front/front": "root", "workload/east/back/back": "circuit breaker",
		"workload/east/back/idle1": "idle", "workload/east/back/idle2": "idle", "workload/east/back/idle3": "idle",
	}, column(got, "badges"))
	require.Equal(t, "failure (0 of 1 pods ready)", column(got, "detail__health")["workload/east/back/back"])
	require.Equal(t, "circuit breaker: DestinationRule back/rule", column(got, "detail__istio")["workload/east/back/back"])
	require.Empty(t, notices(got.Frames))

	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload"}`)
	require.Equal(t, 2, got.Frames[0].Rows(), "idle nodes are not asked for")
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true,"crossClusterOnly":true}`)
	require.Zero(t, got.Frames[0].Rows())
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true,"hideIf":"idle and name != \"idle2\""}`)
	require.Equal(t, 3, got.Frames[0].Rows())
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true,"hideIf":"not (\"circuit breaker\" in badges)"}`)
	require.Equal(t, []string{"workload/east/back/back"}, contract.Strings(got.Frames[0], "id"))
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true,"focus":{"name":"idle1"}}`)
	require.Equal(t, []string{"workload/east/back/idle1"}, contract.Strings(got.Frames[0], "id"))
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true,"names":["idle3"]}`)
	require.Equal(t, []string{"workload/east/back/back", "workload/east/back/idle3", "workload/east/front/front"}, contract.Strings(got.Frames[0], "id"),
		"the store does not look at the names here")
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true,"maxNodes":3}`)
	require.Equal(t, []string{"other/east/back", "workload/east/back/back", "workload/east/front/front"}, contract.Strings(got.Frames[0], "id"), "the idle ones fold first")
	require.Equal(t, "idle", column(got, "badges")["other/east/back"])
	require.Contains(t, notices(got.Frames), "3 least busy of 5 nodes")
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"namespace","idle":true,"arrange":"boxes"}`)
	require.NoError(t, contract.CheckGraph(got.Frames))
	got = askNow(t, d, `{"queryType":"traffic","level":"workload","idle":true}`)
	require.Equal(t, 1, got.Frames[0].Rows(), "what is idle has no row")
}

func TestThePastIsNotToldByToday(t *testing.T) {
	d := holding(t, ``, shop("east"))
	got := ask(t, d, map[string]string{"A": `{"queryType":"trafficGraph","level":"workload","idle":true}`})["A"]
	require.NoError(t, got.Error)
	require.Equal(t, 2, got.Frames[0].Rows())
	require.Equal(t, "The time range lies in the past: badges are those of today, pods and what is dead are not told, and what is idle is not added", notices(got.Frames))
	require.Equal(t, "circuit breaker", column(got, "badges")["workload/east/back/back"])
	got = ask(t, d, map[string]string{"A": `{"queryType":"traffic","level":"workload"}`})["A"]
	require.Empty(t, notices(got.Frames), "rows have no badges")
}

func TestWhatIsNotKnownOfAClusterIsSaidOnce(t *testing.T) {
	now := time.Now()
	state := func(resource, failure string, known bool, age time.Duration) mesh.KindState {
		return mesh.KindState{Resource: resource, Error: failure, Known: known, AsOf: now.Add(-age)}
	}
	for name, tt := range map[string]struct {
		member mesh.Cluster
		kinds  []mesh.KindState
		want   string
	}{
		"all is well": {mesh.Cluster{State: mesh.StateReady}, []mesh.KindState{state("pods", "", true, time.Second), {Resource: "wasmplugins.extensions.istio.io", Absent: true}}, ""},
		"unreachable": {mesh.Cluster{State: mesh.StateUnreachable, Error: "connection refused; check the server."},
			[]mesh.KindState{state("pods", "no contact", true, 3*time.Minute), state("services", "no contact", true, 7*time.Minute)},
			"Cluster east: connection refused; check the server (what is shown of that is as of 7 min ago)"},
		"never reached": {mesh.Cluster{State: mesh.StateUnreachable, Error: "connection refused"}, nil, "Cluster east: connection refused (nothing of that is known yet)"},
		"forbidden": {mesh.Cluster{State: mesh.StateReady}, []mesh.KindState{state("a.istio.io", "not allowed.", false, 0), state("b.istio.io", "not allowed.", false, 0), state("pods", "", true, 0)},
			"Cluster east: badges without a.istio.io, b.istio.io: not allowed (nothing of that is known yet)"},
		"many forbidden": {mesh.Cluster{State: mesh.StateReady}, []mesh.KindState{state("a", "no", true, 30*time.Second), state("b", "no", true, 3*time.Hour), state("c", "no", false, 0), state("d", "no", false, 0), state("e", "no", false, 0), state("f", "no", false, 0)},
			"Cluster east: badges without a, b, c, d and 2 more: no (what is shown of that is as of 3 h ago)"},
		"not needed":   {mesh.Cluster{State: mesh.StateReady}, []mesh.KindState{state("namespaces", "not allowed", false, 0)}, ""},
		"loading":      {mesh.Cluster{State: mesh.StateConnecting}, []mesh.KindState{{Resource: "pods"}}, "Cluster east is still loading pods: its badges are not all known yet"},
		"nothing":      {mesh.Cluster{State: mesh.StateConnecting}, nil, "Cluster east is still loading: its badges are not known yet"},
		"not to be":    {mesh.Cluster{State: mesh.StateNotAccessible}, nil, ""},
		"telemetry it": {mesh.Cluster{State: mesh.StateTelemetryOnly}, nil, ""},
	} {
		tt.member.Name = "east"
		g := drawing{graph: mesh.Graph{Nodes: []mesh.Node{{Ref: mesh.Ref{Kind: mesh.KindCluster, Cluster: "east"}}}}}
		g.dresser.holdings = holdings{asked: true, members: map[mesh.ClusterName]mesh.Cluster{"east": tt.member, "west": {Name: "west", State: mesh.StateUnreachable}}, held: map[mesh.ClusterName]*mesh.Inventory{}}
		if tt.kinds != nil {
			g.dresser.held["east"] = &mesh.Inventory{Cluster: "east", Kinds: tt.kinds}
		}
		g.sayKnown()
		var words []string
		for _, n := range g.notices {
			words = append(words, n.Text)
		}
		require.Equal(t, tt.want, strings.Join(words, "\n"), name)
	}
}

func TestAMalformedAnnotationIsNamed(t *testing.T) {
	held := shop("east")
	held.Workloads[0].HealthRate, held.Services[0].HealthRate = "nonsense", "5XX,1,2,http"
	d := holding(t, ``, held)
	got := askNow(t, d, `{"queryType":"trafficGraph","level":"workload","services":true}`)
	require.Contains(t, strings.Split(notices(got.Frames), "\n"), `Cluster east: the annotation health.kiali.io/rate of workload back/back is ignored: "nonsense": 1 parts, not code,degraded,failure,protocol,direction`)
}

func TestClustersThatAreNotToBeReached(t *testing.T) {
	d := holding(t, `{"clusters":[{"name":"east","accessible":false}]}`, shop("east"))
	got := askNow(t, d, `{"queryType":"trafficGraph","level":"workload"}`)
	require.Equal(t, map[string]string{"workload/east/front/front": "root, not accessible", "workload/east/back/back": "not accessible"}, column(got, "badges"))
	require.Empty(t, notices(got.Frames))

	d = holding(t, ``, shop("west"))
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload"}`)
	require.Equal(t, "not accessible", column(got, "badges")["workload/east/back/back"], "only telemetry knows of it")

	d.contents = func(context.Context, mesh.Need) []catalog.Cluster { return nil }
	got = askNow(t, d, `{"queryType":"trafficGraph","level":"workload","idle":true}`)
	require.Equal(t, "Without what is idle: no cluster can be read", notices(got.Frames))
}

func TestASnapshotIsMadeReadyOnce(t *testing.T) {
	var p prepared
	first := shop("east")
	of := p.of(first)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if p.of(first) != of {
				t.Error("made twice")
			}
		})
	}
	wg.Wait()
	older := *first // as it is known a little later, unchanged
	older.Kinds = slices.Clone(first.Kinds)
	require.Same(t, of, p.of(&older))
	second := shop("east")
	require.NotSame(t, of, p.of(second))
	require.Same(t, of, p.of(first), "questions that overlap a change see both")
	third := p.of(shop("east"))
	require.NotSame(t, of, third)
	require.NotSame(t, of, p.of(first), "older ones are let go")
	require.Len(t, p.clusters, 1)
	for i := range 3 * maxPrepared {
		p.of(&mesh.Inventory{Cluster: mesh.ClusterName(fmt.Sprint("c", i))})
	}
	require.LessOrEqual(t, len(p.clusters), maxPrepared)
}
