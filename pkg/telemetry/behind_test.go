package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestWhatIsGoneIsAskedAboutAtItsTime(t *testing.T) {
	store, err := NewStore(Config{URL: "http://prometheus:9090", ScrapeInterval: 15 * time.Second})
	require.NoError(t, err)
	behind := store.Behind(5 * time.Minute)
	ref := mesh.Ref{Kind: mesh.KindNamespace, Cluster: "east", Namespace: "shop"}
	require.Equal(t, `sum by (reporter,response_code,response_flags) (rate(istio_requests_total{destination_cluster="east",destination_workload_namespace="shop"}[5m]))`,
		behind.Node(ref, false))
	require.Equal(t, `sum by (reporter,response_code,response_flags) (rate(istio_requests_total{destination_cluster="east",destination_workload_namespace="shop"}[5m] offset 1d))`,
		behind.Before(24*time.Hour).Node(ref, false))
	require.Equal(t, `sum by (reporter) (rate(istio_tcp_sent_bytes_total{source_cluster="east",source_workload_namespace="shop",destination_cluster="east",destination_workload_namespace="shop"}[5m] offset 1h30m))`,
		behind.Before(90*time.Minute).Edge(mesh.Pair{Source: ref, Destination: ref}, true))
}
