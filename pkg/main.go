// Command gpx_meshatlas_istio is the backend of the Mesh Atlas data source. Grafana
// starts it and speaks to it over the plugin protocol.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/plugin"
)

func main() {
	// Connections to clusters outlive instances, which Grafana replaces often.
	host := plugin.NewHost(plugin.Options{})
	err := datasource.Manage(plugin.ID, host.NewInstance, datasource.ManageOpts{})
	if closeErr := host.Close(); closeErr != nil {
		log.DefaultLogger.Warn("Some connections to clusters did not close in time", "error", closeErr)
	}
	if err != nil {
		log.DefaultLogger.Error("The plugin stopped", "error", err)
		os.Exit(1)
	}
}
