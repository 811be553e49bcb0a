package arrange

import (
	"fmt"
	"slices"
	"testing"
)

// idle is a namespace with so many nodes that nobody calls, beside one with two that
// call each other.
func idle(nodes int) *mesh {
	m := &mesh{name: fmt.Sprint(nodes, " idle nodes")}
	m.call(m.node("east", "shop", "", "frontend"), m.node("east", "shop", "", "cart"), 1)
	for k := range nodes {
		m.nodes[m.node("east", "batch", "", fmt.Sprintf("job-%03d", k))].Lines = 1
	}
	return m
}

func boxOf(l Layout, namespace string) Rect {
	return l.Boxes[slices.IndexFunc(l.Boxes, func(b Box) bool { return b.Namespace == namespace })].Rect
}

// TestIdleNodesStandInACompactGrid holds nodes without calls to a box that is about as
// wide as high and has no more room than a row and a column of them would take.
func TestIdleNodesStandInACompactGrid(t *testing.T) {
	for _, nodes := range []int{4, 9, 12, 20, 30, 47, 60, 100, 150} {
		m := idle(nodes)
		l := Arrange(m.nodes, m.edges, both)
		for _, fault := range slices.Concat(faultsOfNodes(m, l, both), faultsOfBoxes(m, l, both), faultsOfPlace(m, l, both)) {
			t.Fatalf("%s: %s", m.name, fault)
		}
		box := boxOf(l, "batch")
		width, height := box.Right-box.Left, box.Bottom-box.Top
		xs, ys := map[float64]bool{}, map[float64]bool{}
		for i, n := range m.nodes {
			if n.Namespace == "batch" {
				xs[l.Nodes[i].X], ys[l.Nodes[i].Y] = true, true
			}
		}
		rows := (len(ys) + 1) / 2 // every second column stands lower
		t.Logf("%s: %.0f × %.0f, %d columns", m.name, width, height, len(xs))
		if ratio := width / height; nodes > 8 && (ratio < 0.5 || ratio > 2.5) {
			t.Errorf("%s: %.1f times as wide as high", m.name, ratio)
		}
		if seats := len(xs) * rows; seats-nodes > len(xs)+rows {
			t.Errorf("%s: %d seats", m.name, seats)
		}
	}
}

// TestIdleNodesKeepTheirSeats lets one of the nodes without calls go.
func TestIdleNodesKeepTheirSeats(t *testing.T) {
	moved, others := 0, 0
	for _, nodes := range []int{12, 20, 30, 60, 100} {
		m := idle(nodes)
		before := Arrange(m.nodes, m.edges, both)
		for gone := 2; gone < len(m.nodes); gone += 5 {
			less := &mesh{nodes: slices.Delete(slices.Clone(m.nodes), gone, gone+1), edges: m.edges}
			after := Arrange(less.nodes, less.edges, both)
			was, is := boxOf(before, "batch"), boxOf(after, "batch")
			for i := range less.nodes {
				k := i
				if i >= gone {
					k++
				}
				if m.nodes[k].Namespace != "batch" {
					continue
				}
				others++
				p, q := before.Nodes[k], after.Nodes[i]
				if distance(Point{p.X - was.Left, p.Y - was.Top}, Point{q.X - is.Left, q.Y - is.Top}) > 2*defaultRadius {
					moved++
				}
			}
		}
	}
	t.Logf("%.1f %% changed their seats", 100*float64(moved)/float64(others))
	if moved*5 > others {
		t.Errorf("%d of %d changed their seats", moved, others)
	}
}
