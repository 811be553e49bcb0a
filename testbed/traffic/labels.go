package traffic

import (
	"cmp"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const unknown = "unknown"

// Label is one label of a series.
type Label struct{ Name, Value string }

// peer is how one end of a call appears in Istio's standard metrics.
type peer struct {
	workload, namespace, principal, app, version, cluster, service, revision string
}

// stranger is an end that nobody knows.
var stranger = peer{unknown, unknown, unknown, unknown, unknown, unknown, unknown, "latest"}

// labels gives the peer's labels with the prefix source_ or destination_.
func (p peer) labels(prefix string) []Label {
	return []Label{
		{prefix + "_workload", p.workload}, {prefix + "_workload_namespace", p.namespace},
		{prefix + "_principal", p.principal}, {prefix + "_app", p.app}, {prefix + "_version", p.version},
		{prefix + "_cluster", p.cluster},
		{prefix + "_canonical_service", p.service}, {prefix + "_canonical_revision", p.revision},
	}
}

// mesh resolves the ends of calls.
type mesh struct {
	*scenario.Scenario
	workloads map[scenario.End]scenario.Workload
}

// peer describes the workload at an end; anything else is a stranger.
func (m mesh) peer(end scenario.End, plainText bool) peer {
	w, ok := m.workloads[end]
	if !ok {
		return stranger
	}
	p := peer{workload: w.Name, namespace: end.Namespace, app: w.App, service: w.App,
		version: cmp.Or(w.Version, unknown), revision: cmp.Or(w.Version, "latest"), principal: unknown}
	if !plainText && !w.NoSidecar {
		p.principal = "spiffe://" + m.TrustDomain + "/ns/" + end.Namespace + "/sa/" + w.Account
	}
	cluster, _ := m.Cluster(end.Cluster)
	p.cluster = cluster.MetricsName()
	return p
}

// reports tells whether the end has a sidecar, or is a gateway, that reports what passes it.
func (m mesh) reports(end scenario.End) bool {
	w, ok := m.workloads[end]
	return ok && w.HasSidecar()
}

// known tells whether the end proves who it is.
func (m mesh) known(end scenario.End) bool {
	w, ok := m.workloads[end]
	return ok && !w.NoSidecar
}

// service gives the labels of the called service.
func (m mesh) service(call scenario.Call) []Label {
	host, name, namespace := "", "", unknown
	switch to := call.To; to.Kind {
	case scenario.AtWorkload:
		name, namespace = cmp.Or(call.Service, m.workloads[to].App), to.Namespace
	case scenario.AtNowhere:
		name, namespace = to.Name, to.Namespace
	case scenario.AtExternal: // the namespace of the ServiceEntry, here the caller's
		host, name, namespace = to.Name, to.Name, call.From.Namespace
	default:
		host, name = to.Name, "PassthroughCluster"
	}
	return []Label{
		{"destination_service", cmp.Or(host, name+"."+namespace+".svc.cluster.local")},
		{"destination_service_name", name}, {"destination_service_namespace", namespace},
	}
}
