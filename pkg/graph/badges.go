package graph

import (
	"slices"
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// BadgeOptions say what badges are made of.
type BadgeOptions struct {
	Clusters Clusters
	// Services says that called services are nodes of their own: then what is for calls
	// to a service is told of that node alone.
	Services bool
	// Past says that the graph is of a time that is over: what is dead by what there is
	// now is not told.
	Past bool
	// Part says that only some of the calls are drawn, so that nobody can tell who is not called.
	Part bool
}

// rootNamespace is the control plane's, which has no sidecars to miss.
const rootNamespace = "istio-system"

// WithBadges gives every node its badges: what its cluster's inventory says of it, and what
// the graph does. Configuration for calls to a service is told of the service's node if
// there is one, and else of the workloads and apps that serve it.
func WithBadges(g mesh.Graph, o BadgeOptions) mesh.Graph {
	b := badger{BadgeOptions: o, callers: sync.OnceValue(func() map[mesh.Ref][]string { return callersOf(g.Edges) }), drawn: map[mesh.Ref]bool{}}
	b.Services = b.Services || g.Level == mesh.LevelService
	for i := range g.Nodes {
		if g.Nodes[i].Kind == mesh.KindService {
			b.drawn[g.Nodes[i].Ref] = true
		}
	}
	g.Nodes = slices.Clone(g.Nodes)
	for i := range g.Nodes {
		n := &g.Nodes[i]
		n.Badges = merge(b.held(n.Ref), b.drawnAs(n))
		if cluster, ok := o.Clusters.of(n.Ref); ok && b.Services {
			n.Badges = merge(n.Badges, b.undrawn(n.Ref, cluster))
		}
	}
	return g
}

// merge joins two sorted lists of badges, and changes neither.
func merge(a, b []mesh.Badge) []mesh.Badge {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	out := slices.Concat(a, b)
	slices.SortFunc(out, mesh.Badge.Compare)
	return out
}

// callersOf are the namespaces that call each node from its own cluster, sorted.
func callersOf(edges []mesh.Edge) map[mesh.Ref][]string {
	out := map[mesh.Ref][]string{}
	for i := range edges {
		from, to := edges[i].Source, edges[i].Destination
		if from.Namespace != "" && from.Cluster == to.Cluster {
			out[to] = insert(out[to], from.Namespace)
		}
	}
	return out
}

// badger collects the badges of one node after the other.
type badger struct {
	BadgeOptions
	callers func() map[mesh.Ref][]string // made when the first configuration is not for all to see
	drawn   map[mesh.Ref]bool            // the services' nodes
	// found are those of the node at hand, in any order. Own says that they are for this
	// graph alone: it depends on who calls the node.
	found []mesh.Badge
	own   bool
}

func (b *badger) add(kind mesh.BadgeKind, detail string) {
	b.found = append(b.found, mesh.Badge{Kind: kind, Detail: detail})
}

// drawnAs are the badges of what the graph does with a node.
func (b *badger) drawnAs(n *mesh.Node) []mesh.Badge {
	var out []mesh.Badge
	for _, is := range []struct {
		it   bool
		kind mesh.BadgeKind
	}{
		{n.Idle, mesh.BadgeIdle},
		{!b.Part && !n.Outside && !n.Serves() && (n.Out.Requests != nil || n.Out.Bytes != nil), mesh.BadgeRoot},
		{n.Outside, mesh.BadgeOutside},
		{b.Clusters[n.Cluster].NotAccessible && inCluster(n.Ref), mesh.BadgeNotAccessible},
	} {
		if is.it {
			out = append(out, mesh.Badge{Kind: is.kind})
		}
	}
	return out
}

// held are the badges of what a node's cluster holds. Most are the same in every graph, and
// kept with the holding for as long as that lasts.
func (b *badger) held(ref mesh.Ref) []mesh.Badge {
	cluster, ok := b.Clusters.of(ref)
	if !ok {
		return nil
	}
	key := kept{ref, b.Services, b.Past, cluster.Complete}
	if badges, ok := cluster.kept.Load(key); ok {
		return badges.([]mesh.Badge)
	}
	b.found, b.own = b.found[:0], false
	switch ref.Kind {
	case mesh.KindWorkload, mesh.KindApp:
		b.workloads(ref, cluster)
	case mesh.KindService:
		b.calls(call{of: ref, cluster: cluster, namespace: ref.Namespace, service: ref.Name})
		b.service(cluster.ServiceNamed(ref.Namespace, ref.Name))
	case mesh.KindExternal:
		b.host(ref, cluster)
	case mesh.KindNamespace:
		b.counts(cluster.coarse()[ref.Namespace])
	case mesh.KindCluster:
		b.counts(cluster.coarse()[everywhere])
	}
	badges := b.badges()
	// Names that only telemetry knows could be any number.
	if !b.own && (len(cluster.workloads(ref)) > 0 || ref.Kind == mesh.KindService && cluster.ServiceNamed(ref.Namespace, ref.Name) != nil) {
		cluster.kept.Store(key, badges)
	}
	return badges
}

// kept is under what a holding keeps badges.
type kept struct {
	mesh.Ref
	services, past, complete bool
}

// workloads tells of a workload, or of an app by all of its workloads.
func (b *badger) workloads(ref mesh.Ref, cluster Cluster) {
	list := cluster.workloads(ref)
	if len(list) == 0 {
		if cluster.Complete && !b.Past && ref.Name != mesh.Unknown {
			b.add(mesh.BadgeDead, "it no longer exists")
		}
		b.entries(ref, cluster)
		return
	}
	running := slices.ContainsFunc(list, func(w *mesh.Workload) bool { return !w.Podless() })
	if !running && !b.Past {
		b.add(mesh.BadgeDead, "no pods")
	}
	for _, w := range list {
		for _, badge := range stateOf(w, cluster.Holding) {
			if len(list) > 1 {
				badge.Detail = comma(w.Name, badge.Detail)
			}
			b.found = append(b.found, badge)
		}
	}
	b.entries(ref, cluster)
	if b.Services {
		return // see undrawn
	}
	for _, s := range serving(list, cluster) {
		b.calls(call{of: ref, cluster: cluster, namespace: s.Namespace, service: s.Name, by: list})
	}
}

// entries tells of the WorkloadEntries that an app's version is made of.
func (b *badger) entries(ref mesh.Ref, cluster Cluster) {
	if ref.Kind == mesh.KindApp && ref.Version != "" {
		for _, c := range cluster.Entries(ref.Namespace, ref.Name, ref.Version) {
			b.add(mesh.BadgeWorkloadEntry, named(c))
		}
	}
}

// service tells of a service that has no pods of its cluster to answer.
func (b *badger) service(s *mesh.Service) {
	if s != nil && s.Endpoints != nil && *s.Endpoints == 0 && !b.Past {
		b.add(mesh.BadgeDead, "no endpoints in this cluster")
	}
}

// counts tells how many of what a namespace or a cluster holds have a badge.
func (b *badger) counts(of counts) {
	for kind, n := range of {
		b.add(kind, n.String())
	}
}

// badges are what was found, one of a kind, in order.
func (b *badger) badges() []mesh.Badge {
	if len(b.found) == 0 {
		return nil
	}
	slices.SortFunc(b.found, mesh.Badge.Compare)
	var out []mesh.Badge
	var details []string
	for i, badge := range b.found {
		if badge.Detail != "" && !slices.Contains(details, badge.Detail) {
			details = append(details, badge.Detail)
		}
		if i+1 == len(b.found) || b.found[i+1].Kind != badge.Kind {
			out = append(out, mesh.Badge{Kind: badge.Kind, Detail: joined(details)})
			details = details[:0]
		}
	}
	return out
}
