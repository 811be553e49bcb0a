package arrange

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var (
	both = Options{Clusters: true, Namespaces: true}
	ways = []Options{both, {Clusters: true}, {Namespaces: true}, {}, {Clusters: true, Namespaces: true, Radius: 40}}
)

// TestEverythingInItsPlace holds each layout to what a picture must be, whatever
// is in the graph.
func TestEverythingInItsPlace(t *testing.T) {
	for _, m := range append(many(300), demoAt(1), demoAt(2), demoAt(3), shaped(1, 6, 6, 200), shaped(1, 12, 8, 1000)) {
		for _, o := range ways {
			l := Arrange(m.nodes, m.edges, o)
			for _, fault := range slices.Concat(faultsOfNodes(m, l, o), faultsOfBoxes(m, l, o), faultsOfPlace(m, l, o)) {
				t.Fatalf("%s, %+v: %s", m.name, o, fault)
			}
		}
	}
}

// TestStrangeGraphs holds the same of what nobody should send.
func TestStrangeGraphs(t *testing.T) {
	wide := Node{ID: "a", Cluster: "c", Namespace: "n", Width: math.Inf(1)}
	for name, m := range map[string]*mesh{
		"nothing":              {},
		"one":                  {nodes: []Node{{}}},
		"one in a namespace":   {nodes: []Node{{ID: "a", Cluster: "c", Namespace: "n"}}},
		"ids twice":            {nodes: []Node{wide, wide, wide}, edges: []Edge{{0, 1}, {1, 2}, {2, 0}}},
		"widths that are none": {nodes: []Node{{ID: "a", Width: math.NaN()}, {ID: "b", Width: -3}, wide}},
		"edges to nowhere":     {nodes: []Node{wide, {ID: "b"}}, edges: []Edge{{0, 7}, {-1, 0}, {0, 0}, {0, 1}, {0, 1}, {1, 0}}},
		"namespace, no cluster": {nodes: []Node{{ID: "a", Namespace: "n"}, {ID: "b", Namespace: "n"}},
			edges: []Edge{{0, 1}}},
		"one node a cluster": {nodes: []Node{{ID: "a", Cluster: "c", Namespace: "n"}, {ID: "b", Cluster: "d", Namespace: "n"}, {ID: "c"}},
			edges: []Edge{{0, 1}, {1, 2}}},
		"networks at odds": {nodes: []Node{{ID: "a", Cluster: "c", Network: "x"}, {ID: "b", Cluster: "c", Network: "y"}}},
	} {
		for _, o := range append(ways, Options{Radius: math.NaN()}, Options{Radius: -1}, Options{Radius: math.Inf(1)}) {
			l := Arrange(m.nodes, m.edges, o)
			for _, fault := range slices.Concat(faultsOfNodes(m, l, o), faultsOfBoxes(m, l, o), faultsOfPlace(m, l, o)) {
				t.Errorf("%s, %+v: %s", name, o, fault)
			}
		}
	}
}

// TestOrderOfInputDoesNotMatter shuffles nodes and edges.
func TestOrderOfInputDoesNotMatter(t *testing.T) {
	for i, m := range many(200) {
		r := rand.New(rand.NewPCG(uint64(i), 3))
		want := Arrange(m.nodes, m.edges, both)
		shuffled, order := shuffle(r, m)
		got := Arrange(shuffled.nodes, shuffled.edges, both)
		if !slices.Equal(got.Boxes, want.Boxes) {
			t.Fatalf("%s: other boxes", m.name)
		}
		for from, to := range order {
			if got.Nodes[to] != want.Nodes[from] {
				t.Fatalf("%s: node %s at %v, was at %v", m.name, m.nodes[from].ID, got.Nodes[to], want.Nodes[from])
			}
		}
	}
}

// shuffle gives the same graph in another order, and where each node has gone.
func shuffle(r *rand.Rand, m *mesh) (shuffled *mesh, order []int) {
	order = r.Perm(len(m.nodes))
	shuffled = &mesh{nodes: make([]Node, len(m.nodes))}
	for from, to := range order {
		shuffled.nodes[to] = m.nodes[from]
	}
	for _, k := range r.Perm(len(m.edges)) {
		e := m.edges[k]
		shuffled.edges = append(shuffled.edges, Edge{order[e.Source], order[e.Target]})
	}
	return shuffled, order
}

// TestCallersStandLeft weighs the calls that could all go to the right.
func TestCallersStandLeft(t *testing.T) {
	var inside, between share
	for _, m := range many(300) {
		l := Arrange(m.nodes, m.edges, both)
		i, b := pointsRight(m, l)
		inside, between = inside.plus(i), between.plus(b)
	}
	t.Logf("to the right: %.1f %% inside namespaces, %.1f %% between namespaces", 100*inside.ratio(), 100*between.ratio())
	if inside.ratio() < 0.95 || between.ratio() < 0.75 {
		t.Errorf("too few")
	}
}

// TestEdgesAvoidCircles counts edges through circles of third nodes.
func TestEdgesAvoidCircles(t *testing.T) {
	var through share
	for _, m := range many(300) {
		l := Arrange(m.nodes, m.edges, both)
		through = through.plus(share{float64(passesThrough(m, l)), float64(len(m.edges))})
	}
	t.Logf("through the circle of a third node: %.1f %% of the edges", 100*through.ratio())
	if through.ratio() >= 0.05 {
		t.Errorf("too many")
	}
}

// TestFewCrossings compares with nodes, namespaces and clusters in an order of
// chance.
func TestFewCrossings(t *testing.T) {
	got, chance := 0, 0.0
	for i, m := range many(300) {
		r := rand.New(rand.NewPCG(uint64(i), 5))
		l := Arrange(m.nodes, m.edges, both)
		got += crossings(m, l.Nodes)
		for range 5 {
			chance += float64(crossings(m, dealt(r, m, l))) / 5
		}
	}
	t.Logf("crossings: %d, by chance %.0f", got, chance)
	if float64(got) > chance/2 {
		t.Errorf("too many")
	}
}

// TestNetworksStandTogether walks the clusters' boxes column by column.
func TestNetworksStandTogether(t *testing.T) {
	for _, m := range many(300) {
		network := map[string]string{}
		for _, n := range m.nodes {
			network[n.Cluster] = n.Network
		}
		clusters := Arrange(m.nodes, m.edges, Options{Clusters: true}).Boxes
		slices.SortFunc(clusters, func(a, b Box) int {
			return cmp.Or(cmp.Compare(a.Rect.Left, b.Rect.Left), cmp.Compare(a.Rect.Top, b.Rect.Top))
		})
		seen, last := map[string]bool{}, ""
		for _, c := range clusters {
			if n := network[c.Cluster]; n != last {
				if seen[n] {
					t.Fatalf("%s: %s stands in two places", m.name, n)
				}
				seen[n], last = true, n
			}
		}
	}
}

// TestSeenWhole holds the demo and graphs of its size to what is seen at once.
// Forty nodes with a box around each namespace are about as much as there is
// room for: they may take a little more.
func TestSeenWhole(t *testing.T) {
	for level := 1; level <= 3; level++ {
		m := demoAt(level)
		e := extentOf(m, Arrange(m.nodes, m.edges, both), both)
		t.Logf("%s: %.0f × %.0f", m.name, 2*e.Right, 2*e.Bottom)
		if e.Right > viewWidth/2 || e.Bottom > viewHeight/2 {
			t.Errorf("%s: not seen whole", m.name)
		}
	}
	for _, of := range []struct {
		clusters, namespaces, nodes int
		whole                       float64 // share of graphs
		larger                      float64 // on average, across and down
		o                           Options
	}{
		{3, 3, 12, 0.95, 1, both},
		{3, 3, 24, 0.9, 1, both},
		{3, 3, 30, 0.95, 1, both},
		{3, 3, 34, 0.7, 1, both},
		{4, 3, 34, 0.6, 1.02, both},
		{3, 3, 40, 0.1, 1.1, both},
		{4, 4, 40, 0, 1.18, both},
		{3, 3, 40, 0.95, 1, Options{Clusters: true}},
	} {
		whole, larger := share{}, share{}
		for seed := range uint64(100) {
			m := shaped(seed, of.clusters, of.namespaces, of.nodes)
			e := extentOf(m, Arrange(m.nodes, m.edges, of.o), of.o)
			size := max(2*e.Right/viewWidth, 2*e.Bottom/viewHeight)
			whole, larger = whole.plus(share{0, 1}), larger.plus(share{size, 1})
			if size <= 1 {
				whole.part++
			}
		}
		t.Logf("%d nodes, %d × %d, %+v: %.0f %% seen whole, %.2f of the view", of.nodes, of.clusters, of.namespaces, of.o, 100*whole.ratio(), larger.ratio())
		if whole.ratio() < of.whole || larger.ratio() > of.larger {
			t.Errorf("%d nodes, %d × %d: too large", of.nodes, of.clusters, of.namespaces)
		}
	}
}

// TestSpread holds larger graphs to the panel's proportions.
func TestSpread(t *testing.T) {
	for _, nodes := range []int{60, 100, 200, 500, 1000} {
		var ratios []float64
		for seed := range uint64(20) {
			m := shaped(seed, 3+nodes/100, 4, nodes)
			e := extentOf(m, Arrange(m.nodes, m.edges, both), both)
			ratios = append(ratios, e.Right/e.Bottom)
		}
		slices.Sort(ratios)
		t.Logf("%d nodes: width over height %.2f to %.2f", nodes, ratios[0], ratios[len(ratios)-1])
		if middle := ratios[len(ratios)/2]; middle < 1.2 || middle > 2.4 {
			t.Errorf("%d nodes: %.2f times as wide as high", nodes, middle)
		}
	}
}

func BenchmarkArrange(b *testing.B) {
	for _, m := range []*mesh{demoAt(3), typical(1, 3, 40), typical(1, 5, 200), crowded(5, 4, 200, 600), crowded(10, 10, 2000, 8000), shaped(1, 100, 3, 2000)} {
		b.Run(m.name, func(b *testing.B) {
			for b.Loop() {
				Arrange(m.nodes, m.edges, both)
			}
		})
	}
}
