package arrange

import (
	"cmp"
	"math"
	"slices"
)

// Node is one circle with two lines of text below.
type Node struct {
	ID        string  // unique; decides where nothing else does
	Cluster   string  // "" = of no cluster: hosts outside the mesh, unknown callers
	Namespace string  // "" = directly in its cluster
	Network   string  // of its cluster; "" = not known
	Width     float64 // of the longer line of its text, in pixels; 0, or more than the panel draws = the 140 that the panel draws
	Lines     int     // of its text; 1, or 2 for all else
}

// Edge is a call between two nodes, given by their indexes. An edge to itself, a
// second one of the same pair and one without both its nodes count for nothing.
type Edge struct{ Source, Target int }

// Point is a place in pixels; x grows to the right and y downwards.
type Point struct{ X, Y float64 }

// Rect is an upright rectangle in pixels.
type Rect struct{ Left, Top, Right, Bottom float64 }

// Box is the frame around what belongs to a cluster, or to one of its namespaces.
type Box struct {
	Cluster   string
	Namespace string // "" = the cluster's own box
	Rect      Rect
}

// Layout says where everything stands. The middle of all of it is 0,0; of many nodes,
// that of the clusters is.
type Layout struct {
	Nodes []Point // the centres of the circles, by the nodes' indexes
	Boxes []Box   // clusters first, then namespaces, both by name
}

// Options say what is drawn.
type Options struct {
	Clusters   bool    // draw the clusters' boxes
	Namespaces bool    // draw the namespaces' boxes
	Radius     float64 // of the circles, in pixels; 0, or more than 100 = 27, the least that holds two lines of stats
}

// Arrange finds a place for every node and box. The same graph has the same
// layout, whatever the order of its nodes and edges. Without nodes there is
// nothing in it.
func Arrange(nodes []Node, edges []Edge, options Options) Layout {
	s := packed(nodes, edges, options, len(nodes) > airy && len(nodes) <= maxWhole)
	if s.scale > 1 && len(nodes) <= airy {
		s = packed(nodes, edges, options, true)
	}
	s.refine()
	return s.layout()
}

// maxWhole is up to how many nodes it is tried hard that the graph is seen whole.
const maxWhole = 48

// packed is the graph with everything in its box, as small as further ways to seat
// the nodes of a namespace can make it, if they are asked for.
func packed(nodes []Node, edges []Edge, options Options, further bool) *scene {
	s := newScene(nodes, edges, options)
	s.further = further
	for _, b := range s.blocks() {
		s.fill(b, further)
	}
	s.pack()
	return s
}

// layout gives out what the scene holds, centred, in the caller's order.
func (s *scene) layout() Layout {
	l := Layout{Nodes: make([]Point, len(s.nodes))}
	if len(s.nodes) == 0 {
		return l
	}
	middle := s.middle()
	dx, dy := -middle.X, -middle.Y
	for i, at := range s.at {
		l.Nodes[s.given[i]] = Point{tenth(at.X + dx), tenth(at.Y + dy)}
	}
	for _, c := range s.clusters {
		if c.boxed {
			l.Boxes = append(l.Boxes, Box{Cluster: c.name, Rect: c.rect.moved(dx, dy)})
		}
		for _, b := range c.blocks {
			if b.boxed {
				l.Boxes = append(l.Boxes, Box{b.cluster, b.namespace, b.rect().moved(dx, dy)})
			}
		}
	}
	slices.SortFunc(l.Boxes, func(a, b Box) int {
		clusterFirst := cmp.Compare(min(len(a.Namespace), 1), min(len(b.Namespace), 1))
		return cmp.Or(clusterFirst, cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Namespace, b.Namespace))
	})
	return l
}

// middle is what comes to stand at 0,0: the middle of all. Of what is not seen whole
// anyway it is that of the clusters, so that the last caller or host outside, when it
// goes, moves nothing.
func (s *scene) middle() Point {
	all := s.extent()
	at := Point{(all.Left + all.Right) / 2, (all.Top + all.Bottom) / 2}
	if len(s.nodes) > maxWhole && len(s.clusters) > 0 {
		clusters := s.clusters[0].rect
		for _, c := range s.clusters {
			clusters = clusters.with(c.rect)
		}
		at.X = (clusters.Left + clusters.Right) / 2
	}
	return at
}

// extent is the rectangle around all boxes, circles and texts.
func (s *scene) extent() Rect {
	all := Rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for i, at := range s.at {
		all = all.with(s.gauge.footprint(at, s.nodes[i]))
	}
	for _, c := range s.clusters {
		if c.boxed {
			all = all.with(c.rect)
		}
		for _, b := range c.blocks {
			if b.boxed {
				all = all.with(b.rect())
			}
		}
	}
	return all
}

// with is the rectangle around both.
func (r Rect) with(o Rect) Rect {
	return Rect{min(r.Left, o.Left), min(r.Top, o.Top), max(r.Right, o.Right), max(r.Bottom, o.Bottom)}
}

func (r Rect) moved(dx, dy float64) Rect {
	return Rect{tenth(r.Left + dx), tenth(r.Top + dy), tenth(r.Right + dx), tenth(r.Bottom + dy)}
}

// tenth rounds to a tenth of a pixel, which is finer than anyone sees.
func tenth(v float64) float64 { return math.Round(v*10) / 10 }
