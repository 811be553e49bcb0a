package inventory

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// parts are the parts of inventories as they were last made.
type parts struct {
	namespaces part[[]mesh.Namespace]
	workloads  part[workloadPart]
	services   part[[]mesh.Service] // without their endpoints
	endpoints  part[[]mesh.Service]
	config     part[[]mesh.Config]
}

type workloadPart struct {
	workloads []mesh.Workload
	pods      []mesh.Pod
}

// inventory joins what is needed. The keepers are by kind, nil for what is not needed.
func (p *parts) inventory(keepers []*keeper, need mesh.Need) *mesh.Inventory {
	inv := &mesh.Inventory{}
	for _, k := range keepers {
		if k != nil {
			inv.Kinds = append(inv.Kinds, k.state())
		}
	}
	if need&mesh.NeedNamespaces != 0 {
		inv.Namespaces = p.namespaces.of(keepers, mesh.NeedNamespaces, namespaces)
	}
	if need&mesh.NeedWorkloads != 0 {
		made := p.workloads.of(keepers, mesh.NeedWorkloads, func(r records) workloadPart { return r.workloads() })
		inv.Workloads, inv.Pods = made.workloads, made.pods
	}
	switch {
	case need&mesh.NeedServices == 0:
	case need&mesh.NeedWorkloads == 0:
		inv.Services = p.services.of(keepers, mesh.NeedServices, func(r records) []mesh.Service { return r.services(nil) })
	default:
		// Workloads are needed for the pods alone: their kinds come to the services' own.
		inv.Services = p.endpoints.of(keepers, mesh.NeedServices|needPods, func(r records) []mesh.Service { return r.services(r.endpoints()) })
	}
	if need&mesh.NeedConfig != 0 {
		inv.Config = p.config.of(keepers, mesh.NeedConfig, configs)
	}
	return inv
}

// needPods stands for the pods among the kinds of NeedWorkloads.
const needPods = mesh.Need(1 << 7)

// makes reports whether a part is made of a kind.
func (k kind) makes(need mesh.Need) bool {
	return k.need&need != 0 || need&needPods != 0 && k.resource.Resource == "pods"
}

// forget drops the parts that kinds of a need are part of, when they are no longer kept.
func (p *parts) forget(need mesh.Need) {
	if need&mesh.NeedNamespaces != 0 {
		p.namespaces.forget()
	}
	if need&mesh.NeedWorkloads != 0 {
		p.workloads.forget()
		p.endpoints.forget()
	}
	if need&mesh.NeedServices != 0 {
		p.services.forget()
		p.endpoints.forget()
	}
	if need&mesh.NeedConfig != 0 {
		p.config.forget()
	}
}

// part is a part of inventories, made of some kinds, with the versions of those.
type part[T any] struct {
	mu       sync.Mutex // held while the part is made: whoever waits wants the same
	versions []uint64
	value    T
}

func (p *part[T]) of(keepers []*keeper, need mesh.Need, build func(records) T) T {
	p.mu.Lock()
	defer p.mu.Unlock()
	var now []uint64
	for _, k := range keepers {
		if k != nil && k.kind.makes(need) {
			now = append(now, k.version())
		}
	}
	if p.versions != nil && slices.Equal(now, p.versions) {
		return p.value
	}
	all, versions := records{}, []uint64{}
	for _, k := range keepers {
		if k != nil && k.kind.makes(need) {
			list, version := k.records()
			all[k.kind.resource.String()] = list
			versions = append(versions, version)
		}
	}
	p.value, p.versions = build(all), versions
	return p.value
}

func (p *part[T]) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var none T
	p.value, p.versions = none, nil
}

// records are what is kept, by resource, sorted by namespace and name.
type records map[string][]record

func namespaces(r records) []mesh.Namespace {
	list := r["namespaces"]
	out := make([]mesh.Namespace, 0, len(list))
	for _, n := range list {
		out = append(out, n.(*namespace).Namespace)
	}
	return out
}

func configs(r records) []mesh.Config {
	var all []*config
	for _, list := range r {
		for _, c := range list {
			all = append(all, c.(*config))
		}
	}
	slices.SortFunc(all, func(a, b *config) int {
		if c := byName(a, b); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Group, b.Group))
	})
	out := make([]mesh.Config, 0, len(all))
	for _, c := range all {
		out = append(out, c.Config)
	}
	return out
}
