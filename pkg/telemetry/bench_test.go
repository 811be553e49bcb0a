package telemetry

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// answerOf writes what Prometheus answers for n calls, two reports each.
func answerOf(n int) string {
	var b strings.Builder
	b.WriteString(`{"status":"success","data":{"resultType":"vector","result":[`)
	for i := range n {
		for j, reporter := range []string{"source", "destination"} {
			if i+j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"metric":{"connection_security_policy":"mutual_tls","destination_cluster":"cluster-0%d","destination_workload":"workload-%d-v1",`+
				`"destination_workload_namespace":"namespace-%d","reporter":"%s","request_protocol":"http","response_code":"200","response_flags":"-",`+
				`"source_cluster":"cluster-0%d","source_workload":"workload-%d-v1","source_workload_namespace":"namespace-%d"},"value":[1700000000.123,"%d.5"]}`,
				i%3, i%400, i%40, reporter, (i/3)%3, i/3, i/30, i)
		}
	}
	b.WriteString(`]}}`)
	return b.String()
}

// BenchmarkTraffic is what the plugin adds to the store's own time: reading the
// answers and making them one.
func BenchmarkTraffic(b *testing.B) {
	body := answerOf(1160)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	store, err := NewStore(Config{URL: server.URL})
	if err != nil {
		b.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	q := Question{Range: Range{now.Add(-time.Hour), now}, Level: mesh.LevelWorkload, Protocols: mesh.Protocols(), Latency: "0.95"}
	b.ReportAllocs()
	for b.Loop() {
		q.Range.To = q.Range.To.Add(time.Minute) // what was answered is kept
		if _, err := store.Traffic(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode reads one answer.
func BenchmarkDecode(b *testing.B) {
	body := answerOf(1160)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := decodeVector(strings.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
}
