package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

// steadyWindow is over which rates are taken where numbers have to be exact.
const steadyWindow = 5 * time.Minute

// steady is a range inside the history that a lab wrote before its first scrape. The
// counters there are straight lines with samples at equal distances, so that a rate is the
// scenario's to the last digits, at whatever time the test runs. It is so long ago that
// nothing is told of today's pods, however soon it is asked for.
func steady(ready time.Time) backend.TimeRange {
	to := ready.Add(-20 * time.Minute).Truncate(time.Minute)
	return backend.TimeRange{From: to.Add(-steadyWindow), To: to}
}

// byHand asks Prometheus itself, past the plugin, in PromQL that is written here: what
// docs/queries.md says of how the numbers come about, said once more.
type byHand struct {
	prometheus string
	at         time.Time
	names      map[string]string // of clusters: in telemetry → here
	level      string
	selection  selection
}

func handOf(l *lab.Lab, at time.Time, level string, s selection) byHand {
	names := map[string]string{}
	var clusters []string
	for _, c := range l.Scenario.Clusters {
		names[c.MetricsName()] = c.Name
		if slices.Contains(s.clusters, c.Name) {
			clusters = append(clusters, c.MetricsName())
		}
	}
	if slices.Contains(s.clusters, "unknown") {
		clusters = append(clusters, "unknown")
	}
	s.clusters = clusters
	return byHand{l.PrometheusURL(), at, names, level, s}
}

// selection is what a query selects; an empty list is all.
type selection struct{ clusters, namespaces, names []string }

func (s selection) fields(into map[string]any) map[string]any {
	for name, list := range map[string][]string{"clusters": s.clusters, "namespaces": s.namespaces, "names": s.names} {
		if list != nil {
			into[name] = list
		}
	}
	return into
}

// matchers selects one end of a call, by the three labels that name it; empty for all.
func (s selection) matchers(cluster, namespace, name string) string {
	var out []string
	for _, m := range []struct {
		label string
		list  []string
	}{{cluster, s.clusters}, {namespace, s.namespaces}, {name, s.names}} {
		if m.list != nil {
			out = append(out, fmt.Sprintf("%s=~%q", m.label, strings.Join(m.list, "|")))
		}
	}
	return strings.Join(out, ",")
}

// endLabels are the labels that tell the ends of a call apart at a level, and those that
// hold the names that a selection means.
var endLabels = map[string]struct{ source, target, sourceName, targetName string }{
	"cluster":      {"source_cluster", "destination_cluster", "source_workload", "destination_workload"},
	"namespace":    {"source_cluster,source_workload_namespace", "destination_cluster,destination_workload_namespace", "source_workload", "destination_workload"},
	"app":          {"source_cluster,source_workload_namespace,source_canonical_service", "destination_cluster,destination_workload_namespace,destination_canonical_service", "source_canonical_service", "destination_canonical_service"},
	"versionedApp": {"source_cluster,source_workload_namespace,source_canonical_service,source_canonical_revision", "destination_cluster,destination_workload_namespace,destination_canonical_service,destination_canonical_revision", "source_canonical_service", "destination_canonical_service"},
	"workload":     {"source_cluster,source_workload_namespace,source_workload", "destination_cluster,destination_workload_namespace,destination_workload", "source_workload", "destination_workload"},
	"service":      {"source_cluster,source_workload_namespace,source_canonical_service", calledService, "source_canonical_service", "destination_service_name"},
}

const calledService = "destination_cluster,destination_service_namespace,destination_service_name"

// neverArrives matches the flags of requests that their caller alone knows of.
const neverArrives = `(.*,)?(UF|UH|UO|NR|NC|DF|LH|FI|RL|RLSE|UAEX|OM)(,.*)?`

// hop is what is between two ends: callers and what answers, or, where called services are
// drawn between the two, one of both halves.
type hop int

const (
	callerToTarget hop = iota
	callerToService
	serviceToTarget
)

// count gives the traffic of a hop. Destinations are known by their workload, or else by
// the service that was called.
func (h byHand) count(t *testing.T, hop hop) counted {
	t.Helper()
	ends := endLabels[h.level]
	out := newCounted()
	known, target := `destination_workload!="unknown"`, ends.target
	selected := h.selection.matchers("destination_cluster", "destination_workload_namespace", ends.targetName)
	byService := h.selection.matchers("destination_cluster", "destination_service_namespace", "destination_service_name")
	if h.level == "service" {
		h.add(t, out, ends.source, calledService, "", byService)
		return out
	}
	switch hop {
	case serviceToTarget:
		h.add(t, out, calledService, target, known, selected)
		return out
	case callerToService:
		h.add(t, out, ends.source, calledService, known, selected)
	default:
		h.add(t, out, ends.source, target, known, selected)
	}
	h.add(t, out, ends.source, calledService, `destination_workload="unknown"`, byService)
	return out
}

// add counts what goes from source to target, each a list of labels: of each pair the
// largest of what caller, waypoint and called report, and what never arrived. The pairs
// are those of workloads at the levels that are coarser than that.
func (h byHand) add(t *testing.T, out counted, source, target, which, selected string) {
	t.Helper()
	pair := source + "," + target
	const failed = `response_code=~"0|5.*"`
	const failedCall = `grpc_response_status=~"[1-9][0-9]*"`
	merged := pair
	if h.level == "cluster" || h.level == "namespace" {
		merged = endLabels["workload"].source + "," + endLabels["workload"].target
		if target == calledService {
			merged = endLabels["workload"].source + "," + calledService
		}
	}
	arrived := func(ways ...string) string {
		return fmt.Sprintf(`sum by (%s) (max by (%s,request_protocol) (sum by (%s,request_protocol,reporter) (%s)))`, pair, merged, merged,
			h.rate("istio_requests_total", selected, which, either([]string{`reporter="destination"`, `reporter="waypoint"`, `reporter="source",response_flags!~"` + neverArrives + `"`}, ways)))
	}
	lost := func(ways ...string) string {
		return fmt.Sprintf(`sum by (%s) (%s)`, pair,
			h.rate("istio_requests_total", selected, which, either([]string{`reporter="source",response_flags=~"` + neverArrives + `"`}, ways)))
	}
	bytes := func(metric string) string {
		return fmt.Sprintf(`sum by (%s,reporter) (%s)`, merged, h.rate(metric, selected, which, []string{""}))
	}
	for _, query := range []string{arrived(""), lost("")} {
		h.each(t, query, source, target, out, func(c *tally, v float64) { c.requests += v })
	}
	for _, query := range []string{arrived(failed, failedCall), lost(failed, failedCall)} {
		h.each(t, query, source, target, out, func(c *tally, v float64) { c.failed += v })
	}
	both := fmt.Sprintf(`sum by (%s) (max by (%s) (%s + %s))`, pair, merged, bytes("istio_tcp_sent_bytes_total"), bytes("istio_tcp_received_bytes_total"))
	h.each(t, both, source, target, out, func(c *tally, v float64) { c.bytes += v })
}

// either puts each of some matchers together with each of others.
func either(some, others []string) []string {
	var out []string
	for _, a := range some {
		for _, b := range others {
			out = append(out, strings.Trim(a+","+b, ","))
		}
	}
	return out
}

// rate gives the rates of the series that one of several ways of matching takes, and that
// one end of the selection takes; "or" takes a series once.
func (h byHand) rate(metric, selected, which string, ways []string) string {
	ends := []string{""}
	if selected != "" {
		l := endLabels[h.level]
		ends = []string{h.selection.matchers("source_cluster", "source_workload_namespace", l.sourceName), selected}
	}
	var rates []string
	for _, matchers := range either(either([]string{which}, ways), ends) {
		rates = append(rates, fmt.Sprintf(`rate(%s{%s}[5m])`, metric, matchers))
	}
	return strings.Join(rates, " or ")
}

// each asks for a vector and counts each of its samples where it belongs.
func (h byHand) each(t *testing.T, query, source, target string, out counted, count func(*tally, float64)) {
	t.Helper()
	values := func(labels map[string]string, names string) string {
		var list []string
		for name := range strings.SplitSeq(names, ",") {
			list = append(list, labels[name])
		}
		return strings.Join(list, "/")
	}
	for _, s := range h.vector(t, query) {
		between := clusterPair{h.cluster(s.labels["source_cluster"]), h.cluster(s.labels["destination_cluster"])}
		from, to := values(s.labels, source), values(s.labels, target)
		if source == calledService {
			between.from = between.to
		}
		outside := target == calledService && outsideTheMesh(s.labels)
		if outside { // a host outside the mesh is drawn beside its caller
			between.to = between.from
		}
		// A service is no caller, but for level service, where both ends bear its name.
		alike := h.level == "service" || source != calledService && target != calledService
		into := out.between
		if from == to && alike && !outside && !strings.HasPrefix(from, "unknown") {
			into = out.inside
		}
		c := into[between]
		count(&c, s.value)
		into[between] = c
	}
}

func outsideTheMesh(labels map[string]string) bool {
	service, namespace := labels["destination_service_name"], labels["destination_service_namespace"]
	return service == "PassthroughCluster" || namespace == "unknown" || strings.Contains(service, ".")
}

func (h byHand) cluster(inTelemetry string) string {
	if name, ok := h.names[inTelemetry]; ok {
		return name
	}
	return inTelemetry
}
