package findings

import "strings"

// hosts keeps values by hosts, with and without wildcards.
type hosts[V any] struct {
	exact    map[string]V
	suffixes map[string]V // by what stands after the *
}

func newHosts[V any]() hosts[V] { return hosts[V]{map[string]V{}, map[string]V{}} }

func (h hosts[V]) set(host string, v V) { h.change(host, func(V) V { return v }) }

func (h hosts[V]) change(host string, by func(V) V) {
	h.exact[host] = by(h.exact[host])
	if suffix, wild := strings.CutPrefix(host, "*"); wild {
		h.suffixes[suffix] = by(h.suffixes[suffix])
	}
}

// any reports whether a host is there, or a wildcard that it falls under.
func (h hosts[V]) any(host string) bool {
	for range h.each(host) {
		return true
	}
	return false
}

// each gives the values of a host and of the wildcards that it falls under, the closest first.
func (h hosts[V]) each(host string) func(func(V) bool) {
	return func(yield func(V) bool) {
		if v, ok := h.exact[host]; ok && !yield(v) || len(h.suffixes) == 0 {
			return
		}
		for at := 0; at < len(host); at++ {
			if host[at] != '.' {
				continue
			}
			if v, ok := h.suffixes[host[at:]]; ok && !yield(v) {
				return
			}
		}
		if v, ok := h.suffixes[""]; ok {
			yield(v)
		}
	}
}
