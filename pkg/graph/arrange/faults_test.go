package arrange

import (
	"fmt"
	"math"
)

// faultsOfNodes lists circles and texts that lie on each other.
func faultsOfNodes(m *mesh, l Layout, o Options) (faults []string) {
	parts := make([][2]Rect, len(m.nodes))
	for i := range m.nodes {
		circle, text := partsOf(m.nodes[i], l.Nodes[i], o)
		parts[i] = [2]Rect{circle, text}
	}
	for i, p := range parts {
		for k, q := range parts[:i] {
			if math.Abs(l.Nodes[i].X-l.Nodes[k].X) > 150 {
				continue
			}
			for _, a := range p {
				for _, b := range q {
					if a.overlaps(b) {
						faults = append(faults, fmt.Sprintf("%s lies on %s", m.nodes[i].ID, m.nodes[k].ID))
					}
				}
			}
		}
	}
	return faults
}

// faultsOfBoxes lists boxes that are missing, that lie on each other, that miss
// something of theirs or hold what is not theirs.
func faultsOfBoxes(m *mesh, l Layout, o Options) (faults []string) {
	known := map[[2]string]Rect{}
	for i, b := range l.Boxes {
		known[[2]string{b.Cluster, b.Namespace}] = b.Rect
		for _, other := range l.Boxes[:i] {
			if (b.Namespace == "") == (other.Namespace == "") && b.Rect.overlaps(other.Rect) {
				faults = append(faults, fmt.Sprintf("boxes %v and %v overlap", b, other))
			}
		}
		if outer, ok := known[[2]string{b.Cluster, ""}]; ok && !outer.holds(b.Rect) {
			faults = append(faults, fmt.Sprintf("box %v leaves its cluster's %v", b, outer))
		}
	}
	for i, n := range m.nodes {
		circle, text := partsOf(n, l.Nodes[i], o)
		whole := circle.with(text)
		if _, ok := known[[2]string{n.Cluster, ""}]; o.Clusters && n.Cluster != "" && !ok {
			faults = append(faults, "no box of cluster "+n.Cluster)
		}
		if _, ok := known[[2]string{n.Cluster, n.Namespace}]; o.Namespaces && n.Cluster != "" && n.Namespace != "" && !ok {
			faults = append(faults, "no box of namespace "+n.Namespace)
		}
		for _, b := range l.Boxes {
			mine := b.Cluster == n.Cluster && (b.Namespace == "" || b.Namespace == n.Namespace)
			if mine && !b.Rect.holds(whole) {
				faults = append(faults, fmt.Sprintf("%s leaves its box %v", n.ID, b))
			}
			if !mine && b.Rect.overlaps(whole) {
				faults = append(faults, fmt.Sprintf("%s touches box %v", n.ID, b))
			}
		}
	}
	return faults
}

// faultsOfPlace lists places that are no numbers or not around the origin, and
// nodes of no cluster that stand among the clusters.
func faultsOfPlace(m *mesh, l Layout, o Options) (faults []string) {
	if len(m.nodes) == 0 {
		return nil
	}
	e, slack := extentOf(m, l, o), 1.0
	if inside := clustersOf(m, l, o); len(m.nodes) > maxWhole && inside.Left < inside.Right {
		e.Left, e.Right = inside.Left, inside.Right
		if !o.Clusters { // what is measured is not the box
			slack = 2 * maxText
		}
	}
	if !(math.Abs(e.Left+e.Right) < slack && math.Abs(e.Top+e.Bottom) < 20) {
		faults = append(faults, fmt.Sprintf("not in the middle: %v", e))
	}
	calls, called := make([]bool, len(m.nodes)), make([]bool, len(m.nodes))
	for _, e := range m.edges {
		if e.Source >= 0 && e.Target >= 0 && e.Source < len(m.nodes) && e.Target < len(m.nodes) {
			calls[e.Source], called[e.Target] = true, true
		}
	}
	left, right := math.Inf(1), math.Inf(-1)
	for i, n := range m.nodes {
		if n.Cluster != "" {
			left, right = min(left, l.Nodes[i].X), max(right, l.Nodes[i].X)
		}
	}
	for i, n := range m.nodes {
		switch {
		case n.Cluster != "":
		case calls[i] && !called[i] && l.Nodes[i].X >= left:
			faults = append(faults, n.ID+" is not left of all")
		case called[i] && l.Nodes[i].X <= right:
			faults = append(faults, n.ID+" is not right of all")
		}
	}
	return faults
}

// clustersOf is how large a layout is without nodes of no cluster.
func clustersOf(m *mesh, l Layout, o Options) Rect {
	inside, places := &mesh{}, Layout{Boxes: l.Boxes}
	for i, n := range m.nodes {
		if n.Cluster != "" {
			inside.nodes, places.Nodes = append(inside.nodes, n), append(places.Nodes, l.Nodes[i])
		}
	}
	return extentOf(inside, places, o)
}

// partsOf are the rectangles of a node's circle and text.
func partsOf(n Node, p Point, o Options) (circle, text Rect) {
	r := o.Radius
	if !(r > 0 && r <= 100) {
		r = defaultRadius
	}
	high := 30.0
	if n.Lines == 1 {
		high = 16
	}
	half := n.Width / 2
	if !(half > 0) || half > 70 {
		half = 70
	}
	return Rect{p.X - r, p.Y - r, p.X + r, p.Y + r}, Rect{p.X - half, p.Y + r + 5, p.X + half, p.Y + r + 5 + high}
}
