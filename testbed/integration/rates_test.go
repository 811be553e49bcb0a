package integration

import (
	"strings"
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
