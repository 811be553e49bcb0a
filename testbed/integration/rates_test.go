package integration

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

// past is a range of ten minutes of the history, on the grid of a minute, where both sides
// tell the same to the last digits.
func past() backend.TimeRange {
	to := steady(ready).To
	return backend.TimeRange{From: to.Add(-10 * time.Minute), To: to}
}

// rates asks for series, and reads them as an alert rule does: the last number of
// each, by its labels.
func rates(t *testing.T, s ask.Settings, during backend.TimeRange, fields map[string]any) map[string]float64 {
	t.Helper()
	frames := answer(t, s, ask.Query{Type: "rates", Fields: fields, Range: during, Interval: time.Minute})
	numbers, err := contract.CheckSeries(frames)
	if err != nil {
		t.Fatalf("%v: %v", fields, err)
	}
	out := map[string]float64{}
	for _, n := range numbers {
		if n.Value != nil {
			out[n.Labels.String()] = *n.Value
		}
	}
	return out
}

// The numbers are those of the traffic graph over the same window: for each grouping
// and side, and when several names of telemetry are one cluster.
func TestRatesAgreeWithTheGraph(t *testing.T) {
	during := past()
	plain, folded := mesh.Settings(), mesh.Settings()
	folded.UID = "folded"
	aliases := map[string]any{"south": "west"}
	maps.Copy(aliases, folded.JSON["clusterAliases"].(map[string]any))
	folded.JSON["clusterAliases"] = aliases
	for name, s := range map[string]ask.Settings{"plain": plain, "folded": folded} {
		t.Run(name, func(t *testing.T) { ratesAgree(t, s, during) })
	}
}

func ratesAgree(t *testing.T, s ask.Settings, during backend.TimeRange) {
	for _, tt := range []struct{ by, side, level string }{
		// The edges of a coarse level leave out what stays inside a node.
		{"cluster", "destination", "workload"}, {"cluster", "source", "workload"}, {"clusterPair", "destination", "workload"},
		{"namespace", "destination", "workload"}, {"namespace", "source", "workload"},
		{"app", "destination", "app"}, {"app", "source", "app"},
		{"workload", "destination", "workload"}, {"workload", "source", "workload"},
		{"service", "destination", "service"},
	} {
		t.Run(tt.by+" "+tt.side, func(t *testing.T) {
			got := rates(t, s, during, map[string]any{"by": tt.by, "side": tt.side, "limit": 1000,
				"measures": []string{"requests", "errorratio", "clienterrorratio", "bytes"}})
			want := fromEdges(t, s, during, tt.by, tt.side, tt.level)
			if len(want) < 6 {
				t.Fatalf("the graph tells %d numbers", len(want))
			}
			same(t, got, want)
		})
	}
}

// What a namespace or cluster serves is what its node shows.
func TestRatesAreThoseOfTheNodes(t *testing.T) {
	during := past()
	for _, level := range []string{"cluster", "namespace"} {
		got := rates(t, mesh.Settings(), during, map[string]any{"by": level, "measures": []string{"requests", "errorratio"}})
		nodes := rows(answer(t, mesh.Settings(), ask.Query{Type: "trafficGraph", Range: during, Fields: map[string]any{"level": level, "window": "61s"}})[0])
		compared := 0
		for _, n := range nodes {
			rps, ok := n["rps"].(float64)
			if !ok || n["kind"] != level || !served(n) {
				continue
			}
			labels := map[string]string{"cluster": "cluster=%v, measure=%s", "namespace": "cluster=%v, measure=%s, namespace=%v"}[level]
			of := func(measure string) float64 {
				if level == "cluster" {
					return got[fmt.Sprintf(labels, n["cluster"], measure)]
				}
				return got[fmt.Sprintf(labels, n["cluster"], measure, n["namespace"])]
			}
			if math.Abs(of("requests")-rps) > 1e-6*rps || math.Abs(of("errorratio")-n["errorrate"].(float64)) > 1e-9 {
				t.Errorf("%v: %v requests of which %v failed; the node has %v and %v", n["id"], of("requests"), of("errorratio"), rps, n["errorrate"])
			}
			compared++
		}
		if compared < 4 {
			t.Errorf("level %s: %d nodes", level, compared)
		}
	}
}

// fromEdges adds up what the edges of a graph tell, as series do.
func fromEdges(t *testing.T, s ask.Settings, during backend.TimeRange, by, side, level string) map[string]float64 {
	t.Helper()
	table := rows(answer(t, s, ask.Query{Type: "traffic", Range: during, Fields: map[string]any{"level": level, "window": "61s"}})[0])
	type sums struct{ requests, failed, clientErrors, bytes *float64 }
	all := map[string]*sums{}
	add := func(into **float64, value, share any) {
		v, ok := value.(float64)
		if !ok {
			return
		}
		if *into == nil {
			*into = new(float64)
		}
		if r, ok := share.(float64); ok {
			v *= r
		}
		**into += v
	}
	for _, e := range table {
		outside := e["targetkind"] == "external" || strings.ContainsAny(e["targetname"].(string), ".") || e["targetname"] == "PassthroughCluster"
		if outside && (side == "destination" || by == "clusterPair") {
			continue
		}
		labels := edgeLabels(e, by, side)
		if all[labels] == nil {
			all[labels] = &sums{}
		}
		add(&all[labels].requests, e["rps"], nil)
		add(&all[labels].failed, e["rps"], e["errorrate"])
		add(&all[labels].clientErrors, e["rps"], e["rate4xx"])
		add(&all[labels].bytes, e["bytes"], nil)
	}
	out := map[string]float64{}
	for labels, sum := range all {
		measure := func(name string) string { return strings.Replace(labels, "MEASURE", name, 1) }
		if sum.requests != nil {
			out[measure("requests")] = *sum.requests
			out[measure("errorratio")] = *sum.failed / *sum.requests
			out[measure("clienterrorratio")] = *sum.clientErrors / *sum.requests
		}
		if sum.bytes != nil {
			out[measure("bytes")] = *sum.bytes
		}
	}
	return out
}

// edgeLabels are the labels of the series that an edge counts for, as data.Labels
// writes them.
func edgeLabels(e row, by, side string) string {
	text := func(column string) string {
		if v, _ := e[column].(string); v != "" {
			return v
		}
		return "unknown"
	}
	labels := map[string]string{"measure": "MEASURE"}
	end := map[string]string{"source": "source", "destination": "target"}[side]
	unknown := text(end+"name") == "unknown source"
	switch {
	case by == "clusterPair":
		labels["source_cluster"], labels["destination_cluster"] = text("sourcecluster"), text("targetcluster")
	case by == "cluster":
		labels["cluster"] = text(end + "cluster")
	case by == "namespace" || unknown:
		labels["cluster"], labels["namespace"] = text(end+"cluster"), text(end+"namespace")
		if unknown && by != "namespace" {
			labels[by] = "unknown"
		}
	default:
		labels["cluster"], labels["namespace"] = text(end+"cluster"), text(end+"namespace")
		kind := by
		if end == "target" && text("targetcluster") == "unknown" { // of such only the service is known
			kind = "service"
		}
		labels[kind] = text(end + "name")
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, name+"="+labels[name])
	}
	return strings.Join(out, ", ")
}

func same(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for labels, v := range want {
		if g, ok := got[labels]; !ok || math.Abs(g-v) > 1e-6*max(v, 1) {
			t.Errorf("%s: %v, want %v", labels, g, v)
		}
	}
	for labels, v := range got {
		if _, ok := want[labels]; !ok {
			t.Errorf("%s: %v, of which the other knows nothing", labels, v)
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

// The latency of a pair of clusters is that of the graph's edge.
func TestRatesLatencyIsThatOfTheEdge(t *testing.T) {
	during := past()
	got := rates(t, mesh.Settings(), during, map[string]any{"by": "clusterPair", "measures": []string{"latency"}, "latency": "p99"})
	table := rows(answer(t, mesh.Settings(), ask.Query{Type: "traffic", Range: during,
		Fields: map[string]any{"level": "cluster", "window": "61s", "latency": "p99", "crossClusterOnly": true}})[0])
	if len(table) < 4 {
		t.Fatalf("%d edges between clusters", len(table))
	}
	for _, e := range table {
		labels := fmt.Sprintf("destination_cluster=%v, source_cluster=%v", e["targetcluster"], e["sourcecluster"])
		if want, ok := e["latency"].(float64); ok {
			if v, there := got[labels]; !there || math.Abs(v-want) > 1e-6*want {
				t.Errorf("%s: %v, want %v", labels, v, want)
			}
		}
	}
}

// A selection narrows the side that is asked, and only that.
func TestRatesSelection(t *testing.T) {
	during := past()
	s := mesh.Settings()
	served := rates(t, s, during, map[string]any{"by": "app", "clusters": []string{"west"}, "names": []string{"ledger"}})
	if len(served) != 1 {
		t.Fatalf("what ledger serves: %v", served)
	}
	near(t, "requests to ledger", served["app=ledger, cluster=west, namespace=payments"], 10)
	sent := rates(t, s, during, map[string]any{"by": "cluster", "side": "source", "namespaces": []string{"payments"}})
	near(t, "requests that payments sends", sent["cluster=east"], 10)
	if len(sent) != 1 {
		t.Errorf("ledger sends nothing: %v", sent)
	}
	lost := rates(t, s, during, map[string]any{"clusters": []string{"unknown"}, "measures": []string{"errorratio"}})
	if v := lost["cluster=unknown, namespace=bookinfo"]; v != 1 {
		t.Errorf("calls that never arrive: %v", lost)
	}
	frames := answer(t, s, ask.Query{Type: "rates", Fields: map[string]any{"by": "workload", "limit": 3}, Range: during, Interval: time.Minute})
	if len(frames) != 3 || !contains(notices(frames[0]), "3 busiest of", "left out") {
		t.Errorf("%d series; notices %v", len(frames), notices(frames[0]))
	}
	if name := frames[0].Name; name != "east / istio-system / istio-ingressgateway" && name != "east / bookinfo / productpage-v1" {
		t.Errorf("the busiest is %s", name)
	}
	none := answer(t, s, ask.Query{Type: "rates", Fields: map[string]any{"namespaces": []string{"nowhere"}}})
	if numbers, err := contract.CheckSeries(none); err != nil || len(numbers) != 0 {
		t.Errorf("nothing is selected: %v %v", numbers, err)
	}
}

// An alert rule gets everything or an error.
func TestRatesOfAnAlertRule(t *testing.T) {
	s := mesh.Settings()
	ofRule := func(fields map[string]any) backend.DataResponse {
		t.Helper()
		// As Grafana asks for a rule: a point each second, of which there may be many.
		q := ask.Query{RefID: "A", Type: "rates", Fields: fields, Interval: time.Second, MaxDataPoints: 43_200}
		responses, err := plugin.QueryWithHeaders(afterwards(t), s, ask.FromAlert(), q)
		if err != nil {
			t.Fatal(err)
		}
		return responses["A"]
	}
	both := map[string]any{"by": "workload", "measures": []string{"errorratio", "latency"}}
	whole := ofRule(both)
	numbers, err := contract.CheckSeries(whole.Frames)
	if whole.Error != nil || err != nil || len(numbers) < 20 {
		t.Fatalf("%d numbers: %v %v", len(numbers), whole.Error, err)
	}
	mesh.Store.SetMode(lab.Partial)
	t.Cleanup(func() { mesh.Store.SetMode(lab.Good) })
	other := map[string]any{"by": "namespace", "measures": []string{"errorratio"}, "namespaces": []string{"bookinfo", "sample"}}
	if part := ofRule(other); part.Error == nil || !strings.Contains(part.Error.Error(), "some data is missing") || len(part.Frames) > 0 {
		t.Errorf("a part was taken for the whole: %v, %d frames", part.Error, len(part.Frames))
	}
	shown := response(t, s, ask.Query{Type: "rates", Fields: map[string]any{"namespaces": []string{"bookinfo"}, "measures": []string{"errorratio"}}})
	if shown.Error != nil || !contains(notices(shown.Frames[0]), "some data is missing") {
		t.Errorf("a panel shows the part with a notice: %v", shown.Error)
	}
	mesh.Store.SetMode(lab.Down)
	if down := ofRule(map[string]any{"by": "cluster", "measures": []string{"requests"}}); down.Error == nil || down.ErrorSource != backend.ErrorSourceDownstream {
		t.Errorf("the store is down: %v", down.Error)
	}
	mesh.Store.SetMode(lab.Good)
	if drawn, err := plugin.QueryWithHeaders(afterwards(t), s, ask.FromAlert(), ask.Query{RefID: "A", Type: "trafficGraph"}); err != nil || drawn["A"].Error == nil {
		t.Errorf("an alert rule was given a graph: %v", err)
	}
}

func TestBadRates(t *testing.T) {
	for _, tt := range []struct {
		fields map[string]any
		want   string
	}{
		{map[string]any{"by": "pod"}, `"pod" is not one of namespace, cluster`},
		{map[string]any{"measures": []string{"errors"}}, `"errors" is not one of requests, errorratio`},
		{map[string]any{"latency": "none"}, `"none" is not one of p95`},
		{map[string]any{"limit": -1}, "below 0"},
		{map[string]any{"by": "service", "side": "source"}, "services are known of what is called"},
		{map[string]any{"measures": []string{"bytes"}, "protocols": []string{"http"}}, "bytes are those of tcp"},
		{map[string]any{"clusters": []string{"esat"}}, `there is no cluster "esat"`},
	} {
		if got := response(t, mesh.Settings(), ask.Query{Type: "rates", Fields: tt.fields}); got.Error == nil || !strings.Contains(got.Error.Error(), tt.want) {
			t.Errorf("%v: %v, want %q", tt.fields, got.Error, tt.want)
		}
	}
	long := ask.Query{Type: "rates", Range: backend.TimeRange{From: time.Now().Add(-24 * time.Hour), To: time.Now()}, Interval: time.Second, MaxDataPoints: 1_000_000}
	if got := response(t, mesh.Settings(), long); got.Error == nil || !strings.Contains(got.Error.Error(), "11000") {
		t.Errorf("a day of seconds: %v", got.Error)
	}
}

func TestFiftyViewersOfRatesAskOnce(t *testing.T) {
	s := mesh.Settings()
	during := past()
	during.To = during.To.Add(-time.Minute) // nobody has asked for that
	before := mesh.Store.Requests()
	var viewers sync.WaitGroup
	for i := range 50 {
		viewers.Go(func() {
			late := time.Duration(i) * time.Second // each looks a little later than the one before
			q := ask.Query{RefID: "A", Type: "rates", Fields: map[string]any{"by": "app", "measures": []string{"requests", "latency", "bytes"}}, Interval: time.Minute,
				Range: backend.TimeRange{From: during.From.Add(late), To: during.To.Add(late)}}
			responses, err := plugin.Query(t.Context(), s, q)
			if err != nil || responses["A"].Error != nil || len(responses["A"].Frames) < 20 {
				t.Errorf("viewer %d: %v %v", i, err, responses["A"].Error)
			}
		})
	}
	viewers.Wait()
	if asked := mesh.Store.Requests() - before; asked != 3 {
		t.Errorf("50 viewers caused %d queries, not 3", asked)
	}
}

// A slow store costs the query that waits for it, and nobody else.
func TestRatesOfASlowStore(t *testing.T) {
	s := mesh.Settings()
	mesh.Store.SetDelay(700 * time.Millisecond)
	t.Cleanup(func() { mesh.Store.SetDelay(0) })
	q := ask.Query{Type: "rates", Fields: map[string]any{"by": "cluster", "measures": []string{"requests", "latency"}}, Interval: 30 * time.Second}
	frames := answer(t, s, q)
	if numbers, err := contract.CheckSeries(frames); err != nil || len(numbers) < 6 {
		t.Errorf("%d numbers: %v", len(numbers), err)
	}
}
