package query_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

func TestHealth(t *testing.T) {
	got, err := query.Decode("health", []byte(`{}`))
	require.NoError(t, err)
	require.Equal(t, query.Health{Of: query.OfNamespaces}, got)
	got, err = query.Decode("health", []byte(`{"of": "workloads", "clusters": ["east"], "namespaces": ["a"], "names": ["x"], "measures": ["age", "score", "", "age"], "window": "5m"}`))
	require.NoError(t, err)
	require.Equal(t, query.Health{
		Selection: query.Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a"}, Names: []string{"x"}},
		Of:        query.OfWorkloads, Measures: []query.Measure{query.MeasureScore, query.MeasureAge}, Window: 5 * time.Minute,
	}, got)
}
