package arrange

import "slices"

// grids finds further ways to seat a block's nodes, of every number of rows: as full
// a grid as there can be, in which nodes of neighbouring ranks may share a column, and
// one in which they do not. Ways in which an edge passes through the circle of a third
// node are left out, and so are those that are in no way better than another.
func (s *scene) grids(b *block, tied [][]int, loose []int, calls digraph) {
	order := slices.Concat(append(slices.Clone(tied), loose)...)
	for rows := 1; rows <= min(len(order), maxRows); rows++ {
		ranked := wrap(tied, rows)
		if most := len(ranked) * rows; len(order) <= most || len(tied) == 0 {
			s.addGrid(b, level(s.addLoose(b, ranked, loose)), calls)
		}
		filled := slices.Concat(order, slices.Repeat([]int{-1}, (rows-len(order)%rows)%rows))
		s.addGrid(b, slices.Collect(slices.Chunk(filled, rows)), calls)
	}
}

// addGrid adds the seatings with such columns, when no other is as good.
func (s *scene) addGrid(b *block, columns [][]int, calls digraph) {
	across := make([]float64, len(columns))
	for c := range across {
		across[c] = float64(c) * s.gauge.column
	}
	for _, even := range []bool{false, true} {
		g := s.newGrid(b, columns, across, even, calls, costTight)
		g.settle()
		through, against := g.count()
		if through > 0 {
			continue
		}
		t := s.seat(b, s.named(b, g.columns(len(columns[0]))), even)
		t.against, t.later = against, len(b.seatings)
		if !slices.ContainsFunc(b.seatings, t.beatenBy) {
			b.seatings = append(b.seatings, t)
		}
	}
}

// beatenBy reports whether another seating is as good in every way.
func (t seating) beatenBy(o seating) bool {
	return o.width <= t.width && o.height <= t.height && o.against <= t.against
}

// dislike is what is disliked about a seating.
func (t seating) dislike() float64 {
	return dislikeInside*float64(t.against) + dislikeOther*float64(min(t.later, 1)) + dislikeLater*float64(t.later)
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
