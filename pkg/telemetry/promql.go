package telemetry

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// composer writes PromQL for one question.
type composer struct {
	scope     []matcher
	names     aliases
	selection Selection
	level     mesh.Level
	// services puts the called service between caller and destination.
	services bool
	window   time.Duration
}

// sumRate adds up the rates of a metric by the level's ends and the labels of by.
//
// Destinations are told by their workload where one is known, and by their
// service otherwise. Grouping everything by both would multiply the answer, so
// the two are asked for apart and joined by "or": their label sets never meet.
func (c composer) sumRate(metric string, matchers []matcher, by ...string) string {
	level := levels[c.level]
	if level.byService {
		return c.sum(metric, matchers, nil, true, slices.Concat(by, level.source, level.destination))
	}
	destination := level.destination
	if c.services {
		destination = slices.Concat(destination, serviceLabels[1:])
	}
	return c.sum(metric, matchers, &matcher{labelDestWl, "!=", mesh.Unknown}, false, slices.Concat(by, level.source, destination)) +
		" or " +
		c.sum(metric, matchers, &matcher{labelDestWl, "=", mesh.Unknown}, true, slices.Concat(by, level.source, serviceLabels))
}

// toServices adds up by caller and called service, fromServices by called service
// and destination: what services between the two draw apart.
func (c composer) toServices(metric string, matchers []matcher, by ...string) string {
	return c.sum(metric, matchers, nil, true, slices.Concat(by, levels[c.level].source, serviceLabels))
}

func (c composer) fromServices(metric string, matchers []matcher, by ...string) string {
	return c.sum(metric, matchers, &matcher{labelDestWl, "!=", mesh.Unknown}, false,
		slices.Concat(by, levels[c.level].destination, serviceLabels[1:]))
}

// sum adds up the rates of the series that match by labels. A selection takes a call
// when either end matches, hence the "or" inside, which works on single series and
// so takes a series once that matches at both ends.
func (c composer) sum(metric string, matchers []matcher, split *matcher, byService bool, labels []string) string {
	var first []matcher
	if split != nil {
		first = []matcher{*split}
	}
	var rates []string
	for _, end := range c.selection.ends(c.names, levels[c.level], byService) {
		rates = append(rates, fmt.Sprintf("rate(%s[%s])", selector(metric, first, end, matchers, c.scope), model.Duration(c.window)))
	}
	return fmt.Sprintf("sum by (%s) (%s)", strings.Join(labels, ","), strings.Join(rates, " or "))
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

// sums is one way to add up a metric.
type sums func(metric string, matchers []matcher, by ...string) string

// latency asks for a latency, computed over all that the drawn ends hold: quantiles
// do not add up. q is a quantile, or LatencyAvg.
func latency(add sums, q string, http, grpc bool) string {
	matchers := protocolMatchers(http, grpc)
	if q == LatencyAvg {
		return fmt.Sprintf("(%s) / (%s)",
			add(metricDuration+"_sum", matchers, labelReporter), add(metricDuration+"_count", matchers, labelReporter))
	}
	return fmt.Sprintf("histogram_quantile(%s, %s)", q, add(metricDuration+"_bucket", matchers, labelBucket, labelReporter))
}

// presence asks which workloads and apps the metrics hold at the end of the window,
// as sources and as destinations, without their traffic.
func (c composer) presence(metrics ...string) string {
	workload := levels[mesh.LevelWorkload]
	var groups []string
	for _, metric := range metrics {
		var series []string
		for _, end := range c.selection.ends(c.names, workload, false) {
			series = append(series, selector(metric, end, c.scope))
		}
		for _, labels := range [][]string{append(slices.Clone(workload.source), labelSourceApp), append(slices.Clone(workload.destination), labelDestApp)} {
			groups = append(groups, fmt.Sprintf("group by (%s) (%s)", strings.Join(labels, ","), strings.Join(series, " or ")))
		}
	}
	return strings.Join(groups, " or ")
}
