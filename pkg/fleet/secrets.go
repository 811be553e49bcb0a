package fleet

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
	corev1 "k8s.io/api/core/v1"
)

// nameAnnotations tell the name of a secret's cluster, as Kiali's and Istio's tools write it.
var nameAnnotations = []string{"kiali.io/cluster", "networking.istio.io/cluster"}

// genericKeys are data keys that say what they hold and not for which cluster.
var genericKeys = []string{"config", "kubeconfig"}

// clusterName is what the name of a cluster may be made of.
var clusterName = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,253}$`)

func bySecretName(a, b *corev1.Secret) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

func keySource(s *corev1.Secret, key string) string {
	return fmt.Sprintf("secret %s/%s, key %s", s.Namespace, s.Name, key)
}

// fromSecret reads a secret that was found by its label. Every data key is a
// cluster: its name is the key (both Kiali and Istio write it so), or, where the key
// is only "config", what the annotation says.
func fromSecret(s *corev1.Secret) []candidate {
	if len(s.Data) == 0 {
		return []candidate{{
			name: mesh.ClusterName(s.Name), origin: mesh.OriginSecret, access: mesh.AccessKubeconfig,
			source: fmt.Sprintf("secret %s/%s", s.Namespace, s.Name),
			err:    refuse("the secret is empty; put the cluster's kubeconfig in it, under the cluster's name as key"),
		}}
	}
	var out []candidate
	for _, key := range slices.Sorted(maps.Keys(s.Data)) {
		c := candidate{
			origin: mesh.OriginSecret, access: mesh.AccessKubeconfig,
			source: keySource(s, key), kubeconfig: s.Data[key],
		}
		c.name, c.err = nameOf(s, key)
		out = append(out, c)
	}
	return out
}

func nameOf(s *corev1.Secret, key string) (mesh.ClusterName, error) {
	name := key
	if slices.Contains(genericKeys, key) {
		name = annotated(s)
		if name == "" {
			return mesh.ClusterName(s.Name), refuse("nothing tells the cluster's name; use it as the key in place of %q, or set the annotation %s", key, nameAnnotations[1])
		}
	}
	if !clusterName.MatchString(name) {
		return mesh.ClusterName(s.Name), refuse("the annotation does not hold a cluster's name: letters, digits, dots, dashes and underscores; correct it")
	}
	return mesh.ClusterName(name), nil
}

func annotated(s *corev1.Secret) string {
	for _, a := range nameAnnotations {
		if v := s.Annotations[a]; v != "" {
			return v
		}
	}
	return ""
}

// fromNamedSecret reads a secret that the settings name for a cluster. The watch
// is that of this one secret.
func fromNamedSecret(cluster settings.Cluster, w *secretWatch) candidate {
	ref := *cluster.Secret
	c := candidate{
		name: cluster.Name, origin: mesh.OriginSettings, access: mesh.AccessKubeconfig, links: cluster.Links,
		source: fmt.Sprintf("secret %s/%s", ref.Namespace, ref.Name),
	}
	if ref.Key != "" {
		c.source += ", key " + ref.Key
	}
	found, synced, err := w.found()
	switch {
	case !synced && err != nil:
		c.err = refuse("the home cluster does not hand it out: %s", fault.Of(err).Sentence)
		return c
	case !synced:
		c.pending = true
		return c
	case len(found) == 0:
		c.err = refuse("there is no such secret in the home cluster; create it, or correct the settings")
		return c
	}
	secret := found[0]
	key, err := keyOf(secret, ref.Key, string(cluster.Name))
	if err != nil {
		c.err = err
		return c
	}
	c.source, c.kubeconfig = keySource(secret, key), secret.Data[key]
	return c
}

// keyOf chooses the data key: the one asked for, else the only one, else the one
// with the cluster's name.
func keyOf(s *corev1.Secret, asked, cluster string) (string, error) {
	keys := slices.Sorted(maps.Keys(s.Data))
	switch {
	case len(keys) == 0:
		return "", refuse("the secret is empty; put the cluster's kubeconfig in it")
	case asked != "" && !slices.Contains(keys, asked):
		return "", refuse("the secret has no such key; it has: %s", strings.Join(keys, ", "))
	case asked != "":
		return asked, nil
	case len(keys) == 1:
		return keys[0], nil
	case slices.Contains(keys, cluster):
		return cluster, nil
	}
	return "", refuse("the secret has several keys (%s); set the key in the settings", strings.Join(keys, ", "))
}
