package plugin

import (
	"context"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"golang.org/x/sync/errgroup"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/inventory"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

const (
	// mostDocuments is how many objects one answer reads.
	mostDocuments = 50
	// documentsAtATime is how many of them are read side by side.
	documentsAtATime = 10
)

// document reads an object of a cluster, as YAML.
type document func(ctx context.Context, c *mesh.Config) (string, error)

// documents gives for a cluster how its objects are read; nil when they cannot be.
type documents func(ctx context.Context) func(mesh.ClusterName) document

// fleetDocuments reads from the fleet's clusters, but not from those that do not answer.
func (d *Datasource) fleetDocuments(ctx context.Context) func(mesh.ClusterName) document {
	of := map[mesh.ClusterName]document{}
	for _, m := range d.fleet.Clusters(ctx) {
		switch client := m.Client(); {
		case client == nil:
		case m.State == mesh.StateUnreachable:
			of[m.Name] = func(context.Context, *mesh.Config) (string, error) {
				return "", fault.BadGateway(nil, "%s", m.Error)
			}
		default:
			of[m.Name] = func(ctx context.Context, c *mesh.Config) (string, error) {
				return inventory.Document(ctx, client.Config, client.HTTP, c)
			}
		}
	}
	return func(name mesh.ClusterName) document { return of[name] }
}

// documentsOf reads the objects of the first rows, side by side, for no longer than the
// timeout of a cluster. What cannot be read is empty, and told once for each cluster.
func (d *Datasource) documentsOf(ctx context.Context, rows []catalog.Config) ([]string, []data.Notice) {
	out := make([]string, len(rows))
	var notices []data.Notice
	say := func(severity data.NoticeSeverity, format string, args ...any) {
		notices = append(notices, data.Notice{Severity: severity, Text: fmt.Sprintf(format, args...)})
	}
	ctx, cancel := context.WithTimeout(ctx, d.settings.Limits.ClusterTimeout)
	defer cancel()
	first, errs := rows[:min(len(rows), mostDocuments)], make([]error, len(rows))
	from := d.documents(ctx)
	var reading errgroup.Group
	reading.SetLimit(documentsAtATime)
	for i := range first {
		read := from(first[i].Cluster)
		if read == nil {
			continue
		}
		reading.Go(func() error {
			out[i], errs[i] = read(ctx, first[i].Config)
			return nil
		})
	}
	_ = reading.Wait() // each error is its row's
	told := map[mesh.ClusterName]bool{}
	for i := range first {
		if name := first[i].Cluster; errs[i] != nil && !told[name] {
			told[name] = true
			say(data.NoticeSeverityWarning, "Cluster %s: without the YAML of all objects: %s", name, fault.Of(errs[i]).Sentence)
		}
	}
	if len(rows) > mostDocuments {
		say(data.NoticeSeverityInfo, "YAML is shown of the first %d of %d objects: narrow the selection to see that of others", mostDocuments, len(rows))
	}
	return out, notices
}
