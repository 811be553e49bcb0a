package plugin

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// malformedNotices name the objects whose annotation cannot be read: one notice a cluster.
func malformedNotices(all []graph.Malformed) []data.Notice {
	of := map[mesh.ClusterName][]string{}
	first := map[mesh.ClusterName]error{}
	for _, m := range all {
		cluster := m.Ref.Cluster
		if first[cluster] == nil {
			first[cluster] = m.Err
		}
		if !slices.Contains(of[cluster], m.Of()) { // two workloads may have one name
			of[cluster] = append(of[cluster], m.Of())
		}
	}
	var out []data.Notice
	for _, name := range slices.Sorted(maps.Keys(of)) {
		out = append(out, data.Notice{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf(
			"Cluster %s: the annotation health.kiali.io/rate of %s is ignored: %s",
			name, few(of[name]), strings.ToValidUTF8(first[name].Error(), "?"))})
	}
	return out
}

// malformedOf tells the same of the annotations by which rows would be judged. Clusters and
// namespaces are judged by their workloads.
func malformedOf(clusters []catalog.Cluster, rows []mesh.Ref) []data.Notice {
	var all []graph.Malformed
	for i := range clusters {
		if clusters[i].Inventory != nil {
			all = append(all, graph.MalformedOf(clusters[i].Inventory)...)
		}
	}
	if len(all) == 0 {
		return nil
	}
	shown := map[mesh.Ref]bool{}
	for _, ref := range rows {
		shown[ref] = true
	}
	return malformedNotices(slices.DeleteFunc(all, func(m graph.Malformed) bool {
		workload := m.Ref.Kind == mesh.KindWorkload
		cluster := mesh.Ref{Kind: mesh.KindCluster, Cluster: m.Ref.Cluster}
		namespace := mesh.Ref{Kind: mesh.KindNamespace, Cluster: m.Ref.Cluster, Namespace: m.Ref.Namespace}
		return !m.Concerns(shown) && !(workload && (shown[cluster] || shown[namespace]))
	}))
}

// refs are what rows are of.
func refs[R any](rows []R, of func(*R) mesh.Ref) []mesh.Ref {
	out := make([]mesh.Ref, len(rows))
	for i := range rows {
		out[i] = of(&rows[i])
	}
	return out
}

// judgedRows are what the rows of a kind are of, without those that say what is not known.
func judgedRows(rows []catalog.Health, kind mesh.Kind) []mesh.Ref {
	return slices.DeleteFunc(refs(rows, func(r *catalog.Health) mesh.Ref { return r.Ref }),
		func(ref mesh.Ref) bool { return ref.Kind != kind })
}
