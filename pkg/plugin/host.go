package plugin

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fleet"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/inventory"
)

// ID is the plugin's id.
const ID = "meshatlas-istio-datasource"

// Host is what all instances of the process share: the connections to clusters.
type Host struct{ pool *fleet.Pool }

// NewHost makes a host. It starts nothing.
func NewHost() *Host {
	return &Host{pool: fleet.NewPool(fleet.PoolOptions{
		Probe: inventory.Probe, Ping: inventory.Ping, Watch: watch, Needs: inventory.Needs(),
	})}
}

// watch keeps the objects of a connection's cluster.
func watch(ctx context.Context, client *fleet.Client, lastContact func() (time.Time, bool)) (fleet.Watches, error) {
	return inventory.Watch(ctx, client.Config, client.HTTP, inventory.Options{LastContact: lastContact, Doubt: client.Doubt})
}

// NewInstance makes a data source of its settings. It contacts nobody, and fails
// on nothing: what is wrong with the settings is told by every answer, since an
// error from here would reach one query only.
func (h *Host) NewInstance(ctx context.Context, s backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	return newDatasource(ctx, s, h.pool), nil
}

// Close ends all connections and waits for their end, with a bound.
func (h *Host) Close() error { return h.pool.Close() }
