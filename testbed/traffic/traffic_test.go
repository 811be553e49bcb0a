package traffic

import (
	"fmt"
	"math"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const small = `
name: small
mesh: mesh9
trustDomain: td
istio: 1.31.1
buckets: [10, 100]
bytes: true
clusters:
  - name: a
    network: n1
    role: primary
    home: true
    telemetry: Kubernetes
    namespaces:
      - {name: ns, workloads: [{name: w1, app: w, version: v1}, {name: bare, noSidecar: true}]}
  - name: b
    network: n2
    role: primary
    found: kiali
    namespaces:
      - {name: ns, workloads: [{name: x1, app: x, version: v1}, {name: db}]}
calls:
  - {from: a/ns/w1, to: b/ns/x1, rate: 8, latency: 100, failures: [{share: 0.25, code: "503", flags: UF, lost: true}, {share: 0.125, code: "504", flags: UT}]}
  - {from: a/ns/bare, to: b/ns/x1, rate: 2}
  - {from: b/ns/x1, to: a/ns/bare, rate: 3}
  - {from: a/ns/w1, to: b/ns/db, protocol: tcp, rate: 2, bytes: 100}
  - {from: b/ns/x1, to: b/ns/db, protocol: grpc, rate: 4, failures: [{share: 0.5, code: "200", grpc: "14"}]}
  - {from: a/ns/w1, to: passthrough/192.0.2.1, rate: 1}
  - {from: a/ns/w1, to: external/x.example.com, rate: 1}
`

// sample is one line of a page.
type sample struct {
	metric string
	labels map[string]string
	value  float64
}

// scrape reads a page the way Prometheus does.
func scrape(t *testing.T, e *Exporter, cluster string) []sample {
	t.Helper()
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest("GET", "/metrics/"+cluster, nil))
	if w.Code != 200 {
		t.Fatalf("scrape of %s: %d %s", cluster, w.Code, w.Body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatalf("the page of %s is not valid text: %v", cluster, err)
	}
	var all []sample
	for name, family := range families {
		for _, m := range family.Metric {
			s := sample{metric: name, labels: map[string]string{}, value: m.GetUntyped().GetValue() + m.GetCounter().GetValue()}
			for _, l := range m.Label {
				s.labels[l.GetName()] = l.GetValue()
			}
			all = append(all, s)
		}
	}
	return all
}

func scrapeAll(t *testing.T, e *Exporter) []sample {
	t.Helper()
	var all []sample
	for _, cluster := range e.Clusters() {
		all = append(all, scrape(t, e, cluster)...)
	}
	return all
}

// total adds up the samples of a metric that have these labels.
func total(samples []sample, metric string, want map[string]string) float64 {
	sum := 0.0
next:
	for _, s := range samples {
		if s.metric != metric {
			continue
		}
		for k, v := range want {
			if s.labels[k] != v {
				continue next
			}
		}
		sum += s.value
	}
	return sum
}

// after returns the exporter of the small mesh when a thousand seconds have passed.
func after(t *testing.T) *Exporter {
	t.Helper()
	s, err := scenario.Read([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	return New(s, time.Now().Add(-1000*time.Second))
}

// near allows for the time that passes between making and asking the exporter.
func near(got, want float64) bool { return math.Abs(got-want) <= want*0.002 }

func TestCountsAreRateTimesTime(t *testing.T) {
	samples := scrapeAll(t, after(t))
	for _, tc := range []struct {
		what, metric string
		labels       map[string]string
		want         float64
	}{
		{"all that the source sends", "istio_requests_total", map[string]string{"reporter": "source", "source_workload": "w1", "destination_service_name": "x"}, 8000},
		{"all that arrives", "istio_requests_total", map[string]string{"reporter": "destination", "source_workload": "w1", "destination_workload": "x1"}, 6000},
		{"lost, by the source alone", "istio_requests_total", map[string]string{"response_flags": "UF"}, 2000},
		{"lost, nobody knows where", "istio_requests_total", map[string]string{"response_flags": "UF", "destination_cluster": "unknown", "destination_workload": "unknown", "destination_service_name": "x"}, 2000},
		{"timeouts at the source", "istio_requests_total", map[string]string{"reporter": "source", "response_code": "504", "response_flags": "UT"}, 1000},
		{"timeouts at the destination", "istio_requests_total", map[string]string{"reporter": "destination", "response_code": "0", "response_flags": "DC"}, 1000},
		{"a caller without a proxy", "istio_requests_total", map[string]string{"reporter": "destination", "source_workload": "unknown", "source_cluster": "unknown", "connection_security_policy": "none"}, 2000},
		{"which says nothing itself", "istio_requests_total", map[string]string{"reporter": "source", "source_workload": "bare"}, 0},
		{"a called one without a proxy", "istio_requests_total", map[string]string{"reporter": "source", "destination_workload": "bare", "destination_cluster": "Kubernetes"}, 3000},
		{"which says nothing either", "istio_requests_total", map[string]string{"reporter": "destination", "destination_workload": "bare"}, 0},
		{"mutual TLS", "istio_requests_total", map[string]string{"reporter": "destination", "source_workload": "w1", "connection_security_policy": "mutual_tls"}, 6000},
		{"a principal", "istio_requests_total", map[string]string{"reporter": "destination", "source_principal": "spiffe://td/ns/ns/sa/w"}, 6000},
		{"grpc failures", "istio_requests_total", map[string]string{"reporter": "source", "grpc_response_status": "14", "response_code": "200"}, 2000},
		{"passthrough", "istio_requests_total", map[string]string{"destination_service_name": "PassthroughCluster", "destination_service": "192.0.2.1"}, 1000},
		{"external", "istio_requests_total", map[string]string{"destination_service": "x.example.com", "destination_workload": "unknown"}, 1000},
		{"tcp sent", "istio_tcp_sent_bytes_total", map[string]string{"reporter": "destination"}, 200_000},
		{"tcp received", "istio_tcp_received_bytes_total", map[string]string{"reporter": "source"}, 50_000},
		{"latency: half is below the median", "istio_request_duration_milliseconds_bucket", map[string]string{"reporter": "source", "source_workload": "w1", "destination_service_name": "x", "le": "100"}, 4000},
		{"latency: all", "istio_request_duration_milliseconds_bucket", map[string]string{"reporter": "source", "source_workload": "w1", "destination_service_name": "x", "le": "+Inf"}, 8000},
	} {
		if got := total(samples, tc.metric, tc.labels); !near(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.what, got, tc.want)
		}
	}
}

func TestBothEndsAgree(t *testing.T) {
	s, err := scenario.Demo()
	if err != nil {
		t.Fatal(err)
	}
	e := New(s, time.Now().Add(-24*time.Hour))
	samples, workloads := scrapeAll(t, e), s.Workloads()
	for _, call := range s.Calls {
		if call.To.Kind != scenario.AtWorkload || call.From.Kind != scenario.AtWorkload ||
			!workloads[call.From].HasSidecar() || !workloads[call.To].HasSidecar() {
			continue
		}
		edge := func(reporter string) map[string]string {
			return map[string]string{"reporter": reporter,
				"source_workload": call.From.Name, "source_workload_namespace": call.From.Namespace, "source_cluster": call.From.Cluster,
				"destination_workload": call.To.Name, "destination_workload_namespace": call.To.Namespace, "destination_cluster": call.To.Cluster}
		}
		metric := "istio_requests_total"
		if call.Protocol == "tcp" {
			metric = "istio_tcp_sent_bytes_total"
		}
		source, destination := total(samples, metric, edge("source")), total(samples, metric, edge("destination"))
		if source == 0 || !near(source, destination) {
			t.Errorf("%s → %s: the source reports %v, the destination %v", call.From, call.To, source, destination)
		}
	}
}

// standard is every label that Istio's standard metrics may carry.
var standard = strings.Fields(`reporter connection_security_policy app
	source_workload source_workload_namespace source_principal source_app source_version source_cluster source_canonical_service source_canonical_revision
	destination_workload destination_workload_namespace destination_principal destination_app destination_version destination_cluster destination_canonical_service destination_canonical_revision
	destination_service destination_service_name destination_service_namespace
	request_protocol response_code response_flags grpc_response_status le`)

func TestLabelSetsAreIstiosAndUnique(t *testing.T) {
	s, err := scenario.Demo()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range standard {
		known[name] = true
	}
	e := New(s, time.Now().Add(-time.Hour))
	for _, cluster := range e.Clusters() {
		seen := map[string]bool{}
		for _, s := range scrape(t, e, cluster) {
			proxies := strings.HasPrefix(s.metric, "istio_") && s.metric != "istio_build"
			for name, value := range s.labels {
				if proxies && (!known[name] || value == "") {
					t.Errorf("%s has the label %s=%q", s.metric, name, value)
				}
			}
			key := fmt.Sprint(s.metric, s.labels)
			if seen[key] {
				t.Errorf("%s: %s stands there twice", cluster, key)
			}
			seen[key] = true
		}
	}
}

func TestSetRateChangesTheSlopeOnly(t *testing.T) {
	start := time.Now()
	f := &flow{rate: 5, since: start}
	f.set(1, start.Add(10*time.Second))
	if got := f.count(start.Add(10 * time.Second)); got != 50 {
		t.Errorf("the count jumped to %v, want 50", got)
	}
	if got := f.count(start.Add(20 * time.Second)); got != 60 {
		t.Errorf("ten seconds later it is %v, want 60", got)
	}
	e := after(t)
	if err := e.SetRate(scenario.At("a", "ns", "w1"), scenario.At("b", "ns", "x1"), 100); err != nil {
		t.Error(err)
	}
	if err := e.SetRate(scenario.At("a", "ns", "w1"), scenario.At("a", "ns", "w1"), 100); err == nil {
		t.Error("a call that does not exist got a rate")
	}
}

func TestScaleHasSixteenSeriesAnEdge(t *testing.T) {
	s, err := scenario.Scale(2400, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got := New(s, time.Now()).Series(); got < 105_000 || got > 125_000 {
		t.Errorf("2,400 workloads make %d series, want about 116,000", got)
	}
}

func TestUnknownPageIsNamed(t *testing.T) {
	w := httptest.NewRecorder()
	after(t).ServeHTTP(w, httptest.NewRequest("GET", "/metrics/mars", nil))
	if w.Code != 404 || !strings.Contains(w.Body.String(), `"mars"`) {
		t.Errorf("answer %d %q", w.Code, w.Body)
	}
}

func TestAmbientWorkloadsAreReportedByZtunnelsAndTheirWaypoint(t *testing.T) {
	s, err := scenario.Demo()
	if err != nil {
		t.Fatal(err)
	}
	samples := scrapeAll(t, New(s, time.Now().Add(-1000*time.Second)))
	of := func(metric, reporter, from, to string) float64 {
		return total(samples, metric, map[string]string{"reporter": reporter, "source_workload": from, "destination_workload": to, "destination_workload_namespace": "wares"})
	}
	for _, tt := range []struct {
		metric, reporter, from, to string
		want                       float64
	}{
		{"istio_requests_total", "waypoint", "catalog-v1", "stock-v1", 7000},
		{"istio_requests_total", "source", "catalog-v1", "stock-v1", 0},
		{"istio_requests_total", "destination", "catalog-v1", "stock-v1", 0},
		{"istio_requests_total", "waypoint", "istio-ingressgateway", "catalog-v1", 3000},
		{"istio_requests_total", "source", "istio-ingressgateway", "catalog-v1", 3000},
		{"istio_tcp_connections_opened_total", "source", "catalog-v1", "waypoint", 7000},
		{"istio_tcp_connections_opened_total", "destination", "waypoint", "stock-v1", 7000},
		{"istio_tcp_connections_opened_total", "source", "stock-v1", "vault-v1", 1000},
		{"istio_tcp_connections_opened_total", "destination", "stock-v1", "vault-v1", 1000},
	} {
		if got := of(tt.metric, tt.reporter, tt.from, tt.to); !near(got, tt.want) && got != tt.want {
			t.Errorf("%s of %s, %s → %s: %v, want %v", tt.metric, tt.reporter, tt.from, tt.to, got, tt.want)
		}
	}
}

func TestTheCalledSideSeesRetries(t *testing.T) {
	s, err := scenario.Demo()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(s.Calls, func(c scenario.Call) bool { return c.To.Name == "details-v1" && c.To.Cluster == "west" })
	s.Calls[i].Retries = 0.5
	samples := scrapeAll(t, New(s, time.Now().Add(-24*time.Hour)))
	of := func(reporter string) float64 {
		return total(samples, "istio_requests_total", map[string]string{"reporter": reporter, "destination_workload": "details-v1", "destination_cluster": "west"})
	}
	if source, destination := of("source"), of("destination"); !near(destination, 1.5*source) {
		t.Errorf("the source reports %v, the destination %v, not half as much again", source, destination)
	}
}

func TestThePastMayHaveBeenOtherwise(t *testing.T) {
	epoch := time.Now().Add(-time.Hour)
	at := func(d time.Duration) time.Time { return epoch.Add(d) }
	f := &flow{rate: 10, since: epoch}
	f.during(0, at(20*time.Minute), at(30*time.Minute))
	for _, want := range []struct {
		at    time.Duration
		count float64
	}{{10 * time.Minute, 6000}, {20 * time.Minute, 12000}, {25 * time.Minute, 12000}, {30 * time.Minute, 12000}, {40 * time.Minute, 18000}} {
		if got := f.count(at(want.at)); !near(got, want.count) {
			t.Errorf("after %s: %v requests, want %v", want.at, got, want.count)
		}
	}
	f.set(1, at(40*time.Minute))
	if got := f.count(at(50 * time.Minute)); !near(got, 18600) {
		t.Errorf("after the rate was set: %v requests, want 18600", got)
	}
}
