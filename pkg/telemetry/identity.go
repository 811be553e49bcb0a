package telemetry

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// reader turns a series' labels into the nodes that it ties at one level. This is
// the one place that decides which node a report belongs to.
type reader struct {
	level mesh.Level
	names aliases
}

func (r reader) pair(l *labels) mesh.Pair {
	source := r.source(l)
	return mesh.Pair{Source: source, Destination: r.destination(l, source.Cluster)}
}

// source names the caller. A caller without a sidecar is known to nobody: the
// destination reports all of its labels as "unknown".
func (r reader) source(l *labels) mesh.Ref {
	cluster := r.names.name(l.sourceCluster)
	namespace, workload := l.sourceNamespace, l.sourceWorkload
	switch {
	case r.level == mesh.LevelCluster && cluster.Known():
		return mesh.Ref{Kind: mesh.KindCluster, Cluster: cluster}
	case r.level == mesh.LevelNamespace && isKnown(namespace):
		return mesh.Ref{Kind: mesh.KindNamespace, Cluster: cluster, Namespace: namespace}
	case r.level == mesh.LevelWorkload && isKnown(workload):
		return mesh.Ref{Kind: mesh.KindWorkload, Cluster: cluster, Namespace: namespace, Name: workload}
	}
	return mesh.Ref{Kind: mesh.KindUnknown, Cluster: cluster}
}

// destination names what was called. The answers of composer.sumRate that tell
// destinations by their service carry that label; the others do not.
func (r reader) destination(l *labels, caller mesh.ClusterName) mesh.Ref {
	cluster := r.names.name(l.destinationCluster)
	namespace, name, kind := l.destinationNamespace, l.destinationWorkload, mesh.KindWorkload
	if l.service != "" {
		namespace, name, kind = l.serviceNamespace, l.service, mesh.KindService
		if outside(namespace, name) {
			// A host outside the mesh runs in no cluster: it is drawn once for each
			// cluster that calls it, as each leaves the mesh by its own way.
			return mesh.Ref{Kind: mesh.KindExternal, Cluster: caller, Name: name}
		}
	}
	switch r.level {
	case mesh.LevelCluster:
		// A destination whose cluster nobody could tell stays unresolved. Istio
		// reports calls so that failed before an endpoint was chosen; to count
		// them as local would hide that a remote cluster does not answer.
		return mesh.Ref{Kind: mesh.KindCluster, Cluster: cluster}
	case mesh.LevelNamespace:
		return mesh.Ref{Kind: mesh.KindNamespace, Cluster: cluster, Namespace: mesh.OrUnknown(namespace)}
	}
	return mesh.Ref{Kind: kind, Cluster: cluster, Namespace: mesh.OrUnknown(namespace), Name: mesh.OrUnknown(name)}
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
