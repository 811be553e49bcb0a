package mesh

import "slices"

// Peers are the names by which callers and what they call knew one another. Lists are
// sorted; they are empty when nobody told. A value that calls carry is not changed.
type Peers struct {
	// SourcePrincipals and DestinationPrincipals are the identities that certificates
	// proved, such as "spiffe://cluster.local/ns/shop/sa/web".
	SourcePrincipals, DestinationPrincipals []string
	// Hosts are those that were called, such as "cart.shop.svc.cluster.local".
	Hosts []string
}

// JoinPeers is what both tell; nil when neither tells anything.
func JoinPeers(a, b *Peers) *Peers {
	switch {
	case a == nil || a == b:
		return b
	case b == nil:
		return a
	}
	return &Peers{
		SourcePrincipals:      union(a.SourcePrincipals, b.SourcePrincipals),
		DestinationPrincipals: union(a.DestinationPrincipals, b.DestinationPrincipals),
		Hosts:                 union(a.Hosts, b.Hosts),
	}
}

// union is what is in either of two sorted lists.
func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
