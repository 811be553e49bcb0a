package arrange

import "math"

// even stacks clusters in columns by their number alone, and gives each the shape
// that is best for its share of a height that goes by the number of nodes in coarse
// steps.
func (s *scene) even(shapes map[*cluster][]shape) plan {
	if len(s.nodes) > maxWhole {
		return s.evenIn(s.usualColumns(), evenPrice/4, shapes)
	}
	usual := s.evenIn(s.usualColumns(), evenPrice, shapes)
	if usual.scale <= 1 {
		return usual
	}
	for price := float64(evenPrice); price >= 1; price /= 1.5 {
		for columns := min(len(s.clusters), 2*maxBeside); columns > 0; columns-- {
			if p := s.evenIn(columns, price, shapes); p.scale <= 1 {
				return p
			}
		}
	}
	return usual
}

// evenIn stacks clusters in so many columns.
func (s *scene) evenIn(columns int, price float64, shapes map[*cluster][]shape) plan {
	p := plan{shapes: map[*cluster]shape{}}
	high, n := s.height(), len(s.clusters)
	width, height := s.freeWidth()-farGap, 0.0
	for k := range columns {
		column := s.clusters[(k*n+columns-1)/columns : ((k+1)*n+columns-1)/columns]
		widest, sum := 0.0, -farGapDown+0.0
		share := (high - farGapDown*float64(len(column)-1)) / float64(len(column))
		for _, c := range column {
			sh := within(shapes[c], share, price)
			p.shapes[c] = sh
			widest, sum = max(widest, sh.width), sum+sh.height+farGapDown
		}
		p.columns = append(p.columns, column)
		width, height = width+widest+farGap, max(height, sum)
	}
	p.scale = max(width/viewWidth, height/viewHeight)
	return p
}

// usualColumns is in how many columns clusters are stacked.
func (s *scene) usualColumns() int {
	n := len(s.clusters)
	if n <= maxBeside {
		return n
	}
	columns := int(math.Ceil(math.Sqrt(1.2 * float64(n))))
	rows := (n + columns - 1) / columns
	return (n + rows - 1) / rows
}

// maxBeside is up to how many clusters stand side by side.
const maxBeside = 3

// heightStep is how much higher than the last the next picture is.
const heightStep = 1.2

// nodeRoom is about how much room a node takes with its share of boxes, in square
// pixels.
const nodeRoom = 24_000

// height is how high the picture may be: what is seen at once, or more when there
// are so many nodes that they are not seen at once anyway.
func (s *scene) height() float64 {
	step := math.Ceil(math.Log(float64(len(s.nodes))*nodeRoom/(viewWidth*viewHeight)) / 2 / math.Log(heightStep))
	if len(s.nodes) <= maxWhole {
		step = 0
	}
	return viewHeight * math.Pow(heightStep, max(0, step))
}

// within is the best shape no higher than given, or the lowest.
func within(shapes []shape, height, price float64) shape {
	best, least := -1, math.Inf(1)
	for k, sh := range shapes {
		if cost := sh.width + price*sh.dislike; sh.height <= height && cost < least {
			best, least = k, cost
		}
	}
	for k, sh := range shapes {
		if best < 0 || (least == math.Inf(1) && sh.height < shapes[best].height) {
			best = k
		}
	}
	return shapes[best]
}

// evenPrice is what a unit of dislike may cost, in pixels.
const evenPrice = 400
