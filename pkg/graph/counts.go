package graph

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// everywhere is all namespaces of a cluster.
const everywhere = ""

// counts are how many workloads and services have a badge.
type counts map[mesh.BadgeKind]tally

type tally struct{ workloads, services int }

func (t tally) String() string {
	words := ""
	if t.workloads > 0 {
		words = plural(t.workloads, "workload", "workloads")
	}
	if t.services > 0 {
		words = comma(words, plural(t.services, "service", "services"))
	}
	return words
}

// count tells for each namespace, and for all together, how many of what it holds have which
// badges: workloads by what they are, services by what is done with calls to them.
func (h *Holding) count() map[string]counts {
	out := map[string]counts{everywhere: {}}
	count := func(namespace string, badges []mesh.Badge, one tally) {
		seen := map[mesh.BadgeKind]bool{}
		for _, badge := range badges {
			if seen[badge.Kind] {
				continue
			}
			seen[badge.Kind] = true
			for _, in := range []string{namespace, everywhere} {
				if out[in] == nil {
					out[in] = counts{}
				}
				sum := out[in][badge.Kind]
				out[in][badge.Kind] = tally{sum.workloads + one.workloads, sum.services + one.services}
			}
		}
	}
	held := h.Inventory()
	for i := range held.Workloads {
		w := &held.Workloads[i]
		count(w.Namespace, stateOf(w, h), tally{workloads: 1})
	}
	for i := range held.Services {
		s := &held.Services[i]
		var badges []mesh.Badge
		for _, c := range h.Routed(s.Namespace, s.Name) {
			badges = append(badges, badgesOf(c, nil)...)
		}
		count(s.Namespace, badges, tally{services: 1})
	}
	return out
}
