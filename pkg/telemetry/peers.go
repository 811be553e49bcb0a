package telemetry

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// addPeers takes in an answer to composer.peers.
func (r *reports) addPeers(v *vector) {
	ends := r.ends(v)
	for i := range v.samples {
		s := &v.samples[i]
		first, second, both := ends.of(s)
		r.addPeer(first, v, s)
		if both {
			r.addPeer(second, v, s)
		}
	}
}

func (r *reports) addPeer(of pair, v *vector, s *sample) {
	p := r.peers[of]
	if p == nil {
		p = &mesh.Peers{}
		r.peers[of] = p
	}
	p.SourcePrincipals = insert(p.SourcePrincipals, v.text(s.sourcePrincipal))
	p.DestinationPrincipals = insert(p.DestinationPrincipals, v.text(s.destinationPrincipal))
	p.Hosts = insert(p.Hosts, v.text(s.host))
}

// insert adds what is known to a sorted list that has it once at the most.
func insert(sorted []string, v string) []string {
	if !isKnown(v) {
		return sorted
	}
	at, found := slices.BinarySearch(sorted, v)
	if found {
		return sorted
	}
	return slices.Insert(sorted, at, v)
}
