package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// mostChanges is how many changes an answer has: a graph is no easier to read for more.
const mostChanges = 500

// changesNeeds is what is watched to know what changes.
const changesNeeds = mesh.NeedWorkloads | mesh.NeedConfig

// histories tells what happened in clusters in a time, and what the fleet itself tells.
type histories func(ctx context.Context, from, to time.Time) []mesh.History

// fleetHistories asks the fleet's clusters.
func (d *Datasource) fleetHistories(ctx context.Context, from, to time.Time) []mesh.History {
	return append(d.fleet.Histories(ctx, from, to), mesh.History{Events: d.fleet.Comings()})
}

// changes tells what changed in the mesh. Clusters that cannot be read cost their own part.
func (d *Datasource) changes(ctx context.Context, q query.Changes, during telemetry.Range) (data.Frames, error) {
	if err := d.clustersExist(ctx, q.Clusters, during); err != nil {
		return nil, err
	}
	telling := make(chan []mesh.History, 1)
	go func() { telling <- d.histories(ctx, during.From, during.To) }()
	all := catalog.Catalog{Clusters: d.contents(ctx, changesNeeds)}
	wanted := all.Of(catalog.Selection{Clusters: q.Clusters})
	told := <-telling
	notices := frames.InventoryNotices(wanted, changesNeeds, time.Now())
	var events []mesh.Event
	for _, h := range told {
		events = append(events, h.Events...)
		if len(q.Clusters) > 0 && !slices.Contains(q.Clusters, h.Cluster) {
			continue
		}
		for _, gap := range h.Gaps {
			notices = append(notices, data.Notice{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf("Cluster %s: %s", h.Cluster, gap)})
		}
	}
	events = happened(events, q, during)
	if err := nothingHeld(wanted, changesNeeds, notices); err != nil && len(events) == 0 {
		return nil, err
	}
	if n := len(events); n > mostChanges {
		events = events[:mostChanges]
		notices = append(notices, data.Notice{
			Severity: data.NoticeSeverityInfo,
			Text:     fmt.Sprintf("Only the newest %d of %d changes are shown: narrow the query or the time range", mostChanges, n),
		})
	}
	made := frames.Changes(events)
	made[0].AppendNotices(notices...)
	made[0].AppendNotices(notHeld(q.Clusters, wanted)...)
	return made, nil
}

// happened are the events that are asked for, the newest first. What lasted until later
// than the range is told as lasting.
func happened(events []mesh.Event, q query.Changes, during telemetry.Range) []mesh.Event {
	mesh.Spans(events)
	events = slices.DeleteFunc(events, func(e mesh.Event) bool { return !e.In(during.From, during.To) || !asked(q, &e) })
	slices.Reverse(events)
	return events
}

func asked(q query.Changes, e *mesh.Event) bool {
	cluster := e.Kind == mesh.KindOfClusters
	return (len(q.Clusters) == 0 || slices.Contains(q.Clusters, e.Cluster)) &&
		(len(q.Namespaces) == 0 || cluster || slices.Contains(q.Namespaces, e.Namespace)) &&
		(len(q.Names) == 0 || !cluster && slices.Contains(q.Names, e.Name)) &&
		(len(q.Kinds) == 0 || slices.ContainsFunc(q.Kinds, func(kind string) bool { return strings.EqualFold(kind, e.Kind) })) &&
		(len(q.What) == 0 || slices.Contains(q.What, e.What))
}
