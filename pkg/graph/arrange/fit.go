package arrange

import (
	"math"
	"slices"
)

// shape is one way to put a cluster's blocks into columns.
type shape struct {
	columns       [][]*block
	seats         map[*block]int // its seating
	width, height float64
	against       int // calls between its blocks that could all go to the right, and do not
}

// fit chooses the shapes of clusters and stacks them in columns, in the smallest
// picture of the panel's proportions in which all calls between namespaces that
// can go to the right do. When that picture cannot be seen whole and one with
// namespaces below those that call them can, or is a lot smaller, it takes that.
func (s *scene) fit(flows map[*cluster]*flow) [][]*cluster {
	strict, all := map[*cluster][]shape{}, map[*cluster][]shape{}
	for _, c := range s.clusters {
		for _, sh := range s.shapes(c, flows[c]) {
			all[c] = append(all[c], sh)
			if sh.against == 0 {
				strict[c] = append(strict[c], sh)
			}
		}
	}
	right := plan{scale: math.Inf(1)}
	if !s.further {
		right = s.smallest(strict)
	}
	if right.scale > 1 {
		if down := s.smallest(all); down.scale <= 1 || down.scale*1.25 < right.scale {
			right = down
		}
	}
	for c, sh := range right.shapes {
		c.columns = sh.columns
		for b, k := range sh.seats {
			b.seating = b.seatings[k]
		}
	}
	s.scale = right.scale
	return right.columns
}

// plan is a way to arrange all clusters.
type plan struct {
	shapes  map[*cluster]shape
	columns [][]*cluster
	scale   float64 // of what is seen at once
}

// scaleStep is how much larger than the last the next picture tried is.
const scaleStep = 1.1

// maxStack is how many clusters stand on top of each other at most.
const maxStack = 8

// pile is one way to put neighbouring clusters on top of each other.
type pile struct {
	shapes        []shape
	width, height float64
	against       int
}

// smallest finds the smallest scale at which the clusters find room.
func (s *scene) smallest(shapes map[*cluster][]shape) plan {
	n := len(s.clusters)
	piles := make([][][]pile, n) // by first cluster and by how many more
	area := 0.0
	for from := range piles {
		for to := from + 1; to <= min(n, from+maxStack); to++ {
			of := make([][]shape, 0, maxStack)
			for _, c := range s.clusters[from:to] {
				of = append(of, shapes[c])
			}
			piles[from] = append(piles[from], pilesOf(of))
		}
		least := math.Inf(1)
		for _, p := range piles[from][0] {
			least = min(least, p.width*p.height)
		}
		area += least
	}
	besides := s.freeWidth()
	first := math.Floor(math.Log(area/(viewWidth*viewHeight)) / 2 / math.Log(scaleStep))
	if s.further { // what the view has room for is used
		first = max(first, 0)
	}
	// The same steps for every graph, so that a small change seldom takes another one.
	for step := first; ; step++ {
		scale := math.Pow(scaleStep, step)
		for _, price := range []float64{240, 60, 15, 0} { // of a call that does not lead to the right, in pixels
			p, width := s.stack(piles, viewHeight*scale, price)
			if width+besides <= viewWidth*scale {
				p.scale = scale
				return p
			}
		}
	}
}

// stack cuts the row of clusters into columns no higher than given, such that
// they take the least width together. The width is infinite when there is no way.
func (s *scene) stack(piles [][][]pile, height, price float64) (plan, float64) {
	n := len(s.clusters)
	type end struct {
		cost, width float64
		from        int
		shapes      []shape
	}
	best := make([]end, n+1) // by how many clusters are placed
	for to := 1; to <= n; to++ {
		best[to].cost = math.Inf(1)
		best[to].width = math.Inf(1)
		for from := to - 1; from >= max(0, to-maxStack); from-- {
			for _, p := range piles[from][to-from-1] {
				cost := best[from].cost + p.width + farGap + price*float64(p.against)
				if p.height <= height && cost < best[to].cost {
					best[to] = end{cost, best[from].width + p.width + farGap, from, p.shapes}
				}
			}
		}
	}
	p := plan{shapes: map[*cluster]shape{}}
	for to := n; to > 0 && best[to].shapes != nil; to = best[to].from {
		from := best[to].from
		p.columns = append(p.columns, s.clusters[from:to])
		for k, c := range s.clusters[from:to] {
			p.shapes[c] = best[to].shapes[k]
		}
	}
	slices.Reverse(p.columns)
	return p, best[n].width - farGap
}

// pilesOf lists the ways to pile clusters up, by the shapes each can have: for
// every width that makes a difference, the lowest.
func pilesOf(of [][]shape) []pile {
	var widths []float64
	for _, shapes := range of {
		for _, sh := range shapes {
			widths = append(widths, sh.width)
		}
	}
	slices.Sort(widths)
	var all []pile
	for _, width := range slices.Compact(widths) {
		for _, price := range prices {
			p, ok := pileOf(of, width, price)
			if ok && !slices.ContainsFunc(all, func(o pile) bool {
				return o.width <= p.width && o.height <= p.height && o.against <= p.against
			}) {
				all = append(all, p)
			}
		}
	}
	return all
}

// pileOf piles clusters up no wider than given.
func pileOf(of [][]shape, width, price float64) (pile, bool) {
	p := pile{height: -farGapDown}
	for _, shapes := range of {
		best, least := -1, math.Inf(1)
		for k, sh := range shapes {
			if cost := sh.height + price*float64(sh.against); sh.width <= width && cost < least {
				best, least = k, cost
			}
		}
		if best < 0 {
			return pile{}, false
		}
		sh := shapes[best]
		p.shapes = append(p.shapes, sh)
		p.width, p.height, p.against = max(p.width, sh.width), p.height+sh.height+farGapDown, p.against+sh.against
	}
	return p, true
}

// shapes lists the ways to put a cluster's blocks into columns that are worth a look.
func (s *scene) shapes(c *cluster, f *flow) []shape {
	total, tallest := 0.0, 0.0
	for _, b := range c.blocks {
		total += b.height + boxGapDown
		tallest = max(tallest, b.height)
	}
	var all []shape
	add := func(columns [][]*block) {
		for _, sh := range s.shapesOf(c, f, columns) {
			if !slices.ContainsFunc(all, sh.beatenBy) {
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
func (s *scene) shapesOf(c *cluster, f *flow, columns [][]*block) []shape {
	at := map[*block]int{}
	for k, column := range columns {
		for _, b := range column {
			at[b] = k
		}
	}
	against := 0
	for _, call := range f.calls {
		if at[call[0]] >= at[call[1]] {
			against++
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
	slices.Sort(heights)
	var all []shape
	for _, height := range slices.Compact(heights) {
		for _, price := range prices {
			sh := shape{columns: columns, seats: map[*block]int{}, against: against}
			if s.choose(c, &sh, stacks, height, price) && !slices.ContainsFunc(all, sh.beatenBy) {
				all = append(all, sh)
			}
		}
	}
	return all
}

// prices are what a call that does not lead to the right may cost, in pixels.
var prices = []float64{60, 0}

// choose seats the blocks of a cluster such that its columns are no higher than
// given and, together with the calls that do not lead to the right, as narrow as
// they can be. It reports whether there is a way.
func (s *scene) choose(c *cluster, sh *shape, stacks [][]stack, most, price float64) bool {
	width, height := -boxGap+0.0, 0.0
	for _, ways := range stacks {
		best, least := -1, math.Inf(1)
		for k, st := range ways {
			if cost := st.width + price*float64(st.against); st.height <= most && cost < least {
				best, least = k, cost
			}
		}
		if best < 0 {
			return false
		}
		st := ways[best]
		width, height = width+st.width+boxGap, max(height, st.height)
		sh.against += st.against
		for i, b := range st.blocks {
			sh.seats[b] = st.seats[i]
		}
	}
	sh.width, sh.height = s.framed(c, width, height)
	return true
}

// stack is one way to seat the nodes of all blocks of a column.
type stack struct {
	blocks        []*block
	seats         []int
	width, height float64
	against       int
}

// stacksOf lists the ways to seat a column that are worth a look.
func stacksOf(column []*block) []stack {
	var widths []float64
	for _, b := range column {
		for _, t := range b.seatings {
			widths = append(widths, t.width)
		}
	}
	slices.Sort(widths)
	var all []stack
	for _, width := range slices.Compact(widths) {
		for _, price := range prices {
			st, ok := stackOf(column, width, price)
			if ok && !slices.ContainsFunc(all, func(o stack) bool {
				return o.width <= st.width && o.height <= st.height && o.against <= st.against
			}) {
				all = append(all, st)
			}
		}
	}
	return all
}

// stackOf seats a column no wider than given.
func stackOf(column []*block, width, price float64) (stack, bool) {
	st := stack{blocks: column, height: -boxGapDown}
	for _, b := range column {
		best, least := -1, math.Inf(1)
		for k, t := range b.seatings {
			if cost := t.height + price*float64(t.against); t.width <= width && cost < least {
				best, least = k, cost
			}
		}
		if best < 0 {
			return stack{}, false
		}
		t := b.seatings[best]
		st.seats = append(st.seats, best)
		st.width, st.height, st.against = max(st.width, t.width), st.height+t.height+boxGapDown, st.against+t.against
	}
	return st, true
}

// beatenBy reports whether another shape is as good in every way.
func (sh shape) beatenBy(other shape) bool {
	return other.width <= sh.width && other.height <= sh.height && other.against <= sh.against
}
