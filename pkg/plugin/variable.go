package plugin

import (
	"context"
	"maps"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

func (d *Datasource) variable(ctx context.Context, q query.Variable, during telemetry.Range) (data.Frames, error) {
	values, err := d.values(ctx, q, during)
	if err != nil {
		return nil, err
	}
	return frames.Values(values), nil
}

// values lists what a variable or an editor can choose from, sorted; clusters come
// with the home cluster first.
func (d *Datasource) values(ctx context.Context, q query.Variable, during telemetry.Range) ([]string, error) {
	switch q.Of {
	case query.OfClusters:
		known, err := d.knownClusters(ctx, during)
		if err != nil && len(known) == 0 {
			return nil, err
		}
		names := make([]string, len(known))
		for i, c := range known {
			names[i] = string(c.Name)
		}
		return names, nil
	case query.OfRevisions:
		return d.revisions(ctx, q.Clusters), nil
	}
	return d.store.Names(ctx, telemetry.Names(q.Of), telemetry.Selection(q.Selection), during)
}

// revisions lists the control planes' revisions in the clusters.
func (d *Datasource) revisions(ctx context.Context, clusters []mesh.ClusterName) []string {
	found := map[string]bool{}
	for _, member := range d.fleet.Clusters(ctx) {
		if member.Facts == nil || len(clusters) > 0 && !slices.Contains(clusters, member.Name) {
			continue
		}
		for _, revision := range member.Facts.Revisions {
			found[revision] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
