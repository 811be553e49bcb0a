package traffic

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// addAmbient adds what the ambient part of the mesh reports of a call: the ztunnels of
// workloads without a sidecar count connections, and a waypoint before the called
// workload counts requests. HTTP through a waypoint is to ztunnels a connection to the
// waypoint and one from there.
func (e *Exporter) addAmbient(m mesh, call scenario.Call, f *flow) {
	waypoint, found := m.waypoint(call.To)
	if found && call.Protocol != "tcp" {
		e.addWaypoint(m, call, f)
		from, to := call, call
		from.To, to.From = waypoint, waypoint
		e.addZtunnel(m, from, "source", f)
		e.addZtunnel(m, to, "destination", f)
		return
	}
	e.addZtunnel(m, call, "source", f)
	e.addZtunnel(m, call, "destination", f)
}

// waypoint finds the waypoint before a workload.
func (m mesh) waypoint(of scenario.End) (scenario.End, bool) {
	if w := m.workloads[of]; !w.Ambient && !w.Waypointed {
		return scenario.End{}, false
	}
	for end, w := range m.workloads {
		if w.Gateway == scenario.Waypoint && end.Cluster == of.Cluster && end.Namespace == of.Namespace {
			return end, true
		}
	}
	return scenario.End{}, false
}

// addWaypoint adds a waypoint's report of requests.
func (e *Exporter) addWaypoint(m mesh, call scenario.Call, f *flow) {
	for _, o := range outcomes(call) {
		if o.destCode != "" { // else it never came so far
			labels := append(ends(m, call, "waypoint", true), status(call, o, o.sourceCode, o.sourceFlags)...)
			e.addRequests(m, call, call.To.Cluster, f, o.share, labels)
		}
	}
}

// addZtunnel adds the report of the ztunnel at one end, if there is one.
func (e *Exporter) addZtunnel(m mesh, call scenario.Call, reporter string, f *flow) {
	at := call.From
	if reporter == "destination" {
		at = call.To
	}
	if !m.workloads[at].Ambient {
		return
	}
	labels := ends(m, call, reporter, true)
	security := slices.IndexFunc(labels, func(l Label) bool { return l.Name == "connection_security_policy" })
	if m.known(call.From) && m.known(call.To) {
		labels[security].Value = "mutual_tls" // which both ends know
	}
	e.addBytes(call, at.Cluster, f, append(labels, Label{"app", "ztunnel"}))
}
