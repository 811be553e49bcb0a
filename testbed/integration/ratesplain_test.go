package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// Every point is what a person gets who types the query.
func TestRatesAreThoseOfPlainPromQL(t *testing.T) {
	during := past()
	const sum = `sum(rate(istio_requests_total{mesh_id="mesh1",reporter="destination",destination_cluster="west",destination_workload_namespace="bookinfo"%s}[61s]))`
	for _, tt := range []struct {
		fields map[string]any
		promQL string
	}{
		{map[string]any{"clusters": []string{"west"}, "namespaces": []string{"bookinfo"}}, fmt.Sprintf(sum, "")},
		{map[string]any{"clusters": []string{"west"}, "namespaces": []string{"payments"}, "by": "workload", "measures": []string{"errorratio"}},
			`sum(rate(istio_requests_total{reporter="destination",destination_cluster="west",destination_workload="ledger-v1",grpc_response_status!="0"}[61s])) / ` +
				`sum(rate(istio_requests_total{reporter="destination",destination_cluster="west",destination_workload="ledger-v1"}[61s]))`},
		{map[string]any{"clusters": []string{"west"}, "namespaces": []string{"bookinfo"}, "measures": []string{"latency"}, "latency": "p99"},
			`histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter="source",destination_cluster="west",destination_workload_namespace="bookinfo"}[61s])))`},
		{map[string]any{"clusters": []string{"south"}, "measures": []string{"bytes"}, "by": "cluster"},
			`sum(rate(istio_tcp_sent_bytes_total{reporter="destination",destination_cluster="south"}[61s])) + sum(rate(istio_tcp_received_bytes_total{reporter="destination",destination_cluster="south"}[61s]))`},
	} {
		frames := answer(t, mesh.Settings(), ask.Query{Type: "rates", Fields: tt.fields, Range: during, Interval: time.Minute})
		if len(frames) != 1 {
			t.Fatalf("%v: %d series, want one", tt.fields, len(frames))
		}
		want := plain(t, tt.promQL, during, time.Minute)
		values := frames[0].Fields[1]
		if values.Len() != 11 || len(want) != 11 {
			t.Fatalf("%v: %d points, Prometheus gives %d, want 11", tt.fields, values.Len(), len(want))
		}
		for i := range want {
			if v := values.At(i).(*float64); v == nil || math.Abs(*v-want[i]) > 1e-6*max(want[i], 1) || want[i] == 0 {
				t.Errorf("%v: point %d is %v, want %v", tt.fields, i, v, want[i])
			}
		}
	}
}

// plain asks Prometheus itself for the values of the first series of a query over time.
func plain(t *testing.T, promQL string, during backend.TimeRange, step time.Duration) []float64 {
	t.Helper()
	address := mesh.PrometheusURL() + "/api/v1/query_range?" + url.Values{
		"query": {promQL}, "start": {fmt.Sprint(during.From.Unix())}, "end": {fmt.Sprint(during.To.Unix())}, "step": {fmt.Sprint(step.Seconds())},
	}.Encode()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Data struct{ Result []struct{ Values [][2]any } }
	}
	if err := json.Unmarshal(body, &told); err != nil || len(told.Data.Result) == 0 {
		t.Fatalf("%s: %s: %v", promQL, body, err)
	}
	var out []float64
	for _, pair := range told.Data.Result[0].Values {
		v, err := strconv.ParseFloat(pair[1].(string), 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}
