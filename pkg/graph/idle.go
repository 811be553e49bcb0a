package graph

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// IdleOptions say what is looked for among what has no traffic.
type IdleOptions struct {
	// Services adds services at levels of which they are not the nodes.
	Services bool
	// Selected reports whether a node matches the selection; nil means all do.
	Selected func(mesh.Ref) bool
	// Namespaces are those that the query names: of them, what is not in the mesh counts too.
	Namespaces []string
}

// Idle lists what clusters hold at a graph's level that the graph has no traffic of,
// sorted. Jobs, which end, do not count, nor does what lies in a namespace that has no part
// in the mesh: without a proxy nobody can tell whether there is traffic.
func Idle(g mesh.Graph, clusters Clusters, o IdleOptions) []mesh.Ref {
	s := search{IdleOptions: o, level: g.Level, busy: make(map[mesh.Ref]bool, len(g.Nodes)), found: map[mesh.Ref]bool{}}
	for i := range g.Nodes {
		if n := &g.Nodes[i]; n.Change != mesh.ChangeGone {
			s.busy[plain(n.Ref)] = true
		}
	}
	for name, cluster := range clusters {
		if cluster.Holding == nil {
			continue
		}
		inMesh := cluster.inMesh(o.Namespaces)
		s.workloads(name, cluster, inMesh)
		if g.Level == mesh.LevelService || o.Services {
			s.services(name, cluster, inMesh)
		}
	}
	out := make([]mesh.Ref, 0, len(s.found))
	for ref := range s.found {
		if g.Level == mesh.LevelVersionedApp && ref.Kind == mesh.KindApp && ref.Version == "" {
			ref.Version = "latest" // as Istio calls it
		}
		out = append(out, ref)
	}
	slices.SortFunc(out, mesh.Ref.Compare)
	return out
}

// search looks for what is idle.
type search struct {
	IdleOptions
	level       mesh.Level
	busy, found map[mesh.Ref]bool // by plain refs
}

// add notes a node that is as selected as at.
func (s *search) add(ref, at mesh.Ref) {
	key := plain(ref)
	if !s.busy[key] && !s.found[key] && (s.Selected == nil || s.Selected(at)) {
		s.found[key] = true
	}
}

func (s *search) workloads(name mesh.ClusterName, cluster Cluster, inMesh map[string]bool) {
	for i := range cluster.Inventory().Workloads {
		w := &cluster.Inventory().Workloads[i]
		if !inMesh[w.Namespace] || w.Kind == "Job" || w.Kind == "CronJob" {
			continue
		}
		switch ref := idleRef(s.level, name, w); ref.Kind {
		case "":
		case mesh.KindNamespace, mesh.KindCluster: // as selected as what it holds
			s.add(ref, workloadRef(name, w))
		default:
			s.add(ref, ref)
		}
	}
}

func (s *search) services(name mesh.ClusterName, cluster Cluster, inMesh map[string]bool) {
	for i := range cluster.Inventory().Services {
		service := &cluster.Inventory().Services[i]
		ref := serviceRef(name, service)
		caller := ref
		caller.Kind = mesh.KindApp
		// At level service a caller that nobody calls stands for the service of its name.
		if inMesh[service.Namespace] && service.Type != "ExternalName" && !(s.level == mesh.LevelService && s.busy[caller]) {
			s.add(ref, ref)
		}
	}
}

// plain is a ref whose version is as Istio's latest: not told.
func plain(ref mesh.Ref) mesh.Ref {
	if applies.SameVersion(ref.Version, "") {
		ref.Version = ""
	}
	return ref
}

// idleRef is the node that a workload belongs to at a level; zero when it is none.
func idleRef(level mesh.Level, cluster mesh.ClusterName, w *mesh.Workload) mesh.Ref {
	switch level {
	case mesh.LevelCluster:
		return mesh.Ref{Kind: mesh.KindCluster, Cluster: cluster}
	case mesh.LevelNamespace:
		return mesh.Ref{Kind: mesh.KindNamespace, Cluster: cluster, Namespace: w.Namespace}
	case mesh.LevelWorkload:
		return workloadRef(cluster, w)
	case mesh.LevelApp, mesh.LevelVersionedApp:
		if w.App == "" {
			return mesh.Ref{}
		}
		ref := mesh.Ref{Kind: mesh.KindApp, Cluster: cluster, Namespace: w.Namespace, Name: w.App}
		if level == mesh.LevelVersionedApp {
			ref.Version = w.Version
		}
		return ref
	}
	return mesh.Ref{}
}

// inMesh are the namespaces of which at least one workload is in the mesh, or should be,
// and those that are named.
func (c Cluster) inMesh(named []string) map[string]bool {
	out := map[string]bool{}
	for _, n := range named {
		out[n] = true
	}
	for i := range c.Inventory().Workloads {
		if w := &c.Inventory().Workloads[i]; w.Mode != mesh.ModeNone || w.MissingSidecar {
			out[w.Namespace] = true
		}
	}
	return out
}

// WithIdle adds what is idle to a graph, and marks it. A node that the graph has already is
// marked when it has no traffic now. No traffic changes.
func WithIdle(g mesh.Graph, idle []mesh.Ref) mesh.Graph {
	if len(idle) == 0 {
		return g
	}
	at := make(map[mesh.Ref]int, len(g.Nodes))
	g.Nodes = slices.Clone(g.Nodes)
	for i := range g.Nodes {
		at[plain(g.Nodes[i].Ref)] = i
	}
	for _, ref := range idle {
		if i, drawn := at[plain(ref)]; drawn {
			n := &g.Nodes[i]
			n.Idle = n.Idle || !n.Serves() && n.Out.Requests == nil && n.Out.Bytes == nil
			continue
		}
		at[plain(ref)] = len(g.Nodes)
		g.Nodes = append(g.Nodes, mesh.Node{Ref: ref, Idle: true, Health: mesh.HealthNone})
	}
	slices.SortFunc(g.Nodes, func(a, b mesh.Node) int { return a.Ref.Compare(b.Ref) })
	return g
}

// IdleOf lists the nodes of a graph that are marked as idle.
func IdleOf(g mesh.Graph) []mesh.Ref {
	var out []mesh.Ref
	for i := range g.Nodes {
		if g.Nodes[i].Idle {
			out = append(out, g.Nodes[i].Ref)
		}
	}
	return out
}
