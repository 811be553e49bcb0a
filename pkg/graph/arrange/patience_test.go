package arrange

import (
	"fmt"
	"slices"
	"testing"
)

// tangle is a block in which everybody calls everybody.
func tangle(nodes int) (*scene, *block, digraph) {
	m := &mesh{}
	calls := make(digraph, nodes)
	for i := range nodes {
		m.node("east", "shop", "", fmt.Sprintf("%03d", i))
	}
	for i := range nodes {
		for j := range nodes {
			if i != j {
				m.call(i, j, 1)
				calls[i] = append(calls[i], j)
			}
		}
	}
	s := newScene(m.nodes, m.edges, both)
	return s, s.blocks()[0], calls
}

// However tangled a block is, the work on it ends: at most one more vertex is tried than
// there is patience for.
func TestPatienceEnds(t *testing.T) {
	const nodes, rows = 24, 4
	s, b, calls := tangle(nodes)
	var columns [][]int
	vertices := make([]int, nodes)
	for v := range vertices {
		vertices[v] = v
	}
	for column := range slices.Chunk(vertices, rows) {
		columns = append(columns, column)
	}
	b.seating = s.seat(b, s.named(b, columns), false)
	across := make([]float64, len(columns))
	for c := range across {
		across[c] = float64(c) * s.gauge.column
	}
	g := s.newGrid(b, columns, across, false, calls, costTight)
	patience := g.looks
	if g.settle(); g.looks >= 0 {
		t.Fatalf("%d of %d looks are left: this is no tangle", g.looks, patience)
	}
	edges := nodes * (nodes - 1)
	once := edges * (edges + nodes + 2) // more than looking around two seats takes
	if over := -g.looks; over > 2*once {
		t.Errorf("%d looks more than the %d there was patience for", over, patience)
	}
}

func TestPatienceGoesWithDensity(t *testing.T) {
	if sparse, dense := patience(40, 50), patience(24, 93); sparse <= 2*dense || dense <= 0 {
		t.Errorf("patience for a sparse block is %d, for a dense one %d", sparse, dense)
	}
}
