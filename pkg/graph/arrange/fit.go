package arrange

import (
	"cmp"
	"math"
	"slices"
)

// fit chooses the shapes of clusters and stacks them in columns. If it can, it does
// so without looking at how large other clusters are, so that what happens in one
// moves no other far (even.go). Where that is too large to be seen whole, all are
// looked at together.
func (s *scene) fit(flows map[*cluster]*flow) [][]*cluster {
	shapes := map[*cluster][]shape{}
	for _, c := range s.clusters {
		shapes[c] = s.shapes(c, flows[c])
	}
	right := s.even(shapes)
	if s.further && right.scale > 1 {
		right = s.smallest(shapes)
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

// What is disliked about a way to arrange things, besides its size. What comes later
// in a fixed order is disliked a little more, so that there are no ties.
const (
	dislikeAgainst = 1   // a call that could go to the right and does not
	dislikeInside  = 3   // one inside a block
	dislikeOther   = 0.4 // another seating than the usual one
	dislikeLater   = 0.01
	dislikeShape   = 0.3 // a column of blocks more or less than would make a square
)

// maxStack is how many clusters stand on top of each other at most.
const maxStack = 8

// pile is one way to put neighbouring clusters on top of each other.
type pile struct {
	shapes []shape
	extent
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
	first := math.Ceil(math.Log(area/(viewWidth*viewHeight)) / 2 / math.Log(scaleStep))
	// The same steps for every graph, so that a small change seldom takes another one.
	for step := max(first, 0); ; step++ {
		scale := math.Pow(scaleStep, step)
		if p, ok := s.stack(piles, viewWidth*scale-besides, viewHeight*scale); ok {
			p.scale = scale
			return p
		}
	}
}

// end is one way to place the first so many clusters.
type end struct {
	width, dislike float64
	from           int // how many of them stand in the columns before the last
	before         int // the way to place those
	shapes         []shape
}

// maxEnds bounds the ways that are kept in mind.
const maxEnds = 100

// stack cuts the row of clusters into columns no higher and together no wider than
// given. Of all ways it takes the first by dislike, not the smallest: many are about
// as small, and which is the smallest changes with every node.
func (s *scene) stack(piles [][][]pile, width, height float64) (plan, bool) {
	n := len(s.clusters)
	ends := make([][]end, n+1) // by how many clusters are placed
	ends[0] = []end{{width: -farGap}}
	for to := 1; to <= n; to++ {
		for from := to - 1; from >= max(0, to-maxStack); from-- {
			for _, p := range piles[from][to-from-1] {
				if p.height > height {
					continue
				}
				for k, e := range ends[from] {
					if w := e.width + farGap + p.width; w <= width {
						ends[to] = append(ends[to], end{w, e.dislike + p.dislike, from, k, p.shapes})
					}
				}
			}
		}
		ends[to] = best(ends[to])
	}
	if len(ends[n]) == 0 {
		return plan{}, false
	}
	p := plan{shapes: map[*cluster]shape{}}
	for to, k := n, len(ends[n])-1; to > 0; {
		e := ends[to][k]
		p.columns = append(p.columns, s.clusters[e.from:to])
		for i, c := range s.clusters[e.from:to] {
			p.shapes[c] = e.shapes[i]
		}
		to, k = e.from, e.before
	}
	slices.Reverse(p.columns)
	return p, true
}

// best keeps the ways that no other is better than in width and dislike, the
// narrowest first.
func best(ends []end) []end {
	slices.SortStableFunc(ends, func(a, b end) int {
		return cmp.Or(cmp.Compare(a.width, b.width), cmp.Compare(a.dislike, b.dislike))
	})
	var kept []end
	for _, e := range ends {
		if len(kept) == 0 || e.dislike < kept[len(kept)-1].dislike {
			kept = append(kept, e)
		}
	}
	for len(kept) > maxEnds { // every second one, and the narrowest
		var some []end
		for k, e := range kept {
			if k%2 == 0 {
				some = append(some, e)
			}
		}
		kept = some
	}
	return kept
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
	return unbeaten(widths, func(width, price float64) (pile, bool) { return pileOf(of, width, price) })
}

// pileOf piles clusters up no wider than given.
func pileOf(of [][]shape, width, price float64) (pile, bool) {
	p := pile{extent: extent{height: -farGapDown}}
	for _, shapes := range of {
		best, least := -1, math.Inf(1)
		for k, sh := range shapes {
			if cost := sh.height + price*sh.dislike; sh.width <= width && cost < least {
				best, least = k, cost
			}
		}
		if best < 0 {
			return pile{}, false
		}
		sh := shapes[best]
		p.shapes = append(p.shapes, sh)
		p.width, p.height, p.dislike = max(p.width, sh.width), p.height+sh.height+farGapDown, p.dislike+sh.dislike
	}
	return p, true
}
