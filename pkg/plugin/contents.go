package plugin

import (
	"context"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// contents tells what each cluster holds, as far as that is needed: all clusters of the
// fleet, also those of which nothing is known. It waits for clusters that are being read
// for the first time until the context ends, and tells then what there is. What it tells
// does not change afterwards.
type contents func(ctx context.Context, need mesh.Need) []catalog.Cluster

// fleetContents tells what the fleet's clusters hold.
func (d *Datasource) fleetContents(ctx context.Context, need mesh.Need) []catalog.Cluster {
	members, held := d.fleet.Inventories(ctx, need)
	out := make([]catalog.Cluster, len(members))
	for i, m := range members {
		out[i] = catalog.Cluster{Cluster: m.Cluster, Inventory: held[i]}
	}
	return out
}
