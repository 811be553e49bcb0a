package inventory

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"istio.io/client-go/pkg/clientset/versioned/scheme"
)

// Every kind of configuration that Istio's own client knows is kept, in each of its
// versions that is newer than v1alpha3.
func TestAllOfIstiosKindsAreKept(t *testing.T) {
	kept := map[string]kind{}
	for _, k := range istioKinds() {
		kept[k.resource.Group+"/"+k.name] = k
	}
	seen := map[string]bool{}
	for gvk := range scheme.Scheme.AllKnownTypes() {
		if !strings.HasSuffix(gvk.Group, ".istio.io") || strings.HasSuffix(gvk.Kind, "List") || strings.HasSuffix(gvk.Kind, "Options") || gvk.Kind == "WatchEvent" {
			continue
		}
		k, ok := kept[gvk.Group+"/"+gvk.Kind]
		require.True(t, ok, "%s is not kept", gvk)
		if gvk.Version != "v1alpha3" || gvk.Kind == "EnvoyFilter" {
			require.Contains(t, k.versions, gvk.Version, gvk)
		}
		seen[gvk.Group+"/"+gvk.Kind] = true
	}
	require.Len(t, seen, len(kept), "each of those kept is one of Istio's")
}
