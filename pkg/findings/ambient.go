package findings

import (
	"fmt"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// ambient looks for the waypoints that labels name, at workloads that have a sidecar in
// ambient mode, and at policies that ask for HTTP where nothing reads it.
func (w *world) ambient() {
	for _, in := range w.clusters {
		asked := map[string]bool{}
		for i := range in.Namespaces {
			n := &in.Namespaces[i]
			asked[n.Name] = n.Labels[labelMode] == modeAmbient
			w.waypoint(in, n, n.Labels, n.Name, ownLabels)
		}
		for i := range in.Services {
			w.waypoint(in, &in.Services[i], in.Services[i].Labels, in.Services[i].Namespace, ownLabels)
		}
		for i := range in.Workloads {
			if m := &in.Workloads[i]; m.Kind != kindWorkloadGroup && m.Kind != kindWorkloadEntry {
				w.waypoint(in, m, m.PodLabels, m.Namespace, podLabels)
				w.both(m, asked[m.Namespace])
			}
		}
		layers := newLayers(in)
		for c := range in.each() {
			if c.ServiceEntry != nil || c.Kind == kindWorkloadEntry {
				w.waypoint(in, c, c.Labels, c.Namespace, ownLabels)
			}
			if len(c.Targets) == 0 && readsHTTP(c) {
				w.unread(in, c, layers)
			}
		}
	}
}

const (
	labelMode       = "istio.io/dataplane-mode"
	labelWaypoint   = "istio.io/use-waypoint"
	labelWaypointIn = "istio.io/use-waypoint-namespace"

	modeAmbient       = "ambient" // the value of the label for the mode
	noWaypoint        = "none"    // that of the label for the waypoint, where none is to be used
	ownLabels         = "metadata.labels"
	podLabels         = "spec.template.metadata.labels"
	kindWorkloadGroup = "WorkloadGroup"
	kindWorkloadEntry = "WorkloadEntry"
)

// waypoint looks for the waypoint that labels of a thing in a namespace name; the path is
// that of the labels.
func (w *world) waypoint(in *cluster, of any, labels map[string]string, namespace, path string) {
	called := labels[labelWaypoint]
	if called == "" || called == noWaypoint {
		return
	}
	at := gatewayName{true, name{or(labels[labelWaypointIn], namespace), called}}
	if in.gateways[at] != nil {
		return
	}
	const then = "calls go without it, and what is attached to it has no effect; correct the label " + labelWaypoint + ", or add the waypoint"
	for _, other := range w.clusters {
		if other.gateways[at] != nil {
			w.miss(of, WaypointNotFound, mesh.SeverityWarning, in.gap(resourceListeners), path,
				fmt.Sprintf("This cluster has no Gateway %s/%s to be the waypoint, %s has one", at.namespace, called, other.Cluster), then)
			return
		}
	}
	w.miss(of, WaypointNotFound, mesh.SeverityError, in.gap(resourceListeners), path,
		fmt.Sprintf("This cluster has no Gateway %s/%s to be the waypoint", at.namespace, called), then)
}

// both tells of a workload that is asked to be in ambient mode, by its own label or by its
// namespace's, while pods of it have sidecars. Sidecars win.
func (w *world) both(m *mesh.Workload, asked bool) {
	own, said := m.PodLabels[labelMode]
	switch {
	case m.Mode != mesh.ModeSidecar || m.Current == 0:
	case own == modeAmbient:
		w.tell(m, SidecarInAmbient, mesh.SeverityWarning, podLabels,
			"Its pods have sidecars, so that the label istio.io/dataplane-mode=ambient has no effect: remove the label, or the sidecars")
	case !said && asked:
		w.tell(m, SidecarInAmbient, mesh.SeverityWarning, "",
			"Its pods have sidecars in a namespace in ambient mode, and are left out of it: remove the sidecars, or give the pods the label istio.io/dataplane-mode=none")
	}
}

// readsHTTP reports whether an object asks for what a proxy alone can do that reads HTTP.
func readsHTTP(c *mesh.Config) bool {
	switch c.Kind {
	case "RequestAuthentication", "WasmPlugin":
		return true
	}
	return c.AuthorizationPolicy != nil && c.AuthorizationPolicy.HTTP
}

// layer is what workloads have in common.
type layer struct {
	ambient *mesh.Workload // the first in ambient mode; nil for none
	proxied bool           // some have a proxy of their own, or are proxies
}

func (l *layer) add(m *mesh.Workload) {
	switch {
	case m.Mode == mesh.ModeSidecar || m.Mode == mesh.ModeGateway || m.Mode == mesh.ModeWaypoint:
		l.proxied = true
	case m.Mode == mesh.ModeAmbient && l.ambient == nil:
		l.ambient = m
	}
}

// newLayers are those of the workloads of each namespace, and of all by an empty one.
func newLayers(in *cluster) map[string]*layer {
	out := map[string]*layer{"": {}}
	for i := range in.Workloads {
		m := &in.Workloads[i]
		if out[m.Namespace] == nil {
			out[m.Namespace] = &layer{}
		}
		out[m.Namespace].add(m)
		out[""].add(m)
	}
	return out
}

// unread tells of a policy for HTTP at workloads in ambient mode. Waypoints follow those
// that target them or their services, and ztunnel reads no HTTP. Policies that add
// something may be meant for proxies that they are also for; those that let callers in or
// keep them out go wrong at each workload.
func (w *world) unread(in *cluster, c *mesh.Config, layers map[string]*layer) {
	if layers[""].ambient == nil {
		return
	}
	var at layer
	wide := c.Namespace == applies.RootNamespace
	switch {
	case len(c.Selector) > 0:
		of := w.pods.in(c.Namespace)
		if wide {
			of = w.pods.anywhere()
		}
		for _, m := range selected(of, c.Selector) {
			if m.in == in {
				at.add(m.Workload)
			}
		}
	case wide:
		at = *layers[""]
	case layers[c.Namespace] != nil:
		at = *layers[c.Namespace]
	}
	switch {
	case at.ambient == nil:
	case c.AuthorizationPolicy != nil && (c.AuthorizationPolicy.Action == "ALLOW" || c.AuthorizationPolicy.Action == "DENY"):
		w.tell(c, WaypointNeeded, mesh.SeverityWarning, "spec.rules",
			"It asks for HTTP, which ztunnel does not read, so that at %s/%s, in ambient mode, its rules let in and keep out others than they say: attach it to a waypoint by targetRefs", at.ambient.Namespace, at.ambient.Name)
	case !at.proxied:
		w.tell(c, WaypointNeeded, mesh.SeverityWarning, "spec",
			"It has no effect on %s/%s, which is in ambient mode, where ztunnel does not read HTTP: attach it to a waypoint by targetRefs", at.ambient.Namespace, at.ambient.Name)
	}
}
