package plugin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
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

// listed is the settings' list of the clusters that the tests hold.
const listed = `{"clusters":[{"name":"east","accessible":false},{"name":"west","accessible":false}]}`

// held is a cluster with one workload and its service, all parts of which were read.
func held(name mesh.ClusterName) catalog.Cluster {
	one, object := 1, mesh.Object{Namespace: "a", Name: "b-v1"}
	in := &mesh.Inventory{
		Cluster:    name,
		Namespaces: []mesh.Namespace{{Object: mesh.Object{Name: "a"}, Injection: mesh.ModeSidecar}},
		Workloads:  []mesh.Workload{{Object: object, Kind: "Deployment", App: "b", Desired: &one, Current: 1, Ready: 1, Mode: mesh.ModeSidecar, Revisions: []string{"canary"}}},
		Services:   []mesh.Service{{Object: mesh.Object{Namespace: "a", Name: "b"}}},
		Pods:       []mesh.Pod{{Object: object, Workload: mesh.Owner{Kind: "Deployment", Name: "b-v1"}, Phase: "Running"}},
	}
	for _, resource := range []string{"deployments.apps", "namespaces", "pods", "serviceentries.networking.istio.io", "services", "workloadentries.networking.istio.io"} {
		in.Kinds = append(in.Kinds, mesh.KindState{Resource: resource, Known: true, AsOf: time.Now()})
	}
	return catalog.Cluster{Cluster: mesh.Cluster{Name: name, State: mesh.StateReady}, Inventory: in}
}

func contain(clusters ...catalog.Cluster) contents {
	return func(context.Context, mesh.Need) []catalog.Cluster { return clusters }
}

func noticesOf(f *data.Frame) []string {
	var out []string
	for _, n := range f.Meta.Notices {
		out = append(out, n.Severity.String()+": "+n.Text)
	}
	return out
}

func fieldOf(t *testing.T, f *data.Frame, name string) *data.Field {
	t.Helper()
	field, _ := f.FieldByName(name)
	require.NotNil(t, field, name)
	return field
}

func TestTablesJoinWhatIsHeldWithTraffic(t *testing.T) {
	whole := `{"metric":{"reporter":"destination","request_protocol":"http","response_code":"200","source_cluster":"west",
		"source_workload_namespace":"a","source_workload":"b-v1","source_canonical_service":"b","destination_cluster":"east",
		"destination_workload_namespace":"a","destination_workload":"b-v1","destination_canonical_service":"b",
		"destination_service_namespace":"a","destination_service_name":"b"},"value":[1,"5"]}`
	byService := `{"metric":{"reporter":"destination","request_protocol":"http","response_code":"200","source_cluster":"west",
		"source_workload_namespace":"a","source_canonical_service":"b","destination_cluster":"east",
		"destination_service_namespace":"a","destination_service_name":"b"},"value":[1,"5"]}`
	for queryType, want := range map[string]int32{"namespaces": 3, "applications": 2, "workloads": 2, "services": 2, "pods": 0} {
		t.Run(queryType, func(t *testing.T) {
			metric := whole
			if queryType == "services" { // of which the store tells no more
				metric = byService
			}
			url, asked := store(t, metric)
			d := instance(t, url, listed)
			d.contents = contain(held("east"), held("west"))
			got := ask(t, d, map[string]string{"A": `{"queryType":"` + queryType + `","latency":"none"}`})["A"]
			require.NoError(t, got.Error)
			require.Len(t, got.Frames, 1)
			f := got.Frames[0]
			require.Empty(t, f.Meta.Notices)
			require.Equal(t, queryType, f.Name)
			require.EqualValues(t, data.VisTypeTable, f.Meta.PreferredVisualization)
			require.Equal(t, []string{"east", "west"}, contract.Strings(f, "cluster"))
			require.Equal(t, want, asked.Load())
			if queryType == "pods" {
				return
			}
			rps := fieldOf(t, f, "rps")
			require.NotNil(t, rps.At(0).(*float64))
			require.NotEmpty(t, f.Meta.ExecutedQueryString)
			if queryType != "services" { // callers are known by their apps
				require.NotNil(t, fieldOf(t, f, "rpsout").At(1).(*float64))
			}

			asked.Store(0)
			got = ask(t, d, map[string]string{"A": `{"queryType":"` + queryType + `","traffic":false,"clusters":["west"]}`})["A"]
			require.NoError(t, got.Error)
			field, _ := got.Frames[0].FieldByName("rps")
			require.Nil(t, field)
			require.Zero(t, asked.Load())
			require.Equal(t, 1, got.Frames[0].Rows())
		})
	}
}

func TestAStoreThatFailsCostsTheTrafficAlone(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(server.Close)
	d := instance(t, server.URL, listed)
	d.contents = contain(held("east"))
	got := ask(t, d, map[string]string{"A": `{"queryType":"namespaces"}`})["A"]
	require.NoError(t, got.Error)
	f := got.Frames[0]
	require.Equal(t, []string{"east"}, contract.Strings(f, "cluster"))
	require.True(t, fieldOf(t, f, "rps").NilAt(0))
	require.Len(t, f.Meta.Notices, 1, "both levels fail alike")
	require.Contains(t, noticesOf(f)[0], "warning: Without traffic: ")
}

func TestPartsOfTrafficThatAreMissingAreTold(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, listed)
	d.contents = contain(held("east"))
	d.vitals = func(context.Context, telemetry.Question) (vitalSigns, error) {
		return vitalSigns{missing: []telemetry.Missing{{What: "latency", Err: context.DeadlineExceeded}}, warnings: []string{"too much"}}, nil
	}
	f := ask(t, d, map[string]string{"A": `{"queryType":"workloads"}`})["A"].Frames[0]
	require.Len(t, f.Meta.Notices, 2)
	require.Contains(t, noticesOf(f)[0], "Without latency: ")
	require.Contains(t, noticesOf(f)[1], "too much")
}

func TestClustersThatAreNotHeldAreTold(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, listed)
	dead := catalog.Cluster{Cluster: mesh.Cluster{Name: "west", State: mesh.StateUnreachable, Error: "the connection was refused; start the server."}}
	closed := catalog.Cluster{Cluster: mesh.Cluster{Name: "north", State: mesh.StateNotAccessible}}
	table := func(raw string) backend.DataResponse { return ask(t, d, map[string]string{"A": raw})["A"] }

	d.contents = contain(dead, held("east"), closed)
	got := table(`{"queryType":"pods"}`)
	require.NoError(t, got.Error)
	require.Equal(t, []string{"east"}, contract.Strings(got.Frames[0], "cluster"))
	require.Equal(t, []string{
		"info: The settings say not to reach north: nothing is shown of what is there",
		"warning: Cluster west: nothing is known of what it holds: the connection was refused; start the server",
	}, slices.Sorted(slices.Values(noticesOf(got.Frames[0]))))

	got = table(`{"queryType":"pods","clusters":["west"]}`)
	require.Equal(t, backend.StatusBadGateway, got.Status)
	require.ErrorContains(t, got.Error, "Cluster west: nothing is known of what it holds: the connection was refused")
	require.Empty(t, got.Frames)

	got = table(`{"queryType":"pods","clusters":["wset"]}`)
	require.Equal(t, backend.StatusBadRequest, got.Status)
	require.ErrorContains(t, got.Error, `there is no cluster "wset"`)

	d.contents = contain(closed)
	got = table(`{"queryType":"pods"}`)
	require.NoError(t, got.Error, "what is not to be reached does not fail")
	require.Zero(t, got.Frames[0].Rows())

	d.contents = contain()
	require.Contains(t, noticesOf(table(`{"queryType":"pods"}`).Frames[0])[0], "No cluster is set up")
	require.Contains(t, noticesOf(table(`{"queryType":"pods","clusters":["west"]}`).Frames[0])[0], "Only telemetry knows of west")
}

func TestTheFleetsClustersAreListedWithoutWhatTheyHold(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, listed)
	var names []mesh.ClusterName
	for _, c := range d.contents(t.Context(), mesh.NeedAll) {
		require.Nil(t, c.Inventory)
		names = append(names, c.Name)
	}
	require.Equal(t, []mesh.ClusterName{"east", "west"}, names)
}

func TestNamesComeFromInventoriesAndTelemetry(t *testing.T) {
	url, _ := store(t, aCall) // it gives the names east and west, whatever is asked for
	d := instance(t, url, listed)
	d.contents = contain(held("east"), held("west"))
	values := func(d *Datasource, raw string) []string {
		t.Helper()
		got := ask(t, d, map[string]string{"A": raw})["A"]
		require.NoError(t, got.Error)
		return contract.Strings(got.Frames[0], "value")
	}
	for of, want := range map[string][]string{
		"namespaces": {"a", "east", "west"}, "applications": {"b", "east", "west"}, "workloads": {"b-v1", "east", "west"},
		"services": {"b", "east", "west"}, "revisions": {"canary"}, "clusters": {"east", "west"},
	} {
		require.Equal(t, want, values(d, `{"queryType":"variable","of":"`+of+`"}`), of)
	}
	require.Equal(t, []string{"east", "west"}, values(d, `{"queryType":"variable","of":"workloads","namespaces":["other"]}`))

	broken := instance(t, "http://127.0.0.1:1", listed)
	broken.contents = contain(held("east"))
	got := ask(t, broken, map[string]string{"A": `{"queryType":"variable","of":"workloads"}`})["A"]
	require.NoError(t, got.Error)
	require.Equal(t, []string{"b-v1"}, contract.Strings(got.Frames[0], "value"))
	require.Contains(t, noticesOf(got.Frames[0])[0], "warning: Without what only telemetry knows: ")
	broken.contents = contain()
	require.Error(t, ask(t, broken, map[string]string{"A": `{"queryType":"variable","of":"workloads"}`})["A"].Error)
}

func TestEither(t *testing.T) {
	failed := errors.New("down")
	_, _, err := either(nil, failed)
	require.Equal(t, failed, err)
	_, without, err := either([]string{"a"}, failed)
	require.NoError(t, err)
	require.Equal(t, failed, without)
}

func TestEveryTableIsMade(t *testing.T) {
	for _, queryType := range []string{query.TypeNamespaces, query.TypeApplications, query.TypeWorkloads, query.TypeServices, query.TypePods} {
		decoded, err := query.Decode(queryType, []byte(`{}`))
		require.NoError(t, err)
		require.Contains(t, tables, decoded.(query.Table).Of)
	}
}
