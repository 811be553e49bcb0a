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
// up calls by the asked side, so that the answers are small: the rule by which two
// reports of a call become one number (see report) is applied by the store, for each
// pair of the level that the graph would draw, before pairs are added up.
type ratesComposer struct {
	scope     []matcher
	names     aliases
	selection Selection
	by        mesh.Grouping
	side      mesh.Side
	protocol  []matcher
	window    time.Duration
}

// way is one way to tell the destinations of calls: by workload or by service.
type way struct {
	split       []matcher
	destination []string
	byService   bool
}

// ways are the disjoint ways that together find all calls; see composer.sumRate.
func (c ratesComposer) ways() []way {
	level := levels[c.by.Level()]
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
	}
	return w.destination
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
// ways that parts name.
func (c ratesComposer) requests(parts []string) string {
	never := []matcher{{labelFlags, "=~", "(.*,)?(" + strings.Join(slices.Sorted(maps.Keys(notSent)), "|") + ")(,.*)?"}}
	var all []string
	for _, name := range parts {
		calls := c.calls(func(matchers []matcher, side reportedBy) string {
			var rates []string
			for _, outcome := range outcomes[name] {
				if side == fromSourceAlone {
					outcome = slices.Concat(outcome, never)
				}
				rates = append(rates, c.rate(metricRequests, matchers, side.reporter(), outcome))
			}
			return strings.Join(rates, " or ")
		}, []reportedBy{fromDestination, fromSourceAlone}, labelProtocol)
		all = append(all, marked(name, calls))
	}
	return strings.Join(all, " or ")
}

// bytes asks for the rates of TCP bytes in both directions together.
func (c ratesComposer) bytes() string {
	c.protocol = nil
	return marked(partBytes, c.calls(func(matchers []matcher, side reportedBy) string {
		return labelled(c.rate(metricTCPSent, matchers, side.reporter()), labelPart, labelSent) + " or " +
			c.rate(metricTCPReceived, matchers, side.reporter())
	}, []reportedBy{fromDestination}))
}

// reportedBy tells reports apart by who gives them.
type reportedBy int

const (
	fromSource reportedBy = iota
	fromDestination
	// fromSourceAlone is what the caller's proxy alone can report: what never arrived.
	fromSourceAlone
)

func (r reportedBy) reporter() []matcher {
	if r == fromDestination {
		return []matcher{{labelReporter, "!=", reporterSource}}
	}
	return []matcher{{labelReporter, "=", reporterSource}}
}

// calls adds up the larger of two reports of each pair: what the caller's proxy
// reports, and what others do. For requests the others' is what arrived and what never
// did: with S, D and N as in report, max(S, D) + N is the larger of S + N and D + N.
func (c ratesComposer) calls(rates func([]matcher, reportedBy) string, others []reportedBy, apart ...string) string {
	var pairs []string
	for _, w := range c.ways() {
		labels := slices.Concat(apart, levels[c.by.Level()].source, w.destination)
		add := func(side reportedBy) string {
			return sumBy(append([]string{labelReporter}, labels...), rates(c.asked(w), side))
		}
		var second []string
		for _, side := range others {
			second = append(second, add(side))
		}
		both := add(fromSource) + " or " + sumBy(labels, strings.Join(second, " or "))
		if len(c.names) > 0 {
			both = sumBy(named(append([]string{labelReporter}, labels...)), c.fold(both, labels))
			labels = named(labels)
		}
		pairs = append(pairs, fmt.Sprintf("max by (%s) (%s)", strings.Join(labels, ","), both))
	}
	key := c.key()
	if len(c.names) > 0 {
		key = named(key)
	}
	return sumBy(key, strings.Join(pairs, " or "))
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
	labels, both := slices.Concat(by, c.key()), strings.Join(sums, " or ")
	if len(c.names) == 0 {
		return sumBy(labels, both)
	}
	return sumBy(named(labels), c.fold(both, labels))
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
