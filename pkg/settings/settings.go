package settings

import (
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Settings is a data source's configuration, complete: defaults are filled in.
type Settings struct {
	// URL is the Prometheus-compatible store that holds the metrics of all clusters.
	URL string
	// Home is the cluster whose secrets name the remote clusters.
	Home Home
	// RemoteSecrets says which secrets of the home cluster hold remote clusters.
	RemoteSecrets RemoteSecrets
	// Clusters are the clusters listed one by one, in the order of the settings.
	Clusters []Cluster
	// Aliases maps a cluster's name in telemetry to its name here.
	Aliases map[string]mesh.ClusterName
	// QueryScope holds label=value matchers that every PromQL selector carries.
	QueryScope map[string]string
	// TimeInterval is the scrape interval of the metrics.
	TimeInterval time.Duration
	// Tolerances judge the health of traffic: those of the settings, then the defaults.
	Tolerances mesh.Tolerances
	// Links says where drill-down links lead.
	Links Links
	// Limits bound what one answer may cost.
	Limits Limits
}

// Home is the home cluster.
type Home struct {
	// Name is the cluster's name; empty when there is no home cluster.
	Name mesh.ClusterName
	// Access is AccessNone when there is no home cluster.
	Access mesh.Access
	// Kubeconfig is set with AccessKubeconfig.
	Kubeconfig Secret
}

// RemoteSecrets says where secrets that hold remote clusters are looked for.
type RemoteSecrets struct {
	Enabled    bool
	Namespaces []string
	// Selectors are label selectors; a secret that any of them matches counts.
	Selectors []string
}

// Cluster is one listed cluster. At most one of Secret and Kubeconfig is set. With
// neither, it is reached if a secret is found for it, and is listed here for its links.
type Cluster struct {
	Name       mesh.ClusterName
	Secret     *SecretRef
	Kubeconfig *Secret
	// NotAccessible says that the cluster is not to be reached, whatever is found.
	NotAccessible bool
	Links         []mesh.Link
}

// SecretRef names a secret of the home cluster. Key may be empty when the secret has one key.
type SecretRef struct{ Namespace, Name, Key string }

// Limits bound what one answer may cost.
type Limits struct {
	// ClusterTimeout bounds one contact with one cluster's API, and all that an answer waits
	// for clusters.
	ClusterTimeout time.Duration
	// MaxNodes is how many nodes a graph should stay within.
	MaxNodes int
}

// Defaults, as the documentation gives them.
const (
	DefaultTimeInterval   = 15 * time.Second
	DefaultClusterTimeout = 5 * time.Second
	DefaultMaxNodes       = 200
	defaultNamespace      = "istio-system"
)

// DefaultSelectors are the labels of remote secrets as Kiali's and Istio's own tools write them.
func DefaultSelectors() []string {
	return []string{"kiali.io/multiCluster=true", "istio/multiCluster=true"}
}

// StoreCheckTimeout bounds the health check's question to the metrics store, which
// counts series and so may take longer than a contact with a cluster.
func (l Limits) StoreCheckTimeout() time.Duration { return 2 * l.ClusterTimeout }
