package graph

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// ends are where an edge starts and ends, by the places of its nodes in a list.
type ends struct{ source, destination int32 }

// tied lists the nodes that edges tie, sorted, and the ends of each edge among them. A
// node is looked up once for each edge that leads to it: large graphs look up much, and
// names are long. Sources stand together, as edges are sorted by them.
func tied(edges []mesh.Edge) ([]mesh.Ref, []ends) {
	seen := make(map[mesh.Ref]int32, len(edges)/2)
	refs := make([]mesh.Ref, 0, len(edges)/2)
	at := func(ref mesh.Ref) int32 {
		i, ok := seen[ref]
		if !ok {
			i = int32(len(refs))
			seen[ref] = i
			refs = append(refs, ref)
		}
		return i
	}
	of := make([]ends, len(edges))
	for i := range edges {
		e := &edges[i]
		if i > 0 && edges[i-1].Source == e.Source {
			of[i].source = of[i-1].source
		} else {
			of[i].source = at(e.Source)
		}
		of[i].destination = at(e.Destination)
	}
	order := make([]int32, len(refs)) // from the sorted place to the one at which it was seen
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return refs[a].Compare(refs[b]) })
	sorted, place := make([]mesh.Ref, len(refs)), make([]int32, len(refs))
	for to, from := range order {
		sorted[to], place[from] = refs[from], int32(to)
	}
	for i := range of {
		of[i] = ends{place[of[i].source], place[of[i].destination]}
	}
	return sorted, of
}

// endsOf gives the ends of each edge among a graph's nodes.
func endsOf(g mesh.Graph) []ends {
	place := make(map[mesh.Ref]int32, len(g.Nodes))
	for i := range g.Nodes {
		place[g.Nodes[i].Ref] = int32(i)
	}
	of := make([]ends, len(g.Edges))
	for i := range g.Edges {
		e := &g.Edges[i]
		if i > 0 && g.Edges[i-1].Source == e.Source {
			of[i].source = of[i-1].source
		} else {
			of[i].source = place[e.Source]
		}
		of[i].destination = place[e.Destination]
	}
	return of
}

// adder adds rates up as mesh.Rates.Add does, without a new number for each sum.
type adder struct {
	sums  [mesh.RateParts]float64
	known [mesh.RateParts]bool
}

func (a *adder) add(r *mesh.Rates) {
	for i, part := range r.Parts() {
		if *part != nil {
			a.sums[i] += **part
			a.known[i] = true
		}
	}
}

// rates are the sums; a part that nobody reported is nil.
func (a *adder) rates() mesh.Rates {
	var out mesh.Rates
	if a.known == [mesh.RateParts]bool{} {
		return out
	}
	sums := a.sums // which stay, wherever the adder goes
	for i, part := range out.Parts() {
		if a.known[i] {
			*part = &sums[i]
		}
	}
	return out
}
