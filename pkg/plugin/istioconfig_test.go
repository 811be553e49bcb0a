package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// configured is a cluster with a service, and routes to hosts.
func configured(name mesh.ClusterName, hosts ...string) catalog.Cluster {
	c := held(name)
	for _, resource := range []string{"destinationrules.networking.istio.io", "virtualservices.networking.istio.io"} {
		c.Inventory.Kinds = append(c.Inventory.Kinds, mesh.KindState{Resource: resource, Known: true, AsOf: time.Now()})
	}
	for _, host := range hosts {
		c.Inventory.Config = append(c.Inventory.Config, mesh.Config{
			Object: mesh.Object{Namespace: "a", Name: "to-" + host}, Kind: "VirtualService", Group: "networking.istio.io", Version: "v1",
			Routing: &mesh.Routing{Hosts: []string{host}, Destinations: []mesh.Destination{{Host: host, Rule: "http[0]"}}},
		})
	}
	return c
}

// numbers reads a column of counts.
func numbers(t *testing.T, f *data.Frame, name string) []any {
	t.Helper()
	field, out := fieldOf(t, f, name), []any{}
	for i := range field.Len() {
		v, ok := field.ConcreteAt(i)
		if !ok {
			v = nil
		}
		out = append(out, v)
	}
	return out
}

func table(t *testing.T, d *Datasource, raw string) backend.DataResponse {
	t.Helper()
	return ask(t, d, map[string]string{"A": raw})["A"]
}

func TestConfigurationIsListedWithWhatIsWrong(t *testing.T) {
	url, asked := store(t, aCall)
	d := instance(t, url, listed)
	d.contents = contain(configured("east", "b", "c"), configured("west", "b"))
	got := table(t, d, `{"queryType":"istioConfig"}`)
	require.NoError(t, got.Error)
	require.Empty(t, got.Frames[0].Meta.Notices)
	require.Equal(t, []string{"east", "east", "west"}, contract.Strings(got.Frames[0], "cluster"))
	require.Equal(t, []any{int64(0), int64(1), int64(0)}, numbers(t, got.Frames[0], "errors"))
	require.Zero(t, asked.Load(), "the store knows nothing of configuration")

	for raw, want := range map[string]int{
		`{"queryType":"istioConfig","severity":"error"}`: 1, `{"queryType":"istioConfig","kinds":["Gateway"]}`: 0,
		`{"queryType":"istioConfig","names":["to-b"]}`: 2, `{"queryType":"istioConfig","clusters":["west"]}`: 1,
	} {
		got = table(t, d, raw)
		require.NoError(t, got.Error)
		require.Equal(t, want, got.Frames[0].Rows(), raw)
	}
	require.Equal(t, backend.StatusBadRequest, table(t, d, `{"queryType":"istioConfig","clusters":["nowhere"]}`).Status)
	require.Equal(t, []any{int64(1), int64(0)}, numbers(t, table(t, d, `{"queryType":"namespaces","traffic":false}`).Frames[0], "configerrors"))
	require.Equal(t, []any{int64(0), int64(0)}, numbers(t, table(t, d, `{"queryType":"services","traffic":false}`).Frames[0], "configerrors"))
	require.Equal(t, "VirtualService a/to-b", numbers(t, table(t, d, `{"queryType":"services","traffic":false}`).Frames[0], "istioconfig")[0])
}

func TestAClusterThatCannotBeReadMakesFindingsUncertain(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, listed)
	errorsWith := func(others ...catalog.Cluster) any {
		t.Helper()
		d.contents = contain(append([]catalog.Cluster{configured("east", "c")}, others...)...)
		got := table(t, d, `{"queryType":"istioConfig","names":["to-c"],"clusters":["east"]}`)
		require.NoError(t, got.Error)
		require.Contains(t, numbers(t, got.Frames[0], "codes")[0], "host-not-found")
		return numbers(t, got.Frames[0], "errors")[0]
	}
	require.EqualValues(t, 1, errorsWith())
	require.EqualValues(t, 0, errorsWith(catalog.Cluster{Cluster: mesh.Cluster{Name: "north", State: mesh.StateNotAccessible}}))
	dead := configured("west")
	dead.State, dead.Error = mesh.StateUnreachable, "no route"
	require.EqualValues(t, 0, errorsWith(dead), "it may have the host by now")
	dead.State = mesh.StateReady
	require.EqualValues(t, 1, errorsWith(dead))
	refused := configured("west")
	refused.Inventory.Kinds[len(refused.Inventory.Kinds)-1] = mesh.KindState{Resource: "virtualservices.networking.istio.io", Error: "not allowed to list it"}
	require.EqualValues(t, 1, errorsWith(refused), "hosts do not hang on that kind")
}

func TestFindingsAreMadeOnceForASetOfSnapshots(t *testing.T) {
	j := &judgements{}
	east, west := configured("east", "b").Inventory, configured("west").Inventory
	first := j.of([]*mesh.Inventory{east, west})
	later := *east
	later.Kinds = append([]mesh.KindState(nil), east.Kinds...)
	later.Kinds[0].AsOf = time.Now().Add(time.Hour)
	require.Same(t, first, j.of([]*mesh.Inventory{&later, west}), "it only grew older")
	require.NotSame(t, first, j.of([]*mesh.Inventory{east}))
	require.Same(t, first, j.of([]*mesh.Inventory{east, west}), "the last but one is kept")
	later.Kinds[0].Error = "the watch broke"
	unsure := j.of([]*mesh.Inventory{&later, west})
	require.NotSame(t, first, unsure)
	changed := *west
	changed.Services = append([]mesh.Service(nil), west.Services...)
	require.NotSame(t, unsure, j.of([]*mesh.Inventory{&later, &changed}))

	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { j.of([]*mesh.Inventory{east, &changed}) })
	}
	wg.Wait()
}

func TestYAMLIsReadOfTheFirstRows(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, listed)
	var hosts []string
	for i := range mostDocuments + 2 {
		hosts = append(hosts, fmt.Sprintf("b%03d", i))
	}
	d.contents = contain(configured("east", hosts...))
	var reads atomic.Int32
	d.documents = func(context.Context) func(mesh.ClusterName) document {
		return func(mesh.ClusterName) document {
			return func(_ context.Context, c *mesh.Config) (string, error) {
				reads.Add(1)
				return "name: " + c.Name, nil
			}
		}
	}
	f := table(t, d, `{"queryType":"istioConfig","yaml":true}`).Frames[0]
	require.EqualValues(t, mostDocuments, reads.Load())
	yaml := numbers(t, f, "yaml")
	require.Equal(t, "name: to-b049", yaml[49])
	require.Nil(t, yaml[50])
	require.Equal(t, []string{"info: YAML is shown of the first 50 of 52 objects: narrow the selection to see that of others"}, noticesOf(f))

	f = table(t, d, `{"queryType":"istioConfig"}`).Frames[0]
	field, _ := f.FieldByName("yaml")
	require.Nil(t, field)
	require.EqualValues(t, mostDocuments, reads.Load())
}

func TestAClusterWhoseYAMLCannotBeReadCostsItsOwn(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, `{"clusters":[{"name":"east","accessible":false}],"limits":{"clusterTimeout":"200ms"}}`)
	d.contents = contain(configured("east", "b"), configured("north", "b"), configured("south", "b", "b2"), configured("west", "b"))
	d.documents = func(context.Context) func(mesh.ClusterName) document {
		return func(name mesh.ClusterName) document {
			switch name {
			case "north":
				return nil
			case "south":
				return func(context.Context, *mesh.Config) (string, error) { return "", errors.New("no") }
			case "west":
				return func(ctx context.Context, _ *mesh.Config) (string, error) { <-ctx.Done(); return "", ctx.Err() }
			}
			return func(context.Context, *mesh.Config) (string, error) { return "here", nil }
		}
	}
	f := table(t, d, `{"queryType":"istioConfig","yaml":true}`).Frames[0]
	require.Equal(t, []any{"here", nil, nil, nil, nil}, numbers(t, f, "yaml"))
	notices := noticesOf(f)
	require.Len(t, notices, 2)
	require.True(t, strings.HasPrefix(notices[0], "warning: Cluster south: without the YAML"), notices[0])
	require.True(t, strings.HasPrefix(notices[1], "warning: Cluster west: without the YAML"), notices[1])
}

func TestWithoutConnectionsThereIsNoYAML(t *testing.T) {
	url, _ := store(t, aCall)
	d := instance(t, url, listed)
	require.Nil(t, d.documents(t.Context())("east"))
}
