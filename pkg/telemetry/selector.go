package telemetry

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The metrics of Istio that are read.
const (
	metricRequests         = "istio_requests_total"
	metricDuration         = "istio_request_duration_milliseconds"
	metricTCPSent          = "istio_tcp_sent_bytes_total"
	metricTCPReceived      = "istio_tcp_received_bytes_total"
	metricTCPOpened        = "istio_tcp_connections_opened_total"
	metricTCPClosed        = "istio_tcp_connections_closed_total"
	metricRequestMessages  = "istio_request_messages_total"
	metricResponseMessages = "istio_response_messages_total"
	metricRequestBytes     = "istio_request_bytes_sum"
	metricResponseBytes    = "istio_response_bytes_sum"
)

// Selection narrows traffic to the calls of which at least one end matches
// Clusters, Namespaces and Names together. An empty list matches everything.
type Selection struct {
	Clusters   []mesh.ClusterName
	Namespaces []string
	// Names are names of what the level draws; of workloads at the levels cluster and
	// namespace, of services where a workload is not known.
	Names []string
}

func (s Selection) empty() bool {
	return len(s.Clusters) == 0 && len(s.Namespaces) == 0 && len(s.Names) == 0
}

// matcher is one label matcher of a selector.
type matcher struct{ label, op, value string }

// selector writes a metric with its matchers.
func selector(metric string, matchers ...[]matcher) string {
	return metric + "{" + written(matchers...) + "}"
}

// written are matchers as they stand in a selector.
func written(matchers ...[]matcher) string {
	var b strings.Builder
	for _, group := range matchers {
		for _, m := range group {
			if b.Len() > 0 {
				b.WriteByte(',')
			}
			b.WriteString(m.label)
			b.WriteString(m.op)
			b.WriteString(strconv.Quote(m.value)) // PromQL's strings escape as Go's do
		}
	}
	return b.String()
}

// oneOf matches a label against exact values.
func oneOf(label string, values []string) matcher {
	if len(values) == 1 {
		return matcher{label, "=", values[0]}
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return matcher{label, "=~", strings.Join(quoted, "|")}
}

// scopeMatchers are the matchers that every selector carries.
func scopeMatchers(scope map[string]string) []matcher {
	var out []matcher
	for _, label := range slices.Sorted(maps.Keys(scope)) {
		out = append(out, matcher{label, "=", scope[label]})
	}
	return out
}

// ends returns the selection's matchers, once for each end of a call. byService
// says whether destinations are told by their service or by their workload.
func (s Selection) ends(names aliases, level levelLabels, byService bool) [][]matcher {
	if s.empty() {
		return [][]matcher{nil}
	}
	destinationNs, destinationName := labelDestNs, level.destinationName
	if byService {
		destinationNs, destinationName = labelDestSvcNs, labelDestService
	}
	end := func(cluster, namespace, name string) []matcher {
		var out []matcher
		if len(s.Clusters) > 0 {
			out = append(out, oneOf(cluster, names.inTelemetry(s.Clusters)))
		}
		if len(s.Namespaces) > 0 {
			out = append(out, oneOf(namespace, s.Namespaces))
		}
		if len(s.Names) > 0 {
			out = append(out, oneOf(name, s.Names))
		}
		return out
	}
	return [][]matcher{
		end(labelSourceClust, labelSourceNs, level.sourceName),
		end(labelDestClust, destinationNs, destinationName),
	}
}

// aliases maps clusters' names in telemetry to their names here.
type aliases map[string]mesh.ClusterName

// name gives a cluster's name here; empty and absent become mesh.Unknown.
func (a aliases) name(inTelemetry string) mesh.ClusterName {
	if name, ok := a[inTelemetry]; ok {
		return name
	}
	return mesh.ClusterName(mesh.OrUnknown(inTelemetry))
}

// inTelemetry gives all the names that the clusters go by in telemetry.
func (a aliases) inTelemetry(clusters []mesh.ClusterName) []string {
	var out []string
	for _, c := range clusters {
		if c == mesh.Unknown {
			out = append(out, "") // a label that is absent
		}
		if to, renamed := a[string(c)]; !renamed || to == c {
			out = append(out, string(c))
		}
		for _, from := range slices.Sorted(maps.Keys(a)) {
			if a[from] == c && from != string(c) {
				out = append(out, from)
			}
		}
	}
	return out
}
