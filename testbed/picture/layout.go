package picture

import (
	"cmp"
	"slices"
)

const (
	layerGap = 220 // from layer to layer, across
	rowGap   = 150 // from node to node, down
	sweeps   = 8   // of ordering
)

// layout places the nodes in layers from left to right: callers left of who they
// call. It breaks cycles, gives each node the longest way from a root as its layer,
// orders each layer by the mean position of the neighbours, and centres it.
func (g *graph) layout() {
	index := map[*node]int{}
	for i, n := range g.nodes {
		index[n] = i
	}
	next, before := make([][]int, len(g.nodes)), make([][]int, len(g.nodes))
	for _, e := range g.edges {
		if from, to := index[e.source], index[e.target]; from != to {
			next[from] = append(next[from], to)
			before[to] = append(before[to], from)
		}
	}
	layers := inLayers(layerOf(next, before))
	place := order(layers, next, before)
	for l, layer := range layers {
		for _, i := range layer {
			g.nodes[i].x = float64(l) * layerGap
			// Every other layer half a row lower: fewer edges run through labels.
			g.nodes[i].y = (float64(place[i])-float64(len(layer)-1)/2)*rowGap + float64(l%2)*rowGap/3
		}
	}
}

// layerOf returns each node's layer. Walking on from roots first, an edge that
// leads back to a node on the way is ignored.
func layerOf(next, before [][]int) []int {
	const (
		unseen = iota
		open
		closed
	)
	state, forward := make([]int, len(next)), make([][]int, len(next))
	var finished []int
	var visit func(int)
	visit = func(i int) {
		state[i] = open
		for _, j := range next[i] {
			if state[j] == open {
				continue
			}
			forward[i] = append(forward[i], j)
			if state[j] == unseen {
				visit(j)
			}
		}
		state[i] = closed
		finished = append(finished, i)
	}
	for i := range next {
		if len(before[i]) == 0 {
			visit(i)
		}
	}
	for i := range next {
		if state[i] == unseen {
			visit(i)
		}
	}
	layer := make([]int, len(next))
	for _, i := range slices.Backward(finished) { // callers before who they call
		for _, j := range forward[i] {
			layer[j] = max(layer[j], layer[i]+1)
		}
	}
	return layer
}

func inLayers(layer []int) [][]int {
	var layers [][]int
	for i, l := range layer {
		for len(layers) <= l {
			layers = append(layers, nil)
		}
		layers[l] = append(layers[l], i)
	}
	return layers
}

// order sorts the nodes within their layers, in place, and returns the position of
// each in its layer.
func order(layers [][]int, next, before [][]int) []int {
	place := make([]int, len(next))
	relative := make([]float64, len(next)) // position within the layer, 0 to 1
	note := func(layer []int) {
		for p, i := range layer {
			place[i], relative[i] = p, (float64(p)+0.5)/float64(len(layer))
		}
	}
	for _, layer := range layers {
		note(layer)
	}
	for sweep := range sweeps {
		neighbours := before
		if sweep%2 == 1 {
			neighbours = next
		}
		for _, layer := range layers {
			mean := map[int]float64{}
			for _, i := range layer {
				mean[i] = relative[i]
				if len(neighbours[i]) > 0 {
					sum := 0.0
					for _, j := range neighbours[i] {
						sum += relative[j]
					}
					mean[i] = sum / float64(len(neighbours[i]))
				}
			}
			slices.SortStableFunc(layer, func(a, b int) int { return cmp.Compare(mean[a], mean[b]) })
			note(layer)
		}
	}
	return place
}
