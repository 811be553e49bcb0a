package arrange

import (
	"math"
)

// shape is one way to put a cluster's blocks into columns.
type shape struct {
	columns [][]*block
	seats   map[*block]int // its seating
	extent
}

// shapes lists the ways to put a cluster's blocks into columns that are worth a look.
func (s *scene) shapes(c *cluster, f *flow) []shape {
	total, tallest := 0.0, 0.0
	for _, b := range c.blocks {
		total += b.height + boxGapDown
		tallest = max(tallest, b.height)
	}
	var all []shape
	tried := 0.0
	add := func(columns [][]*block) {
		tried++
		for _, sh := range s.shapesOf(c, f, columns, tried*dislikeLater+dislikeShape*math.Abs(float64(len(columns))-math.Ceil(math.Sqrt(float64(len(c.blocks)))))) {
			if !beaten(sh, all) {
				all = append(all, sh)
			}
		}
	}
	for room := tallest; room < total*1.15; room *= 1.15 {
		add(f.columns(room, false))
		add(f.columns(room, true))
	}
	if len(c.blocks) <= maxGroups {
		f.groups(add)
	}
	return all
}

// shapesOf measures columns, with the blocks in them seated in all ways that differ.
func (s *scene) shapesOf(c *cluster, f *flow, columns [][]*block, dislike float64) []shape {
	at := map[*block]int{}
	for k, column := range columns {
		for _, b := range column {
			at[b] = k
		}
	}
	for _, call := range f.calls {
		if at[call[0]] >= at[call[1]] {
			dislike += dislikeAgainst
		}
	}
	stacks := make([][]stack, len(columns))
	var heights []float64
	for k, column := range columns {
		stacks[k] = stacksOf(column)
		for _, st := range stacks[k] {
			heights = append(heights, st.height)
		}
	}
	return unbeaten(heights, func(height, price float64) (shape, bool) {
		sh := shape{columns: columns, seats: map[*block]int{}, extent: extent{dislike: dislike}}
		ok := s.choose(c, &sh, stacks, height, price)
		return sh, ok
	})
}

// choose seats the blocks of a cluster such that its columns are no higher than
// given and, together with the calls that do not lead to the right, as narrow as
// they can be. It reports whether there is a way.
func (s *scene) choose(c *cluster, sh *shape, stacks [][]stack, most, price float64) bool {
	width, height := -boxGap+0.0, 0.0
	for _, ways := range stacks {
		best, least := -1, math.Inf(1)
		for k, st := range ways {
			if cost := st.width + price*st.dislike; st.height <= most && cost < least {
				best, least = k, cost
			}
		}
		if best < 0 {
			return false
		}
		st := ways[best]
		width, height = width+st.width+boxGap, max(height, st.height)
		sh.dislike += st.dislike
		for i, b := range st.blocks {
			sh.seats[b] = st.seats[i]
		}
	}
	sh.width, sh.height = s.framed(c, width, height)
	return true
}

// stack is one way to seat the nodes of all blocks of a column.
type stack struct {
	blocks []*block
	seats  []int
	extent
}

// stacksOf lists the ways to seat a column that are worth a look.
func stacksOf(column []*block) []stack {
	var widths []float64
	for _, b := range column {
		for _, t := range b.seatings {
			widths = append(widths, t.width)
		}
	}
	return unbeaten(widths, func(width, price float64) (stack, bool) { return stackOf(column, width, price) })
}

// stackOf seats a column no wider than given.
func stackOf(column []*block, width, price float64) (stack, bool) {
	st := stack{blocks: column, extent: extent{height: -boxGapDown}}
	for _, b := range column {
		best, least := -1, math.Inf(1)
		for k, t := range b.seatings {
			if cost := t.height + price*t.dislike(); t.width <= width && cost < least {
				best, least = k, cost
			}
		}
		if best < 0 {
			return stack{}, false
		}
		t := b.seatings[best]
		st.seats = append(st.seats, best)
		st.width, st.height, st.dislike = max(st.width, t.width), st.height+t.height+boxGapDown, st.dislike+t.dislike()
	}
	return st, true
}
