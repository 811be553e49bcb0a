package arrange

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
)

// A layout that is recalled is the one that would be found, whatever the order of its nodes
// and edges, and whatever else was asked for.
func TestMemoryGivesWhatWouldBeFound(t *testing.T) {
	var m Memory
	for i, of := range many(40) {
		r := rand.New(rand.NewPCG(uint64(i), 19))
		more := moreEdge(r, of)
		for _, o := range []Options{both, {Clusters: true}, {Radius: 40}} {
			for _, one := range []*mesh{of, more, of, more} {
				shuffled, _ := shuffle(r, one)
				if got, want := m.Arrange(shuffled.nodes, shuffled.edges, o), Arrange(shuffled.nodes, shuffled.edges, o); !reflect.DeepEqual(got, want) {
					t.Fatalf("%s, %+v: recalled %v, found %v", of.name, o, got, want)
				}
			}
		}
	}
	if n := len(m.layouts); n == 0 || n > maxLayouts {
		t.Errorf("%d layouts are kept", n)
	}
}

// Whatever of a node or an edge has a part in the layout makes another graph.
func TestMemoryTellsGraphsApart(t *testing.T) {
	nodes := []Node{{ID: "a", Cluster: "c", Namespace: "n"}, {ID: "b", Cluster: "c", Namespace: "n"}, {ID: "d", Cluster: "e", Namespace: "n"}}
	edges := []Edge{{0, 1}}
	keys := map[[32]byte]string{newScene(nodes, edges, both).key(): "the graph itself"}
	differs := func(what string, nodes []Node, edges []Edge, o Options) {
		t.Helper()
		key := newScene(nodes, edges, o).key()
		if other, known := keys[key]; known {
			t.Errorf("%s is taken for %s", what, other)
		}
		keys[key] = what
	}
	for what, change := range map[string]func(*Node){
		"another name":      func(n *Node) { n.ID = "aa" },
		"another cluster":   func(n *Node) { n.Cluster = "e" },
		"another namespace": func(n *Node) { n.Namespace = "m" },
		"another network":   func(n *Node) { n.Network = "w" },
		"a wider text":      func(n *Node) { n.Width = 12 },
		"fewer lines":       func(n *Node) { n.Lines = 1 },
	} {
		changed := slices.Clone(nodes)
		change(&changed[0])
		differs(what, changed, edges, both)
	}
	differs("an edge more", nodes, []Edge{{0, 1}, {1, 2}}, both)
	differs("an edge the other way", nodes, []Edge{{1, 0}}, both)
	differs("a node less", nodes[:2], edges, both)
	differs("other boxes", nodes, edges, Options{Clusters: true})
	differs("a larger circle", nodes, edges, Options{Clusters: true, Namespaces: true, Radius: 50})
}

func TestMemoryIsBounded(t *testing.T) {
	var m Memory
	for i := range 3 * maxLayouts {
		m.Arrange([]Node{{ID: string(rune('a' + i))}}, nil, both)
		if len(m.layouts) > maxLayouts {
			t.Fatalf("%d layouts are kept", len(m.layouts))
		}
	}
	kept := len(m.layouts)
	large := shaped(1, 20, 10, maxKept+1)
	m.Arrange(large.nodes, large.edges, both)
	if len(m.layouts) != kept {
		t.Errorf("the layout of %d nodes is kept", len(large.nodes))
	}
	if l := (*Memory)(nil).Arrange(large.nodes[:3], nil, both); len(l.Nodes) != 3 {
		t.Errorf("no memory gives %v", l)
	}
}

func TestMemoryIsSafeInManyHands(t *testing.T) {
	var m Memory
	of := typical(1, 3, 40)
	want := Arrange(of.nodes, of.edges, both)
	var hands sync.WaitGroup
	for i := range 8 {
		hands.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 23))
			for range 10 {
				shuffled, order := shuffle(r, of)
				got := m.Arrange(shuffled.nodes, shuffled.edges, both)
				for from, to := range order {
					if got.Nodes[to] != want.Nodes[from] {
						t.Errorf("%s at %v, not at %v", of.nodes[from].ID, got.Nodes[to], want.Nodes[from])
					}
				}
			}
		})
	}
	hands.Wait()
}
