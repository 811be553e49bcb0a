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

// Options of a host; the zero value is good.
type Options struct {
	// Idle is how long an instance keeps its clusters after the last question, and how long
	// a kind of object is watched after somebody last needed it; default 10 min for both.
	Idle time.Duration
	// Linger is how long a connection stays that no instance uses; default 2 min.
	Linger time.Duration
}

// Host is what all instances of the process share: the connections to clusters.
type Host struct {
	pool  *fleet.Pool
	fleet fleet.Options
}

// NewHost makes a host. It starts nothing.
func NewHost(o Options) *Host {
	return &Host{fleet: fleet.Options{Idle: o.Idle}, pool: fleet.NewPool(fleet.PoolOptions{
		Probe: inventory.Probe, Ping: inventory.Ping, Watch: watching(o.Idle), Needs: inventory.Needs(), Linger: o.Linger,
	})}
}

// watching keeps the objects of connections' clusters.
func watching(idle time.Duration) fleet.Watch {
	return func(ctx context.Context, client *fleet.Client, lastContact func() (time.Time, bool)) (fleet.Watches, error) {
		return inventory.Watch(ctx, client.Config, client.HTTP, inventory.Options{Idle: idle, LastContact: lastContact, Doubt: client.Doubt})
	}
}

// NewInstance makes a data source of its settings. It contacts nobody, and fails
// on nothing: what is wrong with the settings is told by every answer, since an
// error from here would reach one query only.
func (h *Host) NewInstance(ctx context.Context, s backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	return newDatasource(ctx, s, h.pool, h.fleet), nil
}

// Close ends all connections and waits for their end, with a bound.
func (h *Host) Close() error { return h.pool.Close() }
