package plugin

import (
	"context"
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
