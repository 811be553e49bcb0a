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

// tableOf is how a table is made.
type tableOf struct {
	// need is which parts of inventories it is made from, levels are those at which its
	// traffic is asked for.
	need   mesh.Need
	levels []mesh.Level
	// judged says that it tells of configuration, for which all parts are needed.
	judged bool
	// make gives with the rows what they are of.
	make func(catalog.Catalog, query.Table, frames.TableOptions) (data.Frames, []mesh.Ref)
}

var tables = map[query.Of]tableOf{
	query.OfNamespaces: {
		// A namespace is as well as its workloads are.
		need: mesh.NeedAll, levels: []mesh.Level{mesh.LevelNamespace, mesh.LevelWorkload}, judged: true,
		make: func(c catalog.Catalog, q query.Table, o frames.TableOptions) (data.Frames, []mesh.Ref) {
			rows := c.Namespaces(catalog.Selection(q.Selection))
			rows = worstFirst(rows, q, func(r *catalog.Namespace) mesh.Health { return r.Health })
			return frames.Namespaces(rows, o), refs(rows, func(r *catalog.Namespace) mesh.Ref {
				return mesh.Ref{Kind: mesh.KindNamespace, Cluster: r.Cluster, Namespace: r.Name}
			})
		},
	},
	query.OfApplications: {
		need: mesh.NeedWorkloads, levels: []mesh.Level{mesh.LevelApp},
		make: func(c catalog.Catalog, q query.Table, o frames.TableOptions) (data.Frames, []mesh.Ref) {
			rows := c.Applications(catalog.Selection(q.Selection))
			rows = worstFirst(rows, q, func(r *catalog.Application) mesh.Health { return r.Health })
			return frames.Applications(rows, o), refs(rows, func(r *catalog.Application) mesh.Ref {
				return mesh.Ref{Kind: mesh.KindApp, Cluster: r.Cluster, Namespace: r.Namespace, Name: r.Name}
			})
		},
	},
	query.OfWorkloads: {
		need: mesh.NeedWorkloads, levels: []mesh.Level{mesh.LevelWorkload}, judged: true,
		make: func(c catalog.Catalog, q query.Table, o frames.TableOptions) (data.Frames, []mesh.Ref) {
			rows := keep(c.Workloads(catalog.Selection(q.Selection)), q, c.Belonging(q.For).Workload)
			rows = worstFirst(rows, q, func(r *catalog.Workload) mesh.Health { return r.Health })
			return frames.Workloads(rows, o), refs(rows, func(r *catalog.Workload) mesh.Ref {
				return mesh.Ref{Kind: mesh.KindWorkload, Cluster: r.Cluster, Namespace: r.Namespace, Name: r.Name}
			})
		},
	},
	query.OfServices: {
		// Endpoints are pods, and hosts outside the mesh are configuration.
		need: mesh.NeedServices | mesh.NeedWorkloads | mesh.NeedConfig, levels: []mesh.Level{mesh.LevelService}, judged: true,
		make: func(c catalog.Catalog, q query.Table, o frames.TableOptions) (data.Frames, []mesh.Ref) {
			rows := c.Services(catalog.Selection(q.Selection))
			rows = worstFirst(rows, q, func(r *catalog.Service) mesh.Health { return r.Health })
			return frames.Services(rows, o), refs(rows, (*catalog.Service).Ref)
		},
	},
	query.OfPods: {
		need: mesh.NeedWorkloads,
		make: func(c catalog.Catalog, q query.Table, o frames.TableOptions) (data.Frames, []mesh.Ref) {
			return frames.Pods(keep(c.Pods(catalog.Selection(q.Selection)), q, c.Belonging(q.For).Pod), o), nil
		},
	},
}

// parts are all parts of inventories that are asked for.
func (t tableOf) parts() mesh.Need {
	if t.judged {
		return mesh.NeedAll
	}
	return t.need
}

// table lists what runs where. Clusters that cannot be read, and a store that does not
// answer, cost their own part of it.
func (d *Datasource) table(ctx context.Context, q query.Table, during telemetry.Range) (data.Frames, error) {
	if err := d.clustersExist(ctx, q.Clusters, during); err != nil {
		return nil, err
	}
	of := tables[q.Of]
	if !q.Traffic {
		of.levels = nil
	}
	traffic := d.readBeside(ctx, q.Selection, telemetry.Question{Range: during, Window: q.Window, Latency: latency[q.Latency]}, of.levels)
	parts := of.parts()
	if q.For.Kind == mesh.KindService { // its selector says what belongs to it
		parts |= mesh.NeedServices
	}
	all := catalog.Catalog{Clusters: d.contents(ctx, parts)}
	told := <-traffic
	all.Vitals = d.judged(told.of, all.Clusters)
	s := catalog.Selection(q.Selection)
	wanted := all.Of(s)
	notices := frames.InventoryNotices(wanted, parts, time.Now())
	if err := nothingHeld(wanted, of.need, notices); err != nil {
		return nil, err
	}
	if of.judged {
		all.Judged = d.judgedConfig(all.Clusters)
	}
	made, shown := of.make(all, q, frames.TableOptions{
		Links: d.links, Traffic: len(of.levels) > 0, LatencyName: latencyName(q.Latency), Queries: told.queries,
	})
	made[0].AppendNotices(notices...)
	made[0].AppendNotices(notHeld(q.Clusters, wanted)...)
	if told.of != nil { // else there is nothing to tolerate
		made[0].AppendNotices(malformedOf(all.Clusters, shown)...)
	}
	made[0].AppendNotices(told.notices...)
	return made, nil
}

// nothingHeld is the error of an answer to which no cluster has anything to say although
// one could have; nil else. The notices say why each has not.
func nothingHeld(wanted []catalog.Cluster, need mesh.Need, notices []data.Notice) error {
	silent := false
	for i := range wanted {
		if wanted[i].Holds(need) {
			return nil
		}
		silent = silent || wanted[i].State != mesh.StateNotAccessible
	}
	if !silent {
		return nil
	}
	var reasons []string
	for _, n := range notices {
		reasons = append(reasons, n.Text)
	}
	return fault.BadGateway(nil, "%s", strings.Join(reasons, "; "))
}

// notHeld tells of clusters of which the metrics alone know, and of a mesh without any
// other cluster.
func notHeld(asked []mesh.ClusterName, wanted []catalog.Cluster) []data.Notice {
	say := func(format string, args ...any) []data.Notice {
		return []data.Notice{{Severity: data.NoticeSeverityInfo, Text: fmt.Sprintf(format, args...)}}
	}
	if len(asked) == 0 && len(wanted) == 0 {
		return say("No cluster is set up, so that there is nothing to list: name the clusters in the data source's settings")
	}
	var unread []string
	for _, name := range asked {
		if !slices.ContainsFunc(wanted, func(c catalog.Cluster) bool { return c.Name == name }) {
			unread = append(unread, string(name))
		}
	}
	if len(unread) == 0 {
		return nil
	}
	return say("Only telemetry knows of %s: what is there cannot be listed", strings.Join(unread, ", "))
}
