package arrange

import (
	"cmp"
	"math"
	"slices"
)

// fill puts a block's nodes into columns and rows and measures the block.
func (s *scene) fill(b *block, rows int) {
	if rows == 0 {
		rows = max(3, int(math.Ceil(0.8*math.Sqrt(float64(len(b.nodes))))))
	}
	local := make(map[int]int, len(b.nodes))
	for k, i := range b.nodes {
		local[i] = k
	}
	inside := make(digraph, len(b.nodes))
	for k, i := range b.nodes {
		for _, j := range s.out[i] {
			if w, ok := local[j]; ok {
				inside[k] = append(inside[k], w)
			}
		}
	}
	var tied [][]int // by rank
	var loose []int
	for k, rank := range inside.ranks() {
		if rank < 0 {
			loose = append(loose, k)
			continue
		}
		for len(tied) <= rank {
			tied = append(tied, nil)
		}
		tied[rank] = append(tied[rank], k)
	}
	tied = slices.DeleteFunc(tied, func(layer []int) bool { return len(layer) == 0 })
	untangle(tied, inside)
	columns := wrap(tied, rows)
	columns = s.addLoose(columns, loose)
	for _, column := range columns {
		for r, k := range column {
			column[r] = b.nodes[k]
		}
	}
	b.columns = columns
	s.seat(b)
}

// untangle orders each layer by where its callers and callees stand, back and
// forth, so that few calls cross. It starts from the order of names.
func untangle(layers [][]int, g digraph) {
	back := make(digraph, len(g))
	for v, called := range g {
		for _, w := range called {
			back[w] = append(back[w], v)
		}
	}
	height := make([]float64, len(g)) // by vertex: 0 at the top of its layer to 1
	level := func(layer []int) {
		for r, v := range layer {
			height[v] = (float64(r) + 0.5) / float64(len(layer))
		}
	}
	byNeighbours := func(layer []int, of digraph) {
		want := make(map[int]float64, len(layer))
		for _, v := range layer {
			want[v] = height[v]
			if len(of[v]) > 0 {
				sum := 0.0
				for _, w := range of[v] {
					sum += height[w]
				}
				want[v] = sum / float64(len(of[v]))
			}
		}
		slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(want[a], want[b]) })
		level(layer)
	}
	for _, layer := range layers {
		level(layer)
	}
	for range 3 {
		for _, layer := range layers {
			byNeighbours(layer, back)
		}
		for _, layer := range slices.Backward(layers) {
			byNeighbours(layer, g)
		}
	}
}

// wrap deals layers that are higher than allowed out to several columns.
func wrap(layers [][]int, height int) [][]int {
	var columns [][]int
	for _, layer := range layers {
		n := (len(layer) + height - 1) / height
		part := make([][]int, n)
		for k, v := range layer {
			part[k%n] = append(part[k%n], v)
		}
		columns = append(columns, part...)
	}
	return columns
}

// addLoose puts those without calls in the block where there is room, and makes
// room across or down so that the block stays about as wide as high.
func (s *scene) addLoose(columns [][]int, loose []int) [][]int {
	for _, k := range loose {
		rows, shortest := 0, -1
		for c, column := range columns {
			rows = max(rows, len(column))
			if shortest < 0 || len(column) < len(columns[shortest]) {
				shortest = c
			}
		}
		full := shortest < 0 || len(columns[shortest]) == rows
		if full && float64(len(columns))*s.gauge.column <= 1.2*float64(rows)*s.gauge.row {
			columns = append(columns, []int{k})
		} else {
			columns[shortest] = append(columns[shortest], k)
		}
	}
	return columns
}

// seat gives the columns their places across and their nodes rows, shorter
// columns in the middle, and measures the block.
func (s *scene) seat(b *block) {
	for _, column := range b.columns {
		b.rows = max(b.rows, len(column))
	}
	for c, column := range b.columns {
		seats := slices.Repeat([]int{-1}, b.rows)
		copy(seats[(b.rows-len(column))/2:], column)
		b.columns[c] = seats
	}
	g := s.gauge
	half := make([]float64, len(b.columns))
	for c, column := range b.columns {
		half[c] = g.radius
		for _, i := range column {
			if i >= 0 {
				half[c] = max(half[c], g.lane(s.nodes[i].Width)/2)
			}
		}
	}
	side, head, foot := s.padding(b)
	b.across = make([]float64, len(b.columns))
	b.across[0] = side + half[0]
	for c := 1; c < len(b.columns); c++ {
		b.across[c] = b.across[c-1] + max(g.column, max(half[c-1], half[c])+g.radius+g.between)
	}
	short, right := 0.0, 0.0 // a column may reach out further than its wider neighbour
	for c, x := range b.across {
		short = max(short, half[c]+side-x)
		right = max(right, x+half[c])
	}
	for c := range b.across {
		b.across[c] += short
	}
	right += short
	b.width = right + side
	top, bottom := s.reach(b)
	b.lift = top
	b.height = head + bottom - top + g.tall() + foot
	if b.boxed && b.width < minBox {
		for c := range b.across {
			b.across[c] += (minBox - b.width) / 2
		}
		b.width = minBox
	}
}

// reach is how high the highest node of a block stands and how low the lowest,
// from where a node in the first row stands.
func (s *scene) reach(b *block) (top, bottom float64) {
	top = math.Inf(1)
	for c, column := range b.columns {
		for r, i := range column {
			if i >= 0 {
				y := s.drop(c, r)
				top, bottom = min(top, y), max(bottom, y)
			}
		}
	}
	return top, bottom
}

// drop is how far below the first row of the first column a seat is.
func (s *scene) drop(column, row int) float64 {
	return float64(row)*s.gauge.row + float64(column%2)*s.gauge.stagger
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
	y := b.top + head + s.gauge.radius - b.lift + s.drop(column, row)
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
