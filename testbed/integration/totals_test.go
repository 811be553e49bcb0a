package integration

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// tablesOf are the tables of what runs where, by the level of their traffic, with the labels
// by which plain PromQL tells their rows apart as destinations.
var tablesOf = map[string]struct{ table, target string }{
	"workload": {"workloads", "destination_cluster,destination_workload_namespace,destination_workload"},
	"app":      {"applications", "destination_cluster,destination_workload_namespace,destination_canonical_service"},
	"service":  {"services", calledService},
}

// singles checks what tables tell of single things against the nodes of the traffic graph
// and against plain PromQL. Only of what is sent may a table tell less: retries that the
// called side alone counts, of callers that call what has no proxy as well.
func (s sums) singles(t *testing.T, retries float64) {
	for level, of := range tablesOf {
		t.Run("single things at level "+level, func(t *testing.T) {
			nodes, edges := s.graph(t, map[string]any{"level": level}, selection{})
			served, sent := map[string]row{}, map[string]float64{}
			for _, n := range nodes {
				served[thing(n)] = n
			}
			for _, e := range edges {
				sent[fmt.Sprintf("%v/%v/%v", e["sourcecluster"], e["sourcenamespace"], e["sourcename"])] += number(e, "rps")
			}
			hand := handOf(s.lab, s.during.To, level, selection{}).served(t, of.target)
			checked := 0
			for _, r := range s.rows(t, of.table) {
				key := thing(r)
				n := served[key]
				if n == nil {
					continue
				}
				// A node that only calls shows what it sends.
				if _, serves := r["rps"]; serves {
					checked++
					alike(t, key+" rps", number(r, "rps"), number(n, "rps"))
					alike(t, key+" errorrate", number(r, "errorrate"), number(n, "errorrate"))
					if want, known := hand[key]; known {
						alike(t, key+" rps by hand", number(r, "rps"), want.requests)
						alike(t, key+" failed by hand", number(r, "errorrate")*number(r, "rps"), want.failed)
						near(t, key+" latency by hand", r["latency"], want.latency)
					} else if !strings.Contains(key, ".") {
						t.Errorf("%s: plain PromQL does not tell of it", key)
					}
				}
				if r["rps"] == nil && level == "service" {
					continue // a caller that serves nothing is an app there
				}
				if out, want := number(r, "rpsout"), sent[key]; out < want/(1+retries)-1e-6 || out > want+1e-6 {
					t.Errorf("%s sends %v, the edges of the graph say %v", key, out, want)
				}
			}
			if checked == 0 {
				t.Error("nothing was checked")
			}
		})
	}
}

// coarse checks namespaces against their workloads: what these serve, by plain PromQL, and
// what they send out of the namespace, by the edges of the graph of workloads.
func (s sums) coarse(t *testing.T, retries float64) {
	served, sent := map[string]single{}, map[string]float64{}
	for key, one := range handOf(s.lab, s.during.To, "workload", selection{}).served(t, tablesOf["workload"].target) {
		namespace := key[:strings.LastIndexByte(key, '/')]
		all := served[namespace]
		all.requests, all.failed = all.requests+one.requests, all.failed+one.failed
		served[namespace] = all
	}
	_, edges := s.graph(t, map[string]any{"level": "workload"}, selection{})
	for _, e := range edges {
		if e["sourcecluster"] != e["targetcluster"] || e["sourcenamespace"] != e["targetnamespace"] {
			sent[fmt.Sprintf("%v/%v", e["sourcecluster"], e["sourcenamespace"])] += number(e, "rps")
		}
	}
	checked := 0
	for _, r := range s.rows(t, "namespaces") {
		key := fmt.Sprintf("%v/%v", r["cluster"], r["namespace"])
		want := served[key]
		alike(t, key+" rps", number(r, "rps"), want.requests)
		alike(t, key+" failed", number(r, "errorrate")*number(r, "rps"), want.failed)
		if out := number(r, "rpsout"); out < sent[key]/(1+retries)-1e-6 || out > sent[key]+1e-6 {
			t.Errorf("%s sends %v, the edges of its workloads say %v", key, out, sent[key])
		}
		if want.requests > 0 {
			checked++
		}
	}
	if checked < 3 {
		t.Errorf("%d namespaces were checked", checked)
	}
}

func (s sums) rows(t *testing.T, table string) []row {
	t.Helper()
	return rows(answer(t, s.settings, ask.Query{Type: table, Range: s.during})[0])
}

// thing names what a row is of.
func thing(r row) string { return fmt.Sprintf("%v/%v/%v", r["cluster"], r["namespace"], r["name"]) }

func alike(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}

// single is what plain PromQL tells of a thing that serves.
type single struct{ requests, failed, latency float64 }

// served adds up by destination alone: of each protocol the larger of what both sides
// report, and what never arrived. The latency is the callers' word where they report half
// of the requests at the least.
func (h byHand) served(t *testing.T, target string) map[string]single {
	t.Helper()
	out := map[string]single{}
	reported := map[string]map[string]float64{}
	each := func(query string, take func(key string, s sample)) {
		for _, s := range h.vector(t, query) {
			var parts []string
			for i, name := range strings.Split(target, ",") {
				value := s.labels[name]
				if i == 0 {
					value = h.cluster(value)
				}
				parts = append(parts, value)
			}
			take(strings.Join(parts, "/"), s)
		}
	}
	which := `destination_workload!="unknown"`
	if target == calledService {
		which = `destination_cluster!="unknown"`
	}
	const failed = `response_code=~"0|5.*"`
	const failedCall = `grpc_response_status=~"[1-9][0-9]*"`
	arrived := func(ways ...string) string {
		return fmt.Sprintf(`max by (%s,request_protocol) (sum by (%s,request_protocol,reporter) (%s))`, target, target,
			h.rate("istio_requests_total", "", which, either([]string{`reporter!="source"`, `reporter="source",response_flags!~"` + neverArrives + `"`}, ways)))
	}
	lost := func(ways ...string) string {
		return fmt.Sprintf(`sum by (%s) (%s)`, target, h.rate("istio_requests_total", "", which, either([]string{`reporter="source",response_flags=~"` + neverArrives + `"`}, ways)))
	}
	for _, query := range []string{arrived(""), lost("")} {
		each(query, func(key string, s sample) { c := out[key]; c.requests += s.value; out[key] = c })
	}
	for _, query := range []string{arrived(failed, failedCall), lost(failed, failedCall)} {
		each(query, func(key string, s sample) { c := out[key]; c.failed += s.value; out[key] = c })
	}
	each(fmt.Sprintf(`sum by (%s,reporter) (%s)`, target, h.rate("istio_requests_total", "", which, []string{`reporter!="source"`, `reporter="source",response_flags!~"` + neverArrives + `"`})),
		func(key string, s sample) {
			if reported[key] == nil {
				reported[key] = map[string]float64{}
			}
			reported[key][s.labels["reporter"]] = s.value
		})
	told := map[string]string{}
	order := []string{"source", "waypoint", "destination"}
	each(fmt.Sprintf(`histogram_quantile(0.95, sum by (le,reporter,%s) (%s))`, target, h.rate("istio_request_duration_milliseconds_bucket", "", which, []string{""})),
		func(key string, s sample) {
			most := 0.0
			for _, v := range reported[key] {
				most = max(most, v)
			}
			by := s.labels["reporter"]
			if math.IsNaN(s.value) || 2*reported[key][by] < most {
				return
			}
			for _, before := range order {
				if told[key] == before { // who is to be believed first
					return
				}
				if before == by {
					break
				}
			}
			c := out[key]
			c.latency, told[key] = s.value, by
			out[key] = c
		})
	return out
}
