package arrange

import "math"

// seating is one way to seat a block's nodes.
type seating struct {
	columns       [][]int   // by column and row: a node, or -1
	across        []float64 // by column: its middle, from the block's left side
	rows          int
	level         bool    // no column stands lower than the others
	lift          float64 // how far the highest node is below the first row
	width, height float64
	against       int // calls between its nodes that do not lead to the right, though all can
	later         int // its place in the order of seatings
}

// seat gives the columns, all of one height, their places across and measures what
// comes of it.
func (s *scene) seat(b *block, columns [][]int, level bool) seating {
	t := seating{columns: columns, rows: len(columns[0]), level: level}
	side, head, foot := s.padding(b)
	half := s.halves(columns)
	t.across = s.spread(half, side, level)
	for c, x := range t.across {
		t.width = max(t.width, x+half[c]+side)
	}
	top, bottom := s.reach(b, t)
	t.lift = top
	t.height = head + bottom - top + s.gauge.tall(b.text) + foot
	if b.boxed && t.width < minBox {
		for c := range t.across {
			t.across[c] += (minBox - t.width) / 2
		}
		t.width = minBox
	}
	return t
}

// halves are, by column, half of how wide its widest node is.
func (s *scene) halves(columns [][]int) []float64 {
	half := make([]float64, len(columns))
	for c, column := range columns {
		half[c] = s.gauge.radius
		for _, i := range column {
			if i < 0 {
				continue
			}
			half[c] = max(half[c], s.gauge.lane(s.nodes[i].Width)/2)
		}
	}
	return half
}

// spread says where columns stand. Where they are level no text reaches that of
// the next column, and else no circle in it.
func (s *scene) spread(half []float64, side float64, level bool) []float64 {
	g := s.gauge
	across := make([]float64, len(half))
	across[0] = side + half[0]
	for c := 1; c < len(half); c++ {
		apart := max(half[c-1], half[c]) + g.radius
		if level {
			apart = half[c-1] + half[c]
		}
		across[c] = across[c-1] + max(g.column, apart+g.between)
	}
	short := 0.0 // a column may reach out further than its wider neighbour
	for c, x := range across {
		short = max(short, half[c]+side-x)
	}
	for c := range across {
		across[c] += short
	}
	return across
}

// reach is how high the highest node of a block stands and how low the lowest,
// from where a node in the first row stands.
func (s *scene) reach(b *block, t seating) (top, bottom float64) {
	top = math.Inf(1)
	for c, column := range t.columns {
		for r, i := range column {
			if i >= 0 {
				y := s.drop(b, t.level, c, r)
				top, bottom = min(top, y), max(bottom, y)
			}
		}
	}
	return top, bottom
}

// drop is how far below the first row of the first column a seat is.
func (s *scene) drop(b *block, level bool, column, row int) float64 {
	down := float64(row) * s.gauge.row(b.text)
	if !level {
		down += float64(column%2) * s.gauge.stagger
	}
	return down
}

// padding is the room between a block's sides and its nodes.
func (s *scene) padding(b *block) (side, head, foot float64) {
	if b.boxed {
		return boxSide + s.gauge.spare, boxHead + s.gauge.spare, boxFoot + s.gauge.spare
	}
	return 0, 0, 0
}

// seen is where the node in a seat of a block is drawn.
func (s *scene) seen(b *block, column, row int) Point {
	_, head, _ := s.padding(b)
	y := b.top + head + s.gauge.radius - b.lift + s.drop(b, b.level, column, row)
	return Point{b.left + b.across[column], y}
}

// settle notes where the nodes of a block are drawn.
func (s *scene) settle(b *block) {
	for c, column := range b.columns {
		for r, i := range column {
			if i >= 0 {
				seat := s.seen(b, c, r)
				s.at[i] = Point{seat.X + s.off[i].X, seat.Y + s.off[i].Y}
			}
		}
	}
}
