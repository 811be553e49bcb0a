package graph

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph/arrange"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// BoxOptions say which boxes are drawn.
type BoxOptions struct {
	Clusters, Namespaces bool
	// Networks are the clusters' networks, as far as they are known: clusters of one
	// network stand together.
	Networks map[mesh.ClusterName]string
	// Layouts keeps layouts for the next time; nil keeps none.
	Layouts *Layouts
}

// Layouts are places that were found before.
type Layouts = arrange.Memory

// Boxes finds a place for every node of a graph, inside the box of its namespace
// inside the box of its cluster, and tells what each box holds.
func Boxes(g mesh.Graph, o BoxOptions) mesh.Arrangement {
	nodes := make([]arrange.Node, len(g.Nodes))
	for i := range g.Nodes {
		ref := g.Nodes[i].Ref
		width, lines := o.text(ref)
		nodes[i] = arrange.Node{ID: key(ref), Width: width, Lines: lines}
		if inCluster(ref) {
			nodes[i].Cluster, nodes[i].Namespace = string(ref.Cluster), ref.Namespace
			nodes[i].Network = o.Networks[ref.Cluster]
		}
	}
	edges := make([]arrange.Edge, len(g.Edges))
	for i, e := range endsOf(g) {
		edges[i] = arrange.Edge{Source: int(e.source), Target: int(e.destination)}
	}
	layout := o.Layouts.Arrange(nodes, edges, arrange.Options{Clusters: o.Clusters, Namespaces: o.Namespaces})
	out := mesh.Arrangement{Nodes: make(map[mesh.Ref]mesh.Point, len(g.Nodes))}
	for i := range g.Nodes {
		out.Nodes[g.Nodes[i].Ref] = mesh.Point(layout.Nodes[i])
	}
	summaries := summarise(g, o.Networks)
	for _, b := range layout.Boxes {
		at := place{mesh.ClusterName(b.Cluster), b.Namespace}
		out.Boxes = append(out.Boxes, mesh.Box{
			Cluster: at.cluster, Namespace: at.namespace,
			Left: b.Rect.Left, Top: b.Rect.Top, Right: b.Rect.Right, Bottom: b.Rect.Bottom,
			Summary: *summaries.at(at),
		})
	}
	return out
}

// CountBoxes says how many boxes Boxes draws, without finding a place for anything.
func CountBoxes(g mesh.Graph, o BoxOptions) int {
	boxes := map[place]bool{}
	for i := range g.Nodes {
		for _, p := range places(g.Nodes[i].Ref) {
			if p.namespace == "" && o.Clusters || p.namespace != "" && o.Namespaces {
				boxes[p] = true
			}
		}
	}
	return len(boxes)
}

// letter is about how wide a letter of a node's text is, in pixels.
const letter = 6.3

// text is how wide a node's text is and how many lines it has, by its name alone: what
// changes with the traffic must not move anything. Width 0 stands for the most that the
// panel draws. Below its name a node says where it is, as far as no box around it does.
func (o BoxOptions) text(ref mesh.Ref) (width float64, lines int) {
	var place []string
	switch {
	case ref.Kind == mesh.KindUnknown:
		place = append(place, string(ref.Cluster))
	case !inCluster(ref):
		return 0, 2
	}
	if ref.Kind == mesh.KindService {
		place = append(place, "service")
	}
	if inCluster(ref) && !o.Namespaces && ref.Namespace != "" && ref.Kind != mesh.KindNamespace {
		place = append(place, ref.Namespace)
	}
	if inCluster(ref) && !o.Clusters {
		place = append(place, string(ref.Cluster))
	}
	below := strings.Join(place, " - ")
	lines = 1
	if below != "" {
		lines = 2
	}
	return letter * float64(max(len(ref.Title())+len(" ")+len(ref.Version), len(below))), lines
}

// key orders nodes inside a box, whatever else is equal.
func key(ref mesh.Ref) string {
	return ref.Name + "\x00" + string(ref.Kind) + "\x00" + ref.Version + "\x00" + ref.Namespace + "\x00" + string(ref.Cluster)
}

// inCluster reports whether a node stands in its cluster: hosts outside the mesh and
// unknown callers stand in none.
func inCluster(ref mesh.Ref) bool {
	return ref.Kind != mesh.KindExternal && ref.Kind != mesh.KindUnknown
}

// place is a box: a cluster's, or, with a namespace, a namespace's.
type place struct {
	cluster   mesh.ClusterName
	namespace string
}

// places are the boxes that a node is in.
func places(ref mesh.Ref) []place {
	switch {
	case !inCluster(ref):
		return nil
	case ref.Namespace == "":
		return []place{{cluster: ref.Cluster}}
	}
	return []place{{cluster: ref.Cluster}, {ref.Cluster, ref.Namespace}}
}

type summaries map[place]*mesh.Summary

func (s summaries) at(p place) *mesh.Summary {
	sum, ok := s[p]
	if !ok {
		sum = &mesh.Summary{Healths: map[mesh.Health]int{}}
		s[p] = sum
	}
	return sum
}

// summarise tells what every box holds, in one walk over nodes and edges. What is gone
// since the time compared with has its place in a box and no part in its summary.
func summarise(g mesh.Graph, networks map[mesh.ClusterName]string) summaries {
	s := summaries{}
	namespaces := map[place]bool{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		for _, p := range places(n.Ref) {
			sum := s.at(p)
			sum.Network = networks[p.cluster]
			if n.Change == mesh.ChangeGone {
				continue
			}
			sum.Nodes++
			sum.Healths[n.Health]++
			sum.Inside.Add(n.Inside)
			if p.namespace != "" && !namespaces[p] {
				namespaces[p] = true
				s.at(place{cluster: p.cluster}).Namespaces++
			}
		}
	}
	for i := range g.Edges {
		if g.Edges[i].Change != mesh.ChangeGone {
			s.count(&g.Edges[i], networks)
		}
	}
	return s
}

// count adds an edge to the boxes that it starts in, ends in, or stays in.
func (s summaries) count(e *mesh.Edge, networks map[mesh.ClusterName]string) {
	from, to := places(e.Source), places(e.Destination)
	for _, p := range from {
		sum := s.at(p)
		meet(sum, p, e, e.Destination, networks)
		if slices.Contains(to, p) {
			sum.Inside.Add(e.Rates)
		} else {
			sum.Out.Add(e.Rates)
		}
	}
	for _, p := range to {
		sum := s.at(p)
		meet(sum, p, e, e.Source, networks)
		sum.Responses = mesh.AddResponses(sum.Responses, e.Responses)
		if !slices.Contains(from, p) {
			sum.In.Add(e.Rates)
		}
	}
}

// meet notes the protocols of an edge, and the other cluster and network that it ties.
func meet(sum *mesh.Summary, here place, e *mesh.Edge, other mesh.Ref, networks map[mesh.ClusterName]string) {
	for _, p := range e.Protocols {
		if !slices.Contains(sum.Protocols, p) {
			order := mesh.Protocols()
			sum.Protocols = append(sum.Protocols, p)
			slices.SortFunc(sum.Protocols, func(a, b mesh.Protocol) int {
				return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
			})
		}
	}
	if !inCluster(other) || !other.Cluster.Known() || other.Cluster == here.cluster {
		return
	}
	sum.Clusters = insert(sum.Clusters, other.Cluster)
	if network := networks[other.Cluster]; network != "" && network != networks[here.cluster] {
		sum.Networks = insert(sum.Networks, network)
	}
}

// insert adds v to a sorted list that has it once at the most.
func insert[S ~string](sorted []S, v S) []S {
	at, found := slices.BinarySearch(sorted, v)
	if found {
		return sorted
	}
	return slices.Insert(sorted, at, v)
}
