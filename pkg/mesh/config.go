package mesh

// Config is one object of Istio's or of the Gateway API's configuration. What badges,
// tables and checks read of it is in the one field of its kind; kinds of which no more is
// read than that they are there have none.
type Config struct {
	Object
	// Kind is such as VirtualService, Group such as networking.istio.io, Version the
	// one that it was read in.
	Kind, Group, Version string
	// Conditions are the status conditions that controllers wrote.
	Conditions []Condition
	// Selector are the labels of the pods that the object is for; nil when it selects
	// none, which for most kinds means all of the namespace.
	Selector map[string]string
	// Targets are its targetRefs.
	Targets []Target
	// ExportTo are the namespaces that see it; empty means the mesh's default.
	ExportTo []string
	// Ignored are the findings that its annotation asks not to be told; see Ignored.
	Ignored Ignored

	Routing             *Routing             // VirtualService, and the Gateway API's routes
	DestinationRule     *DestinationRule     // DestinationRule
	Gateway             *Gateway             // Gateway of either API
	ServiceEntry        *ServiceEntry        // ServiceEntry
	WorkloadEntry       *WorkloadEntry       // WorkloadEntry, and WorkloadGroup's template
	PeerAuthentication  *PeerAuthentication  // PeerAuthentication
	AuthorizationPolicy *AuthorizationPolicy // AuthorizationPolicy
	Sidecar             *Sidecar             // Sidecar
	ReferenceGrant      *ReferenceGrant      // ReferenceGrant
}

// Condition is a condition of a status.
type Condition struct {
	Type, Reason, Message string
	// Status is True, False or Unknown.
	Status string
}

// Target names an object that a configuration is attached to or refers to. An empty
// Namespace is that of the configuration.
type Target struct{ Group, Kind, Namespace, Name string }

// Routing is what a VirtualService, or a route of the Gateway API, does with requests.
type Routing struct {
	// Hosts are as written: short names are of the object's own namespace.
	Hosts []string
	// Gateways are a VirtualService's, as namespace/name, and "mesh" for all
	// sidecars; none means mesh alone.
	Gateways []string
	// Parents are the Gateway API's parentRefs.
	Parents []Target
	// Rules counts the HTTP, TLS and TCP rules.
	Rules        int
	Destinations []Destination
	// What any of the rules does: Shifting and TCPShifting are more than one
	// destination with a weight.
	Timeout, Retries, Fault, Mirroring, Shifting, TCPShifting bool
}

// Destination is where a rule sends requests.
type Destination struct {
	// Host is as written; for backendRefs, the name that is referred to.
	Host string
	// Kind is a backendRef's that is neither a service nor a host; empty for these.
	Kind string
	// Rule is the rule that sends, as a path below the specification, such as "http[0]".
	Rule string
	// Namespace is a backendRef's; empty means the object's own.
	Namespace string
	Subset    string
	Port      int // 0 when none is given
	// Weight is in percent of its rule, as written; 0 when none is given.
	Weight int
	// Mirror says that requests are copied to it.
	Mirror bool
}

// DestinationRule says how a host is called.
type DestinationRule struct {
	Host string
	// CircuitBreaker says that the top-level policy has a connection pool or outlier detection.
	CircuitBreaker bool
	// TLS is the client's mode: DISABLE, SIMPLE, MUTUAL or ISTIO_MUTUAL; empty when none is given.
	TLS     string
	Subsets []Subset
}

// Subset is a subset of a DestinationRule.
type Subset struct {
	Name           string
	Labels         map[string]string
	CircuitBreaker bool
	TLS            string
}

// Gateway is a gateway's servers. Of Istio's, Config.Selector says which pods; the
// Gateway API's names a class and tells the addresses it was given.
type Gateway struct {
	Class     string
	Addresses []string
	Servers   []GatewayServer
}

// GatewayServer is a server or listener of a gateway.
type GatewayServer struct {
	Port
	// TLS is the mode of its TLS; empty without.
	TLS   string
	Hosts []string
	// Certificates are what certificateRefs of a listener refer to in other namespaces
	// than the gateway's own.
	Certificates []Target
}

// ServiceEntry adds hosts to the mesh's registry.
type ServiceEntry struct {
	Hosts, Addresses []string
	// External says that the location is outside the mesh, which is the default.
	External   bool
	Resolution string
	Ports      []Port
	Endpoints  int
}

// WorkloadEntry is a workload that is no pod.
type WorkloadEntry struct {
	Address, Network, Account string
	// Labels are those of the workload, not of the object.
	Labels map[string]string
}

// PeerAuthentication is the mutual TLS that workloads ask of their callers.
type PeerAuthentication struct {
	// Mode is STRICT, PERMISSIVE, DISABLE or empty for inherited.
	Mode string
	// Ports are the modes of single ports.
	Ports map[int]string
}
