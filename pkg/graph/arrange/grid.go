package arrange

import "slices"

// grids finds further ways to seat a block's nodes: as full a grid as there can be
// of every number of rows, in which nodes of neighbouring ranks may share a column.
// Ways in which an edge passes through the circle of a third node are left out, and
// so are those that are no narrower and no lower than another.
func (s *scene) grids(b *block, tied [][]int, loose []int, inside digraph) {
	order := append(slices.Concat(tied...), loose...)
	for rows := 1; rows <= min(len(order), maxRows); rows++ {
		for _, level := range []bool{false, true} {
			g := grid{rows: rows, seats: slices.Concat(order, slices.Repeat([]int{-1}, (rows-len(order)%rows)%rows)), calls: inside}
			g.measure(s, b, level)
			g.improve()
			if g.faults > 0 {
				continue
			}
			var columns [][]int
			for column := range slices.Chunk(g.seats, rows) {
				var nodes []int
				for _, k := range column {
					if k < 0 {
						nodes = append(nodes, -1)
					} else {
						nodes = append(nodes, b.nodes[k])
					}
				}
				columns = append(columns, nodes)
			}
			t := s.seat(b, columns, level)
			t.against = g.against
			if !slices.ContainsFunc(b.seatings, func(o seating) bool { return o.width <= t.width && o.height <= t.height && o.against <= t.against }) {
				b.seatings = append(b.seatings, t)
			}
		}
	}
}

// maxRows is up to how many rows further ways to seat a block's nodes have.
const maxRows = 6

// grid is a block's nodes in rows and columns of equal distances.
type grid struct {
	rows    int
	seats   []int // column by column: a vertex, or -1
	calls   digraph
	at      []Point // by seat
	place   []int   // by vertex: its seat
	clear   float64 // how near a circle's middle an edge may come
	cost    float64
	faults  int // edges through the circle of a third node
	against int // edges that do not lead to the right
}

// measure says where the seats are.
func (g *grid) measure(s *scene, b *block, level bool) {
	g.clear = s.gauge.radius + 2
	g.at, g.place = make([]Point, len(g.seats)), make([]int, len(g.calls))
	for k := range g.seats {
		c, r := k/g.rows, k%g.rows
		g.at[k] = Point{float64(c) * s.gauge.column, s.drop(b, level, c, r)}
	}
	g.judge()
}

// judge adds up what the grid costs: edges through circles above all, then those
// that do not lead to the right, those that cross, and long ones.
func (g *grid) judge() {
	for k, v := range g.seats {
		if v >= 0 {
			g.place[v] = k
		}
	}
	g.cost, g.faults, g.against = 0, 0, 0
	for v, called := range g.calls {
		for _, w := range called {
			p, q := g.at[g.place[v]], g.at[g.place[w]]
			if q.X <= p.X {
				g.cost += costAgainst
				g.against++
			}
			g.cost += costLength * (max(q.X-p.X, p.X-q.X) + max(q.Y-p.Y, p.Y-q.Y))
			for k, u := range g.seats {
				if u >= 0 && u != v && u != w && near(g.at[k], p, q, g.clear) {
					g.cost += costThrough
					g.faults++
				}
			}
			for x := range v {
				for _, y := range g.calls[x] {
					if x != w && y != v && y != w && crossed(p, q, g.at[g.place[x]], g.at[g.place[y]]) {
						g.cost += costCross
					}
				}
			}
		}
	}
}

// improve lets nodes change seats as long as that helps, the best change first.
func (g *grid) improve() {
	for range maxChanges {
		best, from, to := g.cost, -1, -1
		for a := range g.seats {
			for b := range a {
				if g.seats[a] == g.seats[b] {
					continue
				}
				g.change(a, b)
				if g.cost < best-1e-9 {
					best, from, to = g.cost, a, b
				}
				g.change(a, b)
			}
		}
		if from < 0 {
			return
		}
		g.change(from, to)
	}
}

// costAgainst is what an edge costs that does not lead to the right.
const costAgainst = 8

// maxChanges bounds the work on a grid.
const maxChanges = 8

func (g *grid) change(a, b int) {
	g.seats[a], g.seats[b] = g.seats[b], g.seats[a]
	g.judge()
}

// crossed reports whether two lines cross.
func crossed(p, q, v, w Point) bool {
	return side(p, q, v) != side(p, q, w) && side(v, w, p) != side(v, w, q)
}
