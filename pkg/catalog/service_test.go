package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func service(namespace, name string, endpoints, ready int, selector map[string]string) mesh.Service {
	return mesh.Service{Object: object(namespace, name), Type: "ClusterIP", Selector: selector, Endpoints: &endpoints, Ready: &ready}
}

func TestServicesTellTheirAppAndTheirTwins(t *testing.T) {
	east := cluster("east", func(in *mesh.Inventory) {
		in.Workloads = []mesh.Workload{workload("shop", "cart", "cart", "v1", 1, 1), workload("shop", "pay", "pay", "v1", 1, 1), workload("other", "cart", "elsewhere", "v1", 1, 1)}
		in.Services = []mesh.Service{
			service("shop", "all-v1", 2, 2, map[string]string{"version": "v1"}),
			service("shop", "cart", 2, 0, map[string]string{"app": "cart"}),
			service("shop", "cart-v2", 0, 0, map[string]string{"app": "cart", "version": "v2"}),
			{Object: object("shop", "plain"), Type: "ExternalName", ExternalName: "db.example.com"},
		}
	})
	west := cluster("west", func(in *mesh.Inventory) { in.Services = []mesh.Service{service("shop", "cart", 3, 1, nil)} })
	c := catalog.Catalog{Clusters: []catalog.Cluster{west, east}}
	rows := c.Services(catalog.Selection{Clusters: []mesh.ClusterName{"east"}})
	require.Len(t, rows, 4)
	require.Equal(t, []string{"cart", "pay"}, rows[0].Apps)
	require.Equal(t, []string{"cart"}, rows[1].Apps)
	require.Equal(t, []catalog.Endpoints{{Cluster: "west", Endpoints: ptr(3), Ready: ptr(1)}}, rows[1].Elsewhere)
	require.Equal(t, mesh.HealthNone, rows[1].Health, "the other cluster has an endpoint that is ready")
	require.Empty(t, rows[2].Apps)
	require.Empty(t, rows[3].Apps, "no selector selects nothing")
	require.Equal(t, "db.example.com", rows[3].Address)
	require.Nil(t, rows[3].Endpoints)
}

func TestAServiceWithoutAReadyPodFails(t *testing.T) {
	hold := func(ready int) func(in *mesh.Inventory) {
		return func(in *mesh.Inventory) { in.Services = []mesh.Service{service("shop", "cart", 2, ready, nil)} }
	}
	ref := mesh.Ref{Kind: mesh.KindService, Cluster: "east", Namespace: "shop", Name: "cart"}
	failing := mesh.Vitals{In: mesh.Rates{Requests: ptr(4.0), Failed: ptr(4.0)}, Health: mesh.HealthFailure}
	first := func(c catalog.Catalog) (mesh.Health, string) {
		row := c.Services(catalog.Selection{Clusters: []mesh.ClusterName{"east"}})[0]
		return row.Health, row.Why
	}
	health, why := first(catalog.Catalog{Clusters: []catalog.Cluster{cluster("east", hold(0))}})
	require.Equal(t, mesh.HealthFailure, health)
	require.Equal(t, "none of its pods is ready", why)
	health, why = first(catalog.Catalog{
		Clusters: []catalog.Cluster{cluster("east", hold(0)), cluster("west", hold(0))}, Vitals: map[mesh.Ref]mesh.Vitals{ref: failing},
	})
	require.Equal(t, mesh.HealthFailure, health)
	require.Equal(t, "none of its pods is ready in any cluster; 100 % of the requests it serves fail", why)
	health, why = first(catalog.Catalog{Clusters: []catalog.Cluster{cluster("east", hold(1))}})
	require.Equal(t, mesh.HealthNone, health)
	require.Empty(t, why)
}

func TestHostsOfServiceEntriesAreRows(t *testing.T) {
	c := catalog.Catalog{Clusters: []catalog.Cluster{cluster("east", func(in *mesh.Inventory) {
		in.Services = []mesh.Service{service("shop", "cart", 1, 1, nil)}
		in.Config = []mesh.Config{
			{Object: object("shop", "apis"), ExportTo: []string{"."}, ServiceEntry: &mesh.ServiceEntry{Hosts: []string{"pay.example.com", "api.example.com"}, External: true}},
			{Object: object("shop", "vm"), ServiceEntry: &mesh.ServiceEntry{Hosts: []string{"db.internal"}, Endpoints: 2}},
		}
	})}}
	busy := mesh.Vitals{Health: mesh.HealthHealthy}
	c.Vitals = map[mesh.Ref]mesh.Vitals{
		{Kind: mesh.KindExternal, Cluster: "east", Name: "api.example.com"}:                   busy,
		{Kind: mesh.KindExternal, Cluster: "east", Name: "db.internal"}:                       busy,
		{Kind: mesh.KindService, Cluster: "east", Namespace: "shop", Name: "pay.example.com"}: busy, // not how hosts are told
	}
	rows := c.Services(catalog.Selection{})
	require.Equal(t, []string{"External api.example.com healthy", "ClusterIP cart none", "ServiceEntry db.internal healthy", "External pay.example.com none"},
		names(rows, func(s catalog.Service) string { return s.Type + " " + s.Name + " " + string(s.Health) }))
	require.Nil(t, rows[0].Endpoints, "where the name leads is not known here")
	require.Equal(t, ptr(2), rows[2].Endpoints)
	require.Equal(t, []string{"."}, rows[3].ExportTo)
	require.Len(t, c.Services(catalog.Selection{Names: []string{"db.internal"}}), 1)
	require.Equal(t, mesh.Ref{Kind: mesh.KindService, Cluster: "east", Namespace: "shop", Name: "cart"}, rows[1].Ref())
}
