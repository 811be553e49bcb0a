package plugin

import (
	"context"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// istioConfig lists the configuration of all clusters, with what is wrong with it. A
// cluster that cannot be read costs its own rows, and the certainty of others' findings.
func (d *Datasource) istioConfig(ctx context.Context, q query.IstioConfig, during telemetry.Range) (data.Frames, error) {
	if err := d.clustersExist(ctx, q.Clusters, during); err != nil {
		return nil, err
	}
	all := catalog.Catalog{Clusters: d.contents(ctx, mesh.NeedAll)}
	s := catalog.Selection(q.Selection)
	wanted := all.Of(s)
	notices := frames.InventoryNotices(wanted, mesh.NeedAll, time.Now())
	if err := nothingHeld(wanted, mesh.NeedConfig, notices); err != nil {
		return nil, err
	}
	all.Judged = d.judgedConfig(all.Clusters)
	rows := all.Configs(catalog.ConfigSelection{Selection: s, Kinds: q.Kinds, Severity: q.Severity, For: q.For})
	o := frames.ConfigOptions{Links: d.links}
	if q.YAML {
		var unread []data.Notice
		o.Documents, unread = d.documentsOf(ctx, rows)
		notices = append(notices, unread...)
	}
	made := frames.IstioConfig(rows, o)
	made[0].AppendNotices(notices...)
	made[0].AppendNotices(notHeld(q.Clusters, wanted)...)
	return made, nil
}
