// Command echo is a small plugin on Grafana's SDK that says what it was asked.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

type echo struct {
	settings backend.DataSourceInstanceSettings
}

func (e *echo) QueryData(_ context.Context, r *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	answer := backend.NewQueryDataResponse()
	for _, q := range r.Queries {
		if q.QueryType == "bad" {
			answer.Responses[q.RefID] = backend.ErrDataResponse(backend.StatusBadRequest, "no such query type")
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal(q.JSON, &fields); err != nil {
			return nil, err
		}
		words := []string{e.settings.URL, string(e.settings.JSONData), e.settings.DecryptedSecureJSONData["key"],
			q.QueryType, fmt.Sprint(fields["level"]), r.Headers["FromAlert"], q.TimeRange.Duration().String()}
		answer.Responses[q.RefID] = backend.DataResponse{Frames: data.Frames{data.NewFrame("words", data.NewField("word", nil, words))}}
	}
	return answer, nil
}

func (e *echo) CheckHealth(context.Context, *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: "fine"}, nil
}

func (e *echo) CallResource(_ context.Context, r *backend.CallResourceRequest, s backend.CallResourceResponseSender) error {
	return s.Send(&backend.CallResourceResponse{Status: 202, Body: []byte(r.Path + " " + r.URL)})
}

func main() {
	create := func(_ context.Context, s backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
		return &echo{settings: s}, nil
	}
	if err := datasource.Manage("echo", create, datasource.ManageOpts{}); err != nil {
		os.Exit(1)
	}
}
