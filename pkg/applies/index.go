package applies

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// RootNamespace is Istio's: policies in it are for the whole mesh.
const RootNamespace = "istio-system"

// Index answers what applies to what in one cluster. It does not change and may be used by
// several goroutines at once.
type Index struct {
	inventory *mesh.Inventory
	config    []*mesh.Config // in the order in which it is told; from here on known by its place
	place     map[*mesh.Config]int

	sorted     []*mesh.Workload
	workloads  map[name][]*mesh.Workload
	apps       map[name][]*mesh.Workload
	namespaces map[string][]*mesh.Workload
	known      map[string]bool // the namespaces there are
	services   map[name]*mesh.Service
	serving    map[*mesh.Workload][]*mesh.Service
	served     map[*mesh.Service][]*mesh.Workload
	entries    map[entry][]int // WorkloadEntries by what runs there

	hosts    hosts // what calls to a host are subject to
	copies   hosts // what copies requests to a host
	registry hosts // the ServiceEntries that have a host, other than a service's full name
	// entryHosts are the hosts of a ServiceEntry.
	entryHosts map[name][]string

	selected map[*mesh.Workload][]int
	wide     map[string][]int                      // by namespace: what is for all of its workloads
	everyone []int                                 // what is for all workloads of the mesh
	attached map[int][]*mesh.Workload              // by configuration: the workloads it selects
	toHosts  map[int][]string                      // by configuration: the hosts it is for
	gateways map[gateway][]*mesh.Workload          // by a gateway of either API: its pods' workloads
	byLabel  map[string]map[label][]*mesh.Workload // by namespace, or all for any
}

// name is a thing in a namespace.
type name struct{ namespace, name string }

// entry is an app's version in a namespace.
type entry struct{ namespace, app, version string }

// gateway is a gateway of Istio's or of the Gateway API.
type gateway struct {
	istio bool
	name
}

// New builds the index of an inventory, which must not change from then on.
func New(inventory *mesh.Inventory) *Index {
	x := &Index{
		inventory: inventory, place: make(map[*mesh.Config]int, len(inventory.Config)),
		workloads: make(map[name][]*mesh.Workload, len(inventory.Workloads)), apps: map[name][]*mesh.Workload{},
		namespaces: map[string][]*mesh.Workload{}, known: map[string]bool{}, services: make(map[name]*mesh.Service, len(inventory.Services)),
		serving: map[*mesh.Workload][]*mesh.Service{}, served: map[*mesh.Service][]*mesh.Workload{}, entries: map[entry][]int{},
		entryHosts: map[name][]string{}, hosts: newHosts(), copies: newHosts(), registry: newHosts(),
		selected: map[*mesh.Workload][]int{}, wide: map[string][]int{},
		attached: map[int][]*mesh.Workload{}, toHosts: map[int][]string{},
		gateways: map[gateway][]*mesh.Workload{}, byLabel: map[string]map[label][]*mesh.Workload{},
	}
	for i := range inventory.Namespaces {
		x.known[inventory.Namespaces[i].Name] = true
	}
	x.addWorkloads()
	x.addServices()
	x.addConfig()
	return x
}

// Inventory is what the index was built of.
func (x *Index) Inventory() *mesh.Inventory { return x.inventory }

func (x *Index) addWorkloads() {
	x.sorted = ordered(x.inventory.Workloads, compareWorkloads)
	for _, w := range x.sorted {
		x.workloads[name{w.Namespace, w.Name}] = append(x.workloads[name{w.Namespace, w.Name}], w)
		x.known[w.Namespace] = true
		x.namespaces[w.Namespace] = append(x.namespaces[w.Namespace], w)
		if w.App != "" {
			x.apps[name{w.Namespace, w.App}] = append(x.apps[name{w.Namespace, w.App}], w)
		}
		x.label(w.Namespace, w)
	}
}

func (x *Index) addServices() {
	for _, s := range ordered(x.inventory.Services, func(a, b *mesh.Service) int { return compareObjects(&a.Object, &b.Object) }) {
		x.known[s.Namespace] = true
		x.services[name{s.Namespace, s.Name}] = s
		for _, w := range x.selects(s.Namespace, s.Selector) {
			x.served[s] = append(x.served[s], w)
			x.serving[w] = append(x.serving[w], s)
		}
	}
}

// addConfig goes through the configuration twice: routes refer to gateways, and hosts to
// service entries.
func (x *Index) addConfig() {
	x.config = ordered(x.inventory.Config, compareConfig)
	for i, c := range x.config {
		x.place[c] = i
		x.addGateway(i, c)
		x.register(i, c)
	}
	for i, c := range x.config {
		x.addSelected(i, c)
		x.addHosts(i, c)
	}
}

// ordered are a list's items in order, whatever order the list has.
func ordered[T any](items []T, compare func(a, b *T) int) []*T {
	out := make([]*T, len(items))
	for i := range items {
		out[i] = &items[i]
	}
	if !slices.IsSortedFunc(out, compare) {
		slices.SortStableFunc(out, compare)
	}
	return out
}

func compareObjects(a, b *mesh.Object) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

func compareWorkloads(a, b *mesh.Workload) int {
	return cmp.Or(compareObjects(&a.Object, &b.Object), cmp.Compare(a.Kind, b.Kind))
}

func compareConfig(a, b *mesh.Config) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Group, b.Group), compareObjects(&a.Object, &b.Object))
}

// register enters the hosts that a ServiceEntry adds.
func (x *Index) register(i int, c *mesh.Config) {
	if c.ServiceEntry == nil {
		return
	}
	for _, host := range c.ServiceEntry.Hosts {
		host = strings.ToLower(host)
		x.entryHosts[name{c.Namespace, c.Name}] = append(x.entryHosts[name{c.Namespace, c.Name}], host)
		if _, isService := serviceOf(host); !isService {
			x.registry.add(host, i)
		}
	}
}
