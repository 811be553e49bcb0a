package mesh

import "time"

// Need says which parts of an inventory are wanted; parts are joined by |.
type Need uint8

// The parts of an inventory.
const (
	NeedNamespaces Need = 1 << iota
	NeedWorkloads       // Workloads and Pods
	NeedServices
	NeedConfig

	NeedAll = NeedNamespaces | NeedWorkloads | NeedServices | NeedConfig
)

// Inventory is the objects of one cluster at one moment. It is shared by all who read
// it and is not to be changed. Lists are sorted by namespace, name and kind; a part
// that was not asked for, or that cannot be read, is empty: Kinds tells which.
type Inventory struct {
	Cluster    ClusterName
	Namespaces []Namespace
	Workloads  []Workload
	Services   []Service
	Pods       []Pod
	Config     []Config
	// Kinds tells of every kind of object that the parts are made of how well it is
	// known, sorted by resource.
	Kinds []KindState
}

// KindState is how well one kind of object is known.
type KindState struct {
	// Resource is the kind's plural with its group, such as
	// "virtualservices.networking.istio.io", or "pods".
	Resource string
	// Known says that the kind was listed as a whole at least once.
	Known bool
	// Absent says that the cluster does not have the kind: its CRD is not installed.
	Absent bool
	// Error is one sentence: why the kind cannot be read now, and what to do. Empty
	// when it can, and while it is being read for the first time.
	Error string
	// AsOf is the last moment at which the objects are known to have been so; zero
	// when they never were. While a watch stands it is the last contact.
	AsOf time.Time
}

// Object is what every Kubernetes object tells of itself.
type Object struct {
	Namespace, Name string
	Labels          map[string]string
	Created         time.Time
	// Generation counts the changes of what is wanted of the object; 0 where
	// Kubernetes does not count them.
	Generation int64
	// Changed is when anything but the status was last changed, ChangedBy the field
	// manager who did; zero and empty when nobody recorded it.
	Changed   time.Time
	ChangedBy string
}

// Mode is how a workload takes part in the mesh.
type Mode string

// The modes.
const (
	ModeSidecar  Mode = "sidecar"
	ModeAmbient  Mode = "ambient"  // its traffic goes through ztunnel
	ModeGateway  Mode = "gateway"  // it is a gateway
	ModeWaypoint Mode = "waypoint" // it is an ambient waypoint
	ModeNone     Mode = "none"     // it is not in the mesh
)

// Namespace is a namespace of a cluster.
type Namespace struct {
	Object
	// Injection is what the labels ask for: ModeSidecar, ModeAmbient or ModeNone.
	Injection Mode
	// Revision is the revision or tag that the labels ask for; empty for none, and
	// "default" where only injection is asked for.
	Revision string
	// Phase is Active or Terminating.
	Phase string
	// Ignored are the findings that its annotation asks not to be told.
	Ignored Ignored
}

// Workload is what runs pods, by the name that Istio's telemetry gives it.
type Workload struct {
	Object
	// Kind is Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Pod,
	// WorkloadGroup, WorkloadEntry, or the kind of another owner of pods.
	Kind string
	// App and Version are Istio's canonical service and revision of its pods.
	App, Version string
	// Accounts are the service accounts of its pods, sorted.
	Accounts []string
	// PodLabels are the labels of the pods' template, or of a pod where no template is known.
	PodLabels map[string]string
	// Desired, Current and Ready count pods; Desired is nil for a kind that wants no number.
	Desired        *int
	Current, Ready int
	Mode           Mode
	// MissingSidecar says that its namespace or its own labels ask for a sidecar that
	// at least one of its pods lacks.
	MissingSidecar bool
	// ProxyVersions are the Istio versions of its pods' proxies, sorted, and Revisions
	// the revisions that injected them.
	ProxyVersions, Revisions []string
	// HealthRate is the annotation health.kiali.io/rate of the pods' template.
	HealthRate string
	// Ignored are the findings that its own annotation asks not to be told.
	Ignored Ignored
}

// Owner names a workload in its namespace.
type Owner struct{ Kind, Name string }

// Pod is a pod.
type Pod struct {
	Object
	// Workload is what the pod belongs to: the pod itself when nothing owns it.
	Workload     Owner
	App, Version string
	// Phase is the pod's phase, or the reason why it does not run, such as CrashLoopBackOff.
	Phase string
	// Containers and Ready count containers, with the sidecar.
	Containers, Ready int
	Restarts          int
	Node, IP          string
	// Network is the label topology.istio.io/network; empty when the pod has none.
	Network string
	Account string
	Mode    Mode
	// ProxyVersion is the version of the Istio proxy in the pod, by its image's tag;
	// empty without one. Revision is what injected it.
	ProxyVersion, Revision string
}

// Service is a Kubernetes service.
type Service struct {
	Object
	// Type is ClusterIP, NodePort, LoadBalancer, ExternalName or Headless.
	Type     string
	Ports    []Port
	Selector map[string]string
	// ExternalName is the DNS name that a service of that type stands for.
	ExternalName string
	// ExportTo is the annotation networking.istio.io/exportTo; empty means the mesh's default.
	ExportTo []string
	// Endpoints and Ready count the pods that the selector matches; nil without a
	// selector, and when the pods were not asked for.
	Endpoints, Ready *int
	// HealthRate is the annotation health.kiali.io/rate.
	HealthRate string
	// Ignored are the findings that its annotation asks not to be told.
	Ignored Ignored
}

// Port is a port of a service, of a service entry or of a gateway.
type Port struct {
	Name   string
	Number int
	// Protocol is as Istio reads it: from appProtocol, the port's name, or TCP and UDP.
	Protocol string
}
