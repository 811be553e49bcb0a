package scenario

// Scenario is one mesh.
type Scenario struct {
	Name        string    `json:"name"`
	Mesh        string    `json:"mesh"`        // mesh ID
	TrustDomain string    `json:"trustDomain"` //
	Istio       string    `json:"istio"`       // version, without a leading v
	Buckets     []float64 `json:"buckets"`     // upper bounds of latency histograms in ms, without +Inf
	Bytes       bool      `json:"bytes"`       // whether sizes of requests and responses are reported
	Clusters    []Cluster `json:"clusters"`
	Calls       []Call    `json:"calls"`
}

// Role says what a cluster is to the mesh.
type Role string

// The roles of a cluster.
const (
	Primary Role = "primary" // runs its own control plane
	Remote  Role = "remote"  // is managed by another cluster's control plane
)

// Found says how the data source comes to know a remote cluster.
type Found string

// The ways to a remote cluster.
const (
	ByKialiSecret Found = "kiali"  // a labelled secret in the home cluster, as Kiali's script writes it
	ByIstioSecret Found = "istio"  // a labelled secret in the home cluster, as istioctl writes it
	ByNamedSecret Found = "named"  // a secret in the home cluster that the settings name
	Inline        Found = "inline" // a kubeconfig in the data source's secure settings
	ByNobody      Found = "none"   // no way in
)

// Cluster is one Kubernetes cluster.
type Cluster struct {
	Name       string      `json:"name"`
	Network    string      `json:"network"`
	Role       Role        `json:"role"`
	Home       bool        `json:"home,omitempty"`
	ManagedBy  string      `json:"managedBy,omitempty"`  // remote: the cluster whose istiod manages it
	Found      Found       `json:"found,omitempty"`      // empty for the home cluster
	SecretName string      `json:"secretName,omitempty"` // empty = as the tool would name it; clusters may share one
	Telemetry  string      `json:"telemetry,omitempty"`  // its name in metrics; empty = Name
	Root       string      `json:"root,omitempty"`       // which root certificate it trusts; empty = the mesh's
	Links      []Link      `json:"links,omitempty"`
	Namespaces []Namespace `json:"namespaces"`
}

// Accessible tells whether the cluster has an API server that the data source may
// ask. One that is not accessible still sends telemetry.
func (c Cluster) Accessible() bool { return c.Home || c.Found != ByNobody }

// MetricsName is the cluster's name in metrics.
func (c Cluster) MetricsName() string {
	if c.Telemetry != "" {
		return c.Telemetry
	}
	return c.Name
}

// Link is a title and an address.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Namespace is what a namespace holds.
type Namespace struct {
	Name      string            `json:"name"`
	Labels    map[string]string `json:"labels,omitempty"`
	Workloads []Workload        `json:"workloads,omitempty"`
	Services  []Service         `json:"services,omitempty"`
	Objects   []map[string]any  `json:"objects,omitempty"` // Istio and Gateway API objects as they are; the namespace is filled in
}

// Gateway says what kind of gateway a workload is.
type Gateway string

// The kinds of gateways; empty = not a gateway.
const (
	Ingress  Gateway = "ingress"
	Egress   Gateway = "egress"
	EastWest Gateway = "eastwest"
	Waypoint Gateway = "waypoint" // stands before all services of its namespace
)

// Workload is one Deployment, StatefulSet or DaemonSet and its pods.
type Workload struct {
	Name      string `json:"name"`
	Kind      string `json:"kind,omitempty"`      // empty = Deployment
	App       string `json:"app,omitempty"`       // empty = Name
	Version   string `json:"version,omitempty"`   // empty = none
	Account   string `json:"account,omitempty"`   // service account; empty = App
	Replicas  int    `json:"replicas,omitempty"`  // 0 = 1
	NotReady  int    `json:"notReady,omitempty"`  // how many of them are not ready
	NoSidecar bool   `json:"noSidecar,omitempty"` // outside the mesh: reports nothing
	Ambient   bool   `json:"ambient,omitempty"`   // in the mesh by its node's ztunnel, without a sidecar
	// Waypointed: it has a sidecar, and requests pass its namespace's waypoint all the same.
	Waypointed bool    `json:"waypointed,omitempty"`
	Gateway    Gateway `json:"gateway,omitempty"`
}

// HasSidecar tells whether the workload has a proxy of its own.
func (w Workload) HasSidecar() bool { return !w.NoSidecar && !w.Ambient }

// Service is a Kubernetes service over the pods of one app.
type Service struct {
	Name     string `json:"name"`
	App      string `json:"app,omitempty"`      // empty = Name
	Port     int    `json:"port,omitempty"`     // 0 = 9080
	Protocol string `json:"protocol,omitempty"` // http, grpc or tcp; empty = http
}

// Call is traffic from one end to another.
//
// An end is one of
//
//	<cluster>/<namespace>/<workload>
//	<cluster>/unknown                   somebody without a sidecar, seen by who is called there (from only)
//	external/<host>                     a host of a ServiceEntry (to only)
//	passthrough/<host or address>       a host that the mesh does not know (to only)
//	nowhere/<namespace>/<service>       a service without endpoints (to only)
type Call struct {
	From      End       `json:"from"`
	To        End       `json:"to"`
	Service   string    `json:"service,omitempty"`   // called service, in the called namespace; empty = the called app
	Protocol  string    `json:"protocol,omitempty"`  // http, grpc or tcp; empty = http
	Rate      float64   `json:"rate"`                // requests a second; tcp: connections a second
	Latency   float64   `json:"latency,omitempty"`   // median in ms; 0 = 10
	Bytes     float64   `json:"bytes,omitempty"`     // of a response; tcp: of a connection; 0 = 2000. A quarter of it is sent
	PlainText bool      `json:"plainText,omitempty"` // without mutual TLS
	Retries   float64   `json:"retries,omitempty"`   // share of the requests that the caller's proxy sends a second time: the called side sees both
	Failures  []Failure `json:"failures,omitempty"`
}

// Failure is a share of a call's requests that fail in one way.
type Failure struct {
	Share float64 `json:"share"`           // 0 to 1
	Code  string  `json:"code"`            // HTTP status, or 0 for no response
	GRPC  string  `json:"grpc,omitempty"`  // gRPC status, for grpc calls
	Flags string  `json:"flags,omitempty"` // response flags of the source; empty = none
	Lost  bool    `json:"lost,omitempty"`  // never arrives: the source alone reports it, and does not know where it went
}
