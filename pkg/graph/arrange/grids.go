package arrange

import "slices"

// grids finds further ways to seat a block's nodes: as full a grid as there can be
// of every number of rows, in which nodes of neighbouring ranks may share a column.
// Ways in which an edge passes through the circle of a third node are left out, and
// so are those that are in no way better than another.
func (s *scene) grids(b *block, order []int, calls digraph) {
	for rows := 1; rows <= min(len(order), maxRows); rows++ {
		filled := slices.Concat(order, slices.Repeat([]int{-1}, (rows-len(order)%rows)%rows))
		for _, level := range []bool{false, true} {
			columns := slices.Collect(slices.Chunk(filled, rows))
			across := make([]float64, len(columns))
			for c := range across {
				across[c] = float64(c) * s.gauge.column
			}
			g := s.newGrid(b, columns, across, level, calls)
			g.settle()
			through, against := g.count()
			if through > 0 {
				continue
			}
			t := s.seat(b, s.named(b, g.columns(rows)), level)
			t.against = against
			if !slices.ContainsFunc(b.seatings, t.beatenBy) {
				b.seatings = append(b.seatings, t)
			}
		}
	}
}

// beatenBy reports whether another seating is as good in every way.
func (t seating) beatenBy(o seating) bool {
	return o.width <= t.width && o.height <= t.height && o.against <= t.against
}

// maxRows is up to how many rows further ways to seat a block's nodes have.
const maxRows = 6

// named turns the numbers of a block's nodes into the scene's.
func (s *scene) named(b *block, columns [][]int) [][]int {
	named := make([][]int, len(columns))
	for c, column := range columns {
		for _, v := range column {
			if v >= 0 {
				v = b.nodes[v]
			}
			named[c] = append(named[c], v)
		}
	}
	return named
}
