package arrange

import "slices"

// digraph is a graph of small numbers: by vertex, whom it calls, sorted.
type digraph [][]int

// ranks gives every vertex a rank such that calls go to higher ranks, except
// within cycles, where some calls cannot. A vertex without calls has rank -1.
func (g digraph) ranks() []int {
	forward, order := g.acyclic()
	rank := make([]int, len(g))
	callers := make([]int, len(g))
	for _, v := range order {
		for _, w := range forward[v] {
			rank[w] = max(rank[w], rank[v]+1)
			callers[w]++
		}
	}
	// Who is called by nobody stands beside whom it calls, not far to the left.
	for _, v := range slices.Backward(order) {
		if len(forward[v]) == 0 {
			if callers[v] == 0 {
				rank[v] = -1
			}
			continue
		}
		if callers[v] == 0 {
			nearest := len(g)
			for _, w := range forward[v] {
				nearest = min(nearest, rank[w])
			}
			rank[v] = nearest - 1
		}
	}
	return rank
}

// acyclic drops the calls that close cycles, and gives the vertices in an order
// in which all that remain go forward. Calls that lie on no cycle all remain. In
// a cycle those who call more than they are called come first.
func (g digraph) acyclic() (forward digraph, order []int) {
	component := g.components()
	balance := make([]int, len(g))
	for v, called := range g {
		for _, w := range called {
			if component[v] == component[w] {
				balance[v]++
				balance[w]--
			}
		}
	}
	order = make([]int, len(g))
	for v := range order {
		order[v] = v
	}
	slices.SortFunc(order, func(a, b int) int {
		if component[a] != component[b] {
			return component[a] - component[b]
		}
		if balance[a] != balance[b] {
			return balance[b] - balance[a]
		}
		return a - b
	})
	place := make([]int, len(g))
	for i, v := range order {
		place[v] = i
	}
	forward = make(digraph, len(g))
	for v, called := range g {
		for _, w := range called {
			if place[v] < place[w] {
				forward[v] = append(forward[v], w)
			}
		}
	}
	return forward, order
}

// components numbers the strongly connected parts such that calls between them
// go to higher numbers (Tarjan's algorithm, which finds the called first).
func (g digraph) components() []int {
	component := make([]int, len(g))
	low := make([]int, len(g)) // 0 = not seen
	var stack []int
	seen, found := 0, 0
	var visit func(v int)
	visit = func(v int) {
		seen++
		mine := seen
		low[v] = mine
		stack = append(stack, v)
		for _, w := range g[v] {
			if low[w] == 0 {
				visit(w)
			}
			low[v] = min(low[v], low[w])
		}
		if low[v] < mine {
			return
		}
		found++
		for {
			w := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			low[w] = len(g) + 1 // finished: it lowers nobody any more
			component[w] = len(g) - found
			if w == v {
				return
			}
		}
	}
	for v := range g {
		if low[v] == 0 {
			visit(v)
		}
	}
	return component
}
