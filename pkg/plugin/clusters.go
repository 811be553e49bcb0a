package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fleet"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

func (d *Datasource) clusters(ctx context.Context, q query.Clusters, during telemetry.Range) (data.Frames, error) {
	known, storeErr := d.knownClusters(ctx, d.fleet.Clusters, during)
	if storeErr != nil && len(known) == 0 {
		return nil, storeErr
	}
	if err := exist(q.Clusters, known); err != nil {
		return nil, err
	}
	if len(q.Clusters) > 0 {
		known = slices.DeleteFunc(known, func(c mesh.Cluster) bool { return !slices.Contains(q.Clusters, c.Name) })
	}
	table := frames.Clusters(known, d.links, time.Now())
	if storeErr != nil {
		frames.Notice(table, data.NoticeSeverityWarning,
			"Without clusters that only telemetry knows: "+fault.Of(storeErr).Sentence)
	}
	return table, nil
}

// knownClusters lists the clusters of the fleet and, after them, those whose names
// occur in telemetry alone. When the store fails, the fleet's are listed still. The fleet
// is asked by one of its methods: Clusters, or Known.
func (d *Datasource) knownClusters(ctx context.Context, ask func(context.Context) []fleet.Member, during telemetry.Range) ([]mesh.Cluster, error) {
	type told struct {
		names []string
		err   error
	}
	telling := make(chan told, 1)
	go func() {
		names, err := d.store.Names(ctx, telemetry.NamesClusters, telemetry.Selection{}, during)
		telling <- told{names, err}
	}()
	var known []mesh.Cluster
	for _, member := range ask(ctx) {
		known = append(known, member.Cluster)
	}
	answer := <-telling
	for _, name := range answer.names {
		if !slices.ContainsFunc(known, func(c mesh.Cluster) bool { return string(c.Name) == name }) {
			known = append(known, mesh.Cluster{
				Name: mesh.ClusterName(name), Access: mesh.AccessNone,
				Origin: mesh.OriginTelemetry, State: mesh.StateTelemetryOnly,
			})
		}
	}
	return known, answer.err
}

// clustersExist refuses names of clusters that nothing knows: a misspelt name would
// otherwise draw an empty graph. The store is asked only about names that neither the
// settings nor a secret tell of, and no cluster is waited for.
func (d *Datasource) clustersExist(ctx context.Context, wanted []mesh.ClusterName, during telemetry.Range) error {
	if len(wanted) == 0 {
		return nil
	}
	var configured []mesh.Cluster
	for _, member := range d.fleet.Known(ctx) {
		configured = append(configured, member.Cluster)
	}
	if exist(wanted, configured) == nil {
		return nil
	}
	known, err := d.knownClusters(ctx, d.fleet.Known, during)
	if err != nil {
		return err
	}
	return exist(wanted, known)
}

// exist says which of the wanted clusters is not among the known ones, and which are.
func exist(wanted []mesh.ClusterName, known []mesh.Cluster) error {
	for _, name := range wanted {
		if !name.Known() || slices.ContainsFunc(known, func(c mesh.Cluster) bool { return c.Name == name }) {
			continue
		}
		names := make([]string, len(known))
		for i, c := range known {
			names[i] = string(c.Name)
		}
		there := "none is known"
		if len(names) > 0 {
			there = "the known ones are " + strings.Join(names, ", ")
		}
		return &query.Error{Field: "clusters", Reason: fmt.Sprintf("there is no cluster %q; %s", name, there)}
	}
	return nil
}
