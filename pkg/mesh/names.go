package mesh

// ClusterName is a cluster's name as the data source's settings use it, after
// aliases. In Istio it is the CLUSTER_ID of the proxies that run there.
type ClusterName string

// Unknown is the label value that Istio writes when a proxy could not tell.
const Unknown = "unknown"

// Envoy's names for traffic that matches nothing, which Istio reports in the place of a
// host's. Which host was called is not recorded.
const (
	// PassthroughCluster is where calls go to hosts that the mesh does not know.
	PassthroughCluster = "PassthroughCluster"
	// BlackHoleCluster is where such calls end when the mesh lets none out.
	BlackHoleCluster = "BlackHoleCluster"
	// InboundPassthroughCluster takes calls to a port that the called workload's services
	// do not have.
	InboundPassthroughCluster = "InboundPassthroughCluster"
)

// Known reports whether the name names a cluster: it is neither empty nor "unknown".
func (c ClusterName) Known() bool { return known(string(c)) }

func known(s string) bool { return s != "" && s != Unknown }

// OrUnknown returns s, or Unknown when s is empty: a label that a series lacks
// and a label that says "unknown" mean the same.
func OrUnknown(s string) string {
	if s == "" {
		return Unknown
	}
	return s
}
