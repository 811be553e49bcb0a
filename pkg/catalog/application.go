package catalog

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Application is an app of a namespace of a cluster: Istio's canonical service, which is
// all workloads with the same app label.
type Application struct {
	Where
	Namespace, Name string
	// Versions, Workloads (by name) and Modes are those of its workloads, sorted.
	Versions, Workloads []string
	Modes               []mesh.Mode
	// MissingSidecar says that at least one of its workloads lacks a sidecar.
	MissingSidecar bool
	// Elsewhere are the other clusters in which the namespace has the same app.
	Elsewhere []mesh.ClusterName
	Vitals    *mesh.Vitals
	// Health is the worst of what its workloads' pods and its traffic say, Why what is
	// wrong; empty when nothing is.
	Health mesh.Health
	Why    string
}

// Applications lists applications.
func (c *Catalog) Applications(s Selection) []Application {
	everywhere := c.clustersOf(func(in *Cluster, add func(namespace, name string)) {
		for i := range in.Inventory.Workloads {
			w := &in.Inventory.Workloads[i]
			add(w.Namespace, w.App)
		}
	})
	var out []Application
	for _, in := range c.selected(s) {
		rows := in.applications(s)
		for i := range rows {
			row := &rows[i]
			row.Elsewhere = others(everywhere[name{row.Namespace, row.Name}], in.Name)
			row.Vitals = c.vitals(mesh.Ref{Kind: mesh.KindApp, Cluster: in.Name, Namespace: row.Namespace, Name: row.Name})
			traffic := trafficHealth(row.Vitals)
			if worst := row.Health.Worse(traffic); traffic == worst && wrong(traffic) {
				if row.Health != worst {
					row.Why = ""
				}
				row.Health, row.Why = worst, both(row.Why, trafficWords(row.Vitals))
			} else {
				row.Health = worst
			}
		}
		out = append(out, rows...)
	}
	return out
}

// applications are the cluster's, without their traffic.
func (in *Cluster) applications(s Selection) []Application {
	where, at := in.where(mesh.NeedWorkloads), map[name]int{}
	var rows []Application
	for i := range in.Inventory.Workloads {
		w := &in.Inventory.Workloads[i]
		if w.App == "" || !s.has(w.Namespace, w.App) {
			continue
		}
		key := name{w.Namespace, w.App}
		n, ok := at[key]
		if !ok {
			n, at[key] = len(rows), len(rows)
			rows = append(rows, Application{Where: where, Namespace: w.Namespace, Name: w.App, Health: mesh.HealthNone})
		}
		rows[n].add(w)
	}
	for i := range rows {
		slices.Sort(rows[i].Workloads)
		rows[i].Workloads = slices.Compact(rows[i].Workloads)
	}
	slices.SortFunc(rows, func(a, b Application) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return rows
}

// add adds a workload.
func (a *Application) add(w *mesh.Workload) {
	a.Versions = insert(a.Versions, w.Version)
	a.Workloads = append(a.Workloads, w.Name)
	a.Modes = insert(a.Modes, w.Mode)
	a.MissingSidecar = a.MissingSidecar || w.MissingSidecar
	pods := w.PodHealth()
	worst := a.Health.Worse(pods)
	if pods == worst && wrong(pods) {
		if a.Health != worst {
			a.Why = ""
		}
		a.Why = both(a.Why, w.Name+": "+w.PodWords())
	}
	a.Health = worst
}

// insert adds a text to a sorted list that holds each once; empty ones are left out.
func insert[S ~string](list []S, s S) []S {
	at, known := slices.BinarySearch(list, s)
	if known || s == "" {
		return list
	}
	return slices.Insert(list, at, s)
}

// clustersOf lists by name the clusters that have a thing, in the order of rows. each
// adds the names of one cluster.
func (c *Catalog) clustersOf(each func(in *Cluster, add func(namespace, name string))) map[name][]mesh.ClusterName {
	out := map[name][]mesh.ClusterName{}
	for _, in := range c.selected(Selection{}) {
		each(&in, func(namespace, called string) {
			key := name{namespace, called}
			if list := out[key]; len(list) == 0 || list[len(list)-1] != in.Name {
				out[key] = append(list, in.Name)
			}
		})
	}
	return out
}

// others are the clusters without one of them.
func others(clusters []mesh.ClusterName, but mesh.ClusterName) []mesh.ClusterName {
	if len(clusters) < 2 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(clusters), func(c mesh.ClusterName) bool { return c == but })
}
