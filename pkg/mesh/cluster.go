package mesh

import (
	"cmp"
	"time"
)

// Access is how a cluster's Kubernetes API is reached.
type Access string

// The ways to reach a cluster.
const (
	AccessInCluster  Access = "inCluster"  // the service account of the pod that Grafana runs in
	AccessKubeconfig Access = "kubeconfig" // a kubeconfig from the settings or from a secret
	AccessNone       Access = "none"       // not reached: listed by name, or seen in telemetry only
)

// Origin is how a cluster became known.
type Origin string

// The ways a cluster becomes known, in order of precedence: where two name the
// same cluster, the earlier one wins.
const (
	OriginHome      Origin = "home"      // the home cluster of the settings
	OriginSettings  Origin = "settings"  // listed under "clusters" in the settings
	OriginSecret    Origin = "secret"    // found in the home cluster by a secret's label
	OriginTelemetry Origin = "telemetry" // its name occurs in the metrics, nothing else is known
)

// State is a cluster's state in one word.
type State string

// The states of a cluster.
const (
	StateConnecting    State = "connecting"     // no answer yet, and no failure yet
	StateReady         State = "ready"          // the last contact succeeded
	StateUnreachable   State = "unreachable"    // the last contact failed
	StateRefused       State = "refused"        // its kubeconfig was refused or cannot be read
	StateNotAccessible State = "not accessible" // the settings say that it is not to be reached
	StateTelemetryOnly State = "telemetry only" // seen in the metrics, not configured
)

// Link is a link that the settings attach to a cluster.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Cluster is what is known of one cluster at one moment.
type Cluster struct {
	Name   ClusterName
	Home   bool
	Access Access
	Origin Origin
	// Source says where the access comes from, for a person: for example
	// "secret istio-system/remote-west, key west". Empty when there is none.
	Source string
	State  State
	// Error is one sentence: why the cluster is not ready, and what to do. Empty when it is.
	Error string
	// LastContact is when the API server last answered; zero when it never did.
	LastContact time.Time
	// Facts is what the last successful contact told; nil before the first.
	Facts *ClusterFacts
	Links []Link
}

// Compare orders clusters as they are told: the home cluster first, the others by name.
func (c *Cluster) Compare(other *Cluster) int {
	if c.Home != other.Home {
		if c.Home {
			return -1
		}
		return 1
	}
	return cmp.Compare(c.Name, other.Name)
}

// ClusterFacts is what a cluster's API tells about the cluster as a whole.
// An empty string or nil means that nobody told.
type ClusterFacts struct {
	// APIVersion is the API server's version, such as "v1.36.3".
	APIVersion string
	// IstioVersions are the versions of the control planes (istiod) that run in
	// the cluster, sorted; empty when none runs there.
	IstioVersions []string
	// Revisions are the control planes' revisions (label istio.io/rev), sorted.
	Revisions []string
	// Network is the value of the label topology.istio.io/network on the root
	// namespace (istio-system), by which Istio tells networks apart.
	Network string
	// IstioConfig is how many objects of Istio's networking, security, telemetry
	// and extensions groups the cluster holds; nil when that could not be counted.
	IstioConfig *int64
	// Gaps are the parts that could not be read, a sentence each, sorted: for
	// example what RBAC forbids. A gap costs its own facts and nothing else.
	Gaps []string
}
