package telemetry

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Labels that the queries themselves write.
const (
	// labelPart says which part of a query a series answers.
	labelPart = "part"
	// labelNamedSource and labelNamedDest are clusters by their names here, where
	// telemetry has other names for some.
	labelNamedSource = "source_cluster_named"
	labelNamedDest   = "destination_cluster_named"

	labelSent = "sent" // a value of labelPart that keeps the two TCP metrics apart
)

// The parts of the queries of rates.
const (
	partTotal        = "total"
	partFailed       = "failed"
	partClientErrors = "clienterrors"
	partLatency      = "latency"
	partWeight       = "weight"
	partBytes        = "bytes"
)

// ratesComposer writes the range queries of one question about time series. They add
// up calls by the asked side, so that the answers are small: the rule by which the
// reports of a call become one number (see report) is applied by the store, for each
// pair for which the graph applies it (see mergedAt), before pairs are added up.
type ratesComposer struct {
	scope     []matcher
	names     aliases
	selection Selection
	by        mesh.Grouping
	side      mesh.Side
	protocol  []matcher
	window    time.Duration
}

// way is one way to tell the destinations of calls, as finely as reports are merged: by
// workload or by service.
type way struct {
	split       []matcher
	destination []string
	byService   bool
}

// merged are the labels of the level at which reports become one.
func (c ratesComposer) merged() levelLabels { return levels[mergedAt(c.by.Level())] }

// ways are the disjoint ways that together find all calls; see composer.sumRate.
func (c ratesComposer) ways() []way {
	level := c.merged()
	if level.byService {
		return []way{{destination: serviceLabels, byService: true}}
	}
	return []way{
		{split: []matcher{{labelDestWl, "!=", mesh.Unknown}}, destination: level.destination},
		{split: []matcher{{labelDestWl, "=", mesh.Unknown}}, destination: serviceLabels, byService: true},
	}
}

// keyOf are the labels of what series tell of, as one way tells them.
func (c ratesComposer) keyOf(w way) []string {
	switch {
	case c.by == mesh.ByClusterPair:
		return []string{labelSourceClust, labelDestClust}
	case c.side == mesh.SideSource:
		return levels[c.by.Level()].source
	case c.by == mesh.ByCluster:
		return []string{labelDestClust}
	case c.by == mesh.ByNamespace && w.byService:
		return []string{labelDestClust, labelDestSvcNs}
	case w.byService:
		return w.destination
	}
	return levels[c.by.Level()].destination
}

// key are the labels of both ways together: of a series, those are empty that only
// the other way has.
func (c ratesComposer) key() []string {
	var out []string
	for _, w := range c.ways() {
		for _, label := range c.keyOf(w) {
			if !slices.Contains(out, label) {
				out = append(out, label)
			}
		}
	}
	return out
}

// asked are the matchers of the asked side's calls in one way. Hosts outside the mesh
// serve nothing in it; see calledBy.
func (c ratesComposer) asked(w way) []matcher {
	out := slices.Clone(w.split)
	ends := c.selection.ends(c.names, levels[c.by.Level()], w.byService)
	if c.side == mesh.SideSource {
		out = append(out, ends[0]...)
	} else {
		out = append(out, ends[len(ends)-1]...)
	}
	if w.byService && (c.side == mesh.SideDestination || c.by == mesh.ByClusterPair) {
		out = append(out, matcher{labelDestSvcNs, "!~", "|" + mesh.Unknown},
			matcher{labelDestService, "!~", "PassthroughCluster|BlackHoleCluster|InboundPassthroughCluster|.*[.:].*"})
	}
	return slices.Concat(out, c.protocol)
}

// rate is the rate of the series of a metric that match, over the window.
func (c ratesComposer) rate(metric string, matchers ...[]matcher) string {
	return fmt.Sprintf("rate(%s[%s])", selector(metric, append(matchers, c.scope)...), model.Duration(c.window))
}

// outcomes are matchers of responses, of which at most one matches a response; nil
// matches every one. They say in PromQL what outcome says.
var outcomes = map[string][][]matcher{
	partTotal: {nil},
	partFailed: {
		{{labelGRPCStatus, "!~", "0?"}},
		{{labelGRPCStatus, "=~", "0?"}, {labelCode, "=~", "0|5.*"}},
	},
	partClientErrors: {{{labelGRPCStatus, "=~", "0?"}, {labelCode, "=~", "4.*"}}},
}

// requests asks for the rates of requests, and of those of them that ended in the
// ways that parts name. What never arrived is added to what the sides report.
func (c ratesComposer) requests(parts []string) string {
	never := "(.*,)?(" + strings.Join(slices.Sorted(maps.Keys(notSent)), "|") + ")(,.*)?"
	var all []string
	for _, name := range parts {
		of := func(matchers []matcher, further ...[]matcher) string {
			var rates []string
			for _, one := range further {
				for _, outcome := range outcomes[name] {
					rates = append(rates, c.rate(metricRequests, matchers, one, outcome))
				}
			}
			return strings.Join(rates, " or ")
		}
		arrived := func(matchers []matcher) string {
			return of(matchers, []matcher{{labelReporter, "!=", reporterSource}},
				[]matcher{{labelReporter, "=", reporterSource}, {labelFlags, "!~", never}})
		}
		neverArrived := func(matchers []matcher) string {
			return of(matchers, []matcher{{labelReporter, "=", reporterSource}, {labelFlags, "=~", never}})
		}
		all = append(all, marked(name, c.calls(arrived, neverArrived, labelProtocol)))
	}
	return strings.Join(all, " or ")
}

// bytes asks for the rates of TCP bytes in both directions together.
func (c ratesComposer) bytes() string {
	c.protocol = nil
	return marked(partBytes, c.calls(func(matchers []matcher) string {
		return labelled(c.rate(metricTCPSent, matchers), labelPart, labelSent) + " or " + c.rate(metricTCPReceived, matchers)
	}, nil))
}

// calls adds up, over all pairs, the largest of the sides' reports of a pair, and what its
// caller alone can report, if anything. Both are given as rates of what matches. The labels
// apart tell calls of one pair apart whose reports are compared on their own.
func (c ratesComposer) calls(reported, alone func([]matcher) string, apart ...string) string {
	var pairs []string
	for _, w := range c.ways() {
		labels := slices.Concat(apart, c.merged().source, w.destination)
		bySide := append([]string{labelReporter}, labels...)
		sides := c.foldedSum(bySide, reported(c.asked(w)))
		if len(c.names) > 0 {
			labels = named(labels)
		}
		pairs = append(pairs, fmt.Sprintf("max by (%s) (%s)", strings.Join(labels, ","), sides))
		if alone != nil {
			pairs = append(pairs, c.foldedSum(bySide, alone(c.asked(w))))
		}
	}
	key := c.key()
	if len(c.names) > 0 {
		key = named(key)
	}
	return sumBy(key, strings.Join(pairs, " or "))
}

// foldedSum adds up by labels, with clusters by their names here.
func (c ratesComposer) foldedSum(labels []string, expression string) string {
	out := sumBy(labels, expression)
	if len(c.names) == 0 {
		return out
	}
	return sumBy(named(labels), c.fold(out, labels))
}

// latency asks for a latency over all that each key holds: quantiles do not add up.
// q is a quantile, or LatencyAvg. weighed asks besides how many requests there are.
func (c ratesComposer) latency(q string, weighed bool) string {
	add := func(suffix string, by ...string) string { return c.reports(metricDuration+suffix, by) }
	var out string
	if q == LatencyAvg {
		out = fmt.Sprintf("(%s) / (%s)", add("_sum", labelReporter), add("_count", labelReporter))
	} else {
		out = fmt.Sprintf("histogram_quantile(%s, %s)", q, add("_bucket", labelBucket, labelReporter))
	}
	out = marked(partLatency, out)
	if weighed {
		out += " or " + marked(partWeight, add("_count", labelReporter))
	}
	return out
}

// reports adds up a metric by key and the labels of by.
func (c ratesComposer) reports(metric string, by []string) string {
	var sums []string
	for _, w := range c.ways() {
		labels := slices.Concat(by, c.keyOf(w))
		if len(sums) > 0 { // "unknown" by then: it keeps the ways apart until all is added up
			labels = append(labels, labelDestWl)
		}
		sums = append(sums, sumBy(labels, c.rate(metric, c.asked(w))))
	}
	return c.foldedSum(slices.Concat(by, c.key()), strings.Join(sums, " or "))
}

func sumBy(labels []string, expression string) string {
	return fmt.Sprintf("sum by (%s) (%s)", strings.Join(labels, ","), expression)
}

// marked marks the series of one part of a query.
func marked(name, expression string) string { return labelled(expression, labelPart, name) }

func labelled(expression, label, value string) string {
	return fmt.Sprintf(`label_replace(%s, %q, %q, "", "")`, expression, label, value)
}

// fold adds the labels of clusters by their names here, for those among labels. The
// labels of telemetry stay until all is added up, so that no two series become one.
func (c ratesComposer) fold(expression string, labels []string) string {
	for _, label := range []string{labelSourceClust, labelDestClust} {
		if !slices.Contains(labels, label) {
			continue
		}
		to := named([]string{label})[0]
		expression = fmt.Sprintf(`label_replace(%s, %q, "$1", %q, "(.*)")`, expression, to, label)
		for _, name := range slices.Sorted(maps.Keys(c.names)) {
			expression = fmt.Sprintf(`label_replace(%s, %q, %s, %q, %s)`, expression, to,
				strconv.Quote(strings.ReplaceAll(string(c.names[name]), "$", "$$")), label, strconv.Quote(regexp.QuoteMeta(name)))
		}
	}
	return expression
}

// named gives labels with those of clusters replaced by what fold adds.
func named(labels []string) []string {
	out := slices.Clone(labels)
	for i, label := range out {
		switch label {
		case labelSourceClust:
			out[i] = labelNamedSource
		case labelDestClust:
			out[i] = labelNamedDest
		}
	}
	return out
}
