package arrange

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
)

// fill finds ways to seat a block's nodes in columns and rows, the first as high as
// their number suggests. Further ones, when asked for, are narrower or lower.
func (s *scene) fill(b *block, further bool) {
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
	columns := level(s.addLoose(b, wrap(tied, max(3, int(math.Ceil(0.8*math.Sqrt(float64(len(b.nodes))))))), loose))
	b.seating = s.seat(b, s.named(b, columns), false)
	if g := s.newGrid(b, columns, b.across, false, inside, s.dear()); len(b.nodes) <= maxSettled {
		g.settle()
		b.seating = s.seat(b, s.named(b, g.columns(b.rows)), false)
	}
	b.seatings = []seating{b.seating}
	if further {
		s.grids(b, tied, loose, inside)
	}
}

// dear is what an edge inside a block costs that does not lead to the right.
func (s *scene) dear() float64 {
	if len(s.nodes) > maxWhole {
		return costCrowded
	}
	return costAgainst
}

// maxSettled is up to how many nodes of a block change their seats until few edges
// in it are in trouble.
const maxSettled = 60

// level makes columns of one height, shorter ones in the middle.
func level(columns [][]int) [][]int {
	rows := 0
	for _, column := range columns {
		rows = max(rows, len(column))
	}
	var all [][]int
	for _, column := range columns {
		seats := slices.Repeat([]int{-1}, rows)
		copy(seats[(rows-len(column))/2:], column)
		all = append(all, seats)
	}
	return all
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
func (s *scene) addLoose(b *block, columns [][]int, loose []int) [][]int {
	room := make([]int, len(columns)) // by column: how many are seated in it
	for c, column := range columns {
		room[c] = len(column)
	}
	for range loose {
		tallest, shortest := 0, -1
		for c, n := range room {
			tallest = max(tallest, n)
			if shortest < 0 || n < room[shortest] {
				shortest = c
			}
		}
		full := shortest < 0 || room[shortest] == tallest
		wider := float64(len(room))*s.gauge.column <= 1.2*float64(tallest)*s.gauge.row(b.text)
		if full && wider {
			room = append(room, 1)
		} else {
			room[shortest]++
		}
	}
	columns = append(columns, make([][]int, len(room)-len(columns))...)
	var free [][2]int // column and row
	for c, n := range room {
		for r := len(columns[c]); r < n; r++ {
			free = append(free, [2]int{c, r})
		}
		columns[c] = append(columns[c], make([]int, n-len(columns[c]))...)
	}
	for k, at := range s.deal(b, loose, free) {
		columns[free[at][0]][free[at][1]] = loose[k]
	}
	return columns
}

// deal gives those without calls seats such that few change theirs when one comes
// or goes or there is a seat more: each takes the free seat that its name draws.
func (s *scene) deal(b *block, loose []int, free [][2]int) []int {
	lot := func(k int, of ...int) uint64 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(s.nodes[b.nodes[k]].ID)) // a hash does not fail
		_, _ = h.Write(fmt.Append(nil, of))
		sum := h.Sum64() // whose high bits say little of the last letters
		sum ^= sum >> 33
		sum *= 0xff51afd7ed558ccd
		return sum ^ sum>>33
	}
	order := make([]int, len(loose))
	for k := range order {
		order[k] = k
	}
	first := make([]uint64, len(loose))
	for k, v := range loose {
		first[k] = lot(v)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(first[a], first[b]) })
	taken, given := make([]bool, len(free)), make([]int, len(loose))
	for _, k := range order {
		best, least := -1, uint64(0)
		for at, seat := range free {
			if l := lot(loose[k], seat[0], seat[1]); !taken[at] && (best < 0 || l < least) {
				best, least = at, l
			}
		}
		taken[best], given[k] = true, best
	}
	return given
}
