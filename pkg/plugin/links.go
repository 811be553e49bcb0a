package plugin

import (
	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
)

// links says where links lead, as the settings have it.
func links(in backend.DataSourceInstanceSettings, s settings.Links) frames.Links {
	return frames.Links{
		UID: in.UID, Name: in.Name, MetricsUID: s.MetricsUID,
		Logs: s.Logs, Traces: s.Traces, Jaeger: s.TracesType == settings.TracesJaeger,
		LogsQuery: s.LogsQuery, TracesQuery: s.TracesQuery, Dashboards: s.Dashboards,
	}
}
