package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// rule asks as an alert rule does.
func rule(t *testing.T, d *Datasource, raw string) backend.DataResponse {
	t.Helper()
	now := time.Unix(1_700_000_000, 0)
	response, err := d.QueryData(t.Context(), &backend.QueryDataRequest{
		Headers: map[string]string{backend.FromAlertHeaderName: "true"},
		Queries: []backend.DataQuery{{RefID: "A", QueryType: query.TypeHealth, JSON: []byte(raw), TimeRange: backend.TimeRange{From: now.Add(-5 * time.Minute), To: now}}},
	})
	require.NoError(t, err)
	return response.Responses["A"]
}

// numbers are a rule's, by the names of what they are of; nil where nothing is known.
func numbers(t *testing.T, d *Datasource, raw string) map[string]*float64 {
	t.Helper()
	got := rule(t, d, raw)
	require.NoError(t, got.Error)
	read, err := contract.Numbers(got.Frames)
	require.NoError(t, err)
	out := map[string]*float64{}
	for _, n := range read {
		key := n.Labels["kind"] + "/" + n.Labels["cluster"]
		if n.Labels["kind"] != "cluster" {
			key += "/" + n.Labels["namespace"] + "/" + n.Labels["name"]
		}
		out[key] = n.Value
	}
	return out
}

func is(v float64) *float64 { return &v }

// ended is requests from a-v1 to b-v1, both of namespace a in cluster east, that ended in
// one way, as both sides report them.
func ended(protocol, code, grpc string, rate float64) string {
	var both []string
	for _, reporter := range []string{"source", "destination"} {
		labels, _ := json.Marshal(map[string]string{
			"reporter": reporter, "request_protocol": protocol, "response_code": code, "grpc_response_status": grpc, "response_flags": "-",
			"source_cluster": "east", "source_workload_namespace": "a", "source_workload": "a-v1", "source_canonical_service": "a",
			"destination_cluster": "east", "destination_workload_namespace": "a", "destination_workload": "b-v1", "destination_canonical_service": "b",
		})
		both = append(both, fmt.Sprintf(`{"metric":%s,"value":[1,"%v"]}`, labels, rate))
	}
	return strings.Join(both, ",")
}

// connected is TCP bytes between the same two.
func connected() string {
	return strings.ReplaceAll(ended("tcp", "", "", 100), `{"metric":{`, `{"metric":{"measure":"tcp_sent",`)
}

// pair is a cluster with the workloads a-v1 and b-v1; b has the pods given.
func pair(desired *int, current, ready int, annotation string) catalog.Cluster {
	c := held("east")
	one := 1
	object := func(name string) mesh.Object { return mesh.Object{Namespace: "a", Name: name} }
	c.Inventory.Workloads = []mesh.Workload{
		{Object: object("a-v1"), Kind: "Deployment", App: "a", Desired: &one, Current: 1, Ready: 1},
		{Object: object("b-v1"), Kind: "Deployment", App: "b", Desired: desired, Current: current, Ready: ready, HealthRate: annotation},
	}
	return c
}

// The rules that Kiali documents, from the metrics and the pods to the number that an alert
// rule reads.
func TestScoresFollowTheRules(t *testing.T) {
	two := func() *int { n := 2; return &n }
	none := func() *int { n := 0; return &n }
	http := func(code string, share float64) string {
		return ended("http", "200", "", 100-share) + "," + ended("http", code, "", share)
	}
	grpc := func(status string, share float64) string {
		return ended("grpc", "200", "0", 100-share) + "," + ended("grpc", "200", status, share)
	}
	well := pair(two(), 2, 2, "")
	tests := map[string]struct {
		cluster  catalog.Cluster
		traffic  string
		settings string
		score    float64
		caller   float64 // the score of a-v1, which sends the traffic and whose pods are well
	}{
		"all pods ready, no traffic":           {well, ``, ``, 1, 1},
		"no pods wanted":                       {pair(none(), 0, 0, ""), ``, ``, 0.75, 1},
		"some pods ready":                      {pair(two(), 2, 1, ""), ``, ``, 0.5, 1},
		"some pods there":                      {pair(two(), 1, 1, ""), ``, ``, 0.5, 1},
		"no pod ready":                         {pair(two(), 2, 0, ""), ``, ``, 0, 1},
		"more pods than wanted":                {pair(two(), 3, 2, ""), ``, ``, 0, 1},
		"requests that succeed":                {well, http("302", 50), ``, 1, 1},
		"any 5xx":                              {well, http("500", 0.1), ``, 0.5, 0.5},
		"5xx below a tenth":                    {well, http("503", 9.9), ``, 0.5, 0.5},
		"5xx of a tenth":                       {well, http("503", 10), ``, 0, 0},
		"4xx below a tenth":                    {well, http("404", 9.9), ``, 1, 1},
		"4xx of a tenth":                       {well, http("404", 10), ``, 0.5, 0.5},
		"4xx below a fifth":                    {well, http("404", 19.9), ``, 0.5, 0.5},
		"4xx of a fifth":                       {well, http("404", 20), ``, 0, 0},
		"4xx and 5xx, each by its own":         {well, ended("http", "200", "", 90) + "," + ended("http", "404", "", 9) + "," + ended("http", "500", "", 1), ``, 0.5, 0.5},
		"no response":                          {well, http("0", 1), ``, 0.5, 0.5},
		"no response of a tenth":               {well, http("0", 10), ``, 0, 0},
		"gRPC that succeeds":                   {well, grpc("0", 50), ``, 1, 1},
		"any gRPC failure":                     {well, grpc("1", 0.1), ``, 0.5, 0.5},
		"gRPC failures of a tenth":             {well, grpc("16", 10), ``, 0, 0},
		"each protocol by its own":             {well, http("200", 1) + "," + ended("grpc", "200", "0", 9) + "," + ended("grpc", "200", "14", 1), ``, 0, 0},
		"connections":                          {well, connected(), ``, 1, 1},
		"pods worse than traffic":              {pair(two(), 2, 0, ""), http("500", 1), ``, 0, 0.5},
		"traffic worse than pods":              {pair(two(), 2, 1, ""), http("500", 50), ``, 0, 0},
		"no pods wanted, traffic that fails":   {pair(none(), 0, 0, ""), http("500", 1), ``, 0.5, 0.5},
		"an annotation tolerates":              {pair(two(), 2, 2, "5XX,20,40,http,inbound"), http("500", 19), ``, 1, 0},
		"an annotation for another direction":  {pair(two(), 2, 2, "5XX,20,40,http,outbound"), http("500", 19), ``, 0, 0},
		"an annotation, and its failure":       {pair(two(), 2, 2, "5XX,20,40,http,inbound"), http("500", 40), ``, 0, 0},
		"an annotation that cannot be read":    {pair(two(), 2, 2, "5XX,20"), http("500", 1), ``, 0.5, 0.5},
		"the settings come before":             {pair(two(), 2, 2, "5XX,0,1,http,inbound"), http("500", 19), `,"health":{"rates":[{"namespace":"a","code":"5XX","degraded":20,"failure":40}]}`, 1, 1},
		"the settings are for another cluster": {well, http("500", 19), `,"health":{"rates":[{"cluster":"west","code":"5XX","degraded":20,"failure":40}]}`, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			url, _ := store(t, tt.traffic)
			d := instance(t, url, strings.TrimSuffix(listed, "}")+tt.settings+"}")
			d.contents = contain(tt.cluster)
			require.Equal(t, map[string]*float64{"workload/east/a/a-v1": &tt.caller, "workload/east/a/b-v1": &tt.score}, numbers(t, d, `{"of":"workloads"}`))
			worst := min(tt.score, tt.caller)
			require.Equal(t, map[string]*float64{"namespace/east/a/a": &worst}, numbers(t, d, `{}`), "a namespace is as well as its worst workload")
			got := numbers(t, d, `{"of":"clusters","clusters":["east"],"measures":["score"]}`)
			require.Equal(t, map[string]*float64{"cluster/east": &worst}, got)
			require.Equal(t, map[string]*float64{"app/east/a/a": &tt.caller, "app/east/a/b": &tt.score}, numbers(t, d, `{"of":"applications"}`))
		})
	}
}

func TestNumbersOfHealth(t *testing.T) {
	two := 2
	url, _ := store(t, ended("http", "200", "", 15)+","+ended("http", "500", "", 5))
	d := instance(t, url, listed)
	d.contents = contain(pair(&two, 2, 1, ""))
	for measure, want := range map[string]map[string]*float64{
		"score":        {"workload/east/a/a-v1": is(0), "workload/east/a/b-v1": is(0)},
		"errorratio":   {"workload/east/a/a-v1": nil, "workload/east/a/b-v1": is(0.25)},
		"requests":     {"workload/east/a/a-v1": nil, "workload/east/a/b-v1": is(20)},
		"readyratio":   {"workload/east/a/a-v1": is(1), "workload/east/a/b-v1": is(0.5)},
		"configerrors": {"workload/east/a/a-v1": is(0), "workload/east/a/b-v1": is(0)},
		"mtls":         {"workload/east/a/a-v1": nil, "workload/east/a/b-v1": nil},
		"reachable":    {"workload/east/a/a-v1": is(1), "workload/east/a/b-v1": is(1)},
	} {
		require.Equal(t, want, numbers(t, d, `{"of":"workloads","measures":["`+measure+`"]}`), measure)
	}
	require.Equal(t, map[string]*float64{"workload/east/a/b-v1": is(0)}, numbers(t, d, `{"of":"workloads","names":["b-v1"]}`))
	require.Equal(t, map[string]*float64{"namespace/east/a/a": is(0.25)}, numbers(t, d, `{"measures":["errorratio"],"namespaces":["a"]}`))
	require.Equal(t, map[string]*float64{"namespace/east/a/a": is(2 / 3.0)}, numbers(t, d, `{"measures":["readyratio"]}`), "of all pods that are wanted")
	require.Empty(t, numbers(t, d, `{"namespaces":["nowhere"]}`))

	table := ask(t, d, map[string]string{"A": `{"queryType":"health","of":"workloads"}`})["A"]
	require.NoError(t, table.Error)
	var columns []string
	for _, f := range table.Frames[0].Fields {
		columns = append(columns, f.Name)
	}
	require.Equal(t, []string{"cluster", "namespace", "name", "kind", "score", "errorratio", "requests", "p95", "readyratio", "configerrors", "mtls", "reachable", "age"}, columns)
	require.Equal(t, data.FrameTypeNumericLong, table.Frames[0].Meta.Type)
	_, err := contract.Numbers(table.Frames)
	require.ErrorContains(t, err, "two numbers have the labels", "expressions do not tell columns apart")
}

func TestARuleReadsOneMeasure(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, listed)
	d.contents = contain(held("east"))
	got := rule(t, d, `{"measures":["score","age"]}`)
	require.Equal(t, backend.StatusBadRequest, got.Status)
	require.ErrorContains(t, got.Error, "choose one of score, age")
	got = rule(t, d, `{"clusters":["wset"]}`)
	require.ErrorContains(t, got.Error, `there is no cluster "wset"`)
}

// docs/queries.md states these numbers.
func TestHealthAsksAConstantNumberOfQueries(t *testing.T) {
	for raw, want := range map[string]int32{
		`{}`:                                   2,
		`{"of":"clusters"}`:                    2,
		`{"of":"applications"}`:                2,
		`{"of":"workloads"}`:                   2,
		`{"of":"services"}`:                    2,
		`{"measures":["errorratio"]}`:          2,
		`{"measures":["p95"]}`:                 3,
		`{"measures":["reachable"]}`:           0,
		`{"measures":["readyratio"]}`:          0,
		`{"of":"clusters","measures":["age"]}`: 0,
	} {
		for _, clusters := range [][]catalog.Cluster{{held("east")}, {held("east"), held("west"), held("south"), held("north")}} {
			for i := range clusters {
				for _, name := range []string{"b", "c", "d", "e"} {
					clusters[i].Inventory.Namespaces = append(clusters[i].Inventory.Namespaces, mesh.Namespace{Object: mesh.Object{Name: name}})
				}
			}
			url, asked := store(t, aCall)
			d := instance(t, url, listed)
			d.contents = contain(clusters...)
			require.NoError(t, rule(t, d, raw).Error)
			require.Equal(t, want, asked.Load(), raw)
		}
	}
	url, asked := store(t, aCall)
	d := instance(t, url, listed)
	d.contents = contain(held("east"), held("west"))
	require.NoError(t, ask(t, d, map[string]string{"A": `{"queryType":"health"}`})["A"].Error)
	require.EqualValues(t, 4, asked.Load(), "all measures")
}

// What a rule cannot be told as a whole is an error; a panel gets the rest, and a notice.
func TestARuleNeverTakesAPartForTheWhole(t *testing.T) {
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(down.Close)
	d := instance(t, down.URL, listed)
	d.contents = contain(held("east"))
	for _, raw := range []string{`{}`, `{"of":"clusters"}`, `{"of":"workloads","measures":["errorratio"]}`, `{"of":"services","measures":["p95"]}`} {
		got := rule(t, d, raw)
		require.Error(t, got.Error, raw)
		require.Empty(t, got.Frames)
	}
	require.Equal(t, map[string]*float64{"cluster/east": is(1)}, numbers(t, d, `{"of":"clusters","clusters":["east"],"measures":["reachable"]}`), "which clusters tell themselves")
	got := ask(t, d, map[string]string{"A": `{"queryType":"health"}`})["A"]
	require.NoError(t, got.Error)
	require.Equal(t, 1, got.Frames[0].Rows())
	require.True(t, fieldOf(t, got.Frames[0], "requests").NilAt(0))
	require.Contains(t, noticesOf(got.Frames[0])[0], "Without traffic: ")

	for _, signs := range []vitalSigns{
		{missing: []telemetry.Missing{{What: "latency", Err: context.DeadlineExceeded}}}, {warnings: []string{"some shards did not answer"}},
	} {
		d.vitals = func(context.Context, telemetry.Question) (vitalSigns, error) { return signs, nil }
		require.Error(t, rule(t, d, `{}`).Error)
		require.NoError(t, ask(t, d, map[string]string{"A": `{"queryType":"health"}`})["A"].Error)
	}
}

func TestClustersThatDoNotAnswerAreRows(t *testing.T) {
	asOf := time.Now().Add(-3 * time.Minute)
	last := held("west") // as it was read before it went
	last.State, last.Error, last.LastContact = mesh.StateUnreachable, "the connection was refused.", asOf
	for i := range last.Inventory.Kinds {
		last.Inventory.Kinds[i].AsOf, last.Inventory.Kinds[i].Error = asOf, "the connection was refused."
	}
	never := catalog.Cluster{Cluster: mesh.Cluster{Name: "south", State: mesh.StateRefused, Error: "its kubeconfig runs a program."}}
	first := catalog.Cluster{Cluster: mesh.Cluster{Name: "new", State: mesh.StateConnecting}}
	closed := catalog.Cluster{Cluster: mesh.Cluster{Name: "north", State: mesh.StateNotAccessible}}
	forbidden := held("some")
	forbidden.Inventory.Kinds[0] = mesh.KindState{Resource: "deployments.apps", Error: "not allowed to list and watch deployments."}
	url, _ := store(t, ended("http", "200", "", 5))
	d := instance(t, url, listed)
	d.contents = contain(held("east"), last, never, first, closed, forbidden)

	require.Equal(t, map[string]*float64{
		"workload/east/a/b-v1": is(1), "workload/west/a/b-v1": is(0), "workload/some/a/b-v1": is(1),
		"cluster/west": is(0), "cluster/south": is(0), "cluster/new": nil, "cluster/some": is(1),
	}, numbers(t, d, `{"of":"workloads","measures":["reachable"]}`))
	require.Equal(t, map[string]*float64{
		"workload/east/a/b-v1": is(1), "workload/west/a/b-v1": is(1), "workload/some/a/b-v1": is(1),
		"cluster/west": nil, "cluster/south": nil, "cluster/new": nil, "cluster/some": nil,
	}, numbers(t, d, `{"of":"workloads"}`), "nothing is known of them as a whole")
	ages := numbers(t, d, `{"of":"workloads","measures":["age"],"clusters":["west"]}`)
	require.InDelta(t, 180, *ages["workload/west/a/b-v1"], 5)
	require.InDelta(t, 180, *ages["cluster/west"], 5)
	require.Equal(t, map[string]*float64{
		"cluster/east": is(1), "cluster/west": is(0), "cluster/south": is(0), "cluster/new": nil, "cluster/north": nil, "cluster/some": is(1),
	}, numbers(t, d, `{"of":"clusters","measures":["reachable"]}`))
	scores := numbers(t, d, `{"of":"clusters","clusters":["east","west"]}`)
	require.Equal(t, is(1), scores["cluster/east"])
	require.Nil(t, scores["cluster/west"], "as it was is no news of how it does")
	require.Contains(t, scores, "cluster/west")

	got := ask(t, d, map[string]string{"A": `{"queryType":"health","of":"workloads"}`})["A"]
	require.NoError(t, got.Error)
	told := strings.Join(noticesOf(got.Frames[0]), "\n")
	for _, words := range []string{"Cluster west: shown as of 3 min ago", "Cluster south: nothing is known", "Cluster some: without deployments", "not to reach north"} {
		require.Contains(t, told, words)
	}
}

// With the metrics alone, and for clusters of which they alone tell.
func TestWhatTheMetricsAloneTellOf(t *testing.T) {
	url, _ := store(t, ended("http", "200", "", 15)+","+ended("http", "500", "", 5))
	d := instance(t, url, ``)
	d.contents = contain()
	require.Equal(t, map[string]*float64{"workload/east/a/a-v1": is(0), "workload/east/a/b-v1": is(0)}, numbers(t, d, `{"of":"workloads"}`))
	require.Equal(t, map[string]*float64{"namespace/east/a/a": is(0)}, numbers(t, d, `{}`))
	require.Equal(t, map[string]*float64{"workload/east/a/b-v1": is(0.25)}, numbers(t, d, `{"of":"workloads","names":["b-v1"],"measures":["errorratio"]}`))
	require.Equal(t, map[string]*float64{"cluster/east": nil, "cluster/west": nil}, numbers(t, d, `{"of":"clusters","measures":["reachable"]}`))
	got := ask(t, d, map[string]string{"A": `{"queryType":"health"}`})["A"]
	require.Contains(t, noticesOf(got.Frames[0])[0], "info: Only telemetry knows of east: ")
}
