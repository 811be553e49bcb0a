package plugin

import (
	"context"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fleet"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// holdings tells what each cluster holds, as far as that is needed: all clusters of the
// fleet, also those of which nothing is known. It waits for clusters that are being read
// for the first time until the context ends, and tells then what there is.
type holdings func(ctx context.Context, need mesh.Need) []catalog.Cluster

// clustersAlone tells of the fleet's clusters without anything that they hold.
func clustersAlone(f *fleet.Fleet) holdings {
	return func(ctx context.Context, _ mesh.Need) []catalog.Cluster {
		var out []catalog.Cluster
		for _, member := range f.Clusters(ctx) {
			out = append(out, catalog.Cluster{Cluster: member.Cluster})
		}
		return out
	}
}
