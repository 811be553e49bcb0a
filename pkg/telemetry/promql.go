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
	// byWorkload tells apps by their workloads: see levelLabels.byWorkload.
	byWorkload bool
	window     time.Duration
}

// labels are those of the level.
func (c composer) labels() levelLabels {
	if c.byWorkload {
		return levels[c.level].byWorkload()
	}
	return levels[c.level]
}

// A destination's workload is known, or it is not: what Istio could not tell it calls
// unknown, and recording rules may have dropped the label.
var (
	workloadKnown   = matcher{labelDestWl, "!~", "|" + mesh.Unknown}
	workloadUnknown = matcher{labelDestWl, "=~", "|" + mesh.Unknown}
)

// sumRate adds up the rates of a metric by the level's ends and the labels of by.
//
// Destinations are told by their workload where one is known, and by their
// service otherwise. Grouping everything by both would multiply the answer, so
// the two are asked for apart and joined by "or": their label sets never meet.
func (c composer) sumRate(metric string, matchers []matcher, by ...string) string {
	return c.ends(c.sum, metric, matchers, by)
}

// aggregate is one way to make groups of the series that match: sum, or group.
type aggregate func(metric string, matchers []matcher, split *matcher, byService bool, labels []string) string

func (c composer) ends(of aggregate, metric string, matchers []matcher, by []string) string {
	level := c.labels()
	if level.byService {
		return of(metric, matchers, nil, true, slices.Concat(by, level.source, level.destination))
	}
	destination := level.destination
	if c.services {
		destination = slices.Concat(destination, serviceLabels[1:])
	}
	return of(metric, matchers, &workloadKnown, false, slices.Concat(by, level.source, destination)) +
		" or " +
		of(metric, matchers, &workloadUnknown, true, slices.Concat(by, level.source, serviceLabels))
}

// toServices adds up by caller and called service, fromServices by called service
// and destination: what services between the two draw apart.
func (c composer) toServices(metric string, matchers []matcher, by ...string) string {
	return c.sum(metric, matchers, nil, true, slices.Concat(by, c.labels().source, serviceLabels))
}

func (c composer) fromServices(metric string, matchers []matcher, by ...string) string {
	return c.sum(metric, matchers, &workloadKnown, false,
		slices.Concat(by, c.labels().destination, serviceLabels[1:]))
}

// sum adds up the rates of the series that match by labels. A selection takes a call
// when either end matches, hence the "or" inside, which works on single series and
// so takes a series once that matches at both ends.
func (c composer) sum(metric string, matchers []matcher, split *matcher, byService bool, labels []string) string {
	var rates []string
	for _, series := range c.series(metric, matchers, split, byService) {
		rates = append(rates, fmt.Sprintf("rate(%s[%s])", series, model.Duration(c.window)))
	}
	return fmt.Sprintf("sum by (%s) (%s)", strings.Join(labels, ","), strings.Join(rates, " or "))
}

// group lists which values the labels have together, now: it costs no rates.
func (c composer) group(metric string, matchers []matcher, split *matcher, byService bool, labels []string) string {
	return fmt.Sprintf("group by (%s) (%s)", strings.Join(labels, ","),
		strings.Join(c.series(metric, matchers, split, byService), " or "))
}

// series selects the series that match, once for each end of a call.
func (c composer) series(metric string, matchers []matcher, split *matcher, byService bool) []string {
	var first []matcher
	if split != nil {
		first = []matcher{*split}
	}
	var out []string
	for _, end := range c.selection.ends(c.names, c.labels(), byService) {
		out = append(out, selector(metric, first, end, matchers, c.scope))
	}
	return out
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

// requests asks for request rates, told apart by report, response and security, and by
// what reports are merged by: see mergedAt.
func (c composer) requests(http, grpc bool) string {
	c.level = mergedAt(c.level)
	return "(" + c.sumRate(metricRequests, protocolMatchers(http, grpc),
		labelReporter, labelProtocol, labelCode, labelGRPCStatus, labelFlags, labelSecurity) + ") > 0"
}

// peers asks by which names callers and what they call know one another.
func (c composer) peers() string {
	names := matcher{"__name__", "=~", metricRequests + "|" + metricTCPSent}
	return c.ends(c.group, "", []matcher{names}, []string{labelSourceID, labelDestID, labelDestHost})
}

// sums is one way to add up a metric.
type sums func(metric string, matchers []matcher, by ...string) string

// latency asks for a latency, computed over all that the drawn ends hold: quantiles
// do not add up. Where services stand between, both halves of a way have their own,
// told apart by labelMeasure. q is a quantile, or LatencyAvg.
func (c composer) latency(q string, http, grpc bool) string {
	matchers := protocolMatchers(http, grpc)
	if !c.services {
		return latency(c.sumRate, q, matchers)
	}
	return measured(latency(c.toServices, q, matchers), toService) + " or " +
		measured(latency(c.fromServices, q, matchers), fromService)
}

// The values of labelMeasure in an answer to composer.latency.
const (
	toService   = "to_service"
	fromService = "from_service"
)

// measured puts labelMeasure on all of a vector. It comes after the adding up, so that it
// costs next to nothing.
func measured(vector, name string) string {
	return fmt.Sprintf(`label_replace(%s,%q,%q,"","")`, vector, labelMeasure, name)
}

func latency(add sums, q string, matchers []matcher) string {
	if q == LatencyAvg {
		return fmt.Sprintf("((%s) / (%s))",
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
