package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// ended is a call of 100 requests of which some ended badly.
func ended(from, to mesh.Ref, code string, of100 float64) mesh.Call {
	c := http(from, to, 100, 0)
	c.Responses = []mesh.Response{{Code: "200", Rate: 100 - of100}, {Code: code, Rate: of100}}
	return c
}

func tolerate(t testing.TB, name, direction string, degraded, failure float64) mesh.Tolerance {
	t.Helper()
	n, err := mesh.NewPattern(name)
	require.NoError(t, err)
	d, err := mesh.NewPattern(direction)
	require.NoError(t, err)
	return mesh.Tolerance{Name: n, Direction: d, Degraded: degraded, Failure: failure}
}

func TestHealthIsTheWorseOfBothEnds(t *testing.T) {
	web, cart, pay := workload("east", "shop", "web"), workload("east", "shop", "cart"), workload("west", "shop", "pay")
	calls := []mesh.Call{ended(web, cart, "500", 20), ended(cart, pay, "500", 0)}
	judged := func(tolerances ...mesh.Tolerance) (nodes, edges []mesh.Health) {
		g := graph.Build(mesh.Traffic{Calls: calls}, graph.Options{Tolerances: mesh.NewTolerances(tolerances...)})
		for _, e := range g.Edges {
			edges = append(edges, e.Health)
		}
		return healths(g), edges
	}
	const failure, degraded, healthy = mesh.HealthFailure, mesh.HealthDegraded, mesh.HealthHealthy

	nodes, edges := judged() // cart, web, pay
	require.Equal(t, []mesh.Health{failure, failure, healthy}, nodes, "web is not well: what it calls fails")
	require.Equal(t, []mesh.Health{healthy, failure}, edges)

	nodes, edges = judged(tolerate(t, "cart", "", 50, 60))
	require.Equal(t, []mesh.Health{healthy, failure, healthy}, nodes)
	require.Equal(t, []mesh.Health{healthy, failure}, edges, "the caller does not tolerate it")

	nodes, edges = judged(tolerate(t, "cart", "inbound", 10, 60), tolerate(t, "web", "outbound", 50, 60))
	require.Equal(t, []mesh.Health{degraded, healthy, healthy}, nodes)
	require.Equal(t, []mesh.Health{healthy, degraded}, edges)

	nodes, edges = judged(tolerate(t, "cart", "outbound", 50, 60), tolerate(t, "web", "inbound", 50, 60))
	require.Equal(t, []mesh.Health{failure, failure, healthy}, nodes, "the other direction")
	require.Equal(t, []mesh.Health{healthy, failure}, edges)
}

func TestANodeAddsUpAllThatItReceives(t *testing.T) {
	web, cart := workload("east", "shop", "web"), workload("east", "shop", "cart")
	g := graph.Build(mesh.Traffic{Calls: []mesh.Call{ended(web, cart, "500", 15), ended(cart, cart, "500", 0)}}, graph.Options{})
	require.Equal(t, []mesh.Health{mesh.HealthDegraded, mesh.HealthFailure}, healths(g), "15 of 200, with what stays inside")
	require.Equal(t, mesh.HealthFailure, g.Edges[0].Health)

	g = graph.Build(mesh.Traffic{Calls: []mesh.Call{ended(cart, cart, "500", 15), ended(web, web, "200", 15)}}, graph.Options{})
	require.Equal(t, []mesh.Health{mesh.HealthFailure, mesh.HealthHealthy}, healths(g), "inside alone")

	g = graph.Build(mesh.Traffic{Calls: []mesh.Call{ended(web, cart, "500", 15)}}, graph.Options{CrossClusterOnly: true})
	require.Empty(t, g.Nodes, "what is not drawn is not judged")
}

// busy is a mesh of 1,200 workloads and 7,000 pairs that call each other.
func busy() mesh.Traffic {
	rng := rand.New(rand.NewPCG(1, 2))
	ref := func(n int) mesh.Ref {
		return workload(mesh.ClusterName(fmt.Sprint("c", n%10)), fmt.Sprint("namespace-", n%120), fmt.Sprint("workload-", n))
	}
	t := mesh.Traffic{Level: mesh.LevelWorkload, Latency: map[mesh.Pair]float64{}}
	for len(t.Latency) < 7000 {
		pair := mesh.Pair{Source: ref(rng.IntN(1200)), Destination: ref(rng.IntN(1200))}
		if _, twice := t.Latency[pair]; twice || pair.Source == pair.Destination {
			continue
		}
		t.Latency[pair] = rng.ExpFloat64() * 100
		c := http(pair.Source, pair.Destination, 10, 0.1)
		c.Responses = []mesh.Response{{Code: "200", Rate: 9.5}, {Code: "404", Rate: 0.4}, {Code: "503", Flags: "UF", Rate: 0.1}}
		t.Calls = append(t.Calls, c)
	}
	slices.SortFunc(t.Calls, func(a, b mesh.Call) int { return a.Pair.Compare(b.Pair) })
	return t
}

func BenchmarkBuild(b *testing.B) {
	traffic := busy()
	var own []mesh.Tolerance
	for i := range 10 {
		own = append(own, tolerate(b, fmt.Sprintf("(other|workload)-%d\\d", i), "", 10, 20))
	}
	for name, tolerances := range map[string]mesh.Tolerances{
		"default tolerances": mesh.NewTolerances(), "10 more": mesh.NewTolerances(own...),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				graph.Build(traffic, graph.Options{Tolerances: tolerances})
			}
		})
	}
}
