package frames

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// mainStat is the traffic in as few letters as fit into a circle.
func mainStat(r mesh.Rates) string {
	if r.Requests == nil {
		return bytesRate(r.Bytes)
	}
	return scaled(*r.Requests, "/s", "", "k", "M")
}

// nodeStat is a node's traffic; of one that is gone, what it was.
func nodeStat(n *mesh.Node) string {
	if n.Change == mesh.ChangeGone {
		return statThen(n.Then)
	}
	return mainStat(n.Shown())
}

// edgeStat is an edge's traffic, with the mark that a node has at its title.
func edgeStat(e *mesh.Edge) string {
	if e.Change == mesh.ChangeGone {
		return changeMark(e.Change) + statThen(e.Then)
	}
	return changeMark(e.Change) + mainStat(e.Rates)
}

// onlyTCP reports whether there are bytes and no requests; of what is gone, there were.
func onlyTCP(r mesh.Rates, c mesh.Change, then *mesh.Past) bool {
	if c == mesh.ChangeGone {
		r = then.Rates
	}
	return r.Requests == nil
}

func nodeColor(n *mesh.Node) string {
	if r := n.Shown(); r.Requests == nil && r.Bytes != nil {
		return blue
	}
	if n.Idle && n.Health == mesh.HealthHealthy {
		return grey
	}
	return healthColor(n.Health)
}

func nodeTitle(ref mesh.Ref, home mesh.ClusterName) string {
	if ref.Version != "" {
		return ref.Title() + " " + ref.Version
	}
	if ref.Kind == mesh.KindCluster && ref.Cluster == home && home != "" {
		return "★ " + ref.Title()
	}
	return ref.Title()
}

// subtitle says a node's state and where it is. Inside boxes that say where, nodes stand
// so close that there is no room for a second line: there the mark before the title, or
// the icon, is all that tells the state.
func (o GraphOptions) subtitle(n *mesh.Node) string {
	place := o.place(n.Ref)
	if place == "" && o.Arrangement != nil {
		return ""
	}
	return joined(" · ", stateWord(n), place)
}

// place says where a node is, in as few words as tell it apart: what the boxes around it
// say already is left out.
func (o GraphOptions) place(ref mesh.Ref) string {
	boxed := false
	if o.Arrangement != nil && ref.Kind != mesh.KindExternal && ref.Kind != mesh.KindUnknown {
		for _, b := range o.Arrangement.Boxes {
			if b.Cluster != ref.Cluster {
				continue
			}
			boxed = true
			if b.Namespace != "" && b.Namespace == ref.Namespace {
				ref.Namespace = ""
				break
			}
		}
	}
	return where(ref, boxed)
}

// where says where a node is; inCluster leaves the cluster out.
func where(ref mesh.Ref, inCluster bool) string {
	cluster := string(ref.Cluster)
	switch {
	case inCluster:
		cluster = ""
	case !ref.Cluster.Known():
		cluster = "unresolved cluster"
	}
	switch ref.Kind {
	case mesh.KindNamespace:
		return cluster
	case mesh.KindWorkload, mesh.KindApp, mesh.KindOther:
		return joined(" · ", ref.Namespace, cluster)
	case mesh.KindService:
		return joined(" · ", "service", ref.Namespace, cluster)
	case mesh.KindExternal:
		return joined(" · ", outside(ref), cluster)
	case mesh.KindUnknown:
		if ref.Cluster.Known() {
			return cluster
		}
		return ""
	}
	return ""
}

// pseudo says what Envoy's names for traffic that matches nothing stand for, in few words
// and in more.
var pseudo = map[string]struct{ what, note string }{
	mesh.PassthroughCluster: {"hosts unknown to the mesh", "calls to hosts that the mesh does not know, which are let through; " +
		"the metrics do not tell which hosts"},
	mesh.BlackHoleCluster: {"hosts not allowed", "calls to hosts that the mesh does not know, which are not let out; " +
		"the metrics do not tell which hosts"},
	mesh.InboundPassthroughCluster: {"ports of no service", "calls to ports that no service of the called workload has"},
}

// outside says what a node outside the mesh is.
func outside(ref mesh.Ref) string {
	if p, ok := pseudo[ref.Name]; ok {
		return p.what
	}
	return "outside the mesh"
}

// note explains a node that is not what it seems.
func note(n *mesh.Node) string {
	var words string
	switch {
	case n.Kind == mesh.KindUnknown:
		words = "callers without a sidecar: nobody reports who they are"
	case n.Kind == mesh.KindExternal && pseudo[n.Name].note != "":
		words = joined("; ", pseudo[n.Name].note, "called from "+string(n.Cluster))
	case n.Kind == mesh.KindExternal && n.Name == mesh.Unknown:
		words = "calls that ended before a host was known, from " + string(n.Cluster)
	case n.Kind == mesh.KindExternal:
		words = "a host outside the mesh, called from " + string(n.Cluster)
	case n.Kind == mesh.KindService && !n.Cluster.Known():
		words = "calls to this service ended before a workload was chosen"
	case n.Kind == mesh.KindOther:
		words = "the least busy of this namespace, folded into one"
	case !n.Cluster.Known():
		words = "calls ended before a cluster was chosen"
	}
	if n.Outside {
		return joined("; ", words, "outside the selection")
	}
	return words
}

// plainName is the name in plain columns: never empty, so that rows can be told apart.
func plainName(ref mesh.Ref) string {
	if ref.Name != "" {
		return ref.Name
	}
	return ref.Title()
}

func latencyTitle(name string) string {
	if name == "" {
		return "Latency"
	}
	return "Latency " + name
}
