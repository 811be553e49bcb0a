package frames

import (
	"net/url"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// NodeID is a node's id as the contract has it: kind, then what names it. Parts are
// percent-encoded, so that an id holds no whitespace, quotes, parentheses or "#":
// the panel puts ids into SVG references, which those break.
func NodeID(ref mesh.Ref) string {
	id := string(ref.Kind) + "/" + url.PathEscape(string(ref.Cluster))
	switch ref.Kind {
	case mesh.KindNamespace, mesh.KindOther:
		return id + "/" + url.PathEscape(ref.Namespace)
	case mesh.KindWorkload, mesh.KindService, mesh.KindApp:
		id += "/" + url.PathEscape(ref.Namespace) + "/" + url.PathEscape(ref.Name)
		if ref.Version != "" {
			return id + "@" + url.PathEscape(ref.Version)
		}
	case mesh.KindExternal:
		return id + "/" + url.PathEscape(ref.Name)
	}
	return id
}

// EdgeID is an edge's id.
func EdgeID(pair mesh.Pair) string { return edgeID(NodeID(pair.Source), NodeID(pair.Destination)) }

func edgeID(source, target string) string { return source + "->" + target }

// edgeIDs are the ids of edges and of their ends, by row.
type edgeIDs struct{ edges, sources, targets []string }

// idsOf writes the id of each node once, however many edges it has.
func idsOf(g mesh.Graph) edgeIDs {
	nodes := make(map[mesh.Ref]string, len(g.Nodes))
	for i := range g.Nodes {
		nodes[g.Nodes[i].Ref] = NodeID(g.Nodes[i].Ref)
	}
	id := func(ref mesh.Ref) string {
		if id, ok := nodes[ref]; ok {
			return id
		}
		return NodeID(ref)
	}
	n := len(g.Edges)
	out := edgeIDs{make([]string, n), make([]string, n), make([]string, n)}
	for i := range g.Edges {
		e := &g.Edges[i]
		if i > 0 && g.Edges[i-1].Source == e.Source { // edges are sorted by their sources
			out.sources[i] = out.sources[i-1]
		} else {
			out.sources[i] = id(e.Source)
		}
		out.targets[i] = id(e.Destination)
		out.edges[i] = edgeID(out.sources[i], out.targets[i])
	}
	return out
}
