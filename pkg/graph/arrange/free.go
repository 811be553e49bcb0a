package arrange

import (
	"cmp"
	"slices"
)

// placeFree puts callers of no cluster left of all and other nodes of no cluster
// right of all, each as near as can be to the height of whom it talks to.
func (s *scene) placeFree() {
	area := s.area()
	for _, b := range []*block{s.callers, s.others} {
		if b == nil {
			continue
		}
		width := s.widest(b) + freeGap
		columns := s.freeColumns(b, area)
		for k, column := range columns {
			x := area.Left - width*float64(len(columns)-k) + width/2 - freeGap/2
			if b == s.others {
				x = area.Right + width*float64(k+1) - width/2 + freeGap/2
			}
			for i, y := range s.heights(b, column, area) {
				s.at[column[i]] = Point{x, y}
			}
		}
	}
}

// area is the rectangle around all clusters, and no less high than what is seen
// at once.
func (s *scene) area() Rect {
	var area Rect
	for k, c := range s.clusters {
		if k == 0 {
			area = c.rect
		}
		area = area.with(c.rect)
	}
	more := max(0, viewHeight-(area.Bottom-area.Top)) / 2
	area.Top, area.Bottom = area.Top-more, area.Bottom+more
	return area
}

// freeWidth is how much of the picture's width nodes of no cluster take.
func (s *scene) freeWidth() float64 {
	width := 0.0
	for _, b := range []*block{s.callers, s.others} {
		if b != nil {
			room := max(1, int(viewHeight/s.gauge.row(b.text)))
			columns := (len(b.nodes) + room - 1) / room
			width += float64(columns) * (s.widest(b) + freeGap)
		}
	}
	return width
}

// widest is how much of the width a column of a block's nodes takes.
func (s *scene) widest(b *block) float64 {
	width := 2 * s.gauge.radius
	for _, i := range b.nodes {
		width = max(width, s.gauge.lane(s.nodes[i].Width))
	}
	return width
}

// freeColumns deals free nodes out to as many columns as the height asks for.
func (s *scene) freeColumns(b *block, area Rect) [][]int {
	sorted := slices.Clone(b.nodes)
	slices.SortStableFunc(sorted, func(a, b int) int { return cmp.Compare(s.wanted(a, area), s.wanted(b, area)) })
	room := max(1, int((area.Bottom-area.Top)/s.gauge.row(b.text)))
	n := (len(sorted) + room - 1) / room
	columns := make([][]int, n)
	for k, i := range sorted {
		columns[k%n] = append(columns[k%n], i)
	}
	return columns
}

// wanted is the mean height of those a free node talks to.
func (s *scene) wanted(i int, area Rect) float64 {
	sum, n := 0.0, 0
	for _, of := range [][]int{s.out[i], s.in[i]} {
		for _, j := range of {
			if s.nodes[j].Cluster != "" {
				sum, n = sum+s.at[j].Y, n+1
			}
		}
	}
	if n == 0 {
		return (area.Top + area.Bottom) / 2
	}
	return sum / float64(n)
}

// heights keeps the nodes of a column apart and, when it can, within the area.
func (s *scene) heights(b *block, column []int, area Rect) []float64 {
	top, bottom := area.Top+s.gauge.radius, area.Bottom-s.gauge.below(b.text)
	y := make([]float64, len(column))
	for k, i := range column {
		y[k] = max(s.wanted(i, area), top+float64(k)*s.gauge.row(b.text))
		if k > 0 {
			y[k] = max(y[k], y[k-1]+s.gauge.row(b.text))
		}
	}
	for k := len(y) - 1; k >= 0; k-- {
		y[k] = max(min(y[k], bottom-float64(len(y)-1-k)*s.gauge.row(b.text)), top+float64(k)*s.gauge.row(b.text))
	}
	return y
}
