package plugin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// BenchmarkAnswer is what the plugin adds to the store's own time: from the answers about
// 1,160 calls between 400 workloads, of which both sides report, to encoded frames.
func BenchmarkAnswer(b *testing.B) {
	answers := map[string]string{}
	for measure, with := range map[string]string{"": "", "request_bytes": `,"measure":"request_bytes"`, "peers": `,"destination_service":"a.b.svc"`} {
		var series []string
		for i := range 1160 {
			for _, reporter := range []string{"source", "destination"} {
				series = append(series, fmt.Sprintf(`{"metric":{"connection_security_policy":"mutual_tls","destination_cluster":"cluster-0%d","destination_workload":"workload-%d-v1",`+
					`"destination_workload_namespace":"namespace-%d","reporter":"%s","request_protocol":"http","response_code":"200","response_flags":"-",`+
					`"source_cluster":"cluster-0%d","source_workload":"workload-%d-v1","source_workload_namespace":"namespace-%d"%s},"value":[1700000000.123,"%d.5"]}`,
					i%3, i%400, i%40, reporter, (i/3)%3, i/3, i/30, with, i))
			}
		}
		answers[measure] = `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(series, ",") + `]}}`
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := answers[""]
		switch promQL := r.FormValue("query"); {
		case strings.Contains(promQL, `"measure"`):
			answer = answers["request_bytes"]
		case strings.Contains(promQL, "source_principal"):
			answer = answers["peers"]
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, answer)
	}))
	defer server.Close()
	d := instance(b, server.URL, ``)
	to := time.Unix(1_700_000_000, 0)
	b.ReportAllocs()
	for b.Loop() {
		to = to.Add(time.Minute) // what was answered is kept
		response, err := d.QueryData(b.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{
			RefID: "A", QueryType: "trafficGraph", TimeRange: backend.TimeRange{From: to.Add(-time.Hour), To: to}, JSON: []byte(`{"queryType":"trafficGraph","level":"workload"}`),
		}}})
		if err != nil || response.Responses["A"].Error != nil {
			b.Fatal(err, response.Responses["A"].Error)
		}
		for _, frame := range response.Responses["A"].Frames {
			if _, err := frame.MarshalArrow(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
