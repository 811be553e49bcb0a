package frames_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// badged is the sample with a badge here and there, and with what is idle.
func badged() mesh.Graph {
	g := sample(mesh.LevelWorkload)
	idle := func(name string) mesh.Ref {
		return mesh.Ref{Kind: mesh.KindWorkload, Cluster: "west", Namespace: "shop", Name: name}
	}
	g = graph.WithIdle(g, []mesh.Ref{idle("asleep"), idle("broken"), idle("empty")})
	for i := range g.Nodes {
		n := &g.Nodes[i]
		switch n.Name {
		case "web":
			n.Badges = []mesh.Badge{{Kind: mesh.BadgeMissingSidecar}, {Kind: mesh.BadgeTrafficShifting, Detail: "VirtualService shop/web"}, {Kind: mesh.BadgeCircuitBreaker, Detail: "DestinationRule shop/web"}}
		case "cart":
			n.Badges = []mesh.Badge{{Kind: mesh.BadgeDead, Detail: "it no longer exists"}, {Kind: mesh.BadgeOutside}}
		case "db":
			n.Badges, n.Health, n.Why = []mesh.Badge{{Kind: mesh.BadgeOutOfMesh}}, mesh.HealthDegraded, "2 of 3 pods ready"
		case "asleep":
			n.Badges, n.Health = []mesh.Badge{{Kind: mesh.BadgeIdle}}, mesh.HealthHealthy
		case "broken":
			n.Badges, n.Health, n.Why = []mesh.Badge{{Kind: mesh.BadgeIdle}}, mesh.HealthFailure, "0 of 3 pods ready"
		case "empty":
			n.Badges, n.Health, n.Why = []mesh.Badge{{Kind: mesh.BadgeDead, Detail: "no pods"}, {Kind: mesh.BadgeIdle}}, mesh.HealthNotReady, "no pods wanted"
		}
	}
	return g
}

func TestBadgesGolden(t *testing.T) {
	made := frames.Graph(badged(), options())
	require.NoError(t, contract.CheckGraph(made))
	golden(t, "badges", made)
}

func TestBadgesAreSeenAtAGlance(t *testing.T) {
	made := frames.Graph(badged(), options())[0]
	rows := map[string]int{}
	for i, name := range contract.Strings(made, "name") {
		rows[name] = i
	}
	for name, want := range map[string][5]string{ // title, subtitle, icon, health, badges
		"web":    {"⊘ web", "missing sidecar · shop · east", "", "failure", "missing sidecar, traffic shifting, circuit breaker"},
		"cart":   {"✕ cart", "dead · shop · west", "", "failure", "dead, outside"},
		"db":     {"⊘ db", "out of mesh · data · west", "", "degraded (2 of 3 pods ready)", "out of mesh"},
		"asleep": {"asleep", "idle · shop · west", "pause-circle", "healthy", "idle"},
		"broken": {"broken", "idle · shop · west", "pause-circle", "failure (0 of 3 pods ready)", "idle"},
		"empty":  {"✕ empty", "dead · shop · west", "times-circle", "not ready (no pods wanted)", "dead, idle"},
	} {
		for i, column := range []string{"title", "subtitle", "icon", "detail__health", "badges"} {
			require.Equal(t, want[i], contract.Strings(made, column)[rows[name]], "%s %s", name, column)
		}
	}
	color := contract.Strings(made, "color")
	require.NotEqual(t, color[rows["asleep"]], color[rows["broken"]], "what is not well shows, also without traffic")
	require.Equal(t, "traffic shifting: VirtualService shop/web; circuit breaker: DestinationRule shop/web", contract.Strings(made, "detail__istio")[rows["web"]])
	require.Equal(t, "dead (it no longer exists), outside", contract.Strings(made, "detail__badges")[rows["cart"]])
}

// In boxes the next node stands where a second line would be, unless the layout was told
// of one.
func TestBoxedNodesHaveNoLineThatTheLayoutKnowsNothingOf(t *testing.T) {
	g := badged()
	o := options()
	for _, tt := range []struct {
		boxes graph.BoxOptions
		want  string // below a node that is out of the mesh
	}{
		{graph.BoxOptions{Clusters: true, Namespaces: true}, ""},
		{graph.BoxOptions{Clusters: true}, "out of mesh · data"},
	} {
		arranged := graph.Boxes(g, tt.boxes)
		o.Arrangement = &arranged
		made := frames.Graph(g, o)[0]
		titles, subtitles := contract.Strings(made, "title"), contract.Strings(made, "subtitle")
		require.Contains(t, titles, "⊘ db")
		require.Equal(t, tt.want, subtitles[slices.Index(titles, "⊘ db")])
	}
}

// A namespace in which something is out of the mesh is not out of it itself.
func TestCoarseNodesBearNoMarks(t *testing.T) {
	g := graph.Build(mesh.Traffic{Level: mesh.LevelNamespace}, graph.Options{})
	g.Nodes = []mesh.Node{{Ref: mesh.Ref{Kind: mesh.KindNamespace, Cluster: "east", Namespace: "shop"}, Badges: []mesh.Badge{{Kind: mesh.BadgeOutOfMesh, Detail: "1 workload"}}}}
	made := frames.Graph(g, options())[0]
	require.Equal(t, []string{"shop"}, contract.Strings(made, "title"))
	require.Equal(t, []string{"out of mesh (1 workload)"}, contract.Strings(made, "detail__badges"))
}

func TestNoSumChangesByWhatIsIdle(t *testing.T) {
	with, without := badged(), sample(mesh.LevelWorkload)
	boxes := func(g mesh.Graph) map[string]mesh.Rates {
		out := map[string]mesh.Rates{}
		for _, b := range graph.Boxes(g, graph.BoxOptions{Clusters: true, Namespaces: true}).Boxes {
			out[string(b.Cluster)+"/"+b.Namespace] = b.Served()
		}
		return out
	}
	require.Equal(t, boxes(without), boxes(with))
	require.Equal(t, without.Edges, with.Edges)
}
