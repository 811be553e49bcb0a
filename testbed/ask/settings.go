package ask

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/config"
)

// PluginID is the plugin's id.
const PluginID = "meshatlas-istio-datasource"

// Settings are what a data source is configured with.
type Settings struct {
	UID     string            // empty = "meshatlas"
	Name    string            // empty = "Mesh Atlas"
	URL     string            // of the Prometheus-compatible store
	JSON    map[string]any    // jsonData
	Secure  map[string]string // secureJsonData, as the plugin gets it: decrypted
	Updated time.Time         // a new value tells the plugin that settings were saved
}

// Instance is the data source as Grafana tells a plugin of it.
func (s Settings) Instance() (backend.DataSourceInstanceSettings, error) {
	data, err := json.Marshal(s.JSON)
	if err != nil {
		return backend.DataSourceInstanceSettings{}, err
	}
	if s.JSON == nil {
		data = []byte("{}")
	}
	return backend.DataSourceInstanceSettings{ID: 1, UID: cmp.Or(s.UID, "meshatlas"), Type: PluginID, Name: cmp.Or(s.Name, "Mesh Atlas"),
		URL: s.URL, JSONData: data, DecryptedSecureJSONData: s.Secure, Updated: s.Updated}, nil
}

// context makes what Grafana tells a plugin with every request.
func (s Settings) context() (backend.PluginContext, error) {
	instance, err := s.Instance()
	if err != nil {
		return backend.PluginContext{}, err
	}
	return backend.PluginContext{Namespace: "default", PluginID: PluginID, DataSourceInstanceSettings: &instance,
		GrafanaConfig: config.NewGrafanaCfg(map[string]string{}),
		User:          &backend.User{Login: "admin", Name: "Admin", Email: "admin@localhost", Role: "Admin"}}, nil
}
