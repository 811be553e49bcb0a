package fleet

import (
	"context"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Watches keep the objects of one cluster.
type Watches interface {
	// Snapshot gives the parts of the inventory that are needed, without the cluster's
	// name. It waits for those that were not read yet, but no longer than ctx. The answer
	// is shared and not to be changed.
	Snapshot(ctx context.Context, need mesh.Need) *mesh.Inventory
	// History tells what happened in the cluster in a time, without its name. It waits for
	// what was not read yet, but no longer than ctx, and asks the cluster nothing while
	// that is silent.
	History(ctx context.Context, from, to time.Time, silent bool) mesh.History
	// Done is closed when everything has ended, after the context that they were made with.
	Done() <-chan struct{}
}

// Watch makes the watches of a connection, which end with ctx. It asks for nothing yet.
// lastContact tells when that was asked for which the cluster last answered, and whether it
// answered the last time.
type Watch func(ctx context.Context, client *Client, lastContact func() (time.Time, bool)) (Watches, error)

// inventory are the connection's watches, made at the first need; nil when there are
// none, or no longer any.
func (c *connection) inventory() Watches {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watches == nil && c.opts.Watch != nil && c.ctx.Err() == nil {
		w, err := c.opts.Watch(c.ctx, &c.client, c.lastContact)
		if err != nil {
			return nil // the clients that it makes are like those that this connection has made
		}
		c.watches = w
	}
	return c.watches
}

func (c *connection) lastContact() (time.Time, bool) {
	seen := c.observation()
	return seen.Asked, seen.State == mesh.StateReady
}

// endWatches waits for the end of the watches; the connection's context has ended.
func (c *connection) endWatches() {
	c.mu.Lock()
	w := c.watches
	c.mu.Unlock()
	if w != nil {
		<-w.Done()
	}
}

// Inventory gives the parts of the cluster's inventory that are needed; nil for a cluster
// without a connection. It waits for what was not read yet, but no longer than ctx, and
// only until the cluster is known not to answer: then it gives what is kept, and Kinds
// tells of when that is.
func (m Member) Inventory(ctx context.Context, need mesh.Need) *mesh.Inventory {
	if m.conn == nil {
		return nil
	}
	w := m.conn.inventory()
	if w == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer cancel()
	if m.conn.observation().State == mesh.StateUnreachable {
		cancel()
	} else {
		waiting.Go(func() {
			_ = m.conn.until(ctx, mesh.StateUnreachable)
			cancel()
		})
	}
	inv := *w.Snapshot(ctx, need)
	inv.Cluster = m.Name
	return &inv
}

// Inventories are all clusters of the fleet, in the order of Clusters, with the parts of
// their inventories that are needed; nil for one without a connection. Clusters are waited
// for side by side, for their first contact and then for what was not read yet, for at most
// the cluster timeout altogether.
func (f *Fleet) Inventories(ctx context.Context, need mesh.Need) ([]Member, []*mesh.Inventory) {
	return gather(ctx, f, func(ctx context.Context, m Member) *mesh.Inventory { return m.Inventory(ctx, need) })
}
