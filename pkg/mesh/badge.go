package mesh

// BadgeKind is something that is worth to know of a node at a glance. The words are those
// that expressions and dashboards use.
type BadgeKind string

// The kinds of badges, in the order in which they are told.
const (
	// Its state. Each but the first two is told of the graph alone.
	BadgeDead    BadgeKind = "dead"    // it has no pods or no endpoints, or it no longer exists
	BadgeIdle    BadgeKind = "idle"    // it is there and has no traffic
	BadgeRoot    BadgeKind = "root"    // it calls others and nothing calls it, as far as the query asks
	BadgeOutside BadgeKind = "outside" // the selection does not match it

	// How it takes part in the mesh.
	BadgeNotAccessible  BadgeKind = "not accessible"  // its cluster is not to be reached: badges are not known
	BadgeOutOfMesh      BadgeKind = "out of mesh"     // it has no proxy and asks for none
	BadgeMissingSidecar BadgeKind = "missing sidecar" // a pod lacks the sidecar that is asked for
	BadgeAmbient        BadgeKind = "ambient"         // its traffic goes through ztunnel
	BadgeGateway        BadgeKind = "gateway"         // it is a gateway of Istio's or of the Gateway API
	BadgeWaypoint       BadgeKind = "waypoint"        // it is an ambient waypoint
	BadgeServiceEntry   BadgeKind = "service entry"   // a ServiceEntry adds it to the registry
	BadgeWorkloadEntry  BadgeKind = "workload entry"  // it is a workload that is no pod

	// What configuration does with calls to it.
	BadgeVirtualService  BadgeKind = "virtual service"  // a VirtualService or a route of the Gateway API names it
	BadgeRequestRouting  BadgeKind = "request routing"  // and has rules for it
	BadgeTrafficShifting BadgeKind = "traffic shifting" // requests are split by weight
	BadgeTCPShifting     BadgeKind = "TCP shifting"     // connections are split by weight
	BadgeMirroring       BadgeKind = "mirroring"        // requests are copied, from it or to it
	BadgeFaultInjection  BadgeKind = "fault injection"  // requests are delayed or aborted on purpose
	BadgeTimeout         BadgeKind = "timeout"          // requests end after a time
	BadgeCircuitBreaker  BadgeKind = "circuit breaker"  // a connection pool or outlier detection
)

// BadgeKinds lists all kinds in the order in which they are told.
func BadgeKinds() []BadgeKind {
	return []BadgeKind{
		BadgeDead, BadgeIdle, BadgeRoot, BadgeOutside,
		BadgeNotAccessible, BadgeOutOfMesh, BadgeMissingSidecar, BadgeAmbient, BadgeGateway, BadgeWaypoint,
		BadgeServiceEntry, BadgeWorkloadEntry,
		BadgeVirtualService, BadgeRequestRouting, BadgeTrafficShifting, BadgeTCPShifting, BadgeMirroring,
		BadgeFaultInjection, BadgeTimeout, BadgeCircuitBreaker,
	}
}

// Badge is a badge of a node.
type Badge struct {
	Kind BadgeKind
	// Detail says why, for a person: objects, hosts, or how many of what the node holds.
	// Empty where the kind says it all.
	Detail string
}
