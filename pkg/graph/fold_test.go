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

func workload(cluster mesh.ClusterName, namespace, name string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindWorkload, Cluster: cluster, Namespace: namespace, Name: name}
}

func other(cluster mesh.ClusterName, namespace string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindOther, Cluster: cluster, Namespace: namespace}
}

// refs lists the nodes of traffic.
func refs(t mesh.Traffic) map[mesh.Ref]bool {
	out := map[mesh.Ref]bool{}
	for _, c := range t.Calls {
		out[c.Source], out[c.Destination] = true, true
	}
	return out
}

// fold folds traffic.
func fold(traffic mesh.Traffic, o graph.FoldOptions) (mesh.Traffic, graph.Folded) {
	told := graph.Fold(traffic, o)
	return told.Apply(traffic), told
}

func TestFoldTakesTheLeastBusyOfANamespace(t *testing.T) {
	front, busy := workload("east", "shop", "front"), workload("east", "shop", "busy")
	quiet, slow := workload("east", "shop", "quiet"), workload("east", "shop", "slow")
	lone := workload("east", "data", "lone")
	ab, bc := mesh.Pair{Source: front, Destination: busy}, mesh.Pair{Source: busy, Destination: quiet}
	traffic := mesh.Traffic{Level: mesh.LevelWorkload,
		Calls: []mesh.Call{
			http(front, busy, 100, 5), http(busy, quiet, 2, 1), http(front, quiet, 1, 0), http(front, slow, 1, 1),
			http(quiet, slow, 0.5, 0), tcp(slow, lone, 10), http(slow, slow, 0.25, 0),
		},
		Latency: map[mesh.Pair]float64{ab: 10, bc: 20},
	}
	traffic.Calls[2].Responses = []mesh.Response{{Code: "200", Rate: 1}}
	traffic.Calls[3].Responses = []mesh.Response{{Code: "200", Rate: 0.5}, {Code: "503", Rate: 0.5}}

	folded, count := fold(traffic, graph.FoldOptions{MaxNodes: 4})
	require.Equal(t, []int{2, 5, 1}, []int{count.Nodes, count.Of, count.Namespaces})
	rest := other("east", "shop")
	require.Equal(t, map[mesh.Ref]bool{front: true, busy: true, lone: true, rest: true}, refs(folded), "lone is the least busy, and alone")
	require.Equal(t, mesh.LevelWorkload, folded.Level)
	require.Equal(t, map[mesh.Pair]float64{ab: 10}, folded.Latency, "quantiles do not add up")
	require.Len(t, traffic.Latency, 2, "what came in stays as it was")

	g := graph.Build(folded, graph.Options{})
	for _, n := range g.Nodes {
		if n.Ref == rest {
			require.InDelta(t, 0.75, *n.Inside.Requests, 1e-9, "calls between two that fold are inside")
			require.InDelta(t, 4, *n.In.Requests, 1e-9)
			require.InDelta(t, 10, *n.Out.Bytes, 1e-9)
		}
	}
	for _, e := range g.Edges {
		if e.Source == front && e.Destination == rest {
			require.Equal(t, []mesh.Response{{Code: "200", Rate: 1.5}, {Code: "503", Rate: 0.5}}, e.Responses)
		}
	}
}

func TestFoldLeavesAlone(t *testing.T) {
	external := func(name string) mesh.Ref { return mesh.Ref{Kind: mesh.KindExternal, Cluster: "east", Name: name} }
	unknown := mesh.Ref{Kind: mesh.KindUnknown, Cluster: "east"}
	a, b, c := namespace("east", "a"), namespace("east", "b"), namespace("west", "c")
	for name, calls := range map[string][]mesh.Call{
		"namespaces":                  {http(a, b, 1, 0), http(b, c, 1, 0)},
		"hosts and unknown callers":   {http(unknown, external("x"), 1, 0), http(unknown, external("y"), 1, 0)},
		"one workload of a namespace": {http(workload("east", "a", "x"), workload("east", "b", "x"), 1, 0), http(unknown, workload("west", "a", "x"), 1, 0)},
		"nothing":                     nil,
	} {
		traffic := mesh.Traffic{Calls: calls}
		folded, count := fold(traffic, graph.FoldOptions{MaxNodes: 1})
		require.Equal(t, traffic, folded, name)
		require.Zero(t, count, name)
	}
	two := mesh.Traffic{Calls: []mesh.Call{http(workload("east", "a", "x"), workload("east", "a", "y"), 1, 0)}}
	for _, limit := range []int{0, -1, 2, 100} {
		folded, count := fold(two, graph.FoldOptions{MaxNodes: limit})
		require.Equal(t, two, folded, "limit %d", limit)
		require.Zero(t, count)
	}
}

func TestFoldKeepsWhatItIsToldTo(t *testing.T) {
	busy, quiet, quieter, least := workload("east", "a", "busy"), workload("east", "a", "quiet"), workload("east", "a", "quieter"), workload("east", "a", "least")
	traffic := mesh.Traffic{Calls: []mesh.Call{http(busy, quiet, 60, 0), http(busy, quieter, 10, 0), http(busy, least, 1, 0)}}
	folded, count := fold(traffic, graph.FoldOptions{MaxNodes: 3, Keep: at(least)})
	require.Equal(t, map[mesh.Ref]bool{busy: true, least: true, other("east", "a"): true}, refs(folded))
	require.Equal(t, 2, count.Nodes)
	folded, count = fold(traffic, graph.FoldOptions{MaxNodes: 1, Keep: at(busy, quiet, quieter, least)})
	require.Equal(t, traffic, folded)
	require.Zero(t, count)
}

func TestThePastFoldsLikeNow(t *testing.T) {
	front, busy, quiet := workload("east", "a", "front"), workload("east", "a", "busy"), workload("east", "a", "quiet")
	gone, goneQuiet := workload("east", "a", "gone"), workload("east", "a", "gone-quiet")
	now := mesh.Traffic{Calls: []mesh.Call{http(front, busy, 100, 0), http(front, quiet, 1, 0)}}
	then := mesh.Traffic{Calls: []mesh.Call{http(front, busy, 1, 0), http(front, quiet, 500, 0), http(front, gone, 50, 0), http(front, goneQuiet, 0.1, 0)},
		Latency: map[mesh.Pair]float64{{Source: front, Destination: quiet}: 5, {Source: front, Destination: gone}: 6}}

	folded, count := fold(now, graph.FoldOptions{MaxNodes: 4, Past: then})
	require.Equal(t, []int{2, 5, 1}, []int{count.Nodes, count.Of, count.Namespaces})
	rest := other("east", "a")
	require.Equal(t, map[mesh.Ref]bool{front: true, busy: true, rest: true}, refs(folded), "quiet is quiet now")
	past := count.Apply(then)
	require.Equal(t, map[mesh.Ref]bool{front: true, busy: true, gone: true, rest: true}, refs(past))
	require.Equal(t, map[mesh.Pair]float64{{Source: front, Destination: gone}: 6}, past.Latency)
	require.InEpsilon(t, total(then).requests, total(past).requests, 1e-9)

	require.Equal(t, then, graph.Folded{}.Apply(then), "nothing folded now, nothing then")
}

func TestFoldCountsTheOtherNodes(t *testing.T) {
	var calls []mesh.Call
	for i := range 10 { // 20 nodes, two in each of 10 namespaces
		n := fmt.Sprint("n", i)
		calls = append(calls, http(workload("east", n, "a"), workload("east", n, "b"), float64(1+i), 0))
	}
	for limit := 10; limit <= 20; limit++ {
		folded, count := fold(mesh.Traffic{Calls: calls}, graph.FoldOptions{MaxNodes: limit})
		require.Len(t, refs(folded), limit, "a pair that becomes one saves one")
		require.Equal(t, 2*(20-limit), count.Nodes)
		require.Equal(t, 20-limit, count.Namespaces)
	}
	folded, _ := fold(mesh.Traffic{Calls: calls}, graph.FoldOptions{MaxNodes: 3})
	require.Len(t, refs(folded), 10, "10 namespaces cannot be fewer than 10 nodes")
}

// large is a random mesh of workloads, apps, services, hosts and unknown callers.
func large(rng *rand.Rand) mesh.Traffic {
	kinds := []mesh.Kind{mesh.KindWorkload, mesh.KindWorkload, mesh.KindApp, mesh.KindService, mesh.KindExternal, mesh.KindUnknown}
	all := make([]mesh.Ref, 2+rng.IntN(80))
	for i := range all {
		r := mesh.Ref{Kind: kinds[rng.IntN(len(kinds))], Cluster: mesh.ClusterName(fmt.Sprint("c", rng.IntN(3)))}
		switch r.Kind {
		case mesh.KindUnknown:
		case mesh.KindExternal:
			r.Name = fmt.Sprint("host", i)
		default:
			r.Namespace, r.Name = fmt.Sprint("n", rng.IntN(6)), fmt.Sprint("x", i)
		}
		all[i] = r
	}
	t := mesh.Traffic{Level: mesh.LevelWorkload, Latency: map[mesh.Pair]float64{}}
	seen := map[mesh.Pair]bool{}
	for range 2 * len(all) {
		pair := mesh.Pair{Source: all[rng.IntN(len(all))], Destination: all[rng.IntN(len(all))]}
		if seen[pair] {
			continue
		}
		seen[pair] = true
		requests := rng.ExpFloat64() * 100
		if rng.IntN(4) > 0 {
			t.Calls = append(t.Calls, http(pair.Source, pair.Destination, requests, requests*rng.Float64()))
			t.Latency[pair] = rng.Float64() * 1000
		}
		if rng.IntN(3) == 0 {
			t.Calls = append(t.Calls, tcp(pair.Source, pair.Destination, rng.ExpFloat64()*1e5))
		}
	}
	return t
}

type totals struct{ requests, failed, bytes float64 }

func total(t mesh.Traffic) totals {
	var out totals
	for _, c := range t.Calls {
		if c.Requests != nil {
			out.requests += *c.Requests
			out.failed += *c.Failed
		}
		if c.Bytes != nil {
			out.bytes += *c.Bytes
		}
	}
	return out
}

// fewest is the least number of nodes that folding can reach: one for each namespace with
// anything to fold, and all that never folds.
func fewest(t mesh.Traffic) int {
	n, namespaces := 0, map[mesh.Ref]bool{}
	for r := range refs(t) {
		switch r.Kind {
		case mesh.KindApp, mesh.KindWorkload, mesh.KindService:
			namespaces[other(r.Cluster, r.Namespace)] = true
		default:
			n++
		}
	}
	return n + len(namespaces)
}

func TestFoldOnGeneratedMeshes(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 400 {
		traffic := large(rng)
		before := refs(traffic)
		limit := 1 + rng.IntN(len(before)+2)
		folded, count := fold(traffic, graph.FoldOptions{MaxNodes: limit})
		after := refs(folded)

		require.LessOrEqual(t, len(after), max(limit, fewest(traffic)), "as few nodes as wanted, where that is possible")
		if len(before) > limit {
			require.GreaterOrEqual(t, len(after), min(limit, len(before)), "no more folded than needed")
		}
		require.Equal(t, len(before)-len(after), count.Nodes-count.Namespaces)
		was, is := total(traffic), total(folded)
		require.InEpsilon(t, 1+was.requests, 1+is.requests, 1e-9)
		require.InEpsilon(t, 1+was.failed, 1+is.failed, 1e-9)
		require.InEpsilon(t, 1+was.bytes, 1+is.bytes, 1e-9)
		others := 0
		for r := range after {
			if r.Kind == mesh.KindOther {
				others++
				require.Empty(t, r.Name)
				continue
			}
			require.True(t, before[r], "a node that was not there")
		}
		require.Equal(t, count.Namespaces, others)
		for r := range before {
			if r.Kind == mesh.KindExternal || r.Kind == mesh.KindUnknown {
				require.True(t, after[r], "%s folded", r.Kind)
			}
		}
		for pair, latency := range folded.Latency {
			require.InDelta(t, traffic.Latency[pair], latency, 0)
			require.True(t, after[pair.Source] && after[pair.Destination])
		}

		again, _ := fold(folded, graph.FoldOptions{MaxNodes: limit})
		require.Equal(t, folded, again, "folding twice is folding once")
		rng.Shuffle(len(traffic.Calls), func(i, j int) {
			traffic.Calls[i], traffic.Calls[j] = traffic.Calls[j], traffic.Calls[i]
		})
		shuffled, _ := fold(traffic, graph.FoldOptions{MaxNodes: limit})
		require.Equal(t, folded, shuffled, "the order of calls matters")
	}
}

// Noise among nodes that are about as busy as each other changes nothing at all.
func TestFoldIgnoresNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	measured := func() mesh.Traffic {
		var calls []mesh.Call
		for i := range 100 {
			calls = append(calls, http(mesh.Ref{Kind: mesh.KindUnknown, Cluster: "east"},
				workload("east", fmt.Sprint("n", i%7), fmt.Sprint("w", i)), 10+4*rng.Float64(), 0))
		}
		return mesh.Traffic{Calls: calls}
	}
	folded, count := fold(measured(), graph.FoldOptions{MaxNodes: 50})
	require.NotZero(t, count)
	for range 50 {
		again, _ := fold(measured(), graph.FoldOptions{MaxNodes: 50})
		require.Equal(t, refs(folded), refs(again))
	}
}

// Traffic that changes a little moves few nodes in or out of the "other" nodes: that of
// all calls moves only nodes near a power of two, that of one call only a handful.
func TestFoldIsStable(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	moved := func(a, b mesh.Traffic) int {
		n, left, right := 0, refs(a), refs(b)
		for r := range left {
			if !right[r] {
				n++
			}
		}
		for r := range right {
			if !left[r] {
				n++
			}
		}
		return n
	}
	scaled := func(t mesh.Traffic, by func(i int) float64) mesh.Traffic {
		calls := make([]mesh.Call, len(t.Calls))
		for i, c := range t.Calls {
			if c.Requests != nil {
				r := *c.Requests * by(i)
				c.Requests = &r
			}
			calls[i] = c
		}
		t.Calls = calls
		return t
	}
	var nodes, all int
	for range 300 {
		traffic := large(rng)
		limit := len(refs(traffic)) * 2 / 3
		folded, _ := fold(traffic, graph.FoldOptions{MaxNodes: limit})

		one := rng.IntN(len(traffic.Calls) + 1)
		busier, _ := fold(scaled(traffic, func(i int) float64 {
			if i == one {
				return 1.1
			}
			return 1
		}), graph.FoldOptions{MaxNodes: limit})
		require.LessOrEqual(t, moved(folded, busier), 8, "one call that grew by a tenth")

		jittered, _ := fold(scaled(traffic, func(int) float64 { return 0.98 + 0.04*rng.Float64() }), graph.FoldOptions{MaxNodes: limit})
		nodes, all = nodes+moved(folded, jittered), all+len(refs(folded))
	}
	require.Less(t, float64(nodes), 0.03*float64(all), "%d of %d nodes moved when all traffic changed by up to 2 %%", nodes, all)
}

func BenchmarkFold(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var t mesh.Traffic
	for range 7000 {
		ref := func() mesh.Ref {
			n := rng.IntN(2400)
			return workload(mesh.ClusterName(fmt.Sprint("c", n%10)), fmt.Sprint("n", n%240), fmt.Sprint("w", n))
		}
		t.Calls = append(t.Calls, http(ref(), ref(), rng.ExpFloat64()*10, 0))
	}
	slices.SortFunc(t.Calls, func(a, b mesh.Call) int { return a.Pair.Compare(b.Pair) })
	for b.Loop() {
		fold(t, graph.FoldOptions{MaxNodes: 200})
	}
}
