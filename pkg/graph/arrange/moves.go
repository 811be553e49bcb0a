package arrange

import (
	"math"
	"slices"
)

// What a move must save.
const (
	priceBox    = 1
	priceInside = 3
)

// swaps lists the other seats of a node's block.
func (r *refiner) swaps(n int, b *block) []move {
	var all []move
	c, k := seatOf(b, n)
	for to := range b.columns {
		for row := range b.rows {
			if to != c || row != k {
				all = r.swap(all, b, [2]int{c, k}, [2]int{to, row})
			}
		}
	}
	return all
}

// seatOf finds a node's column and row.
func seatOf(b *block, n int) (column, row int) {
	for c := range b.columns {
		if r := slices.Index(b.columns[c], n); r >= 0 {
			return c, r
		}
	}
	return -1, -1
}

// swap adds the move that two seats change what sits in them, if both have room
// there.
func (r *refiner) swap(all []move, b *block, from, to [2]int) []move {
	var nodes []int
	var was []Point
	for _, seat := range [][2]int{from, to} {
		if i := b.columns[seat[0]][seat[1]]; i >= 0 {
			nodes, was = append(nodes, i), append(was, r.off[i])
		}
	}
	change := func() {
		b.columns[from[0]][from[1]], b.columns[to[0]][to[1]] = b.columns[to[0]][to[1]], b.columns[from[0]][from[1]]
	}
	do := func() {
		change()
		for _, i := range nodes {
			r.off[i] = Point{}
		}
		r.settle(b)
	}
	undo := func() {
		change()
		for k, i := range nodes {
			r.off[i] = was[k]
		}
		r.settle(b)
	}
	room := r.room(b)
	do()
	roomy := true
	for _, i := range nodes {
		roomy = roomy && r.alone(i, r.at[i], b) && room.holds(r.gauge.footprint(r.at[i], r.nodes[i]))
	}
	undo()
	if !roomy {
		return all
	}
	return append(all, move{nodes, 2 * priceInside, do, undo})
}

// steps are the distances of small moves, in pixels.
var steps = []float64{-108, -84, -60, -48, -36, -24, -12, 12, 24, 36, 48, 60, 84, 108}

// nudge is how far from its seat a node may stand, in pixels.
var nudge = []float64{-36, -24, -12, 0, 12, 24, 36}

// slides are how far from its place a block may stand, in pixels: less than a circle
// is wide.
var slides = []float64{-96, -72, -48, -36, -24, -12, 0, 12, 24, 36, 48, 72, 96}

// slide lists places of a block close to where it is, within its cluster and clear
// of the cluster's other blocks.
func (r *refiner) slide(b *block) []move {
	var all []move
	from := Point{b.left, b.top}
	put := func(to Point) func() {
		return func() {
			b.left, b.top = to.X, to.Y
			r.settle(b)
		}
	}
	for _, d := range slides {
		for _, to := range []Point{{from.X, r.place[b].Y + d}, {r.place[b].X + d, from.Y}} {
			if to != from && r.fits(b, b.rect().shifted(Point{to.X - from.X, to.Y - from.Y})) {
				all = append(all, move{b.nodes, priceBox, put(to), put(from)})
			}
		}
	}
	return all
}

// fits reports whether a block may stand there.
func (r *refiner) fits(b *block, there Rect) bool {
	c := r.of[b]
	side, head, foot := r.frame(c)
	if there.Left < c.rect.Left+side || there.Right > c.rect.Right-side || there.Top < c.rect.Top+head || there.Bottom > c.rect.Bottom-foot {
		return false
	}
	for _, other := range c.blocks {
		o := other.rect()
		if other != b && there.Left < o.Right+boxGap && o.Left < there.Right+boxGap && there.Top < o.Bottom+boxGapDown && o.Top < there.Bottom+boxGapDown {
			return false
		}
	}
	return true
}

// shifts lists places above and below for a node of no cluster.
func (r *refiner) shifts(n int, b *block) []move {
	var all []move
	area := r.area()
	for _, d := range steps {
		to := Point{r.at[n].X, r.at[n].Y + 1.5*d}
		if to.Y-r.gauge.radius >= area.Top && to.Y+r.gauge.below(b.text) <= area.Bottom && r.alone(n, to, b) {
			from := r.at[n]
			all = append(all, move{[]int{n}, priceBox, func() { r.at[n] = to }, func() { r.at[n] = from }})
		}
	}
	return all
}

// alone reports whether a node would be clear of the others of its block there.
func (r *refiner) alone(n int, at Point, b *block) bool {
	mine := r.gauge.footprint(at, r.nodes[n])
	mine = Rect{mine.Left - 1, mine.Top - 1, mine.Right + 1, mine.Bottom + 1}
	for _, i := range b.nodes {
		if i == n {
			continue
		}
		apart := math.Hypot(at.X-r.at[i].X, at.Y-r.at[i].Y)
		if apart < 2*r.gauge.radius+18 || mine.overlaps(r.gauge.footprint(r.at[i], r.nodes[i])) {
			return false
		}
	}
	return true
}

// nudges lists places of a node close to its seat, inside its block's padding
// and clear of the block's other nodes.
func (r *refiner) nudges(n int, b *block) []move {
	room := r.room(b)
	from, seat := r.off[n], Point{r.at[n].X - r.off[n].X, r.at[n].Y - r.off[n].Y}
	put := func(off Point) func() {
		return func() {
			r.off[n] = off
			r.at[n] = Point{seat.X + off.X, seat.Y + off.Y}
		}
	}
	var all []move
	for _, x := range nudge {
		for _, y := range nudge {
			off := Point{x, y}
			there := Point{seat.X + x, seat.Y + y}
			if off != from && room.holds(r.gauge.footprint(there, r.nodes[n])) && r.alone(n, there, b) {
				all = append(all, move{[]int{n}, priceInside, put(off), put(from)})
			}
		}
	}
	return all
}

// room is where the nodes of a block may stand.
func (r *refiner) room(b *block) Rect {
	side, head, foot := r.padding(b)
	if b.boxed {
		spare := r.gauge.spare
		side, head, foot = side-spare, head-spare, foot-spare
	}
	in := b.rect()
	return Rect{in.Left + side - 0.01, in.Top + head - 0.01, in.Right - side + 0.01, in.Bottom - foot + 0.01}
}

func (r Rect) holds(o Rect) bool {
	return r.Left <= o.Left && o.Right <= r.Right && r.Top <= o.Top && o.Bottom <= r.Bottom
}

func (r Rect) overlaps(o Rect) bool {
	return r.Left < o.Right && o.Left < r.Right && r.Top < o.Bottom && o.Top < r.Bottom
}

func (r Rect) shifted(by Point) Rect {
	return Rect{r.Left + by.X, r.Top + by.Y, r.Right + by.X, r.Bottom + by.Y}
}
