package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// store answers every PromQL query with the same vector, which is all that the way
// through the rooms needs; what Prometheus itself makes of the queries is for the
// integration tests.
func store(t *testing.T, vector string) (url string, asked *atomic.Int32) {
	t.Helper()
	url, asked, _ = countingStore(t, vector)
	return url, asked
}

// countingStore tells besides how often it was asked for names.
func countingStore(t *testing.T, vector string) (url string, asked, named *atomic.Int32) {
	t.Helper()
	asked, named = &atomic.Int32{}, &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/api/v1/query" {
			asked.Add(1)
			fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, vector)
			return
		}
		named.Add(1)
		fmt.Fprint(w, `{"status":"success","data":["east","west"]}`)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked, named
}

func TestOnlyUnknownClustersAreLookedUp(t *testing.T) {
	url, _, named := countingStore(t, aCall)
	d := instance(t, url, `{"clusters":[{"name":"north","accessible":false}]}`)
	require.NoError(t, ask(t, d, map[string]string{"A": `{"queryType":"traffic","clusters":["north"]}`})["A"].Error)
	require.Zero(t, named.Load(), "the settings tell of north")
	require.NoError(t, ask(t, d, map[string]string{"A": `{"queryType":"traffic","clusters":["east"]}`})["A"].Error)
	require.Positive(t, named.Load(), "only telemetry knows of east")
	got := ask(t, d, map[string]string{"A": `{"queryType":"traffic","clusters":["esat"]}`})["A"]
	require.ErrorContains(t, got.Error, `there is no cluster "esat"; the known ones are north, east, west`)
}

const aCall = `{"metric":{"reporter":"source","request_protocol":"http","response_code":"200","response_flags":"-","connection_security_policy":"unknown","source_cluster":"east",
	"source_canonical_service":"web","source_canonical_revision":"v1","destination_canonical_service":"cart","destination_canonical_revision":"v1",
	"source_workload_namespace":"a","destination_cluster":"west","destination_workload_namespace":"b"},"value":[1,"5"]}`

func instance(t testing.TB, url, jsonData string) *Datasource {
	t.Helper()
	host := NewHost(Options{})
	made, err := host.NewInstance(t.Context(), backend.DataSourceInstanceSettings{Type: ID, UID: "u", Name: "n", URL: url, JSONData: []byte(jsonData)})
	require.NoError(t, err)
	d := made.(*Datasource)
	t.Cleanup(func() {
		d.Dispose()
		d.Dispose() // Grafana may, and nothing happens
		require.NoError(t, host.Close())
	})
	return d
}

func ask(t *testing.T, d *Datasource, queries map[string]string) backend.Responses {
	t.Helper()
	return askAt(t, d, time.Unix(1_700_000_000, 0), queries)
}

func askAt(t *testing.T, d *Datasource, now time.Time, queries map[string]string) backend.Responses {
	t.Helper()
	req := &backend.QueryDataRequest{}
	for refID, raw := range queries {
		var head struct {
			QueryType string `json:"queryType"`
		}
		require.NoError(t, json.Unmarshal([]byte(raw), &head))
		req.Queries = append(req.Queries, backend.DataQuery{
			RefID: refID, QueryType: head.QueryType, JSON: []byte(raw), TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
		})
	}
	response, err := d.QueryData(context.Background(), req)
	require.NoError(t, err)
	return response.Responses
}

func TestAQueryGoesThroughTheRooms(t *testing.T) {
	url, asked := store(t, aCall)
	d := instance(t, url, `{"links":{"metricsUid":"m"}}`)
	got := ask(t, d, map[string]string{"A": `{"queryType":"trafficGraph","level":"namespace"}`})["A"]
	require.NoError(t, got.Error)
	require.NoError(t, contract.CheckGraph(got.Frames))
	require.Equal(t, []string{"namespace/east/a", "namespace/west/b"}, contract.Strings(got.Frames[0], "id"))
	require.Equal(t, "A", got.Frames[0].RefID)
	require.EqualValues(t, 3, asked.Load(), "requests, latency, and how much they carry")
	require.Empty(t, notices(got.Frames))
}

// docs/queries.md states these numbers.
func TestTheNumberOfQueriesIsConstant(t *testing.T) {
	everything := `{"queryType":"trafficGraph","level":"auto","services":true,"latency":"p95","protocols":["http","grpc","tcp"],"compareTo":"1d","arrange":"boxes"}`
	for raw, want := range map[string]int32{
		`{"queryType":"trafficGraph","level":"workload"}`:                                             4,
		`{"queryType":"trafficGraph","level":"workload","clusters":["east","west"]}`:                  4,
		`{"queryType":"trafficGraph","level":"cluster","namespaces":["a","b","c","d"],"names":["x"]}`: 3,
		`{"queryType":"traffic","level":"namespace","latency":"none"}`:                                2,
		`{"queryType":"traffic","level":"namespace","protocols":["tcp"]}`:                             1,
		`{"queryType":"trafficGraph"}`:                                                                5,
		`{"queryType":"trafficGraph","level":"app","services":true}`:                                  4,
		`{"queryType":"trafficGraph","level":"service","arrange":"boxes"}`:                            4,
		everything: 8,
	} {
		url, asked := store(t, aCall)
		d := instance(t, url, ``)
		require.NoError(t, ask(t, d, map[string]string{"A": raw})["A"].Error)
		require.Equal(t, want, asked.Load(), raw)
	}
}

func TestHealthMessages(t *testing.T) {
	well := storeHealth{OK: true, Series: 7}
	message, ok := health{Prometheus: well}.message()
	require.True(t, ok)
	require.Contains(t, message, "telemetry alone")

	message, ok = health{Prometheus: storeHealth{Error: "it is down"}}.message()
	require.False(t, ok)
	require.Contains(t, message, "Prometheus: it is down")

	clusters := []clusterHealth{
		{Name: "east", Home: true, State: mesh.StateReady},
		{Name: "north", State: mesh.StateNotAccessible},
		{Name: "west", State: mesh.StateUnreachable, Error: "the connection was refused"},
		{Name: "south", State: mesh.StateReady, Missing: []string{"list and watch pods, services", "watch secrets"}},
	}
	message, ok = health{Prometheus: well, Clusters: clusters}.message()
	require.False(t, ok)
	require.Equal(t, "Prometheus holds 7 series of Istio traffic; 2 of 4 clusters answer; north is listed as not accessible; "+
		"west: the connection was refused; south: not allowed to list and watch pods, services, nor to watch secrets", message)
	_, ok = health{Prometheus: well, Clusters: clusters[:2]}.message()
	require.True(t, ok, "a cluster that is not to be reached is not a failure")
}

// Grafana replaces instances often: what one kept open must not wait for its time.
func TestDisposeClosesTheConnectionsToTheStore(t *testing.T) {
	var open atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, aCall)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Add(-1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	d := instance(t, server.URL, ``)
	require.NoError(t, ask(t, d, map[string]string{"A": `{"queryType":"trafficGraph","level":"cluster"}`})["A"].Error)
	require.Positive(t, open.Load(), "connections are kept for the next question")
	d.Dispose()
	require.Eventually(t, func() bool { return open.Load() == 0 }, 5*time.Second, 10*time.Millisecond)
}
