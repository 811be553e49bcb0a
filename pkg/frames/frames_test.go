package frames_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

var update = flag.Bool("update", false, "write the golden files anew")

// behind stands in for the PromQL writer, which has tests of its own.
type behind struct{}

func (behind) Node(ref mesh.Ref, tcp bool) string {
	return fmt.Sprintf("node %s tcp=%v", ref.Title(), tcp)
}
func (behind) Edge(pair mesh.Pair, tcp bool) string {
	return fmt.Sprintf("edge %s tcp=%v", pair.Destination.Title(), tcp)
}

func options() frames.GraphOptions {
	return frames.GraphOptions{
		Links: frames.Links{
			UID: "meshatlas", Name: "Mesh Atlas", MetricsUID: "prometheus", Dashboards: true,
			Logs: func(cluster mesh.ClusterName) string {
				return map[mesh.ClusterName]string{"east": "loki", "west": "loki-west"}[cluster]
			},
			Traces: func(mesh.ClusterName) string { return "tempo" },
		},
		Home: "east", LatencyName: "p95", Behind: behind{}, Queries: []string{"first", "second"},
	}
}

func ptr[T any](v T) *T { return &v }

// sample is a small mesh with one of each kind of node.
func sample(level mesh.Level) mesh.Graph {
	ref := func(kind mesh.Kind, cluster mesh.ClusterName, namespace, name string) mesh.Ref {
		return mesh.Ref{Kind: kind, Cluster: cluster, Namespace: namespace, Name: name}
	}
	web := ref(mesh.KindWorkload, "east", "shop", "web")
	cart := ref(mesh.KindWorkload, "west", "shop", "cart")
	db := ref(mesh.KindWorkload, "west", "data", "db")
	call := func(from, to mesh.Ref, p mesh.Protocol, r mesh.Rates) mesh.Call {
		return mesh.Call{Pair: mesh.Pair{Source: from, Destination: to}, Protocol: p, Rates: r}
	}
	failing := call(web, cart, mesh.HTTP, mesh.Rates{Requests: ptr(20.0), Failed: ptr(2.5), ClientErrors: ptr(0.0), Secure: ptr(15.0), Plain: ptr(5.0)})
	failing.Volume = mesh.Volume{RequestBytes: ptr(4000.0), ResponseBytes: ptr(123456.0)}
	failing.Peers = &mesh.Peers{
		SourcePrincipals: []string{"spiffe://cluster.local/ns/shop/sa/web"}, DestinationPrincipals: []string{"spiffe://cluster.local/ns/shop/sa/cart"},
		Hosts: []string{"a.shop.global", "b.shop.global", "c.shop.global", "cart.shop.svc.cluster.local", "d.shop.global"},
	}
	stored := mesh.Rates{Bytes: ptr(1234567.0), Volume: mesh.Volume{BytesSent: ptr(234567.0), BytesReceived: ptr(1000000.0), Opened: ptr(1.5), Closed: ptr(1.25)}}
	streamed := mesh.Rates{Requests: ptr(4.0), Failed: ptr(0.0), ClientErrors: ptr(0.0), Volume: mesh.Volume{RequestMessages: ptr(40.0), ResponseMessages: ptr(1200.0)}}
	failing.Responses = []mesh.Response{{Code: "200", Rate: 17.5}, {Code: "503", Flags: "UF", Rate: 2.5}}
	return graph.Build(mesh.Traffic{
		Level: level,
		Calls: []mesh.Call{
			failing,
			call(ref(mesh.KindUnknown, "unknown", "", ""), web, mesh.HTTP, mesh.Rates{Requests: ptr(25.4), Failed: ptr(0.0), ClientErrors: ptr(3.1)}),
			call(web, cart, mesh.GRPC, streamed),
			call(web, web, mesh.HTTP, mesh.Rates{Requests: ptr(1.0), Failed: ptr(0.0), ClientErrors: ptr(0.0)}),
			call(cart, db, mesh.TCP, stored),
			call(cart, ref(mesh.KindExternal, "west", "", mesh.PassthroughCluster), mesh.HTTP, mesh.Rates{Requests: ptr(0.5), Failed: ptr(0.0), ClientErrors: ptr(0.0)}),
			call(web, ref(mesh.KindService, "unknown", "shop", "pay"), mesh.HTTP, mesh.Rates{Requests: ptr(0.001), Failed: ptr(0.001), ClientErrors: ptr(0.0)}),
			call(cart, ref(mesh.KindExternal, "west", "", "api.example.com"), mesh.HTTP, mesh.Rates{Requests: ptr(1500.0), Failed: ptr(0.0), ClientErrors: ptr(0.0)}),
		},
		Latency: map[mesh.Pair]float64{{Source: web, Destination: cart}: 12.34},
	}, graph.Options{Selected: func(r mesh.Ref) bool { return r.Cluster == "east" }})
}

func golden(t *testing.T, name string, made data.Frames) {
	t.Helper()
	response := backend.DataResponse{Frames: made}
	experimental.CheckGoldenJSONResponse(t, "testdata", name, &response, *update)
}

func TestGraphGolden(t *testing.T) {
	made := frames.Graph(sample(mesh.LevelWorkload), options())
	require.NoError(t, contract.CheckGraph(made))
	golden(t, "graph", made)
}

// compared is the sample as it changed since a time when the database was not called,
// the web called something else, and the cart was quicker.
func compared() mesh.Graph {
	now := sample(mesh.LevelWorkload)
	then := sample(mesh.LevelWorkload)
	legacy := mesh.Ref{Kind: mesh.KindWorkload, Cluster: "west", Namespace: "shop", Name: "legacy"}
	for i := range then.Edges {
		e := &then.Edges[i]
		switch e.Destination.Name {
		case "cart":
			e.Requests, e.Failed, e.Latency = ptr(2.0), ptr(0.0), ptr(1.5)
		case "db":
			e.Destination = legacy
			e.Rates, e.Latency = mesh.Rates{Requests: ptr(7.0), Failed: ptr(1.0), ClientErrors: ptr(0.0)}, ptr(80.0)
		}
	}
	for i := range then.Nodes {
		if n := &then.Nodes[i]; n.Name == "db" {
			n.Ref, n.In = legacy, mesh.Rates{Requests: ptr(7.0), Failed: ptr(1.0), ClientErrors: ptr(0.0)}
		}
	}
	byRef := func(a, b mesh.Node) int { return a.Ref.Compare(b.Ref) }
	slices.SortFunc(then.Nodes, byRef)
	slices.SortFunc(then.Edges, func(a, b mesh.Edge) int { return a.Pair.Compare(b.Pair) })
	return graph.Compare(now, then)
}

func TestComparedGolden(t *testing.T) {
	o := options()
	o.Compared = true
	made := frames.Graph(compared(), o)
	require.NoError(t, contract.CheckGraph(made))
	golden(t, "compared", made)
	golden(t, "comparedtraffic", frames.Traffic(compared(), o))
}

// What is gone has no number of now, only words.
func TestWhatIsGoneCountsNowhere(t *testing.T) {
	arrangement := graph.Boxes(compared(), graph.BoxOptions{Clusters: true, Namespaces: true})
	o := options()
	o.Arrangement = &arrangement
	made := frames.Graph(compared(), o)
	require.NoError(t, contract.CheckGraph(made))
	for _, f := range made {
		gone := 0
		for row, change := range contract.Strings(f, "change") {
			if change != string(mesh.ChangeGone) {
				continue
			}
			gone++
			require.Equal(t, "7 req/s", contract.Strings(f, "detail__then")[row])
			require.Equal(t, "none", contract.Strings(f, "health")[row])
			for _, field := range f.Fields {
				switch field.Name {
				case "rps", "errorrate", "rate4xx", "latency", "bytes", "mtls":
					require.True(t, field.NilAt(row), field.Name)
				}
			}
		}
		require.Equal(t, 1, gone, f.Name)
	}
	for _, b := range arrangement.Boxes {
		if b.Cluster == "west" && b.Namespace == "" {
			require.Equal(t, 2, b.Nodes, "cart and db; legacy is no more")
		}
	}
}

func TestTrafficGolden(t *testing.T) {
	golden(t, "traffic", frames.Traffic(sample(mesh.LevelWorkload), options()))
}

func TestTheTableMarksWhatIsFound(t *testing.T) {
	g := sample(mesh.LevelWorkload)
	g.Edges[1].Found = true
	o := options()
	o.Finds = true
	found, at := frames.Traffic(g, o)[0].FieldByName("highlighted")
	require.Zero(t, at, "it is seen first")
	require.NotContains(t, found.Config.Custom, "hidden")
	require.Equal(t, "color-background", found.Config.Custom["cellOptions"].(map[string]any)["type"])
	marked := 0
	for row := range found.Len() {
		if found.At(row).(bool) {
			marked++
		}
	}
	require.Equal(t, 1, marked)
	found, _ = frames.Traffic(g, options())[0].FieldByName("highlighted")
	require.Equal(t, true, found.Config.Custom["hidden"], "without a find there is nothing to see")
}

func TestClustersGolden(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	golden(t, "clusters", frames.Clusters([]mesh.Cluster{
		{
			Name: "east", Home: true, Access: mesh.AccessKubeconfig, Origin: mesh.OriginHome, State: mesh.StateReady, LastContact: now.Add(-time.Second),
			Facts: &mesh.ClusterFacts{APIVersion: "v1.36.3", IstioVersions: []string{"1.30.2", "1.31.1"}, Revisions: []string{"default"}, Network: "network1", IstioConfig: ptr(int64(12)), Gaps: []string{"not allowed to list virtualservices.networking.istio.io"}},
		},
		{Name: "north", Access: mesh.AccessNone, Origin: mesh.OriginSettings, State: mesh.StateNotAccessible, Links: []mesh.Link{{Title: "Kiali", URL: "https://kiali.example.com"}, {Title: "Wiki", URL: "https://wiki.example.com"}}},
		{Name: "west", Access: mesh.AccessKubeconfig, Origin: mesh.OriginSecret, Source: "secret istio-system/west", State: mesh.StateUnreachable, Error: "connection refused; check the server.", LastContact: now.Add(-90 * time.Second), Facts: &mesh.ClusterFacts{APIVersion: "v1.35.0"}},
		{Name: "ghost", Access: mesh.AccessNone, Origin: mesh.OriginTelemetry, State: mesh.StateTelemetryOnly},
	}, frames.Links{Dashboards: true}, now))
}

func TestAnEmptyGraphIsStillAGraph(t *testing.T) {
	made := frames.Graph(graph.Build(mesh.Traffic{}, graph.Options{}), options())
	require.NoError(t, contract.CheckGraph(made))
	require.Zero(t, made[0].Rows())
}

// The ids of whatever names telemetry carries stay usable by the panel.
func FuzzGraphOfOddNames(f *testing.F) {
	f.Add("east", "shop", "web", "west", "a b")
	f.Add("", `"`, "(x)", "#", "%2F/→\n")
	f.Fuzz(func(t *testing.T, cluster, namespace, name, cluster2, name2 string) {
		rng := rand.New(rand.NewPCG(1, 1))
		kinds := []mesh.Kind{mesh.KindWorkload, mesh.KindService, mesh.KindExternal, mesh.KindNamespace, mesh.KindCluster, mesh.KindUnknown}
		ref := func(c, ns, n string) mesh.Ref {
			r := mesh.Ref{Kind: kinds[rng.IntN(len(kinds))], Cluster: mesh.ClusterName(c)}
			switch r.Kind {
			case mesh.KindWorkload, mesh.KindService:
				r.Namespace, r.Name = ns, n
			case mesh.KindNamespace:
				r.Namespace = ns
			case mesh.KindExternal:
				r.Name = n
			}
			return r
		}
		var calls []mesh.Call
		for range 8 {
			calls = append(calls, mesh.Call{
				Pair:     mesh.Pair{Source: ref(cluster, namespace, name), Destination: ref(cluster2, namespace, name2)},
				Protocol: mesh.HTTP, Rates: mesh.Rates{Requests: ptr(rng.Float64()), Failed: ptr(0.0), ClientErrors: ptr(0.0)},
			})
		}
		made := frames.Graph(graph.Build(mesh.Traffic{Calls: calls}, graph.Options{}), options())
		if err := contract.CheckGraph(made); err != nil {
			t.Fatal(err)
		}
	})
}
