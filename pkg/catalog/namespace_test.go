package catalog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func namespace(name string, injection mesh.Mode) mesh.Namespace {
	return mesh.Namespace{Object: object("", name), Injection: injection}
}

func TestNamespacesTellTheirPart(t *testing.T) {
	c := catalog.Catalog{Clusters: []catalog.Cluster{cluster("east", func(in *mesh.Inventory) {
		in.Namespaces = []mesh.Namespace{
			namespace("ambient", mesh.ModeNone), namespace("empty", mesh.ModeSidecar), namespace("istio-system", mesh.ModeNone),
			namespace("istiod-2", mesh.ModeNone), namespace("plain", mesh.ModeNone),
		}
		waypoint, pod, istiod, plain := workload("ambient", "waypoint", "waypoint", "", 1, 1), workload("ambient", "x", "x", "", 1, 1), workload("istiod-2", "istiod", "istiod", "", 1, 1), workload("plain", "x", "x", "", 1, 1)
		waypoint.Mode, pod.Mode, istiod.Mode, plain.Mode = mesh.ModeWaypoint, mesh.ModeAmbient, mesh.ModeNone, mesh.ModeNone
		in.Workloads = []mesh.Workload{waypoint, pod, istiod, plain}
	})}}
	require.Equal(t, []string{
		"ambient: data plane, ambient, permissive", "empty: data plane, sidecar, permissive", "istio-system: control plane, none, permissive",
		"istiod-2: control plane, none, permissive", "plain: not in mesh, none, ",
	}, names(c.Namespaces(catalog.Selection{}), func(r catalog.Namespace) string {
		return r.Name + ": " + string(r.Part) + ", " + string(r.Mode) + ", " + string(r.MTLS.Status)
	}))
}

func TestNamespacesCountWhatIsKnown(t *testing.T) {
	in := cluster("east", func(in *mesh.Inventory) {
		in.Namespaces = []mesh.Namespace{namespace("a", mesh.ModeSidecar), namespace("b", mesh.ModeNone)}
		in.Workloads = []mesh.Workload{workload("a", "x-v1", "x", "v1", 2, 2), workload("a", "x-v2", "x", "v2", 2, 1), workload("a", "y", "y", "v1", 2, 1)}
		in.Services = []mesh.Service{service("a", "x", 4, 3, nil)}
		in.Config = []mesh.Config{{Object: object("a", "p"), PeerAuthentication: &mesh.PeerAuthentication{}}}
	})
	c := catalog.Catalog{Clusters: []catalog.Cluster{in}}
	rows := c.Namespaces(catalog.Selection{})
	require.Equal(t, []*int{ptr(3), ptr(2), ptr(1), ptr(1)}, []*int{rows[0].Workloads, rows[0].Applications, rows[0].Services, rows[0].Config})
	require.Equal(t, []*int{ptr(0), ptr(0), ptr(0), ptr(0)}, []*int{rows[1].Workloads, rows[1].Applications, rows[1].Services, rows[1].Config})
	require.Equal(t, mesh.HealthDegraded, rows[0].Health)
	require.Equal(t, "x-v2: 1 of 2 pods ready; and 1 more", rows[0].Why)
	require.Equal(t, mesh.HealthNone, rows[1].Health)

	in.Inventory.Kinds = []mesh.KindState{
		{Resource: "destinationrules.networking.istio.io", Absent: true}, {Resource: "namespaces", Known: true},
		{Resource: "deployments.apps", Known: true}, {Resource: "pods", Error: "not allowed"}, {Resource: "services", Error: "not allowed"},
	}
	row := c.Namespaces(catalog.Selection{Names: []string{"a"}})[0]
	require.Nil(t, row.Workloads)
	require.Nil(t, row.Services)
	require.Equal(t, ptr(1), row.Config, "kinds that the cluster does not have add none")
	require.Empty(t, row.MTLS, "the kinds that would tell are not there")
	require.Equal(t, catalog.PartDataPlane, row.Part, "the labels tell")
	row = c.Namespaces(catalog.Selection{Names: []string{"b"}})[0]
	require.Empty(t, row.Part, "its workloads may be in the mesh")
	require.Empty(t, row.Mode)
}

func TestWorstTrafficOfWorkloadsIsTheNamespaces(t *testing.T) {
	c := catalog.Catalog{
		Clusters: []catalog.Cluster{cluster("east", func(in *mesh.Inventory) {
			in.Namespaces = []mesh.Namespace{namespace("a", mesh.ModeSidecar)}
			in.Workloads = []mesh.Workload{workload("a", "x", "x", "v1", 2, 1), workload("a", "y", "y", "v1", 1, 1)}
		})},
		Vitals: map[mesh.Ref]mesh.Vitals{
			{Kind: mesh.KindNamespace, Cluster: "east", Namespace: "a"}:           {In: mesh.Rates{Requests: ptr(5.0)}, Health: mesh.HealthHealthy},
			{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "a", Name: "y"}: {In: mesh.Rates{Requests: ptr(1.0), Failed: ptr(0.5)}, Health: mesh.HealthFailure},
		},
	}
	row := c.Namespaces(catalog.Selection{})[0]
	require.Equal(t, mesh.HealthFailure, row.Health)
	require.Equal(t, "y: 50 % of the requests it serves fail", row.Why)
	require.Equal(t, ptr(5.0), row.Vitals.In.Requests)
}

func TestMTLS(t *testing.T) {
	peer := func(namespace, mode string, change ...func(*mesh.Config)) mesh.Config {
		c := mesh.Config{Object: object(namespace, "p"), PeerAuthentication: &mesh.PeerAuthentication{Mode: mode}}
		for _, f := range change {
			f(&c)
		}
		return c
	}
	selecting := func(app string) func(*mesh.Config) {
		return func(c *mesh.Config) { c.Selector = map[string]string{"app": app} }
	}
	port := func(mode string) func(*mesh.Config) {
		return func(c *mesh.Config) { c.PeerAuthentication.Ports = map[int]string{80: mode} }
	}
	at := func(age time.Duration) func(*mesh.Config) {
		return func(c *mesh.Config) { c.Created = now.Add(-age) }
	}
	rule := func(namespace, host, tls string) mesh.Config {
		return mesh.Config{Object: object(namespace, "r"), DestinationRule: &mesh.DestinationRule{Host: host, TLS: tls}}
	}
	const root = "istio-system"
	tests := map[string]struct {
		config       []mesh.Config
		status, from string
	}{
		"nobody says anything":            {nil, "permissive", "default"},
		"the mesh is strict":              {[]mesh.Config{peer(root, "STRICT")}, "strict", "mesh"},
		"the namespace is strict":         {[]mesh.Config{peer("a", "STRICT")}, "strict", "namespace"},
		"another one is strict":           {[]mesh.Config{peer("b", "STRICT")}, "permissive", "default"},
		"the namespace wins":              {[]mesh.Config{peer("a", "PERMISSIVE"), peer(root, "STRICT")}, "permissive", "namespace"},
		"unset inherits":                  {[]mesh.Config{peer("a", ""), peer(root, "STRICT")}, "strict", "mesh"},
		"disabled":                        {[]mesh.Config{peer("a", "DISABLE")}, "disabled", "namespace"},
		"the oldest counts":               {[]mesh.Config{peer("a", "STRICT", at(time.Hour)), peer("a", "DISABLE", at(2*time.Hour))}, "disabled", "namespace"},
		"a workload is an exception":      {[]mesh.Config{peer("a", "STRICT"), peer("a", "DISABLE", selecting("x"))}, "partly", "namespace"},
		"a workload that says the same":   {[]mesh.Config{peer("a", "STRICT"), peer("a", "STRICT", selecting("x"))}, "strict", "namespace"},
		"an exception for nobody":         {[]mesh.Config{peer("a", "STRICT"), peer("a", "DISABLE", selecting("none"))}, "strict", "namespace"},
		"a port is an exception":          {[]mesh.Config{peer("a", "STRICT"), peer("a", "", selecting("x"), port("PERMISSIVE"))}, "partly", "namespace"},
		"callers are told not to":         {[]mesh.Config{peer("a", "STRICT"), rule("a", "*.a.svc.cluster.local", "DISABLE")}, "partly", "namespace"},
		"callers of the mesh are told to": {[]mesh.Config{peer("a", "STRICT"), rule(root, "*.local", "ISTIO_MUTUAL")}, "strict", "namespace"},
		"told to, where it is disabled":   {[]mesh.Config{peer("a", "DISABLE"), rule(root, "*.local", "ISTIO_MUTUAL")}, "partly", "namespace"},
		"told not to, where disabled":     {[]mesh.Config{peer("a", "DISABLE"), rule(root, "*.local", "DISABLE")}, "disabled", "namespace"},
		"told to, where not needed":       {[]mesh.Config{rule(root, "*.local", "ISTIO_MUTUAL")}, "permissive", "default"},
		"the namespace's own rule first":  {[]mesh.Config{rule("a", "*.local", "ISTIO_MUTUAL"), rule(root, "*.local", "DISABLE")}, "permissive", "default"},
		"rules of others are for others":  {[]mesh.Config{rule("b", "*.local", "DISABLE")}, "permissive", "default"},
		"one service is an exception":     {[]mesh.Config{rule("a", "x", "DISABLE")}, "partly", "default"},
		"one service, by its full name":   {[]mesh.Config{rule(root, "x.a.svc.cluster.local", "SIMPLE")}, "partly", "default"},
		"a service of another namespace":  {[]mesh.Config{rule("a", "x.b.svc.cluster.local", "DISABLE")}, "permissive", "default"},
		"a host outside the mesh":         {[]mesh.Config{rule("a", "api.example.com", "SIMPLE")}, "permissive", "default"},
		"a subset is an exception": {[]mesh.Config{{Object: object("a", "r"), DestinationRule: &mesh.DestinationRule{
			Host: "x.a", Subsets: []mesh.Subset{{Name: "v1"}, {Name: "v2", TLS: "DISABLE"}},
		}}}, "partly", "default"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := catalog.Catalog{Clusters: []catalog.Cluster{cluster("east", func(in *mesh.Inventory) {
				in.Namespaces = []mesh.Namespace{namespace("a", mesh.ModeSidecar)}
				in.Workloads = []mesh.Workload{workload("a", "x", "x", "v1", 1, 1)}
				in.Config = tt.config
			})}}
			got := c.Namespaces(catalog.Selection{})[0].MTLS
			require.Equal(t, tt.status, string(got.Status))
			require.Equal(t, tt.from, got.From)
		})
	}
}
