package telemetry

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// joinServices makes one node of a caller and the service it serves. At level
// service callers are known by their app, which Istio calls the canonical service
// and which has, as a rule, the name of the Kubernetes service before it: where a
// service of that name is called in the same cluster and namespace, the two are one.
// Other callers stay apps: gateways, and whoever is called by nobody.
func joinServices(t *mesh.Traffic) {
	called := map[mesh.Ref]bool{}
	for _, c := range t.Calls {
		called[c.Destination] = true
	}
	join := func(p mesh.Pair) mesh.Pair {
		if p.Source.Kind == mesh.KindApp {
			service := p.Source
			if service.Kind = mesh.KindService; called[service] {
				p.Source = service
			}
		}
		return p
	}
	for i := range t.Calls {
		t.Calls[i].Pair = join(t.Calls[i].Pair)
	}
	slices.SortFunc(t.Calls, func(a, b mesh.Call) int {
		return cmp.Or(a.Pair.Compare(b.Pair), cmp.Compare(a.Protocol, b.Protocol))
	})
	joined := make(map[mesh.Pair]float64, len(t.Latency))
	for pair, v := range t.Latency {
		joined[join(pair)] = v
	}
	t.Latency = joined
}
