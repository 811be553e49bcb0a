package plugin

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/concurrent"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/expression"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// sideBySide is how many queries of one request are answered at a time.
const sideBySide = 10

// QueryData answers each query on its own: what is wrong with one is told on its
// refId and costs the others nothing.
func (d *Datasource) QueryData(ctx context.Context, req *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	alert := fromAlert(req)
	return concurrent.QueryData(ctx, req, func(ctx context.Context, q concurrent.Query) backend.DataResponse {
		return d.answer(ctx, q, alert)
	}, sideBySide)
}

// fromAlert reports whether an alert rule asks.
func fromAlert(req *backend.QueryDataRequest) bool {
	return req.Headers[backend.FromAlertHeaderName] == "true"
}

func (d *Datasource) answer(ctx context.Context, q concurrent.Query, alert bool) backend.DataResponse {
	answered, err := d.frames(ctx, q.DataQuery, alert)
	if err != nil {
		return fault.Of(asFault(err)).Response()
	}
	for _, f := range answered {
		f.RefID = q.DataQuery.RefID
	}
	return backend.DataResponse{Frames: answered, Status: backend.StatusOK}
}

// asFault classes the errors of this project's own rooms, which fault knows nothing of.
func asFault(err error) error {
	if errors.Is(err, telemetry.ErrNoURL) {
		return fault.BadSettings(err)
	}
	if field := (*query.Error)(nil); errors.As(err, &field) {
		return fault.BadQuery(field.Field, "%s", field.Reason)
	}
	if words := (*expression.Error)(nil); errors.As(err, &words) {
		return fault.BadQuery(words.Field, "%s%s", words.Place(), words.Reason)
	}
	return err
}

func (d *Datasource) frames(ctx context.Context, q backend.DataQuery, alert bool) (data.Frames, error) {
	if d.broken != nil {
		return nil, d.broken
	}
	ctx = d.fleet.Begin(ctx)
	asked, err := query.Decode(q.QueryType, q.JSON)
	if err != nil {
		return nil, err
	}
	during := telemetry.Range{From: q.TimeRange.From, To: q.TimeRange.To}
	switch asked := asked.(type) {
	case query.TrafficGraph:
		if alert {
			return nil, fault.BadQuery("queryType", "an alert rule cannot read a graph; take %q", query.TypeRates)
		}
		return d.trafficGraph(ctx, asked, during)
	case query.Traffic:
		return d.traffic(ctx, asked, during)
	case query.Rates:
		return d.rates(ctx, asked, q, alert)
	case query.Clusters:
		return d.clusters(ctx, asked, during)
	case query.Table:
		return d.table(ctx, asked, during)
	case query.Health:
		return d.healthRows(ctx, asked, during, alert)
	case query.IstioConfig:
		return d.istioConfig(ctx, asked, during)
	case query.Changes:
		return d.changes(ctx, asked, during)
	case query.Variable:
		return d.variable(ctx, asked, during)
	}
	return nil, fmt.Errorf("no handler for queries of type %T", asked)
}
