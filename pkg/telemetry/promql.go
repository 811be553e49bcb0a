package telemetry

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// endLabels are the labels that tell one level's nodes apart.
var endLabels = map[mesh.Level]struct{ source, destination []string }{
	mesh.LevelCluster: {
		source:      []string{labelSourceClust},
		destination: []string{labelDestClust},
	},
	mesh.LevelNamespace: {
		source:      []string{labelSourceClust, labelSourceNs},
		destination: []string{labelDestClust, labelDestNs},
	},
	mesh.LevelWorkload: {
		source:      []string{labelSourceClust, labelSourceNs, labelSourceWl},
		destination: []string{labelDestClust, labelDestNs, labelDestWl},
	},
}

// unresolvedLabels tell destinations apart that no workload is known of: calls
// that failed before a workload was chosen, and hosts outside the mesh.
var unresolvedLabels = []string{labelDestClust, labelDestSvcNs, labelDestService}

// composer writes PromQL for one question.
type composer struct {
	scope     []matcher
	names     aliases
	selection Selection
	level     mesh.Level
	window    time.Duration
}

// sumRate adds up the rates of a metric by the level's ends and the labels of by.
//
// Destinations are told by their workload where one is known, and by their
// service otherwise. Grouping everything by both would multiply the answer, so
// the two are asked for apart and joined by "or": their label sets never meet.
//
// A selection takes a call when either end matches, hence the "or" inside, which
// works on single series and so takes a series once that matches at both ends.
func (c composer) sumRate(metric string, matchers []matcher, by ...string) string {
	ends := endLabels[c.level]
	branch := func(resolved bool, op string, destination []string) string {
		var rates []string
		for _, end := range c.selection.ends(c.names, resolved) {
			s := selector(metric, []matcher{{labelDestWl, op, mesh.Unknown}}, end, matchers, c.scope)
			rates = append(rates, fmt.Sprintf("rate(%s[%s])", s, model.Duration(c.window)))
		}
		labels := strings.Join(concat(by, ends.source, destination), ",")
		return fmt.Sprintf("sum by (%s) (%s)", labels, strings.Join(rates, " or "))
	}
	return branch(true, "!=", ends.destination) + " or " + branch(false, "=", unresolvedLabels)
}

// protocolMatchers narrows request metrics to the wanted protocols.
func protocolMatchers(http, grpc bool) []matcher {
	switch {
	case http && !grpc:
		return []matcher{{labelProtocol, "!=", string(mesh.GRPC)}}
	case grpc && !http:
		return []matcher{{labelProtocol, "=", string(mesh.GRPC)}}
	}
	return nil
}

// requests asks for request rates, told apart by report, response and security.
func (c composer) requests(http, grpc bool) string {
	return "(" + c.sumRate(metricRequests, protocolMatchers(http, grpc),
		labelReporter, labelProtocol, labelCode, labelGRPCStatus, labelFlags, labelSecurity) + ") > 0"
}

// bytes asks for byte rates of one of the TCP metrics.
func (c composer) bytes(metric string) string {
	return "(" + c.sumRate(metric, nil, labelReporter, labelSecurity) + ") > 0"
}

// quantile asks for a latency quantile, computed over all that the drawn ends hold.
func (c composer) quantile(q string, http, grpc bool) string {
	buckets := c.sumRate(metricDuration+"_bucket", protocolMatchers(http, grpc), labelBucket, labelReporter)
	return fmt.Sprintf("histogram_quantile(%s, %s)", q, buckets)
}

// mean asks for the mean latency.
func (c composer) mean(http, grpc bool) string {
	matchers := protocolMatchers(http, grpc)
	return fmt.Sprintf("(%s) / (%s)",
		c.sumRate(metricDuration+"_sum", matchers, labelReporter),
		c.sumRate(metricDuration+"_count", matchers, labelReporter))
}

// presence asks which workloads the metrics hold at the end of the window, as
// sources and as destinations, without their traffic.
func (c composer) presence(metrics ...string) string {
	ends := endLabels[mesh.LevelWorkload]
	var groups []string
	for _, metric := range metrics {
		var series []string
		for _, end := range c.selection.ends(c.names, true) {
			series = append(series, selector(metric, end, c.scope))
		}
		for _, labels := range [][]string{ends.source, ends.destination} {
			groups = append(groups, fmt.Sprintf("group by (%s) (%s)", strings.Join(labels, ","), strings.Join(series, " or ")))
		}
	}
	return strings.Join(groups, " or ")
}

func concat(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}
