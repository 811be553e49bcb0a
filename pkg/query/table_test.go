package query_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

func TestTables(t *testing.T) {
	for queryType, of := range map[string]query.Of{
		"namespaces": query.OfNamespaces, "applications": query.OfApplications, "workloads": query.OfWorkloads,
		"services": query.OfServices, "pods": query.OfPods,
	} {
		t.Run(queryType, func(t *testing.T) {
			got, err := query.Decode(queryType, []byte(`{}`))
			require.NoError(t, err)
			require.Equal(t, query.Table{Of: of, Traffic: of != query.OfPods, Latency: query.LatencyP95}, got)
			got, err = query.Decode(queryType, []byte(`{"clusters": ["east"], "namespaces": ["a"], "names": ["x"], "traffic": false, "latency": "none", "window": "5m"}`))
			require.NoError(t, err)
			require.Equal(t, query.Table{
				Selection: query.Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a"}, Names: []string{"x"}},
				Of:        of, Latency: query.LatencyNone, Window: 5 * time.Minute,
			}, got)
		})
	}
}
