package arrange

import "math"

// What makes a picture hard to read, against each other.
const (
	costThrough = 20   // an edge through the circle of a third node
	costText    = 1    // an edge through the text of a third node
	costCross   = 2    // two edges that cross
	costLength  = 0.01 // a pixel of an edge
)

// judge tells what a picture costs, and counts the looks it takes at pairs of
// things, so that its work can be bounded.
type judge struct {
	s      *scene
	clear  float64   // how near a circle's middle an edge may come
	home   []*block  // by node
	dear   float64   // what an edge costs that does not lead to the right
	below  []float64 // by node: how far it reaches down
	marked []bool    // by edge
	looks  int
}

func newJudge(s *scene) *judge {
	j := &judge{s: s, home: s.homes(), dear: s.dear(), clear: s.gauge.radius + 3, below: make([]float64, len(s.nodes)), marked: make([]bool, len(s.edges))}
	for i, n := range s.nodes {
		j.below[i] = s.gauge.below(n.lines())
	}
	return j
}

// around adds up the cost of all that changes when the nodes given move.
func (j *judge) around(nodes []int) float64 {
	sum := 0.0
	var touched []int
	for _, i := range nodes {
		for _, e := range j.s.touching[i] {
			if !j.marked[e] {
				j.marked[e] = true
				touched = append(touched, e)
			}
		}
	}
	for k, e := range touched {
		sum += j.edge(e)
		for other := range j.s.edges {
			if !j.marked[other] && j.cross(e, other) {
				sum += costCross
			}
		}
		for _, other := range touched[:k] {
			if j.cross(e, other) {
				sum += costCross
			}
		}
	}
	for e := range j.s.edges {
		if !j.marked[e] {
			for _, i := range nodes {
				sum += j.pass(e, i)
			}
		}
	}
	j.looks += len(touched)*(len(j.s.edges)+len(j.s.nodes)) + len(j.s.edges)*len(nodes)
	for _, e := range touched {
		j.marked[e] = false
	}
	return sum
}

// edge is what an edge costs by its length and the nodes it passes.
func (j *judge) edge(e int) float64 {
	p, q := j.ends(e)
	sum := costLength * math.Hypot(p.X-q.X, p.Y-q.Y)
	if q.X <= p.X && j.home[j.s.edges[e][0]] == j.home[j.s.edges[e][1]] {
		sum += j.dear
	}
	for i := range j.s.nodes {
		sum += j.pass(e, i)
	}
	return sum
}

// pass is what it costs that an edge passes a node, if it does.
func (j *judge) pass(e, i int) float64 {
	p, q := j.ends(e)
	at := j.s.at[i]
	below := j.below[i]
	if max(p.Y, q.Y) < at.Y-j.clear || min(p.Y, q.Y) > at.Y+below || max(p.X, q.X) < at.X-maxText/2 || min(p.X, q.X) > at.X+maxText/2 {
		return 0
	}
	if j.s.edges[e][0] == i || j.s.edges[e][1] == i {
		return 0
	}
	if near(at, p, q, j.clear) {
		return costThrough
	}
	half := j.s.gauge.text(j.s.nodes[i].Width) / 2
	if meets(p, q, Rect{at.X - half, at.Y + j.s.gauge.radius + textTop, at.X + half, at.Y + below}) {
		return costText
	}
	return 0
}

// through reports whether an edge passes through the circle of a third node.
func (j *judge) through(e, i int) bool {
	p, q := j.ends(e)
	return j.s.edges[e][0] != i && j.s.edges[e][1] != i && near(j.s.at[i], p, q, j.clear)
}

func (j *judge) ends(e int) (from, to Point) {
	return j.s.at[j.s.edges[e][0]], j.s.at[j.s.edges[e][1]]
}

// cross reports whether two edges cross that share no end.
func (j *judge) cross(e, f int) bool {
	a, b := j.s.edges[e], j.s.edges[f]
	if a[0] == b[0] || a[0] == b[1] || a[1] == b[0] || a[1] == b[1] {
		return false
	}
	p, q := j.ends(e)
	v, w := j.ends(f)
	if max(p.X, q.X) < min(v.X, w.X) || max(v.X, w.X) < min(p.X, q.X) || max(p.Y, q.Y) < min(v.Y, w.Y) || max(v.Y, w.Y) < min(p.Y, q.Y) {
		return false
	}
	return side(p, q, v) != side(p, q, w) && side(v, w, p) != side(v, w, q)
}

// side reports on which side of the line from p to q a point is.
func side(p, q, at Point) bool { return (q.X-p.X)*(at.Y-p.Y) > (q.Y-p.Y)*(at.X-p.X) }

// near reports whether a point is closer than so much to the line from p to q.
func near(at, p, q Point, than float64) bool {
	dx, dy := q.X-p.X, q.Y-p.Y
	x, y := at.X-p.X, at.Y-p.Y
	length := dx*dx + dy*dy
	along := x*dx + y*dy
	switch {
	case along <= 0:
		return x*x+y*y < than*than
	case along >= length:
		x, y = at.X-q.X, at.Y-q.Y
		return x*x+y*y < than*than
	}
	off := x*dy - y*dx
	return off*off < than*than*length
}

// meets reports whether the line from p to q touches a rectangle.
func meets(p, q Point, r Rect) bool {
	if max(p.X, q.X) < r.Left || min(p.X, q.X) > r.Right || max(p.Y, q.Y) < r.Top || min(p.Y, q.Y) > r.Bottom {
		return false
	}
	first := side(p, q, Point{r.Left, r.Top})
	return side(p, q, Point{r.Right, r.Top}) != first || side(p, q, Point{r.Left, r.Bottom}) != first || side(p, q, Point{r.Right, r.Bottom}) != first
}
