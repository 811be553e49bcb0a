package mesh

// ClusterName is a cluster's name as the data source's settings use it, after
// aliases. In Istio it is the CLUSTER_ID of the proxies that run there.
type ClusterName string

// Unknown is the label value that Istio writes when a proxy could not tell.
const Unknown = "unknown"

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
