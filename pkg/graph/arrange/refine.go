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
	r := &refiner{scene: s, limit: enough(len(s.nodes), len(s.edges)), judge: newJudge(s), home: s.homes(), of: map[*block]*cluster{}}
	for _, c := range s.clusters {
		for _, b := range c.blocks {
			r.of[b] = c
		}
	}
	r.untangleBoxes()
	r.pass(r.movesOfBoxes)
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
}

// move is a change that can be taken back.
type move struct {
	nodes    []int   // that change their place
	price    float64 // what it must save at least: changing a box's inside costs more than moving the box
	do, undo func()
}

// untangleBoxes lets boxes change places and move a little, where that alone
// makes the picture clearer.
func (r *refiner) untangleBoxes() {
	for range 2 {
		helped := false
		for _, c := range r.clusters {
			for _, b := range c.blocks {
				if r.judge.looks > r.limit/2 {
					return
				}
				helped = r.best(append(r.trades(b), r.slides(b)...)) || helped
			}
		}
		if !helped {
			return
		}
	}
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

// movesOfBoxes lists what could be done when an edge passes through a node, while
// all boxes stay the same inside: the block of the node or of an end of the edge
// goes to another place.
func (r *refiner) movesOfBoxes(i int, edge [2]int) []move {
	var all []move
	var tried []*block
	for _, n := range []int{i, edge[0], edge[1]} {
		b := r.home[n]
		switch {
		case r.of[b] == nil:
			all = append(all, r.shifts(n, b)...)
		case !slices.Contains(tried, b):
			tried = append(tried, b)
			all = append(all, r.slides(b)...)
			all = append(all, r.trades(b)...)
		}
	}
	return all
}

// moves lists the same, and what else could be done: the node or an end of the
// edge goes to another seat, or a little away from its seat.
func (r *refiner) moves(i int, edge [2]int) []move {
	all := r.movesOfBoxes(i, edge)
	for _, n := range []int{i, edge[0], edge[1]} {
		if b := r.home[n]; r.of[b] != nil {
			all = append(all, r.swaps(n, b)...)
			all = append(all, r.nudges(n, b)...)
		}
	}
	return all
}
