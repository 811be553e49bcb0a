package ask

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// Query is one query of a panel.
type Query struct {
	RefID         string            // empty = "A", "B", … by position
	Type          string            // queryType
	Fields        map[string]any    // the query's other fields
	Range         backend.TimeRange // zero = the last five minutes
	Interval      time.Duration     // 0 = 15 s
	MaxDataPoints int64             // 0 = 1000
}

// Query asks the plugin for all queries in one request, as a panel does, and
// returns the answer to each by refId: its frames, or its error.
func (p *Plugin) Query(ctx context.Context, s Settings, queries ...Query) (backend.Responses, error) {
	return p.QueryWithHeaders(ctx, s, nil, queries...)
}

// FromAlert are the headers by which Grafana marks the query of an alert rule.
func FromAlert() map[string]string { return map[string]string{"FromAlert": "true"} }

// QueryWithHeaders is Query with headers, such as those of FromAlert.
func (p *Plugin) QueryWithHeaders(ctx context.Context, s Settings, headers map[string]string, queries ...Query) (backend.Responses, error) {
	answer, err := p.Send(ctx, s, headers, queries...)
	if err != nil {
		return nil, err
	}
	return answer.Read()
}

// Answer is the plugin's answer to a request, as it came over the wire.
type Answer struct{ proto *pluginv2.QueryDataResponse }

// Send asks as QueryWithHeaders does, and leaves the frames unread.
func (p *Plugin) Send(ctx context.Context, s Settings, headers map[string]string, queries ...Query) (Answer, error) {
	request, err := Request(s, headers, queries...)
	if err != nil {
		return Answer{}, err
	}
	proto, err := p.data.QueryData(ctx, backend.ToProto().QueryDataRequest(request))
	return Answer{proto}, err
}

// Read reads the frames: the answer to each query by its refId.
func (a Answer) Read() (backend.Responses, error) {
	read, err := backend.FromProto().QueryDataResponse(a.proto)
	if err != nil {
		return nil, fmt.Errorf("the answer's frames cannot be read: %w", err)
	}
	return read.Responses, nil
}

// Request is what Grafana sends for the queries of a panel.
func Request(s Settings, headers map[string]string, queries ...Query) (*backend.QueryDataRequest, error) {
	plugin, err := s.context()
	if err != nil {
		return nil, err
	}
	request := &backend.QueryDataRequest{PluginContext: plugin, Headers: headers}
	for i, q := range queries {
		query, err := q.data(i)
		if err != nil {
			return nil, err
		}
		request.Queries = append(request.Queries, query)
	}
	return request, nil
}

func (q Query) data(i int) (backend.DataQuery, error) {
	if q.RefID == "" {
		q.RefID = string(rune('A' + i))
	}
	if q.Range.To.IsZero() {
		now := time.Now()
		q.Range = backend.TimeRange{From: now.Add(-5 * time.Minute), To: now}
	}
	if q.Interval == 0 {
		q.Interval = 15 * time.Second
	}
	if q.MaxDataPoints == 0 {
		q.MaxDataPoints = 1000
	}
	fields := maps.Clone(q.Fields)
	if fields == nil {
		fields = map[string]any{}
	}
	fields["refId"], fields["queryType"] = q.RefID, q.Type
	data, err := json.Marshal(fields)
	return backend.DataQuery{RefID: q.RefID, QueryType: q.Type, JSON: data, TimeRange: q.Range,
		Interval: q.Interval, MaxDataPoints: q.MaxDataPoints}, err
}

// CheckHealth asks the plugin what "Save & test" shows.
func (p *Plugin) CheckHealth(ctx context.Context, s Settings) (*backend.CheckHealthResult, error) {
	plugin, err := s.context()
	if err != nil {
		return nil, err
	}
	answer, err := p.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: backend.ToProto().PluginContext(plugin)})
	if err != nil {
		return nil, err
	}
	return backend.FromProto().CheckHealthResponse(answer), nil
}

// CallResource gets a resource, such as "clusters" or "namespaces?cluster=east",
// and returns its status and body.
func (p *Plugin) CallResource(ctx context.Context, s Settings, path string) (status int, body []byte, err error) {
	plugin, err := s.context()
	if err != nil {
		return 0, nil, err
	}
	route, _, _ := strings.Cut(path, "?")
	request := &backend.CallResourceRequest{PluginContext: plugin, Path: route, URL: path, Method: http.MethodGet}
	stream, err := p.resources.CallResource(ctx, backend.ToProto().CallResourceRequest(request))
	if err != nil {
		return 0, nil, err
	}
	for {
		part, err := stream.Recv()
		if err == io.EOF {
			return status, body, nil
		}
		if err != nil {
			return 0, nil, err
		}
		answer := backend.FromProto().CallResourceResponse(part)
		if answer.Status != 0 {
			status = answer.Status
		}
		body = append(body, answer.Body...)
	}
}

// Metrics returns the plugin's own metrics in Prometheus' text format.
func (p *Plugin) Metrics(ctx context.Context) (string, error) {
	answer, err := p.diagnostics.CollectMetrics(ctx, &pluginv2.CollectMetricsRequest{})
	if err != nil {
		return "", err
	}
	return string(answer.GetMetrics().GetPrometheus()), nil
}
