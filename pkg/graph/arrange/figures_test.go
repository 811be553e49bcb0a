package arrange

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

func distance(p, q Point) float64 { return math.Hypot(p.X-q.X, p.Y-q.Y) }

// passesThrough counts the edges that pass through the circle of a third node.
func passesThrough(m *mesh, l Layout) int {
	n := 0
	for _, e := range m.edges {
		for i, p := range l.Nodes {
			if i != e.Source && i != e.Target && fromLine(p, l.Nodes[e.Source], l.Nodes[e.Target]) < defaultRadius {
				n++
				break
			}
		}
	}
	return n
}

// fromLine is how far a point is from the line between two others.
func fromLine(p, a, b Point) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	along := ((p.X-a.X)*dx + (p.Y-a.Y)*dy) / (dx*dx + dy*dy)
	along = max(0, min(1, along))
	return distance(p, Point{a.X + along*dx, a.Y + along*dy})
}

// crossings counts pairs of edges that cross, not those that share a node.
func crossings(m *mesh, at []Point) int {
	side := func(a, b, p Point) bool { return (b.X-a.X)*(p.Y-a.Y)-(b.Y-a.Y)*(p.X-a.X) > 0 }
	n := 0
	for i, e := range m.edges {
		for _, f := range m.edges[:i] {
			if e.Source == f.Source || e.Source == f.Target || e.Target == f.Source || e.Target == f.Target {
				continue
			}
			a, b, c, d := at[e.Source], at[e.Target], at[f.Source], at[f.Target]
			if side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b) {
				n++
			}
		}
	}
	return n
}

// dealt puts things in an order by chance: nodes within their namespace,
// namespaces within their cluster, and clusters. What changes places takes all it
// holds along.
func dealt(r *rand.Rand, m *mesh, l Layout) []Point {
	at := slices.Clone(l.Nodes)
	whole := func(string) string { return "" }
	cluster := func(key string) string { key, _, _ = strings.Cut(key, "/"); return key }
	namespace := func(key string) string { return key[:strings.LastIndex(key, "/")] }
	deal(r, m, at, func(id string) string { return id }, namespace)
	deal(r, m, at, namespace, cluster)
	deal(r, m, at, cluster, whole)
	return at
}

// deal gives the places of things to the others of their group by chance.
func deal(r *rand.Rand, m *mesh, at []Point, thing, group func(id string) string) {
	members, parts := map[string][]int{}, map[string][]string{}
	for i, n := range m.nodes {
		if n.Cluster == "" {
			continue
		}
		name := thing(n.ID)
		if members[name] == nil {
			parts[group(name)] = append(parts[group(name)], name)
		}
		members[name] = append(members[name], i)
	}
	middle := map[string]Point{}
	for name, inside := range members {
		box := Rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for _, i := range inside {
			box = box.with(Rect{at[i].X, at[i].Y, at[i].X, at[i].Y})
		}
		middle[name] = Point{(box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2}
	}
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		names := parts[key]
		for k, to := range r.Perm(len(names)) {
			from, there := middle[names[k]], middle[names[to]]
			for _, i := range members[names[k]] {
				at[i].X, at[i].Y = at[i].X+there.X-from.X, at[i].Y+there.Y-from.Y
			}
		}
	}
}

// share is a part of a whole.
type share struct{ part, whole float64 }

func (s share) plus(o share) share { return share{s.part + o.part, s.whole + o.whole} }

func (s share) ratio() float64 { return s.part / s.whole }

// pointsRight weighs the edges that lead to the right among those that all can:
// inside namespaces those on no cycle of nodes there, and between namespaces of
// a cluster those on no cycle of namespaces.
func pointsRight(m *mesh, l Layout) (inside, between share) {
	space := func(i int) [2]string { return [2]string{m.nodes[i].Cluster, m.nodes[i].Namespace} }
	nodes, spaces := map[int][]int{}, map[[2]string][][2]string{}
	for _, e := range m.edges {
		switch a, b := space(e.Source), space(e.Target); {
		case a == b:
			nodes[e.Source] = append(nodes[e.Source], e.Target)
		case a[0] == b[0]:
			spaces[a] = append(spaces[a], b)
		}
	}
	for k, e := range m.edges {
		a, b := space(e.Source), space(e.Target)
		one := share{whole: m.weight[k]}
		if l.Nodes[e.Source].X < l.Nodes[e.Target].X {
			one.part = one.whole
		}
		switch {
		case a[0] == "" || a[0] != b[0]:
		case a == b && !reaches(nodes, e.Target, e.Source):
			inside = inside.plus(one)
		case a != b && !reaches(spaces, b, a):
			between = between.plus(one)
		}
	}
	return inside, between
}

// reaches reports whether there is a way from one to the other.
func reaches[V comparable](calls map[V][]V, from, to V) bool {
	seen := map[V]bool{from: true}
	for next := []V{from}; len(next) > 0; {
		v := next[0]
		next = next[1:]
		if v == to {
			return true
		}
		for _, w := range calls[v] {
			if !seen[w] {
				seen[w] = true
				next = append(next, w)
			}
		}
	}
	return false
}

// extentOf is how large a layout is, with boxes and texts.
func extentOf(m *mesh, l Layout, o Options) Rect {
	all := Rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i, p := range l.Nodes {
		all = all.with(footprintOf(m.nodes[i], p, o))
	}
	for _, b := range l.Boxes {
		all = all.with(b.Rect)
	}
	return all
}

// footprintOf is the rectangle around a circle and its text.
func footprintOf(n Node, p Point, o Options) Rect {
	circle, text := partsOf(n, p, o)
	return circle.with(text)
}
