package arrange

import "slices"

// enough bounds the work of refining, in pairs of things looked at. A graph of
// forty nodes is done long before. The more edges there are among the more nodes,
// the less comes of it, and the less is tried.
func enough(nodes, edges int) int {
	return min(1_200_000, 50_000_000_000/max(1, nodes*edges))
}

// refine moves what stands in the way of edges: it goes through the edges that
// pass through the circle of a third node and makes, for each, the one small move
// that helps most. What is in nobody's way stays where it is.
func (s *scene) refine() {
	r := &refiner{scene: s, limit: enough(len(s.nodes), len(s.edges)), judge: newJudge(s), home: s.homes(), of: map[*block]*cluster{}, place: map[*block]Point{}}
	for _, c := range s.clusters {
		for _, b := range c.blocks {
			r.of[b] = c
			r.place[b] = Point{b.left, b.top}
		}
	}
	for range 4 {
		if !r.pass(r.moves) {
			return
		}
	}
}

// refiner tries moves on a scene.
type refiner struct {
	*scene
	judge *judge
	home  []*block
	limit int // of the judge's looks
	of    map[*block]*cluster
	place map[*block]Point // where it stood at first
}

// move is a change that can be taken back.
type move struct {
	nodes    []int   // that change their place
	price    float64 // what it must save at least: changing a box's inside costs more than moving the box
	do, undo func()
}

// pass makes a move for each edge that is in trouble. It reports whether any helped.
func (r *refiner) pass(moves func(int, [2]int) []move) bool {
	helped := false
	for e := range r.edges {
		r.judge.looks += len(r.nodes)
		for i := range r.nodes {
			if r.judge.looks > r.limit {
				return false
			}
			if r.judge.through(e, i) && r.best(moves(i, r.edges[e])) {
				helped = true
			}
		}
	}
	return helped
}

// best makes the move that saves most, if one saves anything worth a change.
func (r *refiner) best(moves []move) bool {
	var chosen *move
	most := 0.0
	for k := range moves {
		m := &moves[k]
		before := r.judge.around(m.nodes)
		m.do()
		saved := before - r.judge.around(m.nodes) - m.price
		m.undo()
		if saved > most {
			chosen, most = m, saved
		}
		if r.judge.looks > r.limit {
			break
		}
	}
	if chosen == nil {
		return false
	}
	chosen.do()
	return true
}

// moves lists what could be done when an edge passes through a node: the node, an
// end of the edge or the block of one of them goes a little away from its place, or
// the node to another seat.
func (r *refiner) moves(i int, edge [2]int) []move {
	var all []move
	var tried []*block
	for _, n := range []int{i, edge[0], edge[1]} {
		b := r.home[n]
		if r.of[b] == nil {
			all = append(all, r.shifts(n, b)...)
			continue
		}
		all = append(all, r.swaps(n, b)...)
		all = append(all, r.nudges(n, b)...)
		if !slices.Contains(tried, b) {
			tried = append(tried, b)
			all = append(all, r.slide(b)...)
		}
	}
	return all
}
