package telemetry

import (
	"fmt"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Series asks for what a time series of a signal tells of, told apart by who reports
// it; see mesh.Series for of. latency is a quantile, or LatencyAvg.
func (b Behind) Series(signal mesh.Signal, of mesh.Pair, latency string) string {
	var matchers []matcher
	if of.Source != (mesh.Ref{}) {
		matchers = append(matchers, b.source(of.Source)...)
	}
	if of.Destination != (mesh.Ref{}) {
		matchers = append(matchers, b.destination(of.Destination)...)
	}
	if signal != mesh.SignalLatency {
		return b.rate(matchers, signal == mesh.SignalBytes)
	}
	sum := func(suffix, by string) string {
		return fmt.Sprintf("sum by (%s) (rate(%s{%s}%s))", by, metricDuration+suffix, written(matchers)+b.scope, b.over)
	}
	if latency == LatencyAvg {
		return sum("_sum", labelReporter) + " / " + sum("_count", labelReporter)
	}
	return fmt.Sprintf("histogram_quantile(%s, %s)", latency, sum("_bucket", labelBucket+","+labelReporter))
}
