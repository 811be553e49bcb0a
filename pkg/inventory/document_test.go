package inventory

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestDocuments(t *testing.T) {
	const path = "/apis/networking.istio.io/v1/namespaces/books/virtualservices/reviews"
	cfg, client, asked := api{
		path: object{
			"kind": "VirtualService", "apiVersion": "networking.istio.io/v1",
			"metadata": object{
				"name": "reviews", "managedFields": []object{{"manager": "kubectl"}},
				"annotations": object{lastApplied: "{}"}, "labels": object{"version": "1.10"},
			},
			"spec": object{"hosts": []string{"reviews"}},
		},
		"/apis/gateway.networking.k8s.io/v1/gatewayclasses/istio": object{
			"kind": "GatewayClass", "metadata": object{"name": "istio", "annotations": object{"a": "b"}}, "spec": object{"text": strings.Repeat("é\n", mostDocument)},
		},
	}.start(t)
	config := func(kind, group, namespace, name string) *mesh.Config {
		return &mesh.Config{Object: mesh.Object{Namespace: namespace, Name: name}, Kind: kind, Group: group, Version: "v1"}
	}
	read := func(c *mesh.Config) (string, error) {
		t.Helper()
		t.Cleanup(client.CloseIdleConnections)
		return Document(t.Context(), cfg, client, c)
	}

	got, err := read(config("VirtualService", "networking.istio.io", "books", "reviews"))
	require.NoError(t, err)
	require.Equal(t, "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  labels:\n    version: \"1.10\"\n  name: reviews\nspec:\n  hosts:\n  - reviews\n", got)
	require.True(t, slices.ContainsFunc(asked(), func(p string) bool { return strings.HasPrefix(p, path) }))

	got, err = read(config("GatewayClass", gatewayGroup, "", "istio"))
	require.NoError(t, err)
	require.Less(t, len(got), mostDocument+100)
	require.Contains(t, got, "a: b", "other annotations stay")
	require.True(t, strings.HasSuffix(got, "\n# the rest is left out\n"))

	_, err = read(config("VirtualService", "networking.istio.io", "books", "gone"))
	require.True(t, apierrors.IsNotFound(err), "%v", err)
	_, err = read(config("Secret", "", "books", "reviews"))
	require.ErrorContains(t, err, "Secret", "no other kind can be read")
	_, err = written([]byte("[]"))
	require.Error(t, err)
}

func TestConfigKindsAreThoseThatAreRead(t *testing.T) {
	var names []string
	for _, k := range kinds() {
		if k.custom {
			names = append(names, k.name)
		}
	}
	slices.Sort(names)
	require.Equal(t, slices.Compact(names), mesh.ConfigKinds())
}

func TestDestinationsTellTheirRule(t *testing.T) {
	read := func(kindName, spec string) []mesh.Destination {
		t.Helper()
		for _, k := range kinds() {
			if k.custom && k.name == kindName {
				c := k.readConfig("v1", &document{Spec: []byte(spec)}, newTexts())
				return c.Routing.Destinations
			}
		}
		t.Fatal("there is no kind", kindName)
		return nil
	}
	require.Equal(t, []mesh.Destination{
		{Host: "a", Rule: "http[0]", Weight: 90}, {Host: "b", Rule: "http[0]", Weight: 10}, {Host: "c", Rule: "http[0]", Mirror: true},
		{Host: "d", Rule: "http[1]"}, {Host: "e", Rule: "tls[0]"}, {Host: "f", Rule: "tcp[0]"},
	}, read("VirtualService", `{"http":[
		{"route":[{"destination":{"host":"a"},"weight":90},{"destination":{"host":"b"},"weight":10}],"mirror":{"host":"c"}},{"route":[{"destination":{"host":"d"}}]}],
		"tls":[{"route":[{"destination":{"host":"e"}}]}],"tcp":[{"route":[{"destination":{"host":"f"}}]}]}`))
	require.Equal(t, []mesh.Destination{
		{Host: "a", Rule: "rules[0]", Namespace: "other"}, {Host: "api.example.com", Rule: "rules[1]"}, {Host: "pool", Kind: "InferencePool", Rule: "rules[1]"},
	}, read("HTTPRoute", `{"rules":[{"backendRefs":[{"name":"a","namespace":"other","kind":"Service","group":""}]},
		{"backendRefs":[{"name":"api.example.com","kind":"Hostname","group":"networking.istio.io"},{"name":"pool","kind":"InferencePool","group":"inference.networking.k8s.io"}]}]}`))
}
