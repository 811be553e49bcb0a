package mesh

import "cmp"

// Kind is the kind of a node in a graph; it is also the first part of its id.
type Kind string

// The kinds of nodes.
const (
	KindCluster   Kind = "cluster"
	KindNamespace Kind = "namespace"
	KindApp       Kind = "app" // Istio's canonical service
	KindWorkload  Kind = "workload"
	KindService   Kind = "service"
	KindOther     Kind = "other"    // the least busy nodes of a namespace, folded into one
	KindExternal  Kind = "external" // a host outside the mesh
	KindUnknown   Kind = "unknown"  // a caller of which nothing is known
)

// Ref identifies a node of a graph. The cluster is always part of it. Fields that
// a kind does not use are empty: Namespace and Name for a cluster, Name for a
// namespace and for what was folded, Namespace for an external host, both for an
// unknown caller.
type Ref struct {
	Kind      Kind
	Cluster   ClusterName
	Namespace string
	Name      string
	// Version is the app's version (Istio's canonical revision), at LevelVersionedApp alone.
	Version string
}

// Compare orders refs by cluster, namespace, kind, name and version.
func (r Ref) Compare(o Ref) int {
	// One after the other: nearly always the first or second tells, and large
	// graphs compare a million times.
	if c := cmp.Compare(r.Cluster, o.Cluster); c != 0 {
		return c
	}
	if c := cmp.Compare(r.Namespace, o.Namespace); c != 0 {
		return c
	}
	if c := cmp.Compare(r.Kind, o.Kind); c != 0 {
		return c
	}
	if c := cmp.Compare(r.Name, o.Name); c != 0 {
		return c
	}
	return cmp.Compare(r.Version, o.Version)
}

// Title is the name that a person knows the thing by.
func (r Ref) Title() string {
	switch r.Kind {
	case KindCluster:
		if !r.Cluster.Known() {
			return "unresolved cluster"
		}
		return string(r.Cluster)
	case KindNamespace:
		return r.Namespace
	case KindUnknown:
		return "unknown source"
	case KindOther:
		return "other"
	case KindExternal:
		if !known(r.Name) {
			return "unknown host"
		}
		return r.Name
	default:
		return r.Name
	}
}
