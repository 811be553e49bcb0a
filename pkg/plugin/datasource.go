package plugin

import (
	"context"
	"net/http"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fleet"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// Datasource is one instance: the settings as they were at one moment.
type Datasource struct {
	// broken is what is wrong with the settings; nothing else is set then.
	broken   error
	settings settings.Settings
	links    frames.Links
	store    *telemetry.Store
	fleet    *fleet.Fleet
	// contents tells what clusters hold, vitals what that serves and sends, histories what changed.
	contents  contents
	vitals    vitals
	histories histories
	prepared  prepared
	// judgements tell what is wrong with configuration, documents read it whole.
	judgements judgements
	documents  documents
	// layouts are places of nodes that were found before.
	layouts graph.Layouts
	// transport is the store's; Dispose closes what it keeps open.
	transport *http.Transport
	resource  backend.CallResourceHandler
	dispose   sync.Once
}

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

func newDatasource(ctx context.Context, in backend.DataSourceInstanceSettings, pool *fleet.Pool, o fleet.Options) *Datasource {
	if len(in.JSONData) == 0 { // the SDK reads its own settings from it and wants an object
		in.JSONData = []byte("{}")
	}
	s, err := settings.Decode(in.URL, in.JSONData, in.DecryptedSecureJSONData)
	if err != nil {
		return &Datasource{broken: fault.BadSettings(err)}
	}
	options, err := in.HTTPClientOptions(ctx)
	if err != nil {
		return &Datasource{broken: fault.BadSettings(err)}
	}
	// The SDK wraps the transport in ways that do not pass on the closing of idle
	// connections, so the transport itself is kept.
	var transport *http.Transport
	options.ConfigureTransport = func(_ httpclient.Options, t *http.Transport) { transport = t }
	client, err := httpclient.New(options)
	if err != nil {
		return &Datasource{broken: fault.BadSettings(err)}
	}
	store, err := telemetry.NewStore(telemetry.Config{
		URL: s.URL, Client: client, Aliases: s.Aliases, Scope: s.QueryScope, ScrapeInterval: s.TimeInterval,
	})
	if err != nil {
		return &Datasource{broken: fault.BadSettings(err)}
	}
	d := &Datasource{
		settings:  s,
		links:     links(in, s.Links),
		store:     store,
		fleet:     fleet.New(s, pool, o),
		transport: transport,
	}
	d.contents, d.vitals, d.documents, d.histories = d.fleetContents, d.vitalsOfTotals, d.fleetDocuments, d.fleetHistories
	d.resource = resources(d)
	return d
}

// Dispose lets go of the clusters. Grafana may call it more than once.
func (d *Datasource) Dispose() {
	d.dispose.Do(func() {
		if d.fleet != nil {
			_ = d.fleet.Close()
		}
		if d.transport != nil {
			d.transport.CloseIdleConnections()
		}
	})
}
