package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

func TestDefaultsOfRates(t *testing.T) {
	got, err := query.Decode("rates", []byte(`{"measures": [""], "maxNodes": -5}`))
	require.NoError(t, err)
	require.Equal(t, query.Rates{
		Measures: []mesh.Signal{mesh.SignalRequests}, By: mesh.ByNamespace, Side: mesh.SideDestination,
		Latency: query.LatencyP95, Protocols: mesh.Protocols(), Limit: 50,
	}, got)
}

func TestEverythingOfRates(t *testing.T) {
	got, err := query.Decode("rates", []byte(`{"refId": "A", "intervalMs": 1000, "maxDataPoints": 43200, "clusters": ["east"], "names": ["cart"],
		"measures": ["latency", "requests", "latency"], "by": "app", "side": "source", "latency": "avg", "protocols": ["grpc", "http"], "limit": 7}`))
	require.NoError(t, err)
	require.Equal(t, query.Rates{
		Selection: query.Selection{Clusters: []mesh.ClusterName{"east"}, Names: []string{"cart"}},
		Measures:  []mesh.Signal{mesh.SignalRequests, mesh.SignalLatency}, By: mesh.ByApp, Side: mesh.SideSource,
		Latency: query.LatencyAvg, Protocols: []mesh.Protocol{mesh.HTTP, mesh.GRPC}, Limit: 7, LimitGiven: true,
	}, got)
}

// A variable is a text.
func TestLimitOfRatesAsText(t *testing.T) {
	for raw, want := range map[string]int{`{"limit": "7"}`: 7, `{"limit": ""}`: 50} {
		got, err := query.Decode("rates", []byte(raw))
		require.NoError(t, err, raw)
		require.Equal(t, want, got.(query.Rates).Limit, raw)
		require.Equal(t, want == 7, got.(query.Rates).LimitGiven, raw)
	}
}

func TestWhatIsWrongWithRatesIsNamed(t *testing.T) {
	for raw, want := range map[string]struct{ field, reason string }{
		`{"measures": ["errors"]}`:                             {"measures", `"errors" is not one of requests, errorratio, clienterrorratio, latency, bytes`},
		`{"measures": "requests"}`:                             {"measures", "a list of strings is wanted"},
		`{"by": "versionedApp"}`:                               {"by", `is not one of namespace, cluster, app, workload, service, clusterPair`},
		`{"side": "both"}`:                                     {"side", `"both" is not one of destination, source`},
		`{"by": "service", "side": "source"}`:                  {"by", "services are known of what is called"},
		`{"latency": "none"}`:                                  {"latency", `"none" is not one of p95, p50, p99, avg`},
		`{"protocols": ["smtp"]}`:                              {"protocols", `"smtp" is not one of http`},
		`{"measures": ["bytes"], "protocols": ["http"]}`:       {"protocols", "bytes are those of tcp"},
		`{"measures": ["errorratio"], "protocols": ["tcp"]}`:   {"protocols", "errorratio is told of http and grpc"},
		`{"limit": -1}`:                                        {"limit", "-1 is below 0"},
		`{"limit": "many"}`:                                    {"limit", "a whole number is wanted"},
		`{"clusters": ["a"], "limit": 1.5, "by": "namespace"}`: {"limit", "does not fit"},
	} {
		t.Run(raw, func(t *testing.T) {
			_, err := query.Decode("rates", []byte(raw))
			var wrong *query.Error
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, want.field, wrong.Field)
			require.Contains(t, wrong.Reason, want.reason)
		})
	}
}
