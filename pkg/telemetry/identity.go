package telemetry

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// reader turns a series' labels into the nodes that it ties at one level. This is
// the one place that decides which node a report belongs to.
type reader struct {
	level    mesh.Level
	names    aliases
	services bool
}

// pairs are the ordered pairs that a series counts for: from caller to destination,
// or, where the called service is put between, from caller to service and from
// service to destination; the second is then not nil.
func (r reader) pairs(l *labels) (mesh.Pair, *mesh.Pair) {
	source := r.source(l)
	destination := r.destination(l, source.Cluster)
	if !r.services || !l.resolved() || !isKnown(l.service) || outside(l.serviceNamespace, l.service) {
		return mesh.Pair{Source: source, Destination: destination}, nil
	}
	service := r.service(l)
	return mesh.Pair{Source: source, Destination: service}, &mesh.Pair{Source: service, Destination: destination}
}

// source names the caller. A caller without a sidecar is known to nobody: the
// destination reports all of its labels as "unknown".
func (r reader) source(l *labels) mesh.Ref {
	ref := mesh.Ref{Cluster: r.names.name(l.sourceCluster), Namespace: l.sourceNamespace}
	known := false
	switch r.level {
	case mesh.LevelCluster:
		ref.Kind, ref.Namespace, known = mesh.KindCluster, "", ref.Cluster.Known()
	case mesh.LevelNamespace:
		ref.Kind, known = mesh.KindNamespace, isKnown(ref.Namespace)
	case mesh.LevelWorkload:
		ref.Kind, ref.Name, known = mesh.KindWorkload, l.sourceWorkload, isKnown(l.sourceWorkload)
	case mesh.LevelVersionedApp:
		ref.Kind, ref.Name, known = mesh.KindApp, l.sourceApp, isKnown(l.sourceApp)
		ref.Version = mesh.OrUnknown(l.sourceVersion)
	default:
		// At level service a caller is known by its app, until something shows that
		// a service of that name is called there: see JoinServices.
		ref.Kind, ref.Name, known = mesh.KindApp, l.sourceApp, isKnown(l.sourceApp)
	}
	if !known {
		return mesh.Ref{Kind: mesh.KindUnknown, Cluster: ref.Cluster}
	}
	return ref
}

// destination names what was called.
func (r reader) destination(l *labels, caller mesh.ClusterName) mesh.Ref {
	ref := mesh.Ref{Cluster: r.names.name(l.destinationCluster)}
	if !l.resolved() && l.service != "" {
		if outside(l.serviceNamespace, l.service) {
			// A host outside the mesh runs in no cluster: it is drawn once for each
			// cluster that calls it, as each leaves the mesh by its own way.
			return mesh.Ref{Kind: mesh.KindExternal, Cluster: caller, Name: l.service}
		}
		ref = r.service(l)
	} else {
		ref.Namespace = mesh.OrUnknown(l.destinationNamespace)
		switch r.level {
		case mesh.LevelApp:
			ref.Kind, ref.Name = mesh.KindApp, mesh.OrUnknown(l.destinationApp)
		case mesh.LevelVersionedApp:
			ref.Kind, ref.Name, ref.Version = mesh.KindApp, mesh.OrUnknown(l.destinationApp), mesh.OrUnknown(l.destinationVersion)
		case mesh.LevelService:
			ref.Kind, ref.Name = mesh.KindService, mesh.Unknown
		default:
			ref.Kind, ref.Name = mesh.KindWorkload, mesh.OrUnknown(l.destinationWorkload)
		}
	}
	switch r.level {
	case mesh.LevelCluster:
		// A destination whose cluster nobody could tell stays unresolved. Istio
		// reports calls so that failed before an endpoint was chosen; to count
		// them as local would hide that a remote cluster does not answer.
		return mesh.Ref{Kind: mesh.KindCluster, Cluster: ref.Cluster}
	case mesh.LevelNamespace:
		return mesh.Ref{Kind: mesh.KindNamespace, Cluster: ref.Cluster, Namespace: ref.Namespace}
	}
	return ref
}

// service names the called service, in the cluster where the call arrived.
func (r reader) service(l *labels) mesh.Ref {
	return mesh.Ref{
		Kind: mesh.KindService, Cluster: r.names.name(l.destinationCluster),
		Namespace: mesh.OrUnknown(l.serviceNamespace), Name: mesh.OrUnknown(l.service),
	}
}

// resolved reports whether a series tells more of its destination than the service.
// The answers of composer.sumRate that tell destinations by their service alone are
// those that do not.
func (l *labels) resolved() bool {
	return l.destinationWorkload != "" || l.destinationApp != "" || l.service == ""
}

// outside reports whether a service of which no workload is known lies outside the
// mesh: Envoy's pseudo-clusters for traffic that matches nothing (PassthroughCluster,
// BlackHoleCluster), services of no namespace, and hosts of service entries, whose
// names are DNS names or addresses where a Kubernetes service has a single word.
func outside(namespace, service string) bool {
	switch service {
	case "PassthroughCluster", "BlackHoleCluster", "InboundPassthroughCluster":
		return true
	}
	return !isKnown(namespace) || strings.ContainsAny(service, ".:")
}

func isKnown(s string) bool { return s != "" && s != mesh.Unknown }
