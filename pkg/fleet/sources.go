package fleet

import (
	"fmt"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
	corev1 "k8s.io/api/core/v1"
)

// candidate is a cluster as one source names it.
type candidate struct {
	name   mesh.ClusterName
	origin mesh.Origin
	access mesh.Access
	source string   // for a person
	also   []string // other sources that name the same cluster and are ignored
	links  []mesh.Link

	kubeconfig []byte // with AccessKubeconfig
	err        error  // why there is no kubeconfig, or none that can be used
	pending    bool   // whether there is one is not known yet
	yields     bool   // listed for its links alone: whoever else names it reaches it
}

// sources are where a fleet's clusters come from.
type sources struct {
	settings settings.Settings
	labelled []*secretWatch                    // by label
	named    map[mesh.ClusterName]*secretWatch // by name, for clusters of the settings
}

func newSources(s settings.Settings, changed func()) sources {
	out := sources{settings: s, named: map[mesh.ClusterName]*secretWatch{}}
	if s.Home.Access == mesh.AccessNone {
		return out // no home cluster, no secrets
	}
	if s.RemoteSecrets.Enabled {
		for _, selector := range s.RemoteSecrets.Selectors {
			for _, namespace := range unique(s.RemoteSecrets.Namespaces) {
				out.labelled = append(out.labelled, newSecretWatch(secretQuery{namespace: namespace, label: selector}, changed))
			}
		}
	}
	for _, c := range s.Clusters {
		if c.Secret != nil {
			out.named[c.Name] = newSecretWatch(secretQuery{namespace: c.Secret.Namespace, name: c.Secret.Name}, changed)
		}
	}
	return out
}

func unique(in []string) []string { return slices.Compact(slices.Sorted(slices.Values(in))) }

// watches lists all watches, in a fixed order.
func (s sources) watches() []*secretWatch {
	out := slices.Clone(s.labelled)
	for _, c := range s.settings.Clusters {
		if w := s.named[c.Name]; w != nil {
			out = append(out, w)
		}
	}
	return out
}

// synced counts the watches that have read their secrets.
func (s sources) synced() (n int) {
	for _, w := range s.watches() {
		if _, synced, _ := w.found(); synced {
			n++
		}
	}
	return n
}

// gaps are the sentences about secrets that could not be looked for.
func (s sources) gaps() []string {
	var out []string
	for _, w := range s.labelled {
		if _, _, err := w.found(); err != nil {
			out = append(out, fmt.Sprintf("%s could not be read, so that clusters may be missing: %s", w.query, fault.Of(err).Sentence))
		}
	}
	return out
}

// clusters are the clusters in order of precedence, each name once: the home
// cluster, those of the settings, those of the secrets in their order.
// Whoever comes later with the same name is mentioned with the first.
func (s sources) clusters() []candidate {
	var out []candidate
	at := map[mesh.ClusterName]int{}
	for _, c := range s.all() {
		first, taken := at[c.name]
		switch {
		case !taken:
			at[c.name] = len(out)
			out = append(out, c)
		case out[first].origin == mesh.OriginHome:
			// A cluster's own secret is often among its remote secrets.
		case out[first].yields:
			c.links = out[first].links
			out[first] = c
		default:
			out[first].also = append(out[first].also, c.source)
		}
	}
	return out
}

func (s sources) all() []candidate {
	var out []candidate
	if home := s.settings.Home; home.Name != "" {
		out = append(out, fromHome(home))
	}
	for _, c := range s.settings.Clusters {
		out = append(out, s.fromSettings(c))
	}
	for _, secret := range s.secrets() {
		out = append(out, fromSecret(secret)...)
	}
	return out
}

// secrets are those found by label, each once: in the order of the selectors in the
// settings, so that whose secret counts first can be chosen there (the account in
// Istio's own often has fewer rights), then by namespace and name.
func (s sources) secrets() []*corev1.Secret {
	var out []*corev1.Secret
	seen := map[string]bool{}
	for _, w := range s.labelled {
		found, _, _ := w.found()
		for _, secret := range found {
			if name := secret.Namespace + "/" + secret.Name; !seen[name] {
				seen[name] = true
				out = append(out, secret)
			}
		}
	}
	return out
}

func fromHome(home settings.Home) candidate {
	c := candidate{name: home.Name, origin: mesh.OriginHome, access: home.Access}
	switch home.Access {
	case mesh.AccessInCluster:
		c.source = "service account of Grafana's pod"
	case mesh.AccessKubeconfig:
		c.source = "home kubeconfig of the settings"
		c.kubeconfig = []byte(home.Kubeconfig.Reveal())
	}
	return c
}

func (s sources) fromSettings(cluster settings.Cluster) candidate {
	c := candidate{name: cluster.Name, origin: mesh.OriginSettings, access: mesh.AccessKubeconfig, links: cluster.Links}
	switch {
	case cluster.Kubeconfig != nil:
		c.source = "kubeconfig of the settings"
		c.kubeconfig = []byte(cluster.Kubeconfig.Reveal())
	case cluster.Secret == nil:
		c.access, c.yields = mesh.AccessNone, !cluster.NotAccessible
	case s.named[cluster.Name] != nil:
		return fromNamedSecret(cluster, s.named[cluster.Name])
	default:
		c.source = fmt.Sprintf("secret %s/%s", cluster.Secret.Namespace, cluster.Secret.Name)
		c.err = refuse("there is no home cluster to read it from; set homeCluster, or paste the kubeconfig")
	}
	return c
}
