package frames

import (
	"net/url"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// NodeID is a node's id as the contract has it: kind, then what names it. Parts are
// percent-encoded, so that an id holds no whitespace, quotes, parentheses or "#":
// the panel puts ids into SVG references, which those break.
func NodeID(ref mesh.Ref) string {
	parts := []string{string(ref.Kind), url.PathEscape(string(ref.Cluster))}
	switch ref.Kind {
	case mesh.KindNamespace:
		parts = append(parts, url.PathEscape(ref.Namespace))
	case mesh.KindWorkload, mesh.KindService, mesh.KindApp:
		parts = append(parts, url.PathEscape(ref.Namespace), url.PathEscape(ref.Name))
		if ref.Version != "" {
			return strings.Join(parts, "/") + "@" + url.PathEscape(ref.Version)
		}
	case mesh.KindOther:
		parts = append(parts, url.PathEscape(ref.Namespace))
	case mesh.KindExternal:
		parts = append(parts, url.PathEscape(ref.Name))
	}
	return strings.Join(parts, "/")
}

// EdgeID is an edge's id.
func EdgeID(pair mesh.Pair) string { return NodeID(pair.Source) + "->" + NodeID(pair.Destination) }
