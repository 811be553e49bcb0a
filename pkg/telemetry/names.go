package telemetry

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Names are the names of one kind of thing that occur in the metrics.
type Names string

// The kinds of names that the metrics hold.
const (
	NamesClusters     Names = "clusters"
	NamesNamespaces   Names = "namespaces"
	NamesApplications Names = "applications"
	NamesWorkloads    Names = "workloads"
	NamesServices     Names = "services"
)

// nameLabels are the labels that hold a kind of name, with the labels by which the
// same end of the call is selected.
var nameLabels = map[Names][]struct{ label, cluster, namespace string }{
	NamesClusters: {
		{labelSourceClust, labelSourceClust, labelSourceNs},
		{labelDestClust, labelDestClust, labelDestNs},
	},
	NamesNamespaces: {
		{labelSourceNs, labelSourceClust, labelSourceNs},
		{labelDestNs, labelDestClust, labelDestNs},
	},
	NamesApplications: {
		{"source_canonical_service", labelSourceClust, labelSourceNs},
		{"destination_canonical_service", labelDestClust, labelDestNs},
	},
	NamesWorkloads: {
		{labelSourceWl, labelSourceClust, labelSourceNs},
		{labelDestWl, labelDestClust, labelDestNs},
	},
	NamesServices: {
		{labelDestService, labelDestClust, labelDestSvcNs},
	},
}

// Names lists the names of a kind that occur in the metrics over a range, sorted,
// without those that are unknown. Of the selection, clusters and namespaces count.
func (s *Store) Names(ctx context.Context, of Names, sel Selection, r Range) ([]string, error) {
	sides, ok := nameLabels[of]
	if !ok {
		return nil, fmt.Errorf("the metrics hold no names of %s", of)
	}
	values, errs := make([][]string, len(sides)), make([]error, len(sides))
	var wg sync.WaitGroup
	for i, side := range sides {
		matchers := []matcher{{side.label, "!=", mesh.Unknown}, {side.label, "!=", ""}}
		if of == NamesServices { // those of no namespace are hosts outside the mesh
			matchers = append(matchers, matcher{side.namespace, "!=", mesh.Unknown})
		}
		if len(sel.Clusters) > 0 {
			matchers = append(matchers, oneOf(side.cluster, s.names.inTelemetry(sel.Clusters)))
		}
		if len(sel.Namespaces) > 0 {
			matchers = append(matchers, oneOf(side.namespace, sel.Namespaces))
		}
		match := []string{
			selector(metricRequests, matchers, s.scope),
			selector(metricTCPSent, matchers, s.scope),
		}
		wg.Go(func() { values[i], errs[i] = s.labelValues(ctx, side.label, match, r) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	names := map[string]bool{}
	for _, v := range slices.Concat(values...) {
		if of == NamesClusters {
			v = string(s.names.name(v))
		}
		names[v] = true
	}
	return slices.Sorted(maps.Keys(names)), nil
}
