package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

func TestIstioConfig(t *testing.T) {
	got, err := query.Decode("istioConfig", []byte(`{}`))
	require.NoError(t, err)
	require.Equal(t, query.IstioConfig{}, got)
	got, err = query.Decode("istioConfig", []byte(`{"clusters": ["east"], "namespaces": ["a"], "names": ["x"], "kinds": ["Gateway", "", "Gateway", "HTTPRoute"], "severity": "warning", "yaml": "true"}`))
	require.NoError(t, err)
	require.Equal(t, query.IstioConfig{
		Selection: query.Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a"}, Names: []string{"x"}},
		Kinds:     []string{"Gateway", "HTTPRoute"}, Severity: mesh.SeverityWarning, YAML: true,
	}, got)
	for raw, field := range map[string]string{
		`{"kinds": ["Secret"]}`: "kinds", `{"kinds": "Gateway"}`: "kinds", `{"severity": "info"}`: "severity", `{"yaml": "yes"}`: "yaml",
	} {
		_, err := query.Decode("istioConfig", []byte(raw))
		var wrong *query.Error
		require.ErrorAs(t, err, &wrong, raw)
		require.Equal(t, field, wrong.Field)
	}
}
