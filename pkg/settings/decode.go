package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The settings' JSON, as the contract has it.
type document struct {
	HomeCluster struct {
		Name   string `json:"name"`
		Access string `json:"access"`
	} `json:"homeCluster"`
	RemoteSecrets struct {
		Enabled    *bool    `json:"enabled"`
		Namespaces []string `json:"namespaces"`
		Selectors  []string `json:"selectors"`
	} `json:"remoteSecrets"`
	Clusters []struct {
		Name       string      `json:"name"`
		Secret     *secretJSON `json:"secret"`
		Kubeconfig bool        `json:"kubeconfig"`
		Accessible *bool       `json:"accessible"`
		Links      []mesh.Link `json:"links"`
	} `json:"clusters"`
	ClusterAliases map[string]string `json:"clusterAliases"`
	QueryScope     map[string]string `json:"queryScope"`
	TimeInterval   string            `json:"timeInterval"`
	Identity       struct {
		Mode string `json:"mode"`
	} `json:"identity"`
	Health struct {
		Rates []rateJSON `json:"rates"`
	} `json:"health"`
	Links  linksJSON `json:"links"`
	Limits struct {
		ClusterTimeout string `json:"clusterTimeout"`
		MaxNodes       *int   `json:"maxNodes"`
	} `json:"limits"`
}

type secretJSON struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Key       string `json:"key"`
}

// Decode reads a data source's url, jsonData and decrypted secureJsonData. Every
// error names the setting at fault; all that are wrong are told at once.
func Decode(storeURL string, jsonData []byte, secure map[string]string) (Settings, error) {
	var doc document
	if len(bytes.TrimSpace(jsonData)) > 0 {
		if err := json.Unmarshal(jsonData, &doc); err != nil {
			return Settings{}, wrongType(err)
		}
	}
	d := decoder{secure: secure}
	s := Settings{
		URL:           d.url(storeURL),
		Home:          d.home(doc),
		RemoteSecrets: d.remoteSecrets(doc),
		Clusters:      d.clusters(doc),
		Aliases:       d.aliases(doc.ClusterAliases),
		QueryScope:    d.scope(doc.QueryScope),
		TimeInterval:  d.duration("timeInterval", doc.TimeInterval, DefaultTimeInterval),
		Tolerances:    d.tolerances(doc.Health.Rates),
		Links:         d.drillDown(doc.Links),
		Limits: Limits{
			ClusterTimeout: d.duration("limits.clusterTimeout", doc.Limits.ClusterTimeout, DefaultClusterTimeout),
			MaxNodes:       d.maxNodes(doc.Limits.MaxNodes),
		},
	}
	d.identity(doc.Identity.Mode)
	return s, errors.Join(d.errs...)
}

func wrongType(err error) error {
	var typed *json.UnmarshalTypeError
	if errors.As(err, &typed) && typed.Field != "" {
		return fmt.Errorf("setting %q: a JSON %s does not fit here", typed.Field, typed.Value)
	}
	return fmt.Errorf("the settings (jsonData) are not valid JSON: %w", err)
}

// decoder collects what is wrong while it reads.
type decoder struct {
	secure map[string]string
	errs   []error
}

func (d *decoder) wrong(setting, format string, args ...any) {
	d.errs = append(d.errs, fmt.Errorf("setting %q: %s", setting, fmt.Sprintf(format, args...)))
}

func (d *decoder) url(raw string) string {
	if raw == "" {
		return "" // said by whoever needs it: clusters can be listed without a store
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		d.wrong("url", "%q is not the address of a Prometheus-compatible store; it should look like http://prometheus:9090", raw)
	}
	return raw
}

func (d *decoder) home(doc document) Home {
	h := Home{Name: mesh.ClusterName(doc.HomeCluster.Name), Access: mesh.Access(doc.HomeCluster.Access)}
	switch h.Access {
	case "", mesh.AccessNone:
		return Home{Name: h.Name, Access: mesh.AccessNone}
	case mesh.AccessInCluster:
	case mesh.AccessKubeconfig:
		h.Kubeconfig = NewSecret(d.secure["homeKubeconfig"])
		if h.Kubeconfig.Empty() {
			d.wrong("homeCluster.access", "is kubeconfig, but there is none: paste it in the settings (secureJsonData.homeKubeconfig)")
		}
	default:
		d.wrong("homeCluster.access", "%q is not one of inCluster, kubeconfig, none", h.Access)
	}
	if h.Name == "" {
		d.wrong("homeCluster.name", "is empty; give the name that the cluster has in Istio (its CLUSTER_ID, the value of source_cluster in its metrics)")
	}
	return h
}

func (d *decoder) remoteSecrets(doc document) RemoteSecrets {
	in := doc.RemoteSecrets
	r := RemoteSecrets{Enabled: true, Namespaces: in.Namespaces, Selectors: in.Selectors}
	if in.Enabled != nil {
		r.Enabled = *in.Enabled
	}
	if len(r.Namespaces) == 0 {
		r.Namespaces = []string{defaultNamespace}
	}
	if len(r.Selectors) == 0 {
		r.Selectors = DefaultSelectors()
	}
	return r
}

func (d *decoder) clusters(doc document) []Cluster {
	var out []Cluster
	seen := map[string]bool{}
	for i, c := range doc.Clusters {
		at := fmt.Sprintf("clusters[%d]", i)
		switch {
		case c.Name == "":
			d.wrong(at+".name", "is empty")
		case seen[c.Name]:
			d.wrong(at+".name", "%q is listed twice", c.Name)
		case mesh.ClusterName(c.Name) == mesh.ClusterName(doc.HomeCluster.Name):
			d.wrong(at+".name", "%q is the home cluster already", c.Name)
		}
		seen[c.Name] = true
		cluster := Cluster{Name: mesh.ClusterName(c.Name), Links: d.links(at, c.Links)}
		switch {
		case c.Accessible != nil && !*c.Accessible:
			cluster.NotAccessible = true
		case c.Secret != nil && c.Kubeconfig:
			d.wrong(at, "has both a secret and a kubeconfig; keep one")
		case c.Secret != nil:
			cluster.Secret = d.secretRef(at, doc, *c.Secret)
		case c.Kubeconfig:
			kubeconfig := NewSecret(d.secure["kubeconfig."+c.Name])
			if kubeconfig.Empty() {
				d.wrong(at+".kubeconfig", "is on, but there is none: paste it in the settings (secureJsonData[%q])", "kubeconfig."+c.Name)
			}
			cluster.Kubeconfig = &kubeconfig
		}
		out = append(out, cluster)
	}
	return out
}

func (d *decoder) secretRef(at string, doc document, in secretJSON) *SecretRef {
	ref := &SecretRef{Namespace: in.Namespace, Name: in.Name, Key: in.Key}
	if ref.Namespace == "" {
		ref.Namespace = defaultNamespace
	}
	if ref.Name == "" {
		d.wrong(at+".secret.name", "is empty")
	}
	if access := mesh.Access(doc.HomeCluster.Access); access == "" || access == mesh.AccessNone {
		d.wrong(at+".secret", "needs a home cluster to read the secret from; set homeCluster, or paste the kubeconfig")
	}
	return ref
}

func (d *decoder) links(at string, links []mesh.Link) []mesh.Link {
	for i, l := range links {
		u, err := url.Parse(l.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
			d.wrong(fmt.Sprintf("%s.links[%d].url", at, i), "%q is not an http or https address", l.URL)
		}
	}
	return links
}

func (d *decoder) aliases(in map[string]string) map[string]mesh.ClusterName {
	out := make(map[string]mesh.ClusterName, len(in))
	for from, to := range in {
		if from == "" || to == "" {
			d.wrong("clusterAliases", "has an empty name")
			continue
		}
		out[from] = mesh.ClusterName(to)
	}
	return out
}

// labelName is Prometheus' classic form of a label's name.
var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

func (d *decoder) scope(in map[string]string) map[string]string {
	for label := range in {
		if !labelName.MatchString(label) {
			d.wrong("queryScope", "%q is not the name of a Prometheus label", label)
		}
	}
	return in
}

func (d *decoder) duration(setting, raw string, fallback time.Duration) time.Duration {
	if strings.TrimSpace(raw) == "" {
		return fallback
	}
	v, err := time.ParseDuration(raw)
	if err != nil || v <= 0 {
		d.wrong(setting, "%q is not a duration such as 15s or 1m", raw)
		return fallback
	}
	return v
}

func (d *decoder) maxNodes(n *int) int {
	if n == nil || *n == 0 {
		return DefaultMaxNodes
	}
	if *n < 0 {
		d.wrong("limits.maxNodes", "%d is below 1", *n)
	}
	return *n
}

func (d *decoder) identity(mode string) {
	switch mode {
	case "", "serviceAccount":
	case "grafanaUser", "oauth":
		d.wrong("identity.mode", "%q is not available in this version; leave it out or set serviceAccount", mode)
	default:
		d.wrong("identity.mode", "%q is not one of serviceAccount, grafanaUser, oauth", mode)
	}
}
