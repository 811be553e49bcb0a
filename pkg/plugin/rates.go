package plugin

import (
	"context"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// rates answers with time series. An alert rule gets all of them, or an error: a rule
// does not see notices, so it must not take a part for the whole.
func (d *Datasource) rates(ctx context.Context, q query.Rates, panel backend.DataQuery, alert bool) (data.Frames, error) {
	during := telemetry.Range{From: panel.TimeRange.From, To: panel.TimeRange.To}
	if err := d.clustersExist(ctx, q.Clusters, during); err != nil {
		return nil, err
	}
	limit := q.Limit
	if alert && !q.LimitGiven {
		limit = 0
	}
	answer, err := d.store.Rates(ctx, telemetry.RatesQuestion{
		Selection: telemetry.Selection(q.Selection),
		Range:     during,
		Interval:  panel.Interval,
		MaxPoints: panel.MaxDataPoints,
		By:        q.By,
		Side:      q.Side,
		Signals:   q.Measures,
		Protocols: q.Protocols,
		Latency:   latency[q.Latency],
		Limit:     limit,
	})
	if err != nil {
		return nil, err
	}
	if alert {
		if err := whole(answer); err != nil {
			return nil, err
		}
	}
	made := frames.Rates(answer.Series, frames.RatesOptions{
		Links: d.links, Times: answer.Times, By: q.By, Side: q.Side, Signals: q.Measures,
		LatencyName: latencyName(q.Latency), Queries: answer.Queries,
	})
	made[0].AppendNotices(ratesNotices(answer)...)
	return made, nil
}

// whole is an error when something is missing of an answer, or may be.
func whole(a *telemetry.RatesAnswer) error {
	if len(a.Missing) > 0 {
		return a.Missing[0].Err
	}
	if len(a.Warnings) > 0 {
		return fault.BadGateway(nil, "the metrics store warns of its answer, and an alert rule must not take a part for the whole: %s", a.Warnings[0])
	}
	return nil
}

func ratesNotices(a *telemetry.RatesAnswer) []data.Notice {
	var out []data.Notice
	say := func(severity data.NoticeSeverity, format string, args ...any) {
		out = append(out, data.Notice{Severity: severity, Text: fmt.Sprintf(format, args...)})
	}
	for _, missing := range a.Missing {
		say(data.NoticeSeverityWarning, "Without %s: %s", missing.What, fault.Of(missing.Err).Sentence)
	}
	for _, warning := range a.Warnings {
		say(data.NoticeSeverityWarning, "The metrics store warns: %s", fault.Clean(warning))
	}
	if a.LeftOut > 0 {
		say(data.NoticeSeverityInfo, "The %d busiest of %d are shown, %d are left out; raise the limit, or name clusters or namespaces",
			a.Things-a.LeftOut, a.Things, a.LeftOut)
	}
	return out
}
