package arrange

import (
	"math"
	"slices"
)

// pack puts blocks into their clusters and clusters beside each other.
func (s *scene) pack() {
	if len(s.clusters) > 0 {
		flows := s.flows()
		s.orderClusters()
		columns := s.fit(flows)
		s.placeClusters(columns)
	}
	s.placeFree()
}

// frame is the room between a cluster's sides and its blocks.
func (s *scene) frame(c *cluster) (side, head, foot float64) {
	switch {
	case !c.boxed:
		return 0, 0, 0
	case slices.ContainsFunc(c.blocks, func(b *block) bool { return b.boxed }):
		return boxSide + 2, boxHeadMore, boxFoot + 4
	}
	return boxSide, boxHead, boxFoot
}

// placeClusters gives clusters and blocks their places. Boxes in one column are
// of one width, and all columns of one height.
func (s *scene) placeClusters(columns [][]*cluster) {
	tallest := 0.0
	heights := make([]float64, len(columns))
	for k, column := range columns {
		heights[k] = -farGapDown
		for _, c := range column {
			_, h := s.measure(c, c.columns)
			heights[k] += h + farGapDown
		}
		tallest = max(tallest, heights[k])
	}
	x := 0.0
	for k, column := range columns {
		widest, y := 0.0, 0.0
		for _, c := range column {
			w, _ := s.measure(c, c.columns)
			widest = max(widest, w)
		}
		more := (tallest - heights[k]) / float64(len(column))
		for _, c := range column {
			_, h := s.measure(c, c.columns)
			c.rect = Rect{x, y, x + widest, y + h + more}
			s.placeBlocks(c)
			y = c.rect.Bottom + farGapDown
		}
		x += widest + farGap
	}
}

// measure is how large a cluster with its blocks in such columns must be.
func (s *scene) measure(c *cluster, columns [][]*block) (width, height float64) {
	for _, column := range columns {
		w, h := sizeOf(column)
		width += w + boxGap
		height = max(height, h)
	}
	return s.framed(c, width-boxGap, height)
}

// framed is how large a cluster must be that holds so much.
func (s *scene) framed(c *cluster, width, height float64) (outerWidth, outerHeight float64) {
	side, head, foot := s.frame(c)
	width, height = width+2*side, height+head+foot
	if c.boxed {
		width = max(width, minBox)
	}
	return width, height
}

// sizeOf is how large a column of blocks is.
func sizeOf(column []*block) (width, height float64) {
	height = -boxGapDown
	for _, b := range column {
		width = max(width, b.width)
		height += b.height + boxGapDown
	}
	return width, height
}

// placeBlocks puts a cluster's blocks into the middle of its box.
func (s *scene) placeBlocks(c *cluster) {
	_, head, foot := s.frame(c)
	need, _ := s.measure(c, c.columns)
	side, _, _ := s.frame(c)
	x := c.rect.Left + side + (c.rect.Right-c.rect.Left-need)/2
	for _, column := range c.columns {
		w, h := sizeOf(column)
		y := c.rect.Top + head + math.Max(0, c.rect.Bottom-c.rect.Top-head-foot-h)/2
		for _, b := range column {
			b.left, b.top = x+(w-b.width)/2, y
			s.settle(b)
			y += b.height + boxGapDown
		}
		x += w + boxGap
	}
}
