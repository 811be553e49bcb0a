package catalog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// known tells of kinds as if each had been read just now.
func known() []mesh.KindState {
	var out []mesh.KindState
	for _, resource := range []string{
		"deployments.apps", "destinationrules.networking.istio.io", "namespaces", "peerauthentications.security.istio.io",
		"pods", "serviceentries.networking.istio.io", "services", "workloadentries.networking.istio.io",
	} {
		out = append(out, mesh.KindState{Resource: resource, Known: true, AsOf: now})
	}
	return out
}

func cluster(name mesh.ClusterName, change func(*mesh.Inventory)) catalog.Cluster {
	in := &mesh.Inventory{Cluster: name, Kinds: known()}
	if change != nil {
		change(in)
	}
	return catalog.Cluster{Cluster: mesh.Cluster{Name: name, State: mesh.StateReady}, Inventory: in}
}

func object(namespace, name string) mesh.Object { return mesh.Object{Namespace: namespace, Name: name} }

func workload(namespace, name, app, version string, desired, ready int) mesh.Workload {
	return mesh.Workload{
		Object: object(namespace, name), Kind: "Deployment", App: app, Version: version,
		PodLabels: map[string]string{"app": app, "version": version},
		Desired:   &desired, Current: desired, Ready: ready, Mode: mesh.ModeSidecar,
	}
}

func names[R any](rows []R, read func(R) string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, read(r))
	}
	return out
}

func workloadNames(rows []catalog.Workload) []string {
	return names(rows, func(r catalog.Workload) string { return string(r.Cluster) + "/" + r.Namespace + "/" + r.Name })
}

func TestHomeComesFirstAndSelectionsAreExact(t *testing.T) {
	hold := func(in *mesh.Inventory) {
		in.Workloads = []mesh.Workload{workload("a", "x", "x", "v1", 1, 1), workload("b", "x", "x", "v1", 1, 1), workload("b", "xy", "xy", "v1", 1, 1)}
	}
	home := cluster("west", hold)
	home.Home = true
	c := catalog.Catalog{Clusters: []catalog.Cluster{cluster("south", hold), cluster("east", hold), home, {Cluster: mesh.Cluster{Name: "dead"}}}}
	require.Equal(t, []string{
		"west/a/x", "west/b/x", "west/b/xy", "east/a/x", "east/b/x", "east/b/xy", "south/a/x", "south/b/x", "south/b/xy",
	}, workloadNames(c.Workloads(catalog.Selection{})))
	require.Equal(t, []string{"west/b/x", "south/b/x"}, workloadNames(c.Workloads(catalog.Selection{
		Clusters: []mesh.ClusterName{"south", "west", "nowhere"}, Namespaces: []string{"b"}, Names: []string{"x"},
	})))
	require.Equal(t, []string{"west", "dead", "east", "south"}, names(c.Of(catalog.Selection{}), func(in catalog.Cluster) string { return string(in.Name) }))
}

func TestWorkloadHealthGivesItsReason(t *testing.T) {
	failing := mesh.Vitals{In: mesh.Rates{Requests: ptr(10.0), Failed: ptr(2.0), ClientErrors: ptr(0.0)}, Health: mesh.HealthFailure}
	sending := mesh.Vitals{In: mesh.Rates{Requests: ptr(10.0), Failed: ptr(0.0), ClientErrors: ptr(0.0)}, Out: mesh.Rates{Requests: ptr(100.0), Failed: ptr(1.0)}, Health: mesh.HealthDegraded}
	well := mesh.Vitals{Health: mesh.HealthHealthy}
	tests := map[string]struct {
		desired, ready int
		vitals         *mesh.Vitals
		health         mesh.Health
		why            string
	}{
		"all well":               {2, 2, &well, mesh.HealthHealthy, ""},
		"no traffic":             {2, 2, nil, mesh.HealthHealthy, ""},
		"half of the pods":       {2, 1, &well, mesh.HealthDegraded, "1 of 2 pods ready"},
		"traffic is worse":       {2, 1, &failing, mesh.HealthFailure, "20 % of the requests it serves fail"},
		"both are as bad":        {2, 0, &failing, mesh.HealthFailure, "0 of 2 pods ready; 20 % of the requests it serves fail"},
		"what it calls fails":    {2, 2, &sending, mesh.HealthDegraded, "1 % of the requests it sends fail"},
		"is to have none":        {0, 0, nil, mesh.HealthNotReady, "no pods wanted"},
		"has none and no number": {-1, 0, nil, mesh.HealthNone, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := workload("a", "x", "x", "v1", tt.desired, tt.ready)
			if tt.desired < 0 {
				w.Desired, w.Current = nil, 0
			}
			c := catalog.Catalog{Clusters: []catalog.Cluster{cluster("east", func(in *mesh.Inventory) { in.Workloads = []mesh.Workload{w} })}}
			if tt.vitals != nil {
				c.Vitals = map[mesh.Ref]mesh.Vitals{{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "a", Name: "x"}: *tt.vitals}
			}
			row := c.Workloads(catalog.Selection{})[0]
			require.Equal(t, tt.health, row.Health)
			require.Equal(t, tt.why, row.Why)
			require.Equal(t, tt.vitals, row.Vitals)
		})
	}
}

func TestPodsAreCountedByTheirWorkload(t *testing.T) {
	hold := func(in *mesh.Inventory) {
		in.Workloads = []mesh.Workload{workload("a", "x", "x", "v1", 1, 1)}
		owner := mesh.Owner{Kind: "Deployment", Name: "x"}
		in.Pods = []mesh.Pod{{Object: object("a", "x-1"), Workload: owner}, {Object: object("a", "x-2"), Workload: owner}, {Object: object("b", "x-1"), Workload: owner}}
	}
	c := catalog.Catalog{Clusters: []catalog.Cluster{cluster("east", hold)}}
	require.Equal(t, ptr(2), c.Workloads(catalog.Selection{})[0].Pods)
	c.Clusters[0].Inventory.Kinds[4] = mesh.KindState{Resource: "pods", Error: "not allowed"}
	require.Nil(t, c.Workloads(catalog.Selection{})[0].Pods, "nobody knows how many there are")

	podNames := func(s catalog.Selection) []string {
		return names(c.Pods(s), func(p catalog.Pod) string { return p.Namespace + "/" + p.Name })
	}
	require.Equal(t, []string{"a/x-1", "a/x-2", "b/x-1"}, podNames(catalog.Selection{Names: []string{"x"}}), "names of workloads")
	require.Equal(t, []string{"a/x-1", "b/x-1"}, podNames(catalog.Selection{Names: []string{"x-1"}}), "names of pods")
	require.Equal(t, []string{"b/x-1"}, podNames(catalog.Selection{Namespaces: []string{"b"}}))
}

func TestRowsAreAsFreshAsTheStalestOfTheirKinds(t *testing.T) {
	c := cluster("east", func(in *mesh.Inventory) {
		in.Workloads = []mesh.Workload{workload("a", "x", "x", "v1", 1, 1)}
		in.Services = []mesh.Service{{Object: object("a", "x")}}
		in.Kinds[4].AsOf = now.Add(-time.Minute)
	})
	all := catalog.Catalog{Clusters: []catalog.Cluster{c}}
	require.Equal(t, now.Add(-time.Minute), *all.Workloads(catalog.Selection{})[0].AsOf)
	require.Equal(t, now, *all.Services(catalog.Selection{})[0].AsOf)
	c.Inventory.Kinds = nil
	require.Nil(t, all.Services(catalog.Selection{})[0].AsOf)
}

func TestApplicationsAreAllWorkloadsOfAnApp(t *testing.T) {
	east := cluster("east", func(in *mesh.Inventory) {
		old := workload("shop", "cart-v1", "cart", "v1", 2, 1)
		old.MissingSidecar, old.Mode = true, mesh.ModeNone
		in.Workloads = []mesh.Workload{workload("shop", "billing", "billing", "v1", 1, 0), workload("shop", "cart", "cart", "v2", 1, 1), old, workload("shop", "without", "", "", 1, 1)}
	})
	west := cluster("west", func(in *mesh.Inventory) { in.Workloads = []mesh.Workload{workload("shop", "cart", "cart", "v2", 1, 1)} })
	billing := mesh.Vitals{In: mesh.Rates{Requests: ptr(8.0), Failed: ptr(2.0)}, Health: mesh.HealthFailure}
	c := catalog.Catalog{
		Clusters: []catalog.Cluster{east, west},
		Vitals:   map[mesh.Ref]mesh.Vitals{{Kind: mesh.KindApp, Cluster: "east", Namespace: "shop", Name: "billing"}: billing},
	}
	got := c.Applications(catalog.Selection{Clusters: []mesh.ClusterName{"east"}})
	at := catalog.Where{Cluster: "east", AsOf: &now}
	require.Equal(t, []catalog.Application{
		{
			Where: at, Namespace: "shop", Name: "billing", Versions: []string{"v1"}, Workloads: []string{"billing"}, Modes: []mesh.Mode{mesh.ModeSidecar},
			Vitals: &billing, Health: mesh.HealthFailure, Why: "billing: 0 of 1 pods ready; 25 % of the requests it serves fail",
		},
		{
			Where: at, Namespace: "shop", Name: "cart", Versions: []string{"v1", "v2"}, Workloads: []string{"cart", "cart-v1"}, Modes: []mesh.Mode{mesh.ModeNone, mesh.ModeSidecar},
			MissingSidecar: true, Elsewhere: []mesh.ClusterName{"west"}, Health: mesh.HealthDegraded, Why: "cart-v1: 1 of 2 pods ready",
		},
	}, got)
	require.Len(t, c.Applications(catalog.Selection{Names: []string{"cart"}}), 2)
}
