package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The types of rows that no Kubernetes service stands behind: the hosts of ServiceEntries.
const (
	TypeExternal = "External"     // outside the mesh
	TypeEntry    = "ServiceEntry" // inside the mesh
)

// Service is a service of a cluster, or a host that a ServiceEntry adds.
type Service struct {
	Where
	mesh.Object // a host's is the ServiceEntry's, but for the name
	// Type is the service's, TypeExternal or TypeEntry.
	Type     string
	Ports    []mesh.Port
	Selector map[string]string
	// Address is the DNS name that a service of type ExternalName stands for.
	Address  string
	ExportTo []string
	// Apps are those of the workloads that the selector matches, sorted.
	Apps []string
	// Endpoints and Ready count the pods that the selector matches, or the endpoints
	// that a ServiceEntry lists, whose readiness nobody tells; nil when not known.
	Endpoints, Ready *int
	// Elsewhere is the same service in the other clusters; calls go to the endpoints of all.
	Elsewhere []Endpoints
	Vitals    *mesh.Vitals
	// Applied is the configuration for calls to it.
	Applied Applied
	// Findings are what is wrong with its labels, the worst first; of a host nothing, as
	// its ServiceEntry tells.
	Findings []mesh.Finding
	// Health is what its traffic says. It is a failure as well when pods are there and
	// none is ready in any cluster. Why says what is wrong; empty when nothing is.
	Health mesh.Health
	Why    string
}

// Endpoints are a service's in one cluster; nil when not known.
type Endpoints struct {
	Cluster          mesh.ClusterName
	Endpoints, Ready *int
}

// Services lists services, and the hosts of ServiceEntries.
func (c *Catalog) Services(s Selection) []Service {
	everywhere := c.endpoints()
	var out []Service
	for _, in := range c.selected(s) {
		rows := append(in.services(s, c.Judged), in.entries(s)...)
		slices.SortStableFunc(rows, func(a, b Service) int {
			return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
		})
		for i := range rows {
			row := &rows[i]
			row.Vitals = c.vitals(row.Ref())
			if !row.entry() {
				row.elsewhere(everywhere[name{row.Namespace, row.Name}])
			}
			row.judge()
			row.Applied = c.applied(&in, func(x *applies.Index) []*mesh.Config {
				if row.entry() {
					return x.Host(row.Name)
				}
				return x.Service(row.Namespace, row.Name)
			})
		}
		out = append(out, rows...)
	}
	return out
}

// Ref is the service's node in a graph at level service. Istio's telemetry tells services
// of Kubernetes, which are a single word, from hosts by their names alone: a host is no
// cluster's, and is drawn once for each that calls it.
func (s *Service) Ref() mesh.Ref {
	if s.entry() && strings.ContainsAny(s.Name, ".:") {
		return mesh.Ref{Kind: mesh.KindExternal, Cluster: s.Cluster, Name: s.Name}
	}
	return mesh.Ref{Kind: mesh.KindService, Cluster: s.Cluster, Namespace: s.Namespace, Name: s.Name}
}

func (s *Service) entry() bool { return s.Type == TypeExternal || s.Type == TypeEntry }

// services are the cluster's Kubernetes services.
func (in *Cluster) services(s Selection, j *Judged) []Service {
	where, apps := in.where(mesh.NeedServices), newSelected(in.Inventory)
	var rows []Service
	for i := range in.Inventory.Services {
		k := &in.Inventory.Services[i]
		if !s.has(k.Namespace, k.Name) {
			continue
		}
		rows = append(rows, Service{
			Where: where, Object: k.Object, Type: k.Type, Ports: k.Ports, Selector: k.Selector, Address: k.ExternalName,
			ExportTo: k.ExportTo, Apps: apps.of(k), Endpoints: k.Endpoints, Ready: k.Ready,
			Findings: j.service(k),
		})
	}
	return rows
}

// entries are the hosts that the cluster's ServiceEntries add.
func (in *Cluster) entries(s Selection) []Service {
	var where *Where
	var rows []Service
	for i := range in.Inventory.Config {
		c := &in.Inventory.Config[i]
		if c.ServiceEntry == nil {
			continue
		}
		for _, host := range c.ServiceEntry.Hosts {
			if !s.has(c.Namespace, host) {
				continue
			}
			if where == nil {
				is := in.where(mesh.NeedConfig)
				where = &is
			}
			row := Service{Where: *where, Object: c.Object, Type: TypeEntry, Ports: c.ServiceEntry.Ports, ExportTo: c.ExportTo, Selector: c.Selector}
			if row.Name = host; c.ServiceEntry.External {
				row.Type = TypeExternal
			}
			if c.ServiceEntry.Endpoints > 0 {
				row.Endpoints = &c.ServiceEntry.Endpoints
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// endpoints lists by name each cluster's endpoints of a service, in the order of rows.
func (c *Catalog) endpoints() map[name][]Endpoints {
	out := map[name][]Endpoints{}
	for _, in := range c.selected(Selection{}) {
		for i := range in.Inventory.Services {
			k := &in.Inventory.Services[i]
			key := name{k.Namespace, k.Name}
			out[key] = append(out[key], Endpoints{in.Name, k.Endpoints, k.Ready})
		}
	}
	return out
}

func (s *Service) elsewhere(all []Endpoints) {
	if len(all) > 1 {
		s.Elsewhere = slices.DeleteFunc(slices.Clone(all), func(e Endpoints) bool { return e.Cluster == s.Cluster })
	}
}

func (s *Service) judge() {
	s.Health = trafficHealth(s.Vitals)
	if wrong(s.Health) {
		s.Why = trafficWords(s.Vitals)
	}
	if s.entry() || s.Endpoints == nil || s.Ready == nil || *s.Endpoints == 0 || *s.Ready > 0 {
		return
	}
	where := "none of its pods is ready"
	for _, e := range s.Elsewhere {
		if e.Ready == nil || *e.Ready > 0 {
			return
		}
		where = "none of its pods is ready in any cluster"
	}
	if s.Health != mesh.HealthFailure {
		s.Health, s.Why = mesh.HealthFailure, ""
	}
	s.Why = both(where, s.Why)
}

// selected finds the workloads that services select, by one label of the selector.
type selected map[selectedBy][]*mesh.Workload

type selectedBy struct{ namespace, key, value string }

func newSelected(inventory *mesh.Inventory) selected {
	keys := map[string]bool{}
	for i := range inventory.Services {
		if key := first(inventory.Services[i].Selector); key != "" {
			keys[key] = true
		}
	}
	out := selected{}
	for i := range inventory.Workloads {
		w := &inventory.Workloads[i]
		for key, value := range w.PodLabels {
			if keys[key] {
				by := selectedBy{w.Namespace, key, value}
				out[by] = append(out[by], w)
			}
		}
	}
	return out
}

// first is the key of a selector that most tells workloads apart: the app's, or else
// the first by name; empty for a selector of nothing.
func first(selector map[string]string) string {
	if _, ok := selector["app"]; ok {
		return "app"
	}
	least := ""
	for key := range selector {
		if least == "" || key < least {
			least = key
		}
	}
	return least
}

// of are the apps of the workloads that a service selects.
func (s selected) of(k *mesh.Service) []string {
	key := first(k.Selector)
	if key == "" {
		return nil
	}
	var apps []string
	for _, w := range s[selectedBy{k.Namespace, key, k.Selector[key]}] {
		if selects(k.Selector, w.PodLabels) {
			apps = insert(apps, w.App)
		}
	}
	return apps
}
