package fleet

import (
	"strings"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func secret(name string, annotations map[string]string, keys ...string) *corev1.Secret {
	s := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "istio-system", Name: name, Annotations: annotations}, Data: map[string][]byte{}}
	for _, k := range keys {
		s.Data[k] = []byte("kubeconfig of " + k)
	}
	return s
}

func TestFromSecret(t *testing.T) {
	kiali := map[string]string{"kiali.io/cluster": "west"}
	istio := map[string]string{"networking.istio.io/cluster": "west"}
	for name, test := range map[string]struct {
		secret *corev1.Secret
		names  []string
		says   string // of the error, where there is one
	}{
		"Kiali's":               {secret: secret("s", kiali, "west"), names: []string{"west"}},
		"Istio's":               {secret: secret("s", istio, "west"), names: []string{"west"}},
		"Istio's, many":         {secret: secret("s", istio, "west", "south", "north"), names: []string{"north", "south", "west"}},
		"Istio's type config":   {secret: secret("istio-kubeconfig", istio, "config"), names: []string{"west"}},
		"the key wins":          {secret: secret("s", istio, "south"), names: []string{"south"}},
		"no name anywhere":      {secret: secret("s", nil, "kubeconfig"), names: []string{"s"}, says: "nothing tells the cluster's name"},
		"a name that is none":   {secret: secret("s", map[string]string{"kiali.io/cluster": "a\nb"}, "config"), names: []string{"s"}, says: "does not hold a cluster's name"},
		"a name beyond measure": {secret: secret("s", map[string]string{"kiali.io/cluster": strings.Repeat("a", 300)}, "config"), names: []string{"s"}, says: "does not hold a cluster's name"},
		"nothing in it":         {secret: secret("s", kiali), names: []string{"s"}, says: "the secret is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			var names []string
			for _, c := range fromSecret(test.secret) {
				names = append(names, string(c.name))
				require.Contains(t, c.source, "secret istio-system/")
				if test.says == "" {
					require.NoError(t, c.err)
					require.NotEmpty(t, c.kubeconfig)
				} else {
					require.ErrorContains(t, c.err, test.says)
				}
			}
			require.Equal(t, test.names, names)
		})
	}
}

func TestKeyOf(t *testing.T) {
	for name, test := range map[string]struct {
		keys             []string
		asked, got, says string
	}{
		"the only one":     {keys: []string{"value"}, got: "value"},
		"the one asked":    {keys: []string{"a", "b"}, asked: "b", got: "b"},
		"not there":        {keys: []string{"a", "b"}, asked: "c", says: "no such key; it has: a, b"},
		"the cluster's":    {keys: []string{"a", "west"}, got: "west"},
		"nobody can tell":  {keys: []string{"a", "b"}, says: "several keys (a, b); set the key"},
		"there is nothing": {says: "the secret is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := keyOf(secret("s", nil, test.keys...), test.asked, "west")
			if test.says != "" {
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.got, got)
		})
	}
}

// What is kept of a secret is what is needed: kubectl's annotation holds all
// kubeconfigs once more.
func TestSecretsAreSlimmed(t *testing.T) {
	w := newSecretWatch(secretQuery{namespace: "istio-system"}, func() {})
	full := secret("s", map[string]string{"kiali.io/cluster": "west", "kubectl.kubernetes.io/last-applied-configuration": "{}"}, "west")
	full.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	require.NoError(t, w.Replace([]any{full}, "1"))
	found, synced, err := w.found()
	require.NoError(t, err)
	require.True(t, synced)
	require.Equal(t, []*corev1.Secret{secret("s", map[string]string{"kiali.io/cluster": "west"}, "west")}, found)

	require.Error(t, w.Add(&corev1.Pod{}), "what is no secret is not taken for one")
	require.NoError(t, w.Delete(full))
	found, _, _ = w.found()
	require.Empty(t, found)
}

// The same answer whatever the order in which secrets were seen.
func TestClustersAreDeterministic(t *testing.T) {
	s := settings.Settings{
		Home:          settings.Home{Name: "east", Access: mesh.AccessInCluster},
		RemoteSecrets: settings.RemoteSecrets{Enabled: true, Namespaces: []string{"istio-system", "istio-system"}, Selectors: settings.DefaultSelectors()},
		Clusters:      []settings.Cluster{{Name: "north", NotAccessible: true}, {Name: "south", Links: []mesh.Link{{Title: "Kiali"}}}},
	}
	a, b := secret("a", nil, "west", "east", "north"), secret("b", nil, "west", "south")
	var first []candidate
	for _, order := range [][]any{{a, b}, {b, a}} {
		sources := newSources(s, func() {})
		require.Len(t, sources.watches(), 2)
		for _, w := range sources.watches() { // a secret with both labels is seen by both
			for _, o := range order {
				require.NoError(t, w.Add(o))
			}
		}
		got := sources.clusters()
		if first == nil {
			first = got
		}
		require.Equal(t, first, got)
	}
	var names []string
	for _, c := range first {
		names = append(names, string(c.name))
	}
	require.Equal(t, []string{"east", "north", "south", "west"}, names)
	require.Empty(t, first[0].also, "a home cluster's own secret is nothing to speak of")
	require.Equal(t, []string{"secret istio-system/a, key north"}, first[1].also)
	require.Equal(t, mesh.AccessNone, first[1].access, "whatever is found, the settings say that it is not to be reached")
	require.Equal(t, []string{"secret istio-system/b, key west"}, first[3].also)
	require.Equal(t, "secret istio-system/b, key south", first[2].source, "listed for its links alone")
	require.Equal(t, "Kiali", first[2].links[0].Title)
}

func TestNoSecretsWithoutAHome(t *testing.T) {
	sources := newSources(settings.Settings{
		Home:          settings.Home{Name: "east", Access: mesh.AccessNone},
		RemoteSecrets: settings.RemoteSecrets{Enabled: true, Namespaces: []string{"a"}, Selectors: []string{"b"}},
		Clusters:      []settings.Cluster{{Name: "west", Secret: &settings.SecretRef{Namespace: "a", Name: "b"}}},
	}, func() {})
	require.Empty(t, sources.watches())
	got := sources.clusters()
	require.Len(t, got, 2)
	require.ErrorContains(t, got[1].err, "there is no home cluster")
}
