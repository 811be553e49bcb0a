package graph

import (
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// TestTextBelowNodes tells the lines below a node: a second one where no box says where
// it is.
func TestTextBelowNodes(t *testing.T) {
	boxed := BoxOptions{Clusters: true, Namespaces: true}
	for name, c := range map[string]struct {
		o     BoxOptions
		ref   mesh.Ref
		width float64
		lines int
	}{
		"a workload in both boxes":    {boxed, mesh.Ref{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "shop", Name: "cart"}, 5 * letter, 1},
		"a service in both boxes":     {boxed, mesh.Ref{Kind: mesh.KindService, Cluster: "east", Namespace: "shop", Name: "cart"}, 7 * letter, 2},
		"a workload in its cluster's": {BoxOptions{Clusters: true}, mesh.Ref{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "shopping", Name: "cart"}, 8 * letter, 2},
		"a namespace in its cluster":  {BoxOptions{Clusters: true}, mesh.Ref{Kind: mesh.KindNamespace, Cluster: "east", Namespace: "shop"}, 5 * letter, 1},
		"a cluster":                   {BoxOptions{}, mesh.Ref{Kind: mesh.KindCluster, Cluster: "east"}, 5 * letter, 2},
		"an unknown source":           {boxed, mesh.Ref{Kind: mesh.KindUnknown, Cluster: "east"}, 15 * letter, 2},
		"a host outside":              {boxed, mesh.Ref{Kind: mesh.KindExternal, Cluster: "east", Name: "api.example.com"}, 0, 2},
	} {
		if width, lines := c.o.text(c.ref); width != c.width || lines != c.lines {
			t.Errorf("%s: %.1f wide, %d lines; want %.1f and %d", name, width, lines, c.width, c.lines)
		}
	}
}
