package inventory

import (
	"reflect"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// alike are the pods of a namespace that have the same labels. There are far fewer such
// groups than pods.
type alike struct {
	labels     map[string]string
	all, ready int
}

// pair is one label in a namespace.
type pair struct{ namespace, key, value string }

// endpoints finds the pods of services: it groups the pods by their labels, for each
// label that a service looks for first.
type endpoints map[pair][]*alike

func (r records) endpoints() endpoints {
	wanted := make(endpoints, len(r["services"]))
	for _, s := range r["services"] {
		if s := s.(*service); len(s.Selector) > 0 {
			wanted[s.first()] = nil
		}
	}
	type group struct {
		namespace string
		labels    uintptr // equal sets are one map
	}
	groups := map[group]*alike{}
	var last group
	var g *alike
	for _, p := range r["pods"] {
		p := p.(*pod)
		if p.finished || len(p.Labels) == 0 {
			continue
		}
		// Pods of one workload nearly always follow one another.
		if id := (group{p.Namespace, reflect.ValueOf(p.Labels).Pointer()}); g == nil || id != last {
			last, g = id, groups[id]
		}
		if g == nil {
			g = &alike{labels: p.Labels}
			groups[last] = g
			for key, value := range p.Labels {
				at := pair{p.Namespace, key, value}
				if list, ok := wanted[at]; ok {
					wanted[at] = append(list, g)
				}
			}
		}
		g.all++
		if p.ready {
			g.ready++
		}
	}
	return wanted
}

// first is the label of a selector that is looked up: the one with the longest value,
// which few pods share.
func (s *service) first() pair {
	best := pair{namespace: s.Namespace}
	for key, value := range s.Selector {
		if best.key == "" || len(value) > len(best.value) || len(value) == len(best.value) && key < best.key {
			best.key, best.value = key, value
		}
	}
	return best
}

// services are the services; without endpoints, these stay unknown.
func (r records) services(pods endpoints) []mesh.Service {
	list := r["services"]
	out := make([]mesh.Service, 0, len(list))
	for _, s := range list {
		s := s.(*service)
		out = append(out, s.Service)
		if pods == nil || len(s.Selector) == 0 {
			continue
		}
		all, ready := 0, 0
		for _, g := range pods[s.first()] {
			if selects(s.Selector, g.labels) {
				all += g.all
				ready += g.ready
			}
		}
		out[len(out)-1].Endpoints, out[len(out)-1].Ready = &all, &ready
	}
	return out
}

// selects reports whether labels have all that a selector asks for.
func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}
