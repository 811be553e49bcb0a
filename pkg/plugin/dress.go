package plugin

import (
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

// dresser adds to a graph of traffic what the clusters tell.
type dresser struct {
	holdings
	options query.Options
	// past says that the graph is of a time that is over, of which today's pods tell nothing.
	past bool
}

// graph adds what is idle, the health of pods, and the badges. idle says what is idle where
// that is known already; nil looks for it.
func (d dresser) graph(g mesh.Graph, idle []mesh.Ref) mesh.Graph {
	clusters := d.of(g)
	o := d.options
	if idle == nil && o.Idle && !o.CrossClusterOnly && !d.past {
		idle = graph.Idle(g, clusters, graph.IdleOptions{
			Services: o.Services, Selected: selected(o.Selection), Namespaces: o.Namespaces,
		})
	}
	g = graph.WithIdle(g, idle)
	if !d.past {
		g = graph.WithPods(g, clusters)
	}
	return graph.WithBadges(g, graph.BadgeOptions{Clusters: clusters, Services: o.Services, Past: d.past, Part: o.CrossClusterOnly})
}
