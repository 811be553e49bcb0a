package arrange

import (
	"cmp"
	"math"
	"slices"
)

// shape is one way to put a cluster's blocks into columns.
type shape struct {
	columns       [][]*block
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
	right := s.smallest(strict)
	if right.scale > 1 {
		if down := s.smallest(all); down.scale <= 1 || down.scale*1.25 < right.scale {
			right = down
		}
	}
	for c, sh := range right.shapes {
		c.columns = sh.columns
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
	// The same steps for every graph, so that a small change seldom takes another one.
	for step := math.Floor(math.Log(area/(viewWidth*viewHeight)) / 2 / math.Log(scaleStep)); ; step++ {
		scale := math.Pow(scaleStep, step)
		for _, price := range []float64{60, 0} { // of a call that goes down, in pixels
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
		p := pile{width: width, height: -farGapDown}
		for _, shapes := range of {
			lowest := -1
			for k, sh := range shapes {
				if sh.width <= width && (lowest < 0 || cmp.Or(cmp.Compare(sh.height, shapes[lowest].height), cmp.Compare(sh.against, shapes[lowest].against)) < 0) {
					lowest = k
				}
			}
			if lowest < 0 {
				break
			}
			p.shapes = append(p.shapes, shapes[lowest])
			p.height += shapes[lowest].height + farGapDown
			p.against += shapes[lowest].against
		}
		if len(p.shapes) == len(of) && (len(all) == 0 || p.height < all[len(all)-1].height) {
			all = append(all, p)
		}
	}
	return all
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
		if sh := s.shape(c, f, columns); !slices.ContainsFunc(all, sh.beatenBy) {
			all = append(all, sh)
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

// shape measures columns.
func (s *scene) shape(c *cluster, f *flow, columns [][]*block) shape {
	sh := shape{columns: columns}
	sh.width, sh.height = s.measure(c, columns)
	at := map[*block]int{}
	for k, column := range columns {
		for _, b := range column {
			at[b] = k
		}
	}
	for _, call := range f.calls {
		if at[call[0]] >= at[call[1]] {
			sh.against++
		}
	}
	return sh
}

// beatenBy reports whether another shape is as good in every way.
func (sh shape) beatenBy(other shape) bool {
	return other.width <= sh.width && other.height <= sh.height && other.against <= sh.against
}
