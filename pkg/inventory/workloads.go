package inventory

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// workloadKey names a workload in its cluster.
type workloadKey struct {
	namespace string
	mesh.Owner
}

// tally is what a workload's pods tell of it.
type tally struct {
	namespace *namespace // nil when it is not known
	first     *pod
	mode      mesh.Mode
	missing   bool
	// current counts the pods that are not finished, ready those of them that are ready.
	current, ready               int
	accounts, proxies, revisions []string
}

// workloads joins controllers, pods and what is known of workloads outside the cluster.
func (r records) workloads() workloadPart {
	known := map[string]*namespace{}
	for _, n := range r["namespaces"] {
		known[n.object().Name] = n.(*namespace)
	}
	tallies, pods := tallyPods(r["pods"], known)
	out := make([]mesh.Workload, 0, len(tallies))
	for _, resource := range []string{"daemonsets.apps", "deployments.apps", "statefulsets.apps"} {
		for _, c := range r[resource] {
			c := c.(*controller)
			key := workloadKey{c.Namespace, mesh.Owner{Kind: c.Kind, Name: c.Name}}
			out = append(out, c.with(tallies[key], known[c.Namespace]))
			delete(tallies, key)
		}
	}
	for key, t := range tallies { // of which no controller is known
		out = append(out, t.workload(key))
	}
	out = append(out, outside(r["workloadgroups.networking.istio.io"], r["workloadentries.networking.istio.io"])...)
	slices.SortFunc(out, func(a, b mesh.Workload) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	return workloadPart{out, pods}
}

// tallyPods gives the pods, and what they tell of their workloads.
func tallyPods(list []record, known map[string]*namespace) (map[workloadKey]*tally, []mesh.Pod) {
	tallies := make(map[workloadKey]*tally, len(list)/4)
	pods := make([]mesh.Pod, 0, len(list))
	var key workloadKey
	var t *tally
	for _, p := range list {
		p := p.(*pod)
		// Pods of one workload nearly always follow one another.
		if of := (workloadKey{p.Namespace, p.Workload}); t == nil || of != key {
			if key, t = of, tallies[of]; t == nil {
				t = &tally{namespace: known[p.Namespace], first: p, mode: mesh.ModeNone}
				tallies[key] = t
			}
		}
		pods = append(pods, p.Pod)
		pods[len(pods)-1].Mode = t.add(p)
	}
	return tallies, pods
}

// add counts a pod, and tells the mode that it has in its namespace.
func (t *tally) add(p *pod) mesh.Mode {
	mode := p.within(t.namespace)
	t.accounts = addText(t.accounts, accountOf(p.Account))
	if p.finished {
		return mode
	}
	t.current++
	if p.ready {
		t.ready++
	}
	if rank(mode) > rank(t.mode) {
		t.mode = mode
	}
	t.missing = t.missing || p.lacks(t.namespace)
	t.proxies = addText(t.proxies, p.ProxyVersion)
	t.revisions = addText(t.revisions, p.Revision)
	return mode
}

// rank orders modes: the highest of a workload's pods is that of the workload.
func rank(m mesh.Mode) int {
	return slices.Index([]mesh.Mode{mesh.ModeNone, mesh.ModeAmbient, mesh.ModeSidecar, mesh.ModeGateway, mesh.ModeWaypoint}, m)
}

// with is the workload with what its pods tell. Without pods, its mode is what is asked for.
func (c *controller) with(t *tally, ns *namespace) mesh.Workload {
	w := c.Workload
	if t == nil || t.current == 0 {
		if w.Mode = c.within(ns); c.lacks(ns) {
			w.Mode = mesh.ModeSidecar
		}
		return w
	}
	w.Mode, w.MissingSidecar, w.ProxyVersions, w.Revisions = t.mode, t.missing, t.proxies, t.revisions
	for _, account := range t.accounts {
		if !slices.Contains(w.Accounts, account) {
			w.Accounts = addText(slices.Clone(w.Accounts), account)
		}
	}
	return w
}

// workload is a workload of which only the pods are known. The object of a pod that
// nothing owns is the pod itself.
func (t *tally) workload(key workloadKey) mesh.Workload {
	w := mesh.Workload{
		Object: mesh.Object{Namespace: key.namespace, Name: key.Name}, Kind: key.Kind,
		App: t.first.App, Version: t.first.Version, Accounts: t.accounts, PodLabels: t.first.Labels,
		Current: t.current, Ready: t.ready, Mode: t.mode, MissingSidecar: t.missing,
		ProxyVersions: t.proxies, Revisions: t.revisions, HealthRate: t.first.healthRate,
	}
	if key.Kind == "Pod" {
		w.Object = t.first.Object
	}
	return w
}
