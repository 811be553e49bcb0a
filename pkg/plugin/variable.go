package plugin

import (
	"context"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

func (d *Datasource) variable(ctx context.Context, q query.Variable, during telemetry.Range) (data.Frames, error) {
	values, without, err := d.values(ctx, q, during)
	if err != nil {
		return nil, err
	}
	made := frames.Values(values)
	if without != nil {
		frames.Notice(made, data.NoticeSeverityWarning, "Without what only telemetry knows: "+fault.Of(asFault(without)).Sentence)
	}
	return made, nil
}

// values lists what a variable or an editor can choose from, sorted; clusters come
// with the home cluster first. Without is why the store's part is missing.
func (d *Datasource) values(ctx context.Context, q query.Variable, during telemetry.Range) (values []string, without, err error) {
	switch q.Of {
	case query.OfClusters:
		known, err := d.knownClusters(ctx, d.fleet.Clusters, during)
		for _, c := range known {
			values = append(values, string(c.Name))
		}
		return either(values, err)
	case query.OfRevisions:
		return d.revisions(ctx, q.Selection), nil, nil
	}
	held := make(chan []string, 1)
	go func() { held <- d.held(ctx, q) }()
	told, err := d.store.Names(ctx, telemetry.Names(q.Of), telemetry.Selection(q.Selection), during)
	return either(union(told, <-held), err)
}

// either turns an error into what is missing, as long as there are values without it.
func either(values []string, failed error) (_ []string, without, err error) {
	if failed != nil && len(values) == 0 {
		return nil, nil, failed
	}
	return values, failed, nil
}

// namesWait is how long names wait for clusters that are being read for the first time.
const namesWait = time.Second

// held lists the names of things that clusters hold.
func (d *Datasource) held(ctx context.Context, q query.Variable) []string {
	ctx, cancel := context.WithTimeout(ctx, namesWait)
	defer cancel()
	s := catalog.Selection{Clusters: q.Clusters, Namespaces: q.Namespaces}
	from := func(need mesh.Need) *catalog.Catalog { return &catalog.Catalog{Clusters: d.contents(ctx, need)} }
	switch q.Of {
	case query.OfNamespaces:
		return from(mesh.NeedNamespaces | mesh.NeedWorkloads).NamespaceNames(s)
	case query.OfApplications:
		return from(mesh.NeedWorkloads).ApplicationNames(s)
	case query.OfWorkloads:
		return from(mesh.NeedWorkloads).WorkloadNames(s)
	case query.OfServices:
		return from(mesh.NeedServices).ServiceNames(s)
	case query.OfRevisions:
		return from(mesh.NeedWorkloads).Revisions(s)
	}
	return nil
}

// union joins two lists of names, sorted, each once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// revisions lists the revisions of the clusters' control planes and proxies.
func (d *Datasource) revisions(ctx context.Context, s query.Selection) []string {
	found := d.held(ctx, query.Variable{Selection: query.Selection{Clusters: s.Clusters}, Of: query.OfRevisions})
	for _, member := range d.fleet.Clusters(ctx) {
		if member.Facts != nil && (len(s.Clusters) == 0 || slices.Contains(s.Clusters, member.Name)) {
			found = append(found, member.Facts.Revisions...)
		}
	}
	return union(found, nil)
}
