package findings

import (
	"fmt"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// single are the kinds of which only one object without a selector counts in a namespace,
// and only one that selects a workload for that. Objects of other kinds add up.
var single = map[string]bool{"PeerAuthentication": true, "ProxyConfig": true, "Sidecar": true, "Telemetry": true}

// place is a namespace, or a workload, for objects of a kind.
type place struct {
	kind, namespace string
	workload        *mesh.Workload
}

// policies looks for what policies and the like select and target, and for objects that
// are the second of their kind for the same.
func (w *world) policies() {
	for _, in := range w.clusters {
		at, places := map[place][]*mesh.Config{}, map[*mesh.Config][]place{}
		for c := range in.each() {
			for _, t := range c.Targets {
				w.reference(in, c, t, TargetNotFound, mesh.SeverityWarning, "spec.targetRefs", "the policy is not applied to it")
			}
			switch {
			case len(c.Targets) > 0:
			case len(c.Selector) > 0:
				places[c] = w.selector(in, c)
			case single[c.Kind]:
				places[c] = []place{{kind: c.Kind, namespace: c.Namespace}}
			}
			for _, p := range places[c] {
				at[p] = append(at[p], c)
			}
		}
		for c, own := range places {
			w.several(c, own, at)
		}
	}
}

// selector looks for the workloads that an object selects, and gives those for which it is
// to be the only one of its kind. Workloads of all clusters count, as the control plane of
// one may configure others.
func (w *world) selector(in *cluster, c *mesh.Config) []place {
	of := w.pods.in(c.Namespace)
	wide := c.Namespace == applies.RootNamespace
	if c.Kind == kindGateway || wide && c.Kind != "Sidecar" && c.ServiceEntry == nil {
		of = w.pods.anywhere()
	}
	found := selected(of, c.Selector)
	if len(found) == 0 {
		path := "spec.selector"
		if c.Kind == "Sidecar" || c.Kind == "EnvoyFilter" || c.ServiceEntry != nil || c.DestinationRule != nil {
			path = "spec.workloadSelector"
		}
		w.miss(c, SelectorEmpty, mesh.SeverityWarning, w.noWorkloads, path,
			fmt.Sprintf("No workload has the labels %s", written(c.Selector)), "the object has no effect; correct the labels, or start what bears them")
	}
	// A PeerAuthentication of the root namespace is for all of the mesh, or for nothing.
	if !single[c.Kind] || c.Kind == "PeerAuthentication" && wide {
		return nil
	}
	var out []place
	for _, m := range found {
		if m.in == in {
			out = append(out, place{kind: c.Kind, namespace: c.Namespace, workload: m.Workload})
		}
	}
	return out
}

// several tells of an object that shares a place where only one counts.
func (w *world) several(c *mesh.Config, own []place, at map[place][]*mesh.Config) {
	for _, p := range own {
		switch list := at[p]; {
		case len(list) < 2:
			continue
		case p.workload != nil:
			w.tell(c, SeveralOnWorkload, mesh.SeverityError, "spec.selector", "%s selects %s as well, where only one %s counts: join them, or tell their selectors apart", others(list, c), p.workload.Name, c.Kind)
		case p.namespace == applies.RootNamespace && c.Kind != "Sidecar":
			w.tell(c, SeveralInNamespace, mesh.SeverityError, "", "%s is for the whole mesh as well, where only one %s without a selector counts: join them", others(list, c), c.Kind)
		default:
			w.tell(c, SeveralInNamespace, mesh.SeverityError, "", "%s is for all of the namespace as well, where only one %s without a selector counts: join them", others(list, c), c.Kind)
		}
		return
	}
}
