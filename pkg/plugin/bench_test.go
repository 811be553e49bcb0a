package plugin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// wideStore answers with the traffic of 2,400 workloads in ten clusters with 7,000 calls,
// each reported by both of its sides: of requests, and of nothing else but latency.
func wideStore(b *testing.B) string {
	b.Helper()
	var requests, latency strings.Builder
	for i := range 7000 {
		from := i * 12 / 35
		to := (from*7 + i*31 + 1) % 2400
		for j, reporter := range []string{"source", "destination"} {
			labels := fmt.Sprintf(`"reporter":"%s","source_cluster":"cluster-%02d","source_workload_namespace":"team-%03d","source_workload":"app-%05d-v1",`+
				`"destination_cluster":"cluster-%02d","destination_workload_namespace":"team-%03d","destination_workload":"app-%05d-v1"`,
				reporter, from/10%10, from/10, from, to/10%10, to/10, to)
			if i+j > 0 {
				requests.WriteByte(',')
				latency.WriteByte(',')
			}
			fmt.Fprintf(&requests, `{"metric":{%s,"request_protocol":"http","response_code":"200","response_flags":"-","connection_security_policy":"mutual_tls"},"value":[1700000000,"%d.123456"]}`, labels, 1+i%50)
			fmt.Fprintf(&latency, `{"metric":{%s},"value":[1700000000,"%d.75"]}`, labels, 5+i%300)
		}
	}
	body := func(vector string) string {
		return `{"status":"success","data":{"resultType":"vector","result":[` + vector + `]}}`
	}
	ofRequests, ofLatency, ofNothing := body(requests.String()), body(latency.String()), body("")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := ofNothing
		switch query := r.FormValue("query"); {
		case strings.Contains(query, "histogram_quantile"):
			answer = ofLatency
		case strings.Contains(query, "istio_requests_total"):
			answer = ofRequests
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write([]byte(answer))
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// BenchmarkAnswer is a panel's question from the request to the bytes on the wire, with a
// store that answers at once. Each asks about another moment, so that no answer is kept.
func BenchmarkAnswer(b *testing.B) {
	url := wideStore(b)
	host := NewHost(Options{})
	made, err := host.NewInstance(b.Context(), backend.DataSourceInstanceSettings{Type: ID, UID: "u", Name: "n", URL: url, JSONData: []byte(`{}`)})
	if err != nil {
		b.Fatal(err)
	}
	d := made.(*Datasource)
	b.Cleanup(func() {
		d.Dispose()
		_ = host.Close()
	})
	now := time.Unix(1_700_000_000, 0)
	for _, question := range []struct{ name, json string }{
		{"workload", `{"queryType":"trafficGraph","level":"workload","maxNodes":5000}`},
		{"folded", `{"queryType":"trafficGraph","level":"workload"}`},
		{"table", `{"queryType":"traffic","level":"workload"}`},
		{"everything", `{"queryType":"trafficGraph","level":"workload","compareTo":"1d","arrange":"boxes","find":"errorrate > 0.01","hideIf":"rps < 2"}`},
	} {
		b.Run(question.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(time.Minute)
				response, err := d.QueryData(b.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{RefID: "A",
					QueryType: question.json[14:strings.Index(question.json, `",`)], JSON: []byte(question.json),
					TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now}}}})
				if err != nil || response.Responses["A"].Error != nil {
					b.Fatal(err, response.Responses["A"].Error)
				}
				if _, err := backend.ToProto().QueryDataResponse(backend.DataFrameFormat_ARROW, response); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
