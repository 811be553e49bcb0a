package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// healthOf is how rows of health are made.
type healthOf struct {
	kind mesh.Kind
	need mesh.Need
	// level is that of the rows' own traffic, judged that of the traffic by which they are
	// judged.
	level, judged mesh.Level
}

var healthsOf = map[query.Of]healthOf{
	// Clusters and namespaces are as well as their workloads are.
	query.OfClusters:     {mesh.KindCluster, mesh.NeedWorkloads, mesh.LevelCluster, mesh.LevelWorkload},
	query.OfNamespaces:   {mesh.KindNamespace, mesh.NeedNamespaces | mesh.NeedWorkloads, mesh.LevelNamespace, mesh.LevelWorkload},
	query.OfApplications: {mesh.KindApp, mesh.NeedWorkloads, mesh.LevelApp, mesh.LevelApp},
	query.OfWorkloads:    {mesh.KindWorkload, mesh.NeedWorkloads, mesh.LevelWorkload, mesh.LevelWorkload},
	query.OfServices:     {mesh.KindService, mesh.NeedServices | mesh.NeedWorkloads | mesh.NeedConfig, mesh.LevelService, mesh.LevelService},
}

// levels are those whose traffic the measures are made of: of those that clusters alone
// tell, none.
func (of healthOf) levels(measures []query.Measure) []mesh.Level {
	has := func(some ...query.Measure) bool {
		return slices.ContainsFunc(some, func(m query.Measure) bool { return slices.Contains(measures, m) })
	}
	var out []mesh.Level
	if has(query.MeasureErrorRatio, query.MeasureRequests, query.MeasureP95, query.MeasureMTLS) {
		out = append(out, of.level)
	}
	if has(query.MeasureScore) && !slices.Contains(out, of.judged) {
		out = append(out, of.judged)
	}
	return out
}

// measuresOf are the measures of a query. An alert rule reads one.
func measuresOf(q query.Health, alert bool) ([]query.Measure, error) {
	switch {
	case alert && len(q.Measures) > 1:
		return nil, fault.BadQuery("measures", "an alert rule reads one measure, as it cannot tell the numbers of a row apart; choose one of %s", wordsOf(q.Measures))
	case len(q.Measures) > 0:
		return q.Measures, nil
	case alert:
		return []query.Measure{query.MeasureScore}, nil
	}
	return query.Measures(), nil
}

func wordsOf(measures []query.Measure) string {
	var words []string
	for _, m := range measures {
		words = append(words, string(m))
	}
	return strings.Join(words, ", ")
}

// healthRows tells how things do in numbers. An alert rule does not see notices: what it
// cannot be told as a whole is an error, and clusters of which something is not known have
// rows that say so.
func (d *Datasource) healthRows(ctx context.Context, q query.Health, during telemetry.Range, alert bool) (data.Frames, error) {
	measures, err := measuresOf(q, alert)
	if err != nil {
		return nil, err
	}
	if err := d.clustersExist(ctx, q.Clusters, during); err != nil {
		return nil, err
	}
	of := healthsOf[q.Of]
	selected, question := q.Selection, telemetry.Question{Range: during, Window: q.Window}
	if q.Of == query.OfClusters { // which are told as a whole
		selected.Namespaces = nil
	}
	if slices.Contains(measures, query.MeasureP95) {
		question.Latency = latency[query.LatencyP95]
	}
	traffic := d.readBeside(ctx, selected, question, of.levels(measures))
	need := of.need
	if slices.Contains(measures, query.MeasureConfigErrors) { // a host may be anywhere
		need = mesh.NeedAll
	}
	all := catalog.Catalog{Clusters: d.contents(ctx, need)}
	if need == mesh.NeedAll {
		all.Judged = d.judgedConfig(all.Clusters)
	}
	told := <-traffic
	if alert && told.err != nil {
		return nil, told.err
	}
	all.Vitals = d.judged(told.of, all.Clusters)
	if q.Of == query.OfClusters {
		if err := d.addTold(ctx, &all, during, alert && len(of.levels(measures)) > 0); err != nil {
			return nil, err
		}
	}
	now := time.Now()
	s := catalog.Selection(q.Selection)
	rows := all.Healths(of.kind, s)
	made := frames.Health(rows, frames.HealthOptions{Measures: names(measures), Now: now, Queries: told.queries})
	readable := slices.DeleteFunc(all.Of(s), func(in catalog.Cluster) bool { return in.State == mesh.StateTelemetryOnly })
	made[0].AppendNotices(frames.InventoryNotices(readable, need, now)...)
	made[0].AppendNotices(metricsAlone(rows, readable)...)
	if told.of != nil && slices.Contains(measures, query.MeasureScore) { // which alone is about tolerance
		made[0].AppendNotices(malformedOf(all.Clusters, judgedRows(rows, of.kind))...)
	}
	made[0].AppendNotices(told.notices...)
	return made, nil
}

// metricsAlone tells of the clusters that the metrics alone know of.
func metricsAlone(rows []catalog.Health, readable []catalog.Cluster) []data.Notice {
	var alone []string
	for i := range rows {
		name := rows[i].Cluster
		if !slices.Contains(alone, string(name)) && !slices.ContainsFunc(readable, func(in catalog.Cluster) bool { return in.Name == name }) {
			alone = append(alone, string(name))
		}
	}
	if len(alone) == 0 {
		return nil
	}
	return []data.Notice{{Severity: data.NoticeSeverityInfo, Text: fmt.Sprintf(
		"Only telemetry knows of %s: of what is there nothing is told but its traffic, nor whether it can be reached", strings.Join(alone, ", "))}}
}

// addTold adds the clusters that the metrics alone tell of. Where these have to be whole, a
// store that does not answer is an error.
func (d *Datasource) addTold(ctx context.Context, all *catalog.Catalog, during telemetry.Range, whole bool) error {
	known, err := d.knownClusters(ctx, d.fleet.Clusters, during)
	if err != nil && whole {
		return err
	}
	for _, c := range known {
		if !slices.ContainsFunc(all.Clusters, func(in catalog.Cluster) bool { return in.Name == c.Name }) {
			all.Clusters = append(all.Clusters, catalog.Cluster{Cluster: c})
		}
	}
	return nil
}

func names(measures []query.Measure) []string {
	out := make([]string, len(measures))
	for i, m := range measures {
		out[i] = string(m)
	}
	return out
}
