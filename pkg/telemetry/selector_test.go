package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestSelectorEscapes(t *testing.T) {
	got := selector("m", []matcher{{"a", "=", `x"y\z` + "\n"}}, nil, []matcher{oneOf("b", []string{"p.q", "r|s"})})
	require.Equal(t, `m{a="x\"y\\z\n",b=~"p\\.q|r\\|s"}`, got)
}

func TestSelectionTakesACallWhenEitherEndMatches(t *testing.T) {
	s := Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a", "b"}, Names: []string{"w"}}
	names := aliases{"Kubernetes": "east"}
	require.Equal(t, [][]matcher{
		{{"source_cluster", "=~", "east|Kubernetes"}, {"source_workload_namespace", "=~", "a|b"}, {"source_workload", "=", "w"}},
		{{"destination_cluster", "=~", "east|Kubernetes"}, {"destination_service_namespace", "=~", "a|b"}, {"destination_service_name", "=", "w"}},
	}, s.ends(names, levels[mesh.LevelWorkload], true))
	require.Equal(t, [][]matcher{nil}, Selection{}.ends(names, levels[mesh.LevelWorkload], false))
}

func TestAliasesNameClustersBothWays(t *testing.T) {
	names := aliases{"Kubernetes": "east", "west": "far-west"}
	require.Equal(t, mesh.ClusterName("east"), names.name("Kubernetes"))
	require.Equal(t, mesh.ClusterName("far-west"), names.name("west"))
	require.Equal(t, mesh.ClusterName("unknown"), names.name(""))
	require.Equal(t, []string{"east", "Kubernetes"}, names.inTelemetry([]mesh.ClusterName{"east"}))
	require.Equal(t, []string{"far-west", "west"}, names.inTelemetry([]mesh.ClusterName{"far-west"}))
	require.Empty(t, names.inTelemetry([]mesh.ClusterName{"west"}), "telemetry's west is another cluster here")
	require.Equal(t, []string{"", "unknown"}, names.inTelemetry([]mesh.ClusterName{mesh.Unknown}))
}

// The PromQL is what people see in the query inspector and what the benchmark's
// floor sends, so it is held to the letter for one case.
func TestRequestsAreGroupedByNoMoreThanTheLevelNeeds(t *testing.T) {
	c := composer{scope: []matcher{{"mesh_id", "=", "m"}}, level: mesh.LevelApp, window: 5 * time.Minute}
	require.Equal(t, `(sum by (reporter,request_protocol,response_code,grpc_response_status,response_flags,connection_security_policy,`+
		`source_cluster,source_workload_namespace,source_canonical_service,destination_cluster,destination_workload_namespace,destination_canonical_service) `+
		`(rate(istio_requests_total{destination_workload!~"|unknown",mesh_id="m"}[5m]))`+
		` or sum by (reporter,request_protocol,response_code,grpc_response_status,response_flags,connection_security_policy,`+
		`source_cluster,source_workload_namespace,source_canonical_service,destination_cluster,destination_service_namespace,destination_service_name) `+
		`(rate(istio_requests_total{destination_workload=~"|unknown",mesh_id="m"}[5m]))) > 0`, c.requests(true, true))
	coarse, fine := c, c
	coarse.level, fine.level = mesh.LevelCluster, mesh.LevelWorkload
	require.Equal(t, fine.requests(true, true), coarse.requests(true, true), "reports are merged workload by workload")
}

func TestProtocolsNarrowTheRequests(t *testing.T) {
	require.Nil(t, protocolMatchers(true, true))
	require.Equal(t, []matcher{{"request_protocol", "=", "grpc"}}, protocolMatchers(false, true))
	require.Equal(t, []matcher{{"request_protocol", "!=", "grpc"}}, protocolMatchers(true, false))
}

func TestWindowIsNeverShorterThanFourScrapes(t *testing.T) {
	s, err := NewStore(Config{ScrapeInterval: 15 * time.Second})
	require.NoError(t, err)
	r := Range{From: time.Unix(0, 0), To: time.Unix(3600, 0)}
	require.Equal(t, time.Hour, s.window(r, 0))
	require.Equal(t, 5*time.Minute, s.window(r, 5*time.Minute))
	require.Equal(t, time.Minute, s.window(r, time.Second))
}
