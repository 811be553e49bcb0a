package arrange

import (
	"math"
	"slices"
)

// grid is a block's nodes in seats, while they change them until few edges are in
// trouble. Vertices are the block's nodes by their number in it.
type grid struct {
	seats    []int // column by column: a vertex, or -1
	at       []Point
	place    []int // by vertex: its seat
	edges    [][2]int
	touching [][]int // by vertex: its edges
	clear    float64 // how near a circle's middle an edge may come
	marked   []bool  // by edge
	rounds   int     // of changes, at most
	changes  int     // so far, and one
	tried    []int   // by vertex: after which change it had no better seat to go to
	looks    int     // pairs of things that may still be looked at: see patience
	dear     float64 // what an edge costs that does not lead to the right
}

// What makes a block hard to read, besides costThrough and costCross.
const (
	costAgainst = 40   // an edge that does not lead to the right
	costTight   = 22   // the same where there is little room
	costCrowded = 15   // the same where there are so many edges that more of them are in trouble
	costReach   = 0.02 // a pixel of an edge
)

// newGrid seats vertices where the seating says.
func (s *scene) newGrid(b *block, columns [][]int, across []float64, even bool, calls digraph, dear float64) *grid {
	g := &grid{place: make([]int, len(calls)), touching: make([][]int, len(calls)), clear: s.gauge.radius + 3, dear: dear, rounds: maxRounds}
	if len(s.nodes) > manyNodes {
		g.rounds = 1
	}
	for c, column := range columns {
		for r, v := range column {
			if v >= 0 {
				g.place[v] = len(g.seats)
			}
			g.seats = append(g.seats, v)
			g.at = append(g.at, Point{across[c], s.drop(b, even, c, r)})
		}
	}
	for v, called := range calls {
		for _, w := range called {
			g.touching[v], g.touching[w] = append(g.touching[v], len(g.edges)), append(g.touching[w], len(g.edges))
			g.edges = append(g.edges, [2]int{v, w})
		}
	}
	g.marked = make([]bool, len(g.edges))
	g.changes, g.tried = 1, make([]int, len(calls))
	g.looks = patience(len(calls), len(g.edges))
	return g
}

// spot is where a vertex is.
func (g *grid) spot(v int) Point { return g.at[g.place[v]] }

// passes reports whether an edge passes through the circle of a third vertex.
func (g *grid) passes(e, v int) bool {
	from, to := g.edges[e][0], g.edges[e][1]
	if v == from || v == to {
		return false
	}
	p, q, at := g.spot(from), g.spot(to), g.spot(v)
	if at.X < min(p.X, q.X)-g.clear || at.X > max(p.X, q.X)+g.clear || at.Y < min(p.Y, q.Y)-g.clear || at.Y > max(p.Y, q.Y)+g.clear {
		return false
	}
	return near(at, p, q, g.clear)
}

// crosses reports whether two edges cross that share no end.
func (g *grid) crosses(e, f int) bool {
	a, b := g.edges[e], g.edges[f]
	if a[0] == b[0] || a[0] == b[1] || a[1] == b[0] || a[1] == b[1] {
		return false
	}
	p, q, v, w := g.spot(a[0]), g.spot(a[1]), g.spot(b[0]), g.spot(b[1])
	if max(p.X, q.X) < min(v.X, w.X) || max(v.X, w.X) < min(p.X, q.X) || max(p.Y, q.Y) < min(v.Y, w.Y) || max(v.Y, w.Y) < min(p.Y, q.Y) {
		return false
	}
	return side(p, q, v) != side(p, q, w) && side(v, w, p) != side(v, w, q)
}

// against reports whether an edge does not lead to the right.
func (g *grid) against(e int) bool { return g.spot(g.edges[e][1]).X <= g.spot(g.edges[e][0]).X }

// alone is what an edge costs by itself and by the circles it passes through.
func (g *grid) alone(e int) float64 {
	p, q := g.spot(g.edges[e][0]), g.spot(g.edges[e][1])
	cost := costReach * (max(q.X-p.X, p.X-q.X) + max(q.Y-p.Y, p.Y-q.Y))
	if g.against(e) {
		cost += g.dear
	}
	for v := range g.place {
		if g.passes(e, v) {
			cost += costThrough
		}
	}
	return cost
}

// around is the cost of all that changes when what sits in two seats changes them, or
// some of it that is no less than most.
func (g *grid) around(a, b int, most float64) float64 {
	var touched []int
	for _, seat := range []int{a, b} {
		if v := g.seats[seat]; v >= 0 {
			for _, e := range g.touching[v] {
				if !g.marked[e] {
					g.marked[e] = true
					touched = append(touched, e)
				}
			}
		}
	}
	cost := g.among(touched, most)
	for e := 0; e < len(g.edges) && cost < most; e++ {
		if g.marked[e] {
			continue
		}
		g.looks -= len(touched) + 2
		for _, seat := range []int{a, b} {
			if v := g.seats[seat]; v >= 0 && g.passes(e, v) {
				cost += costThrough
			}
		}
		for _, f := range touched {
			if g.crosses(e, f) {
				cost += costCross
			}
		}
	}
	for _, e := range touched {
		g.marked[e] = false
	}
	return cost
}

// among is what edges cost by themselves and by crossing one another, or some of it that
// is no less than most.
func (g *grid) among(edges []int, most float64) float64 {
	cost := 0.0
	for k, e := range edges {
		if cost >= most {
			break
		}
		g.looks -= len(g.place) + k
		cost += g.alone(e)
		for _, f := range edges[:k] {
			if g.crosses(e, f) {
				cost += costCross
			}
		}
	}
	return cost
}

func (g *grid) swap(a, b int) {
	g.seats[a], g.seats[b] = g.seats[b], g.seats[a]
	for _, seat := range []int{a, b} {
		if v := g.seats[seat]; v >= 0 {
			g.place[v] = seat
		}
	}
}

// improve lets a vertex change its seat, with who sits there, where that helps most.
// It reports whether it does.
func (g *grid) improve(v int) bool {
	if g.tried[v] == g.changes {
		return false
	}
	from, best, most := g.place[v], -1, 1.0
	for to := range g.seats {
		if to == from || g.looks < 0 {
			continue
		}
		before := g.around(from, to, math.Inf(1))
		g.swap(from, to)
		saved := before - g.around(from, to, before-most)
		g.swap(from, to)
		if saved > most {
			best, most = to, saved
		}
	}
	if best < 0 {
		g.tried[v] = g.changes
		return false
	}
	g.swap(from, best)
	g.changes++
	return true
}

// settle lets those change their seats that are in trouble, or the cause of it.
func (g *grid) settle() {
	for range g.rounds {
		helped := false
		for e := range g.edges {
			for v := range g.place {
				if !g.passes(e, v) {
					continue
				}
				for _, w := range []int{v, g.edges[e][0], g.edges[e][1]} {
					if g.improve(w) {
						helped = true
						break
					}
				}
			}
			if g.against(e) {
				helped = g.improve(g.edges[e][0]) || helped
			}
		}
		if !helped {
			return
		}
	}
}

// maxRounds bounds the work on a grid. Where there are more nodes than the panel draws,
// one round must do.
const maxRounds, manyNodes = 4, 400

// patience bounds the work on a grid as well, in pairs of things looked at. A block whose
// edges can be followed is done long before; where everybody calls everybody, all orders
// are as bad, and the more calls there are the less is tried.
func patience(nodes, edges int) int {
	const most, followed = 4_000_000, 1.5 // edges for a node
	sparse := min(1, followed*float64(nodes)/float64(max(1, edges)))
	return int(most * sparse * sparse)
}

// count tells how many edges pass through circles, and how many do not lead to the
// right.
func (g *grid) count() (through, against int) {
	for e := range g.edges {
		for v := range g.place {
			if g.passes(e, v) {
				through++
			}
		}
		if g.against(e) {
			against++
		}
	}
	return through, against
}

// columns lists who sits where, in columns of so many rows.
func (g *grid) columns(rows int) [][]int {
	var columns [][]int
	for column := range slices.Chunk(g.seats, rows) {
		columns = append(columns, slices.Clone(column))
	}
	return columns
}
