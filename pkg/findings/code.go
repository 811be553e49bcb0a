package findings

// The codes of findings. Each is told of the object that is to be changed.
const (
	HostNotFound       = "host-not-found"             // no cluster has the host that is sent to, or that a rule is for
	BackendNotFound    = "backend-not-found"          // the same of a Gateway API route
	SubsetNotFound     = "subset-not-found"           // no DestinationRule of the host has the subset
	SubsetEmpty        = "subset-no-workload"         // no workload of the service has the subset's labels
	GatewayNotFound    = "gateway-not-found"          // a VirtualService names a gateway that is not there
	ParentNotFound     = "parent-not-found"           // a route names a parent that is not there
	TargetNotFound     = "target-not-found"           // a policy targets what is not there
	SelectorEmpty      = "selector-no-workload"       // no workload has the labels that are selected
	ExportNotFound     = "export-namespace-not-found" // exportTo names a namespace that is not there
	SingleWeight       = "single-weight"              // one destination alone has a weight
	WeightsMissing     = "weights-missing"            // several destinations have none
	WeightsSum         = "weights-not-100"            // the weights are no percentages
	RouteTwice         = "host-routed-twice"          // VirtualServices share host and gateway
	RuleTwice          = "subset-defined-twice"       // DestinationRules share host and subset
	EntryTwice         = "entry-defined-twice"        // ServiceEntries share host and port
	ServerTwice        = "server-defined-twice"       // gateways of the same pods share host and port
	ListenerTwice      = "listener-not-unique"        // listeners share port, protocol and hostname
	ClassNotFound      = "class-not-found"            // a gateway names a GatewayClass that is not there
	SeveralInNamespace = "several-for-namespace"      // only one without a selector counts
	SeveralOnWorkload  = "several-for-workload"       // only one that selects a workload counts
	PlainToStrict      = "tls-off-against-strict"     // callers do not use the mutual TLS that is asked for
	MutualToDisabled   = "mtls-against-disabled"      // callers use mutual TLS where there is none
	NotAccepted        = "not-accepted"               // a controller refused the object
	NotResolved        = "references-not-resolved"    // a controller could not follow its references
	NotProgrammed      = "not-programmed"             // a controller could not put it into effect
	NamespaceNotFound  = "namespace-not-found"        // an object names a namespace that is not there
	AccountUnused      = "account-not-used"           // no workload runs as a service account that a policy names
	NotGranted         = "reference-not-granted"      // nothing allows a reference to another namespace
	WaypointNotFound   = "waypoint-not-found"         // a label names a waypoint that is not there
	WaypointNeeded     = "waypoint-needed"            // a policy asks for HTTP where only a waypoint reads it
	SidecarInAmbient   = "sidecar-in-ambient"         // pods in ambient mode have sidecars
)
