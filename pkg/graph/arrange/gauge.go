package arrange

import "math"

// What the panel draws, in pixels.
const (
	defaultRadius = 27
	maxRadius     = 100
	maxText       = 140 // longer lines end in an ellipsis
	textStep      = 10
	textTop       = 5  // from the circle down to the text
	oneLine       = 16 // of text
	twoLines      = 30
)

// Room around boxes, in pixels. A box's name stands on its upper side, with a
// dot 14 above and the second line below.
const (
	boxHead     = 24 // from a box's upper side to the circles in it
	boxHeadMore = 36 // the same when there are boxes in it, whose names need room too
	boxSide     = 5
	boxFoot     = 4
	boxGap      = 10 // between namespaces, across
	boxGapDown  = 16
	farGap      = 14 // between clusters, across
	farGapDown  = 18
	freeGap     = 28  // between clusters and nodes of no cluster
	minBox      = 142 // a box is as wide as its name may be
)

// The part of the panel that is seen at once.
const viewWidth, viewHeight = 1200, 700

// gauge is how far apart things stand.
type gauge struct {
	radius  float64
	air     float64 // how much more than the least room there is
	stagger float64 // how much lower every second column stands
	column  float64 // the least from a column to the next
	between float64 // the least from one node's text to the circles beside it
	spare   float64 // room left free on all sides in a box
}

// airy is up to how many nodes a graph has more air than it needs.
const airy = 24

// newGauge gives small graphs air. It goes by the number of nodes in coarse
// steps, so that few changes move everything.
func newGauge(radius float64, nodes int) gauge {
	if !(radius > 0 && radius <= maxRadius) {
		radius = defaultRadius
	}
	air := 1.0
	switch {
	case nodes <= 12:
		air = 1.5
	case nodes <= airy:
		air = 1.15
	case nodes <= 32:
		air = 1.07
	}
	return gauge{
		radius:  radius,
		air:     air,
		stagger: twoLines*air + 2,
		column:  (2*radius + 28) * air,
		between: 4 * air,
		spare:   50 * (air - 1),
	}
}

// text is how wide a node's text is drawn.
func (gauge) text(width float64) float64 {
	if !(width > 0) || width > maxText {
		return maxText
	}
	return width
}

// lane is how much width a node's text is given: in steps, so that a name that
// comes or goes seldom moves the columns beside it.
func (g gauge) lane(width float64) float64 {
	return math.Ceil(g.text(width)/textStep) * textStep
}

// footprint is the rectangle around a node's circle and text.
func (g gauge) footprint(at Point, n Node) Rect {
	half := max(g.radius, g.text(n.Width)/2)
	return Rect{at.X - half, at.Y - g.radius, at.X + half, at.Y + g.below(n.lines())}
}

// below is how far a node with so high a text reaches down from its middle.
func (g gauge) below(text float64) float64 { return g.radius + textTop + text }

// tall is how high a node with so high a text is.
func (g gauge) tall(text float64) float64 { return g.radius + g.below(text) }

// row is how far it is from a node to the one below.
func (g gauge) row(text float64) float64 { return g.tall(text)*g.air + 2 }

// lines is how high a node's text is.
func (n Node) lines() float64 {
	if n.Lines == 1 {
		return oneLine
	}
	return twoLines
}
