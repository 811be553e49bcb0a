package graph_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// border is from which cluster to which traffic goes.
type border struct{ from, to mesh.ClusterName }

// byBorder adds up what a graph draws, by clusters: its edges, and what stays inside of
// its nodes.
func byBorder(g mesh.Graph) map[border]totals {
	out := map[border]totals{}
	add := func(from, to mesh.ClusterName, r mesh.Rates) {
		if r == (mesh.Rates{}) { // of what is gone, and of nodes that do not call themselves
			return
		}
		sum := out[border{from, to}]
		sum.add(r)
		out[border{from, to}] = sum
	}
	for _, e := range g.Edges {
		add(e.Source.Cluster, e.Destination.Cluster, e.Rates)
	}
	for _, n := range g.Nodes {
		add(n.Cluster, n.Cluster, n.Inside)
	}
	return out
}

func (t *totals) add(r mesh.Rates) {
	for _, part := range []struct {
		into *float64
		rate *float64
	}{{&t.requests, r.Requests}, {&t.failed, r.Failed}, {&t.bytes, r.Bytes}} {
		if part.rate != nil {
			*part.into += *part.rate
		}
	}
}

// asked adds up the calls that a graph is drawn from.
func asked(t mesh.Traffic) map[border]totals {
	out := map[border]totals{}
	for _, c := range t.Calls {
		sum := out[border{c.Source.Cluster, c.Destination.Cluster}]
		sum.add(c.Rates)
		out[border{c.Source.Cluster, c.Destination.Cluster}] = sum
	}
	return out
}

// equalSums wants the same sums but for the order in which floats are added.
func equalSums(t *testing.T, want, got map[border]totals, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for b, w := range want {
		g := got[b]
		require.InEpsilon(t, 1+w.requests, 1+g.requests, 1e-9, "%s: requests from %s to %s", what, b.from, b.to)
		require.InEpsilon(t, 1+w.failed, 1+g.failed, 1e-9, "%s: failed from %s to %s", what, b.from, b.to)
		require.InEpsilon(t, 1+w.bytes, 1+g.bytes, 1e-9, "%s: bytes from %s to %s", what, b.from, b.to)
	}
}

// coarser tells the nodes of traffic by their namespace or, without namespaces, by their
// cluster alone.
func coarser(traffic mesh.Traffic, namespaces bool) mesh.Traffic {
	name := func(r mesh.Ref) mesh.Ref {
		switch {
		case r.Kind == mesh.KindExternal || r.Kind == mesh.KindUnknown:
			return r
		case namespaces:
			return namespace(r.Cluster, r.Namespace)
		}
		return mesh.Ref{Kind: mesh.KindCluster, Cluster: r.Cluster}
	}
	var out mesh.Traffic
	for _, c := range traffic.Calls {
		c.Source, c.Destination = name(c.Source), name(c.Destination)
		out.Calls = append(out.Calls, c)
	}
	return out
}

// Whatever is made of traffic that leaves nothing out, the sums between each two clusters
// stay those of the calls.
func TestNoPassChangesASum(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	nothing := matcher{}
	for range 300 {
		traffic := large(rng)
		want := asked(traffic)
		g := graph.Build(traffic, graph.Options{})
		equalSums(t, want, byBorder(g), "drawn")
		equalSums(t, want, byBorder(graph.Build(coarser(traffic, true), graph.Options{})), "by namespace")
		equalSums(t, want, byBorder(graph.Build(coarser(traffic, false), graph.Options{})), "by cluster")
		equalSums(t, want, byBorder(graph.Hide(g, nothing)), "hiding nothing")
		equalSums(t, want, byBorder(graph.Find(g, nothing)), "finding")
		equalSums(t, want, byBorder(graph.Focus(g, func(mesh.Ref) bool { return true }, 0)), "with all in focus")
		equalSums(t, want, byBorder(graph.Compare(g, graph.Build(large(rng), graph.Options{}))), "compared")

		folded, _ := fold(graph.Within(traffic, g), graph.FoldOptions{MaxNodes: 1 + rng.IntN(40)})
		equalSums(t, want, byBorder(graph.Build(folded, graph.Options{})), "folded")

		crossing := map[border]totals{}
		for _, c := range traffic.Calls {
			if crosses := c.CrossCluster(); crosses != nil && *crosses {
				sum := crossing[border{c.Source.Cluster, c.Destination.Cluster}]
				sum.add(c.Rates)
				crossing[border{c.Source.Cluster, c.Destination.Cluster}] = sum
			}
		}
		equalSums(t, crossing, byBorder(graph.Build(traffic, graph.Options{CrossClusterOnly: true})), "across clusters")
	}
}

// How many boxes there are is known before any of them has a place.
func TestCountBoxes(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 26))
	for i := range 100 {
		g := graph.Build(large(rng), graph.Options{})
		o := graph.BoxOptions{Clusters: i%2 == 0, Namespaces: i%3 == 0}
		require.Len(t, graph.Boxes(g, o).Boxes, graph.CountBoxes(g, o), "%+v", o)
	}
}

// What boxes say adds up to what the edges carry: what leaves a box and what enters one
// and what stays are each counted once.
func TestTheSumsOfBoxes(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for range 100 {
		g := graph.Build(large(rng), graph.Options{})
		var in, out, inside, wantIn, wantOut, wantInside totals
		for _, b := range graph.Boxes(g, graph.BoxOptions{Clusters: true, Namespaces: true}).Boxes {
			if b.Namespace == "" {
				in.add(b.In)
				out.add(b.Out)
				inside.add(b.Inside)
			}
		}
		boxed := func(r mesh.Ref) bool { return r.Kind != mesh.KindExternal && r.Kind != mesh.KindUnknown }
		for _, e := range g.Edges {
			from, to := boxed(e.Source), boxed(e.Destination)
			if from && to && e.Source.Cluster == e.Destination.Cluster {
				wantInside.add(e.Rates)
				continue
			}
			if from {
				wantOut.add(e.Rates)
			}
			if to {
				wantIn.add(e.Rates)
			}
		}
		for _, n := range g.Nodes {
			if boxed(n.Ref) {
				wantInside.add(n.Inside)
			}
		}
		for _, pair := range [][2]totals{{wantIn, in}, {wantOut, out}, {wantInside, inside}} {
			require.InEpsilon(t, 1+pair[0].requests, 1+pair[1].requests, 1e-9)
			require.InEpsilon(t, 1+pair[0].failed, 1+pair[1].failed, 1e-9)
			require.InEpsilon(t, 1+pair[0].bytes, 1+pair[1].bytes, 1e-9)
		}
	}
}
