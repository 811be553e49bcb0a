package telemetry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Destinations that are told by their service are a cluster's own, or they are found by
// their caller's cluster: hosts outside the mesh, and the way out of it; see
// reader.destination. The two never have a label set in common.
var (
	outsideNames = strings.Join([]string{`.*[.:].*`, mesh.PassthroughCluster, mesh.BlackHoleCluster, mesh.InboundPassthroughCluster}, "|")

	ofCluster = []matcher{
		{labelDestClust, "!~", "|" + mesh.Unknown}, {labelDestSvcNs, "!=", mesh.Unknown}, {labelDestService, "!~", outsideNames},
	}
	ofCaller = [][]matcher{
		{{labelDestClust, "=~", "|" + mesh.Unknown}}, {{labelDestSvcNs, "=", mesh.Unknown}}, {{labelDestService, "=~", outsideNames}},
	}
)

// served adds up the rates of a metric by destination alone, over all callers, and by the
// labels of by. Of the ends that a selection matches it is the destination's that counts.
//
// So there are as many sums as there are destinations, where pairs would be many more.
func (c composer) served(metric string, matchers []matcher, by ...string) string {
	level := c.labels()
	byCaller := slices.Concat(by, serviceLabels, []string{labelSourceClust})
	if level.byService {
		var elsewhere [][]matcher
		for _, which := range ofCaller {
			elsewhere = append(elsewhere, slices.Concat(which, c.byCallersCluster()))
		}
		return c.addUp(metric, matchers, [][]matcher{slices.Concat(ofCluster, c.called(true))}, slices.Concat(by, level.destination)) +
			" or " + c.addUp(metric, matchers, elsewhere, byCaller)
	}
	unknown := [][]matcher{append([]matcher{workloadUnknown}, c.called(true)...)}
	if !c.selection.empty() {
		unknown = append(unknown, append([]matcher{workloadUnknown}, c.byCallersCluster()...))
	}
	return c.addUp(metric, matchers, [][]matcher{append([]matcher{workloadKnown}, c.called(false)...)}, slices.Concat(by, level.destination)) +
		" or " + c.addUp(metric, matchers, unknown, byCaller)
}

// sent is served of callers, over all that they call.
func (c composer) sent(metric string, matchers []matcher, by ...string) string {
	callers := c.selection.ends(c.names, c.labels(), false)[0]
	return c.addUp(metric, matchers, [][]matcher{callers}, slices.Concat(by, c.labels().source))
}

// sentTo is sent by what is called at a coarser level: what stays inside a cluster or a
// namespace is not sent to others. The caller's labels are those of c.
func (c composer) sentTo(level mesh.Level) sums {
	callers := c.selection.ends(c.names, c.labels(), false)[0]
	return func(metric string, matchers []matcher, by ...string) string {
		by = slices.Concat(by, c.labels().source)
		return c.addUp(metric, matchers, [][]matcher{append([]matcher{workloadKnown}, callers...)}, slices.Concat(by, levels[level].destination)) +
			" or " + c.addUp(metric, matchers, [][]matcher{append([]matcher{workloadUnknown}, callers...)}, slices.Concat(by, serviceLabels))
	}
}

// called are the selection's matchers of destinations.
func (c composer) called(byService bool) []matcher {
	ends := c.selection.ends(c.names, c.labels(), byService)
	return ends[len(ends)-1]
}

// byCallersCluster are the selection's matchers of what is found by its caller's cluster,
// whoever calls it there.
func (c composer) byCallersCluster() []matcher {
	var out []matcher
	if len(c.selection.Clusters) > 0 {
		out = append(out, oneOf(labelSourceClust, c.names.inTelemetry(c.selection.Clusters)))
	}
	if len(c.selection.Names) > 0 {
		out = append(out, oneOf(labelDestService, c.selection.Names))
	}
	return out
}

// addUp adds up the rates of the series that one of several ways of matching takes; "or"
// takes a series once.
func (c composer) addUp(metric string, matchers []matcher, ways [][]matcher, labels []string) string {
	var rates []string
	for _, way := range ways {
		rates = append(rates, fmt.Sprintf("rate(%s[%s])", selector(metric, way, matchers, c.scope), model.Duration(c.window)))
	}
	return fmt.Sprintf("sum by (%s) (%s)", strings.Join(labels, ","), strings.Join(rates, " or "))
}

// traffic lists what asks for requests and for TCP bytes, added up in one way, by report
// and by the labels of by. Bytes are told apart by labelMeasure, which requests have not.
func (c composer) traffic(add sums, http, grpc, tcp bool, by ...string) []string {
	by = append([]string{labelReporter}, by...)
	var out []string
	if http || grpc {
		ended := append(slices.Clone(by), labelProtocol, labelCode, labelGRPCStatus, labelFlags)
		out = append(out, add(metricRequests, protocolMatchers(http, grpc), ended...))
	}
	if tcp {
		for _, m := range []measure{bytesSent, bytesReceived} {
			out = append(out, measured(add(measures[m].metric, nil, by...), measures[m].name))
		}
	}
	return out
}
