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
	// byWorkload names apps after their workloads: see levelLabels.byWorkload.
	byWorkload bool
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
	default:
		// At level service a caller is known by its app, until something shows that
		// a service of that name is called there: see joinServices.
		ref.Kind, ref.Name = mesh.KindApp, r.app(l.sourceApp, l.sourceWorkload)
		known = isKnown(ref.Name)
		if r.level == mesh.LevelVersionedApp {
			ref.Version = mesh.OrUnknown(l.sourceVersion)
		}
	}
	if !known {
		return mesh.Ref{Kind: mesh.KindUnknown, Cluster: ref.Cluster}
	}
	ref.Namespace = r.namespace(ref.Namespace)
	return ref
}

// namespace is a node's, at the levels that have namespaces.
func (r reader) namespace(name string) string {
	if r.level == mesh.LevelCluster {
		return ""
	}
	return mesh.OrUnknown(name)
}

func (r reader) app(app, workload string) string {
	if r.byWorkload {
		return workload
	}
	return app
}

// destination names what was called, and the service between where there is to be one.
func (r reader) destination(l *labels, caller mesh.ClusterName) (mesh.Ref, *mesh.Ref) {
	called := calledBy(l.serviceNamespace, l.service)
	if resolved(l) {
		ref := r.workload(l)
		if !r.services || !isKnown(l.service) || called.outside {
			return ref, nil
		}
		return ref, &mesh.Ref{Kind: mesh.KindService, Cluster: ref.Cluster, Namespace: called.namespace, Name: called.name}
	}
	ref := mesh.Ref{Kind: mesh.KindService, Cluster: r.names.name(l.destinationCluster), Namespace: called.namespace, Name: called.name}
	switch {
	case called.outside:
		// A host outside the mesh runs in no cluster: it is drawn once for each
		// cluster that calls it, as each leaves the mesh by its own way.
		return mesh.Ref{Kind: mesh.KindExternal, Cluster: caller, Name: l.service}, nil
	case called.egress:
		ref = r.egress(ref, caller)
	}
	return r.coarse(ref), nil
}

// workload names a destination of which more is known than its service.
func (r reader) workload(l *labels) mesh.Ref {
	ref := mesh.Ref{Cluster: r.names.name(l.destinationCluster), Namespace: mesh.OrUnknown(l.destinationNamespace)}
	switch r.level {
	case mesh.LevelApp, mesh.LevelVersionedApp:
		ref.Kind, ref.Name = mesh.KindApp, mesh.OrUnknown(r.app(l.destinationApp, l.destinationWorkload))
		if r.level == mesh.LevelVersionedApp {
			ref.Version = mesh.OrUnknown(l.destinationVersion)
		}
	case mesh.LevelService:
		ref.Kind, ref.Name = mesh.KindService, mesh.Unknown
	default:
		ref.Kind, ref.Name = mesh.KindWorkload, mesh.OrUnknown(l.destinationWorkload)
	}
	return r.coarse(ref)
}

// coarse names the cluster or the namespace of a node, at the levels of those.
//
// A destination whose cluster nobody could tell stays unresolved. Istio reports calls so
// that failed before an endpoint was chosen; to count them as local would hide that a
// remote cluster does not answer.
func (r reader) coarse(ref mesh.Ref) mesh.Ref {
	switch r.level {
	case mesh.LevelCluster:
		return mesh.Ref{Kind: mesh.KindCluster, Cluster: ref.Cluster}
	case mesh.LevelNamespace:
		return mesh.Ref{Kind: mesh.KindNamespace, Cluster: ref.Cluster, Namespace: ref.Namespace}
	}
	return ref
}

// egress names an egress gateway that was called by its service: the workload of the
// same name, as Istio's charts install it, in the caller's cluster unless another is
// told, since nobody leaves by the gateway of another cluster.
func (r reader) egress(service mesh.Ref, caller mesh.ClusterName) mesh.Ref {
	if !service.Cluster.Known() {
		service.Cluster = caller
	}
	switch r.level {
	case mesh.LevelWorkload:
		service.Kind = mesh.KindWorkload
	case mesh.LevelApp, mesh.LevelVersionedApp:
		service.Kind = mesh.KindApp
		if r.level == mesh.LevelVersionedApp {
			service.Version = "latest" // what Istio calls the version of what has none
		}
	}
	return service
}

// resolved reports whether a series tells more of its destination than the service.
// The answers of composer.sumRate that tell destinations by their service alone are
// those that do not.
func resolved(l *labels) bool {
	return l.destinationWorkload != "" || l.destinationApp != "" || l.service == ""
}

// called is what the labels of the called service say.
type called struct {
	namespace, name string
	// outside: it lies outside the mesh.
	outside bool
	// egress: it is the way out of the mesh.
	egress bool
}

// calledBy reads the labels of the called service.
//
// Outside are Envoy's pseudo-clusters for traffic that matches nothing, services of no
// namespace, and hosts of service entries, whose names are DNS names or addresses where a
// Kubernetes service has a single word. Calls that a virtual service sends to another
// service, as to an egress gateway, can have that one's DNS name, which tells its
// namespace as well; so have calls by the names that Istio once had for services of other
// clusters, <name>.<namespace>.global.
func calledBy(namespace, service string) called {
	if name, in, ok := inMesh(service); ok {
		return called{namespace: in, name: name, egress: strings.HasSuffix(name, "egressgateway")}
	}
	c := called{namespace: mesh.OrUnknown(namespace), name: mesh.OrUnknown(service)}
	switch service {
	case mesh.PassthroughCluster, mesh.BlackHoleCluster, mesh.InboundPassthroughCluster:
		c.outside = true
	default:
		// A namespace that is not told at all is a label that the store lacks.
		c.outside = namespace == mesh.Unknown || strings.ContainsAny(service, ".:")
	}
	return c
}

// inMesh reads the DNS name of a service in a Kubernetes cluster.
func inMesh(host string) (name, namespace string, ok bool) {
	name, rest, _ := strings.Cut(host, ".")
	namespace, rest, _ = strings.Cut(rest, ".")
	domain, _, _ := strings.Cut(rest, ":")
	ok = domain == "svc" || strings.HasPrefix(domain, "svc.") || domain == "global"
	return name, namespace, ok && name != "" && name != "*" && namespace != ""
}

func isKnown(s string) bool { return s != "" && s != mesh.Unknown }
