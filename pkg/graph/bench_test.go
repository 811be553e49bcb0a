package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// wide is the traffic of 2,400 workloads of 240 namespaces in ten clusters with 7,000
// calls, in the order in which it comes from the store.
func wide() mesh.Traffic {
	rng := rand.New(rand.NewPCG(31, 32))
	ref := func(i int) mesh.Ref {
		return workload(mesh.ClusterName(fmt.Sprintf("cluster-%02d", i/10%10)), fmt.Sprintf("team-%03d", i/10), fmt.Sprintf("app-%05d-v1", i))
	}
	t := mesh.Traffic{Level: mesh.LevelWorkload, Latency: map[mesh.Pair]float64{}}
	seen := map[mesh.Pair]bool{}
	for len(t.Calls) < 7000 {
		from := rng.IntN(2400)
		to := from - from%10 + rng.IntN(10)
		if rng.IntN(3) == 0 {
			to = rng.IntN(2400)
		}
		pair := mesh.Pair{Source: ref(from), Destination: ref(to)}
		if seen[pair] {
			continue
		}
		seen[pair] = true
		requests := 1 + rng.ExpFloat64()*20
		failed := requests * 0.02
		secure := requests
		c := http(pair.Source, pair.Destination, requests, failed)
		c.Secure, c.Plain = &secure, new(float64)
		c.Responses = []mesh.Response{{Code: "200", Rate: requests - failed}, {Code: "503", Flags: "UF", Rate: failed}}
		t.Calls = append(t.Calls, c)
		t.Latency[pair] = rng.Float64() * 500
	}
	slices.SortFunc(t.Calls, func(a, b mesh.Call) int { return a.Pair.Compare(b.Pair) })
	return t
}

// everyThird matches as an expression of a query does.
func everyThird() matcher {
	return matcher{
		node: func(n *mesh.Node) bool { return len(n.Name)%3 == 0 },
		edge: func(e *mesh.Edge) bool { return *e.Requests > 20 },
	}
}

// BenchmarkWide is each pass over 7,000 calls.
func BenchmarkWide(b *testing.B) {
	traffic := wide()
	g := graph.Build(traffic, graph.Options{})
	folded, told := fold(traffic, graph.FoldOptions{MaxNodes: 200})
	small := graph.Build(folded, graph.Options{})
	hub := g.Nodes[0].Ref
	for _, pass := range []struct {
		name string
		do   func()
	}{
		{"build", func() { graph.Build(traffic, graph.Options{}) }},
		{"hide", func() { graph.Hide(g, everyThird()) }},
		{"focus", func() { graph.Focus(g, at(hub), 3) }},
		{"within", func() { graph.Within(traffic, g) }},
		{"fold", func() { fold(traffic, graph.FoldOptions{MaxNodes: 200}) }},
		{"apply", func() { told.Apply(traffic) }},
		{"find", func() { graph.Find(g, everyThird()) }},
		{"compare", func() { graph.Compare(g, g) }},
		{"boxes", func() { graph.Boxes(small, graph.BoxOptions{Clusters: true}) }},
	} {
		b.Run(pass.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pass.do()
			}
		})
	}
}
