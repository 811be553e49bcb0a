package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// Whatever labels a store holds, the graph is one that the panel can draw, at every level,
// with services and in boxes.
func FuzzGraphOfOddLabels(f *testing.F) {
	f.Add("source", "east", "shop", "web", "west", "shop", "cart", "shop", "cart", "200", "-", "tcp_sent", 5.0, 3.0)
	f.Add("waypoint", "", "", "", "", "", "", "unknown", "PassthroughCluster", "0", "UH,URX", "request_bytes", 1.0, 1e308)
	f.Add("destination", "unknown", "unknown", "unknown", "east", "ns", "a b#(c)\"'", "ns", "istio-egressgateway.istio-system.svc", "", "", "tcp_opened", 1e99, 1e-320)
	f.Add("", "%2F", "→", "\x00", "east", "", "", "", "[::1]:80", "grpc", "-", "response_messages", 0.0, -1.0)
	f.Fuzz(func(t *testing.T, reporter, cluster, namespace, name, cluster2, namespace2, name2, serviceNs, service, code, flags, measure string, value, value2 float64) {
		ends := map[string]string{
			"reporter": reporter, "response_code": code, "response_flags": flags, "measure": measure, "connection_security_policy": "mutual_tls",
			"source_cluster": cluster, "source_workload_namespace": namespace, "source_workload": name, "source_canonical_service": name, "source_principal": name,
			"destination_cluster": cluster2, "destination_workload_namespace": namespace2, "destination_workload": name2, "destination_canonical_service": name2,
		}
		unresolved := map[string]string{
			"reporter": reporter, "response_code": code, "response_flags": flags, "measure": measure, "request_protocol": "grpc", "grpc_response_status": code,
			"source_cluster": cluster, "source_workload_namespace": namespace, "source_workload": name, "source_canonical_service": name,
			"destination_cluster": cluster2, "destination_service_namespace": serviceNs, "destination_service_name": service, "destination_service": service,
		}
		var series []map[string]any
		for i, metric := range []map[string]string{ends, unresolved, ends} {
			series = append(series, map[string]any{"metric": metric, "value": []any{1, strconv.FormatFloat([]float64{value, value2, value2}[i], 'g', -1, 64)}})
		}
		result, err := json.Marshal(series)
		require.NoError(t, err)
		store, err := telemetry.NewStore(telemetry.Config{URL: "http://store.example", Client: &http.Client{Transport: always(result)}})
		require.NoError(t, err)
		for _, level := range mesh.Levels() {
			answer, err := store.Traffic(t.Context(), telemetry.Question{
				Level: level, Services: true, Protocols: mesh.Protocols(), Latency: "0.95", Details: true,
			})
			require.NoError(t, err)
			g := graph.Build(answer.Traffic, graph.Options{})
			arrangement := graph.Boxes(g, graph.BoxOptions{Clusters: true, Namespaces: true})
			for _, arranged := range []*mesh.Arrangement{nil, &arrangement} {
				made := frames.Graph(g, frames.GraphOptions{Behind: store.Behind(1), Arrangement: arranged})
				require.NoError(t, contract.CheckGraph(made), "level %s", level)
			}
			frames.Traffic(g, frames.GraphOptions{Behind: store.Behind(1)})
		}
	})
}

// always answers every query in the same way.
type always []byte

func (a always) RoundTrip(*http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":%s}}`, a)
	return w.Result(), nil
}
