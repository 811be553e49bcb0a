package applies

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// label is a label of a pod.
type label struct{ key, value string }

// anywhere stands for all namespaces in Index.byLabel.
const anywhere = ""

// Labels that tie a pod to a gateway of the Gateway API, the current one and an older one.
var gatewayLabels = []string{"gateway.networking.k8s.io/gateway-name", "istio.io/gateway-name"}

// label enters a workload of a namespace, or of any, under each of its pods' labels.
func (x *Index) label(in string, w *mesh.Workload) {
	of := x.byLabel[in]
	if of == nil {
		of = map[label][]*mesh.Workload{}
		x.byLabel[in] = of
	}
	for k, v := range w.PodLabels {
		of[label{k, v}] = append(of[label{k, v}], w)
	}
}

// labelled are the workloads of a namespace, or anywhere, by their pods' labels. Only a
// few objects look anywhere: what they need is made when the first of them comes.
func (x *Index) labelled(in string) map[label][]*mesh.Workload {
	if in == anywhere && x.byLabel[in] == nil {
		for _, w := range x.sorted {
			x.label(anywhere, w)
		}
	}
	return x.byLabel[in]
}

// selects are the workloads of a namespace, or anywhere, whose pods have all labels of a
// selector, in order. An empty selector selects none. Only those with the rarest of the
// labels are looked at.
func (x *Index) selects(in string, selector map[string]string) []*mesh.Workload {
	if len(selector) == 0 {
		return nil
	}
	var fewest []*mesh.Workload
	first, labelled := true, x.labelled(in)
	for k, v := range selector {
		if with := labelled[label{k, v}]; first || len(with) < len(fewest) {
			fewest, first = with, false
		}
	}
	var out []*mesh.Workload
	for _, w := range fewest {
		if matches(w.PodLabels, selector) {
			out = append(out, w)
		}
	}
	return out
}

func matches(labels, selector map[string]string) bool {
	for k, v := range selector {
		if has, ok := labels[k]; !ok || has != v {
			return false
		}
	}
	return true
}

// Selects reports whether a workload's pods have all labels of a selector, such as those
// of a DestinationRule's subset. An empty selector selects nothing.
func Selects(selector map[string]string, w *mesh.Workload) bool {
	return len(selector) > 0 && matches(w.PodLabels, selector)
}

// addGateway finds the workloads that are a gateway.
func (x *Index) addGateway(i int, c *mesh.Config) {
	if c.Kind != kindGateway {
		return
	}
	g := gateway{istio: c.Group != groupGatewayAPI, name: name{c.Namespace, c.Name}}
	var of []*mesh.Workload
	if g.istio {
		// Istio looks for the pods in all namespaces.
		of = x.selects(anywhere, c.Selector)
	} else {
		for _, key := range gatewayLabels {
			of = append(of, x.selects(c.Namespace, map[string]string{key: c.Name})...)
		}
		slices.SortStableFunc(of, compareWorkloads)
		of = slices.Compact(of)
	}
	x.gateways[g] = of
	x.attach(i, of)
}

// addSelected finds the workloads that a configuration is for.
func (x *Index) addSelected(i int, c *mesh.Config) {
	switch {
	case isPolicy(c.Kind):
		x.addPolicy(i, c)
	case c.Kind == "WorkloadEntry" && c.WorkloadEntry != nil:
		x.addEntry(i, c)
	case c.Kind == "WorkloadGroup":
		x.attach(i, x.machines(c))
	case c.Kind == "ServiceEntry" || c.Kind == "DestinationRule":
		x.attach(i, x.selects(c.Namespace, c.Selector))
	}
	if c.Routing != nil {
		for _, g := range boundTo(c) {
			x.attach(i, x.gateways[g])
		}
	}
}

// addPolicy finds whom a policy is for: its targets if it has any, what it selects if it
// has a selector, and else all workloads of its namespace; one of the root namespace looks
// through the whole mesh. A Sidecar selects in its own namespace alone.
func (x *Index) addPolicy(i int, c *mesh.Config) {
	inMesh := c.Namespace == RootNamespace
	switch {
	case len(c.Targets) > 0:
		for _, t := range c.Targets {
			if t.Kind == kindGateway {
				x.attach(i, x.gateways[gateway{name: name{or(t.Namespace, c.Namespace), t.Name}}])
			}
		}
		x.addClasses(i, c)
	case len(c.Selector) > 0 && inMesh && c.Kind != "Sidecar":
		x.attach(i, x.selects(anywhere, c.Selector))
	case len(c.Selector) > 0:
		x.attach(i, x.selects(c.Namespace, c.Selector))
	case inMesh:
		x.everyone = append(x.everyone, i)
	default:
		x.wide[c.Namespace] = append(x.wide[c.Namespace], i)
	}
}

// addClasses finds the gateways of the classes that a policy of the root namespace targets.
func (x *Index) addClasses(i int, c *mesh.Config) {
	if c.Namespace != RootNamespace {
		return
	}
	for _, t := range c.Targets {
		if t.Kind != "GatewayClass" {
			continue
		}
		for _, g := range x.config {
			if g.Kind == kindGateway && g.Gateway != nil && g.Gateway.Class == t.Name {
				x.attach(i, x.gateways[gateway{name: name{g.Namespace, g.Name}}])
			}
		}
	}
}

// addEntry finds the workload that a WorkloadEntry is: by its own name, and by the app and
// version of its labels.
func (x *Index) addEntry(i int, c *mesh.Config) {
	app, version := canonical(c.WorkloadEntry.Labels)
	if app != "" {
		of := entry{c.Namespace, app, plainVersion(version)}
		x.entries[of] = append(x.entries[of], i)
	}
	x.attach(i, x.machines(c))
}

// machines are the workloads that are no pods and have a configuration's name, or its app
// and version.
func (x *Index) machines(c *mesh.Config) []*mesh.Workload {
	var app, version string
	if c.WorkloadEntry != nil {
		app, version = canonical(c.WorkloadEntry.Labels)
	}
	var out []*mesh.Workload
	for _, list := range [][]*mesh.Workload{x.workloads[name{c.Namespace, c.Name}], x.apps[name{c.Namespace, app}]} {
		for _, w := range list {
			if isMachine(w) && (w.Name == c.Name || SameVersion(w.Version, version)) {
				out = append(out, w)
			}
		}
	}
	return out
}

// isMachine reports whether a workload is no pods.
func isMachine(w *mesh.Workload) bool { return w.Kind == "WorkloadEntry" || w.Kind == "WorkloadGroup" }

// canonical reads the app and the version from labels as Istio does.
func canonical(labels map[string]string) (app, version string) {
	for _, key := range []string{"service.istio.io/canonical-name", "app.kubernetes.io/name", "app"} {
		app = or(app, labels[key])
	}
	for _, key := range []string{"service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"} {
		version = or(version, labels[key])
	}
	return app, version
}

// SameVersion reports whether two versions are one: Istio calls what has no version latest.
func SameVersion(a, b string) bool { return plainVersion(a) == plainVersion(b) }

func plainVersion(v string) string {
	if v == "latest" || v == mesh.Unknown {
		return ""
	}
	return v
}

// attach notes that a configuration is for workloads, once for each. Configurations come in
// order, so that only the last can be the same.
func (x *Index) attach(i int, to []*mesh.Workload) {
	for _, w := range to {
		if list := x.selected[w]; len(list) > 0 && list[len(list)-1] == i {
			continue
		}
		x.selected[w] = append(x.selected[w], i)
		x.attached[i] = append(x.attached[i], w)
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
