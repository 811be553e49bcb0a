package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// No two rows are of the same thing, whatever the clusters hold.
func TestHealthRowsAreUnique(t *testing.T) {
	hold := func(in *mesh.Inventory) {
		in.Namespaces = []mesh.Namespace{namespace("a", mesh.ModeSidecar)}
		one, other := workload("a", "x", "x", "v1", 4, 4), workload("a", "x", "x", "v1", 2, 1)
		other.Kind = "StatefulSet"
		in.Workloads = []mesh.Workload{one, other}
		in.Services = []mesh.Service{service("a", "x", 4, 3, nil)}
		entry := &mesh.ServiceEntry{Hosts: []string{"api.example.com", "x"}, External: true}
		in.Config = []mesh.Config{{Object: object("a", "one"), ServiceEntry: entry}, {Object: object("a", "two"), ServiceEntry: entry}}
	}
	c := catalog.Catalog{Clusters: []catalog.Cluster{cluster("west", hold), cluster("east", hold)}}
	for kind, want := range map[mesh.Kind]int{mesh.KindCluster: 2, mesh.KindNamespace: 2, mesh.KindApp: 2, mesh.KindWorkload: 2, mesh.KindService: 4} {
		rows := c.Healths(kind, catalog.Selection{})
		require.Len(t, rows, want, kind)
		seen := map[mesh.Ref]bool{}
		for _, row := range rows {
			require.False(t, seen[row.Ref], row.Ref)
			seen[row.Ref] = true
		}
	}
	row := c.Healths(mesh.KindWorkload, catalog.Selection{Clusters: []mesh.ClusterName{"east"}})[0]
	require.Equal(t, mesh.HealthDegraded, row.Health, "the worse of two of one name")
	require.InDelta(t, 5/6.0, *row.ReadyRatio, 1e-9)
	require.Equal(t, now, *row.AsOf)
	require.Nil(t, c.Healths(mesh.KindApp, catalog.Selection{})[0].ConfigErrors)
}

// What the metrics tell of is added where an inventory may lack it, and nowhere else.
func TestTheMetricsFillInWhatAnInventoryMayLack(t *testing.T) {
	whole := cluster("east", func(in *mesh.Inventory) { in.Workloads = []mesh.Workload{workload("a", "x", "x", "v1", 1, 1)} })
	lacks := cluster("west", func(in *mesh.Inventory) {
		in.Kinds[0] = mesh.KindState{Resource: "deployments.apps", Error: "not allowed"}
	})
	vitals := map[mesh.Ref]mesh.Vitals{}
	for _, name := range []mesh.ClusterName{"east", "west", "north", "unknown"} {
		for _, workload := range []string{"y", "unknown"} {
			vitals[mesh.Ref{Kind: mesh.KindWorkload, Cluster: name, Namespace: "a", Name: workload}] = mesh.Vitals{Health: mesh.HealthDegraded}
		}
	}
	c := catalog.Catalog{Clusters: []catalog.Cluster{whole, lacks}, Vitals: vitals}
	told := func(kind mesh.Kind) []string {
		return names(c.Healths(kind, catalog.Selection{}), func(r catalog.Health) string {
			return string(r.Kind) + " " + string(r.Cluster) + "/" + r.Namespace + "/" + r.Name + " " + string(r.Health)
		})
	}
	require.Equal(t, []string{
		"workload east/a/x healthy", "cluster west// none", "workload west/a/y degraded", "workload north/a/y degraded",
	}, told(mesh.KindWorkload))
	require.Equal(t, []string{
		"namespace east/a/ healthy", "cluster west// none", "namespace west/a/ degraded", "namespace north/a/ degraded",
	}, told(mesh.KindNamespace))
	require.Equal(t, []string{"cluster east// healthy", "cluster west// degraded", "cluster north// degraded"}, told(mesh.KindCluster))
}
