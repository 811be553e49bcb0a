package inventory

import (
	"slices"

	"istio.io/api/label"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// outside are the workloads that are no pods: WorkloadGroups with the entries that were
// made for them, and the entries that belong to none.
func outside(groups, entries []record) []mesh.Workload {
	out := make([]mesh.Workload, 0, len(groups))
	at := map[[2]string]int{}
	for _, g := range groups {
		g := g.(*config)
		at[[2]string{g.Namespace, g.Name}] = len(out)
		out = append(out, external(g))
	}
	for _, e := range entries {
		e := e.(*config)
		if i, ok := at[[2]string{e.Namespace, e.group}]; ok && e.group != "" {
			out[i].Current++
			if e.healthy() {
				out[i].Ready++
			}
			if e.WorkloadEntry != nil {
				out[i].Accounts = addText(out[i].Accounts, e.WorkloadEntry.Account)
			}
			continue
		}
		w := external(e)
		w.Current = 1
		if e.healthy() {
			w.Ready = 1
		}
		out = append(out, w)
	}
	return out
}

// external is a workload of a WorkloadGroup or WorkloadEntry. Those of a group have a
// proxy, which is what groups are for; a lone entry says so by a label.
func external(c *config) mesh.Workload {
	w := mesh.Workload{Object: c.Object, Kind: c.Kind, Mode: mesh.ModeNone}
	if e := c.WorkloadEntry; e != nil {
		w.PodLabels, w.Accounts = e.Labels, addText(nil, e.Account)
	}
	w.App, w.Version = canonical(w.PodLabels, c.Name)
	if c.Kind == "WorkloadGroup" || w.PodLabels[label.SecurityTlsMode.Name] == "istio" {
		w.Mode = mesh.ModeSidecar
	}
	return w
}

// healthy reports whether nobody has found the entry to be ill.
func (c *config) healthy() bool {
	return !slices.ContainsFunc(c.Conditions, func(o mesh.Condition) bool { return o.Type == "Healthy" && o.Status == "False" })
}
