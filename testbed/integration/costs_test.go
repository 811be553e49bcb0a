package integration

import (
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// Everything on costs eight queries.
func TestEverythingOnCostsEightQueries(t *testing.T) {
	to := time.Now().Truncate(time.Second).Add(-30 * time.Minute)
	q := ask.Query{RefID: "A", Type: "trafficGraph", Range: backend.TimeRange{From: to.Add(-10 * time.Minute), To: to}, Fields: map[string]any{
		"level": "auto", "services": true, "compareTo": "10m", "window": "7m", "arrange": "boxes",
	}}
	before := mesh.Store.Requests()
	responses, err := plugin.Query(t.Context(), mesh.Settings(), q)
	if err != nil || responses["A"].Error != nil {
		t.Fatalf("%v %v", err, responses["A"].Error)
	}
	if asked := mesh.Store.Requests() - before; asked != 8 {
		t.Errorf("%d queries, not 8", asked)
	}
	services, latencies := 0, 0
	for _, n := range rows(responses["A"].Frames[0]) {
		if n["kind"] == "service" {
			services++
		}
	}
	for _, e := range rows(responses["A"].Frames[1]) {
		if e["latency"] != nil {
			latencies++
		}
	}
	if services < 10 || latencies < 20 {
		t.Errorf("%d services and %d latencies", services, latencies)
	}
}

// Many who look at one dashboard cause the queries of one, whatever the dashboard asks.
func TestFiftyViewersAskOnce(t *testing.T) {
	s := mesh.Settings()
	for name, fields := range map[string]map[string]any{
		"traffic alone": {"level": "app", "window": "4m"},
		"everything on": {"level": "auto", "services": true, "window": "4m", "latency": "p95", "protocols": []string{"http", "grpc", "tcp"},
			"compareTo": "20m", "arrange": "boxes", "find": "errorrate > 0.01", "hideIf": "edge and rps < 0.001", "maxNodes": 60},
	} {
		t.Run(name, func(t *testing.T) {
			to := time.Now().Truncate(time.Second).Add(-40 * time.Minute)
			look := func(viewer int, to time.Time) {
				q := ask.Query{RefID: "A", Type: "trafficGraph", Fields: fields, Range: backend.TimeRange{From: to.Add(-time.Hour), To: to}}
				responses, err := plugin.Query(t.Context(), s, q)
				if err != nil || responses["A"].Error != nil || responses["A"].Frames[0].Rows() < 20 {
					t.Errorf("viewer %d: %v %v", viewer, err, responses["A"].Error)
				}
			}
			before := mesh.Store.Requests()
			look(0, to.Add(-time.Minute))
			one := mesh.Store.Requests() - before
			if one == 0 {
				t.Error("one viewer caused no query")
			}
			before = mesh.Store.Requests()
			var viewers sync.WaitGroup
			for i := range 50 { // each looks a little later than the one before
				viewers.Go(func() { look(1+i, to.Add(time.Duration(i)*10*time.Millisecond)) })
			}
			viewers.Wait()
			if asked := mesh.Store.Requests() - before; asked != one {
				t.Errorf("50 viewers caused %d queries, one alone %d", asked, one)
			}
		})
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
