package arrange

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSmallChangesMoveLittle takes a node away, adds one, and adds an edge. Half of the
// graphs or more keep four fifths of their nodes in their boxes to within the width of
// a circle, and the order of their boxes.
func TestSmallChangesMoveLittle(t *testing.T) {
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			var kept, ordered []float64
			for i, m := range many(300) {
				if len(m.nodes) < 10 { // a third of them is much to lose
					continue
				}
				r := rand.New(rand.NewPCG(uint64(i), 17))
				changed := change(r, m)
				before, after := Arrange(m.nodes, m.edges, both), Arrange(changed.nodes, changed.edges, both)
				kept = append(kept, 100*keptPlaces(m, changed, before, after).ratio())
				ordered = append(ordered, 100*keptOrder(before, after).ratio())
			}
			t.Logf("kept their places: median %.0f %%, lowest tenth %.0f %%; kept their order: median %.0f %%, lowest tenth %.0f %%",
				quantile(kept, 0.5), quantile(kept, 0.1), quantile(ordered, 0.5), quantile(ordered, 0.1))
			if quantile(kept, 0.5) < 80 || quantile(ordered, 0.5) < 100 {
				t.Errorf("too much moves")
			}
		})
	}
}

var changes = map[string]func(*rand.Rand, *mesh) *mesh{"a node less": lessNode, "a node more": moreNode, "an edge more": moreEdge}

// quantile is the value that such a part of the list is below.
func quantile(list []float64, part float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[int(part*float64(len(sorted)))]
}

// TestWhatComesAndGoesMovesFew counts, in typical meshes, the other nodes that are seen
// more than the width of a circle from where they were seen before.
func TestWhatComesAndGoesMovesFew(t *testing.T) {
	for _, of := range []struct {
		nodes                        int
		change                       string
		median, quarter, tenth, mean float64 // per cent of the nodes; of the worst quarter and tenth of meshes
	}{
		{40, "a node less", 40, 82, 98, 47},
		{40, "a node more", 34, 60, 88, 38},
		{100, "a node less", 35, 50, 90, 40},
		{100, "a node more", 35, 45, 65, 34},
	} {
		var moved []float64
		sum := 0.0
		for seed := range uint64(50) {
			m := typical(seed, 3, of.nodes)
			changed := changes[of.change](rand.New(rand.NewPCG(seed, 17)), m)
			part := 100 * movedFar(m, changed, Arrange(m.nodes, m.edges, both), Arrange(changed.nodes, changed.edges, both)).ratio()
			moved, sum = append(moved, part), sum+part
		}
		mean := sum / float64(len(moved))
		t.Logf("%d nodes, %s: median %.0f %%, worst quarter %.0f %%, worst tenth %.0f %%, mean %.0f %%",
			of.nodes, of.change, quantile(moved, 0.5), quantile(moved, 0.75), quantile(moved, 0.9), mean)
		if quantile(moved, 0.5) > of.median || quantile(moved, 0.75) > of.quarter || quantile(moved, 0.9) > of.tenth || mean > of.mean {
			t.Errorf("%d nodes, %s: too many move", of.nodes, of.change)
		}
	}
}

// movedFar counts the nodes in both that do not stand where they stood, to within the
// width of a circle.
func movedFar(before, after *mesh, was, is Layout) share {
	at := map[string]Point{}
	for i, n := range before.nodes {
		at[n.ID] = was.Nodes[i]
	}
	moved := share{}
	for i, n := range after.nodes {
		if p, ok := at[n.ID]; ok {
			moved.whole++
			if distance(p, is.Nodes[i]) > 2*defaultRadius {
				moved.part++
			}
		}
	}
	return moved
}

func lessNode(r *rand.Rand, m *mesh) *mesh {
	gone := r.IntN(len(m.nodes))
	less := &mesh{nodes: slices.Delete(slices.Clone(m.nodes), gone, gone+1)}
	moved := func(i int) int {
		if i > gone {
			return i - 1
		}
		return i
	}
	for _, e := range m.edges {
		if e.Source != gone && e.Target != gone {
			less.edges = append(less.edges, Edge{moved(e.Source), moved(e.Target)})
		}
	}
	return less
}

func moreNode(r *rand.Rand, m *mesh) *mesh {
	like := m.nodes[r.IntN(len(m.nodes))]
	more := &mesh{nodes: slices.Clone(m.nodes), edges: slices.Clone(m.edges)}
	more.nodes = append(more.nodes, Node{ID: like.ID + "-canary", Cluster: like.Cluster, Namespace: like.Namespace, Network: like.Network, Width: like.Width})
	more.edges = append(more.edges, Edge{r.IntN(len(m.nodes)), len(m.nodes)})
	return more
}

// moreEdge adds an edge inside a namespace, or between two if there is no room.
func moreEdge(r *rand.Rand, m *mesh) *mesh {
	more := &mesh{nodes: m.nodes, edges: slices.Clone(m.edges)}
	from, to := r.IntN(len(m.nodes)), r.IntN(len(m.nodes))
	for range 20 {
		if from != to && m.nodes[from].Cluster == m.nodes[to].Cluster && m.nodes[from].Namespace == m.nodes[to].Namespace {
			break
		}
		from, to = r.IntN(len(m.nodes)), r.IntN(len(m.nodes))
	}
	more.edges = append(more.edges, Edge{from, to})
	return more
}

// keptPlaces counts the nodes in namespaces that stand where they stood, to within the
// width of a circle, seen from the corner of their own box.
func keptPlaces(before, after *mesh, was, is Layout) share {
	places := func(m *mesh, l Layout) map[string]Point {
		at := map[string]Point{}
		for i, n := range m.nodes {
			for _, b := range l.Boxes {
				if n.Namespace != "" && b.Namespace == n.Namespace && b.Cluster == n.Cluster {
					at[n.ID] = Point{l.Nodes[i].X - b.Rect.Left, l.Nodes[i].Y - b.Rect.Top}
				}
			}
		}
		return at
	}
	then, now := places(before, was), places(after, is)
	kept := share{}
	for id, p := range then {
		if q, ok := now[id]; ok {
			kept.whole++
			if distance(p, q) <= 2*defaultRadius {
				kept.part++
			}
		}
	}
	if kept.whole == 0 {
		return share{1, 1}
	}
	return kept
}

// keptOrder counts the pairs of boxes, of clusters or of namespaces in one
// cluster, of which one is still left of the other, or above it, as it was.
func keptOrder(was, is Layout) share {
	now := map[[2]string]Rect{}
	for _, b := range is.Boxes {
		now[[2]string{b.Cluster, b.Namespace}] = b.Rect
	}
	kept := share{1, 1}
	for i, a := range was.Boxes {
		for _, b := range was.Boxes[:i] {
			p, ok := now[[2]string{a.Cluster, a.Namespace}]
			q, too := now[[2]string{b.Cluster, b.Namespace}]
			siblings := (a.Namespace == "") == (b.Namespace == "") && (a.Namespace == "" || a.Cluster == b.Cluster)
			if !ok || !too || !siblings {
				continue
			}
			then := relations(a.Rect, b.Rect)
			still := relations(p, q)
			kept.whole++
			for k := range then {
				if then[k] && still[k] {
					kept.part++
					break
				}
			}
		}
	}
	return kept
}

// relations are: left of, right of, above, below.
func relations(a, b Rect) [4]bool {
	return [4]bool{a.Right <= b.Left, b.Right <= a.Left, a.Bottom <= b.Top, b.Bottom <= a.Top}
}

// TestSameAtEveryRefresh arranges the same graph twice. Nothing but structure goes
// in, so that traffic that changes moves nothing.
func TestSameAtEveryRefresh(t *testing.T) {
	for _, m := range many(50) {
		first, second := Arrange(m.nodes, m.edges, both), Arrange(m.nodes, m.edges, both)
		for i := range first.Nodes {
			if first.Nodes[i] != second.Nodes[i] || math.IsNaN(first.Nodes[i].X) {
				t.Fatalf("%s: %v, then %v", m.name, first.Nodes[i], second.Nodes[i])
			}
		}
	}
}
