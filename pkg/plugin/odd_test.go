package plugin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
)

// A store that recording rules fill without the labels of apps, versions and clusters.
func TestWhatTheMetricsLackIsToldOnce(t *testing.T) {
	const series = `{"metric":{"reporter":"source","response_code":"200","source_workload_namespace":"shop","source_workload":"web-v1",
		"destination_workload_namespace":"shop","destination_workload":"cart-v1"},"value":[1,"5"]}`
	url, asked := store(t, series)
	got := ask(t, instance(t, url, ``), map[string]string{"A": `{"queryType":"trafficGraph","level":"app"}`})["A"]
	require.NoError(t, got.Error)
	require.NoError(t, contract.CheckGraph(got.Frames))
	require.Equal(t, []string{"app/unknown/shop/cart-v1", "app/unknown/shop/web-v1"}, contract.Strings(got.Frames[0], "id"))
	require.EqualValues(t, 8, asked.Load(), "the second round is by workloads")
	require.Len(t, got.Frames[0].Meta.Notices, 1)
	told := notices(got.Frames)
	for _, label := range []string{"source_canonical_service", "request_protocol", "response_flags", "source_cluster", "destination_cluster"} {
		require.Contains(t, told, label)
	}
	require.Equal(t, []string{"http"}, contract.Strings(got.Frames[1], "protocol"))
}

// Details beside the traffic cost the traffic nothing when they cannot be had.
func TestDetailsThatFailCostNoCalls(t *testing.T) {
	for name, tt := range map[string]struct{ fails, notice string }{
		"principals": {"source_principal", "Without principals and hosts: "},
		"TCP":        {"istio_tcp_connections_opened_total", "Without TCP traffic: "},
		"latency":    {"histogram_quantile", "Without latency: "},
	} {
		t.Run(name, func(t *testing.T) {
			answer := requestsOf("a>b 5")
			some := func(promQL string) (string, int) {
				if strings.Contains(promQL, tt.fails) {
					return "", 503
				}
				return answer(promQL)
			}
			url, _ := aged(t, some, some)
			got := ask(t, instance(t, url, ``), map[string]string{"A": `{"queryType":"trafficGraph","level":"workload"}`})["A"]
			require.NoError(t, got.Error)
			require.Equal(t, []string{"workload/east/a/a->workload/east/b/b"}, contract.Strings(got.Frames[1], "id"))
			require.Contains(t, notices(got.Frames), tt.notice)
			require.Len(t, got.Frames[0].Meta.Notices, 1)
		})
	}
}
