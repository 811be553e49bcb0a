package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// judging gives a catalog indexes, and findings by the names of objects.
func judging(found map[string][]mesh.Severity, clusters ...catalog.Cluster) catalog.Catalog {
	j := &catalog.Judged{Indexes: map[mesh.ClusterName]*applies.Index{}, Findings: func(c *mesh.Config) (out []mesh.Finding) {
		for _, s := range found[c.Name] {
			out = append(out, mesh.Finding{Code: "code", Severity: s, Message: "wrong"})
		}
		return out
	}}
	for _, c := range clusters {
		if c.Inventory != nil {
			j.Indexes[c.Name] = applies.New(c.Inventory)
		}
	}
	return catalog.Catalog{Clusters: clusters, Judged: j}
}

// configured is a cluster with a workload, its service, and a rule and a policy for these.
func configured(name mesh.ClusterName) catalog.Cluster {
	return cluster(name, func(in *mesh.Inventory) {
		in.Namespaces = []mesh.Namespace{{Object: object("", "a")}, {Object: object("", "b")}}
		in.Workloads = []mesh.Workload{workload("a", "x-v1", "x", "v1", 1, 1)}
		in.Services = []mesh.Service{{Object: object("a", "x"), Selector: map[string]string{"app": "x"}}}
		in.Config = []mesh.Config{
			{Object: object("", "class"), Kind: "GatewayClass", Group: "gateway.networking.k8s.io"},
			{Object: object("a", "entry"), Kind: "ServiceEntry", Group: "networking.istio.io", ServiceEntry: &mesh.ServiceEntry{Hosts: []string{"api.example.com"}, External: true}},
			{Object: object("a", "policy"), Kind: "PeerAuthentication", Group: "security.istio.io", PeerAuthentication: &mesh.PeerAuthentication{Mode: "STRICT"}},
			{Object: object("a", "rule"), Kind: "DestinationRule", Group: "networking.istio.io", DestinationRule: &mesh.DestinationRule{Host: "x"}},
		}
	})
}

var bad = map[string][]mesh.Severity{
	"rule":   {mesh.SeverityError, mesh.SeverityWarning, mesh.SeverityWarning},
	"policy": {mesh.SeverityWarning},
	"entry":  {mesh.SeverityInfo},
}

func TestConfigs(t *testing.T) {
	c := judging(bad, configured("west"), cluster("dead", nil), configured("east"))
	list := func(s catalog.ConfigSelection) []string {
		return names(c.Configs(s), func(r catalog.Config) string { return string(r.Cluster) + "/" + r.Namespace + "/" + r.Name })
	}
	require.Equal(t, []string{
		"east//class", "east/a/entry", "east/a/policy", "east/a/rule", "west//class", "west/a/entry", "west/a/policy", "west/a/rule",
	}, list(catalog.ConfigSelection{}))
	east := catalog.Selection{Clusters: []mesh.ClusterName{"east"}}
	for want, s := range map[string]catalog.ConfigSelection{
		"east/a/rule":   {Selection: east, Severity: mesh.SeverityError},
		"east/a/policy": {Selection: east, Severity: mesh.SeverityWarning, Kinds: []string{"PeerAuthentication", "ServiceEntry"}},
		"east//class":   {Selection: east, Kinds: []string{"GatewayClass"}},
		"west/a/entry":  {Selection: catalog.Selection{Clusters: []mesh.ClusterName{"west"}, Namespaces: []string{"a"}, Names: []string{"entry"}}},
	} {
		require.Equal(t, []string{want}, list(s))
	}
	rows := c.Configs(catalog.ConfigSelection{Selection: east})
	require.Equal(t, []mesh.Ref{{Kind: mesh.KindService, Cluster: "east", Namespace: "a", Name: "x"}}, rows[3].AppliesTo)
	require.Equal(t, []int{1, 2, 0}, []int{rows[3].Count(mesh.SeverityError), rows[3].Count(mesh.SeverityWarning), rows[3].Count(mesh.SeverityInfo)})
	require.Equal(t, now, *rows[0].AsOf)
}

func TestRowsTellOfTheirConfiguration(t *testing.T) {
	c := judging(bad, configured("east"))
	work := c.Workloads(catalog.Selection{})[0].Applied
	require.Equal(t, "policy", work.Objects[0].Name)
	require.Equal(t, []*int{ptr(0), ptr(1)}, []*int{work.Errors, work.Warnings})
	services := c.Services(catalog.Selection{})
	require.Equal(t, []string{"entry", "rule"}, []string{services[0].Applied.Objects[0].Name, services[1].Applied.Objects[0].Name})
	require.Equal(t, []*int{ptr(0), ptr(0), ptr(1), ptr(0)}, []*int{services[0].Applied.Errors, services[0].Applied.Warnings, services[1].Applied.Errors, services[1].Applied.Warnings})
	spaces := c.Namespaces(catalog.Selection{})
	require.Equal(t, []*int{ptr(1), ptr(1), ptr(0), ptr(0)}, []*int{spaces[0].ConfigErrors, spaces[0].ConfigWarnings, spaces[1].ConfigErrors, spaces[1].ConfigWarnings})
}

func TestHealthCountsErrorsInConfiguration(t *testing.T) {
	c := judging(map[string][]mesh.Severity{"rule": {mesh.SeverityError}, "policy": {mesh.SeverityError}}, configured("east"))
	for kind, want := range map[mesh.Kind]*int{
		mesh.KindCluster: ptr(2), mesh.KindNamespace: ptr(2), mesh.KindWorkload: ptr(1), mesh.KindApp: ptr(1),
	} {
		require.Equal(t, want, c.Healths(kind, catalog.Selection{})[0].ConfigErrors, kind)
	}
	services := c.Healths(mesh.KindService, catalog.Selection{Names: []string{"x"}})
	require.Len(t, services, 1)
	require.Equal(t, ptr(1), services[0].ConfigErrors)
}

func TestWithoutKnowledgeOfConfigurationNothingIsCounted(t *testing.T) {
	partly := configured("east")
	partly.Inventory.Kinds = append(partly.Inventory.Kinds, mesh.KindState{Resource: "sidecars.networking.istio.io", Error: "not allowed"})
	c := judging(bad, partly)
	work := c.Workloads(catalog.Selection{})[0].Applied
	require.Len(t, work.Objects, 1, "what is known is named")
	require.Nil(t, work.Errors)
	require.Nil(t, c.Namespaces(catalog.Selection{})[0].ConfigErrors)

	c = catalog.Catalog{Clusters: []catalog.Cluster{configured("east")}}
	require.Equal(t, catalog.Applied{}, c.Workloads(catalog.Selection{})[0].Applied)
	require.Nil(t, c.Namespaces(catalog.Selection{})[0].ConfigWarnings)
	require.Equal(t, catalog.Applied{}, c.Services(catalog.Selection{})[1].Applied)
}

func TestFindingsOfLabels(t *testing.T) {
	c := judging(nil, configured("east"))
	all := func() (out []string) {
		for _, r := range c.Namespaces(catalog.Selection{}) {
			for _, f := range r.Findings {
				out = append(out, "namespace "+f.Message)
			}
		}
		for _, r := range c.Services(catalog.Selection{}) {
			for _, f := range r.Findings {
				out = append(out, r.Type+" service "+f.Message)
			}
		}
		for _, r := range c.Workloads(catalog.Selection{}) {
			for _, f := range r.Findings {
				out = append(out, "workload "+f.Message)
			}
		}
		return out
	}
	require.Empty(t, all(), "nobody has looked")
	of := func(name string) []mesh.Finding { return []mesh.Finding{{Message: name}} }
	c.Judged.OfNamespace = func(n *mesh.Namespace) []mesh.Finding { return of(n.Name) }
	c.Judged.OfService = func(s *mesh.Service) []mesh.Finding { return of(s.Name) }
	c.Judged.OfWorkload = func(w *mesh.Workload) []mesh.Finding { return of(w.Name) }
	require.Equal(t, []string{"namespace a", "namespace b", " service x", "workload x-v1"}, all(), "a ServiceEntry's hosts have none")
	c.Judged = nil
	require.Empty(t, all())
}
