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

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// totalsStore answers with what each of 2,400 workloads in ten clusters serves and sends,
// each reported by both sides, and with the latency of what it serves.
func totalsStore(b *testing.B) string {
	b.Helper()
	var of struct{ served, sent, latency, calls strings.Builder }
	for i := range 2400 {
		for j, reporter := range []string{"source", "destination"} {
			if i+j > 0 {
				for _, list := range []*strings.Builder{&of.served, &of.sent, &of.latency, &of.calls} {
					list.WriteByte(',')
				}
			}
			end := func(of string) string {
				return fmt.Sprintf(`"%s_cluster":"cluster-%02d","%s_workload_namespace":"team-%03d","%s_workload":"app-%05d-v1"`, of, i/10%10, of, i/10, of, i)
			}
			ended := fmt.Sprintf(`"reporter":"%s","request_protocol":"http","response_code":"200","response_flags":"-"`, reporter)
			fmt.Fprintf(&of.served, `{"metric":{%s,%s,"connection_security_policy":"mutual_tls"},"value":[1700000000,"%d.123456"]}`, ended, end("destination"), 1+i%50)
			fmt.Fprintf(&of.sent, `{"metric":{%s,%s},"value":[1700000000,"%d.123456"]}`, ended, end("source"), 1+i%50)
			fmt.Fprintf(&of.latency, `{"metric":{"reporter":"%s",%s},"value":[1700000000,"%d.75"]}`, reporter, end("destination"), 5+i%300)
			fmt.Fprintf(&of.calls, `{"metric":{%s,%s,"destination_cluster":"cluster-%02d","destination_workload_namespace":"team-%03d"},"value":[1700000000,"%d.123456"]}`,
				ended, end("source"), (i/10+i%7)%10, (i/10+i%7)%240, 1+i%50)
		}
	}
	answers := map[string]string{}
	for name, vector := range map[string]string{"served": of.served.String(), "sent": of.sent.String(), "latency": of.latency.String(), "calls": of.calls.String()} {
		answers[name] = `{"status":"success","data":{"resultType":"vector","result":[` + vector + `]}}`
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := answers["served"]
		switch query := r.FormValue("query"); {
		case strings.Contains(query, "histogram_quantile"):
			answer = answers["latency"]
		case strings.Contains(query, ",source_cluster,") && strings.Contains(query, ",destination_cluster,"):
			answer = answers["calls"]
		case strings.Contains(query, ",source_cluster,"):
			answer = answers["sent"]
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write([]byte(answer))
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// wideClusters hold the workloads that the store tells of.
func wideClusters() []catalog.Cluster {
	out := make([]catalog.Cluster, 10)
	one := 1
	for c := range out {
		in := &mesh.Inventory{Cluster: mesh.ClusterName(fmt.Sprintf("cluster-%02d", c))}
		for i := range 2400 {
			if i/10%10 != c {
				continue
			}
			namespace := fmt.Sprintf("team-%03d", i/10)
			if i%10 == 0 {
				in.Namespaces = append(in.Namespaces, mesh.Namespace{Object: mesh.Object{Name: namespace}, Injection: mesh.ModeSidecar})
			}
			w := mesh.Workload{Object: mesh.Object{Namespace: namespace, Name: fmt.Sprintf("app-%05d-v1", i)}, Kind: "Deployment", App: fmt.Sprintf("app-%05d", i), Desired: &one, Current: 1, Ready: 1}
			if i%100 == 0 {
				w.HealthRate = "5XX,0,10,http,inbound"
			}
			in.Workloads = append(in.Workloads, w)
		}
		for _, resource := range []string{"deployments.apps", "namespaces", "pods", "services"} {
			in.Kinds = append(in.Kinds, mesh.KindState{Resource: resource, Known: true, AsOf: time.Now()})
		}
		out[c] = catalog.Cluster{Cluster: mesh.Cluster{Name: in.Cluster, State: mesh.StateReady}, Inventory: in}
	}
	return out
}

// BenchmarkRates is what tables cost with and without rates, with a store that answers at
// once: the difference is what rates add beyond their PromQL.
func BenchmarkRates(b *testing.B) {
	host := NewHost(Options{})
	made, err := host.NewInstance(b.Context(), backend.DataSourceInstanceSettings{Type: ID, UID: "u", Name: "n", URL: totalsStore(b), JSONData: []byte(`{}`)})
	if err != nil {
		b.Fatal(err)
	}
	d := made.(*Datasource)
	d.contents = contain(wideClusters()...)
	b.Cleanup(func() {
		d.Dispose()
		_ = host.Close()
	})
	now := time.Unix(1_700_000_000, 0)
	for _, question := range []struct{ name, queryType, json string }{
		{"workloads", "workloads", `{}`},
		{"workloads without rates", "workloads", `{"traffic":false}`},
		{"namespaces", "namespaces", `{}`},
		{"namespaces without rates", "namespaces", `{"traffic":false}`},
	} {
		b.Run(question.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(time.Minute)
				response, err := d.QueryData(b.Context(), &backend.QueryDataRequest{Queries: []backend.DataQuery{{
					RefID: "A", QueryType: question.queryType, JSON: []byte(question.json), TimeRange: backend.TimeRange{From: now.Add(-time.Hour), To: now},
				}}})
				if err != nil || response.Responses["A"].Error != nil {
					b.Fatal(err, response.Responses["A"].Error)
				}
			}
		})
	}
}
