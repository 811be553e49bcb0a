package inventory

import (
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
)

// member is a pod of a workload.
func member(namespace, name string, owner mesh.Owner, change func(*pod)) *pod {
	p := &pod{Pod: mesh.Pod{Object: mesh.Object{Namespace: namespace, Name: name}, Workload: owner, App: "app", Version: "v1", Account: "default"},
		traits: traits{mode: mesh.ModeNone}, ready: true}
	if change != nil {
		change(p)
	}
	return p
}

func asRecords[T record](list ...T) []record {
	out := make([]record, 0, len(list))
	for _, r := range list {
		out = append(out, r)
	}
	return out
}

func sidecar(version, revision string) func(*pod) {
	return func(p *pod) { p.traits.mode, p.ProxyVersion, p.Revision = mesh.ModeSidecar, version, revision }
}

func TestWorkloadsAreJoinedWithTheirPods(t *testing.T) {
	cart, web := mesh.Owner{Kind: "Deployment", Name: "cart"}, mesh.Owner{Kind: "Deployment", Name: "web"}
	deployment := func(name string, desired int) *controller {
		return &controller{Workload: mesh.Workload{Object: mesh.Object{Namespace: "shop", Name: name}, Kind: "Deployment", App: name, Version: "v1",
			Accounts: []string{"default"}, Desired: &desired, Current: desired, Ready: desired}, traits: traits{mode: mesh.ModeNone}}
	}
	r := records{
		"namespaces":       asRecords(ns(labels{"istio-injection": "enabled"})),
		"deployments.apps": asRecords(deployment("cart", 3), deployment("idle", 0), deployment("web", 1)),
		"pods": asRecords(
			member("shop", "cart-1", cart, sidecar("1.31.1", "b")),
			member("shop", "cart-2", cart, func(p *pod) { sidecar("1.30.0", "a")(p); p.Account = "old" }),
			member("shop", "cart-3", cart, func(p *pod) { p.finished = true; p.ProxyVersion = "1.0.0" }),
			member("shop", "cart-4", cart, nil), // lacks its sidecar
			member("shop", "import-1", mesh.Owner{Kind: "Job", Name: "import"}, func(p *pod) { p.exempt = true; p.ready = false }),
			member("shop", "lone", mesh.Owner{Kind: "Pod", Name: "lone"}, func(p *pod) { p.Generation = 7; p.refuses = true }),
			member("shop", "web-1", web, func(p *pod) { p.traits.mode = mesh.ModeGateway }),
			member("other", "cart-1", cart, nil), // of a namespace and a deployment that nobody knows
		),
		"workloadgroups.networking.istio.io": asRecords(
			&config{Config: mesh.Config{Object: mesh.Object{Namespace: "shop", Name: "vm"}, Kind: "WorkloadGroup",
				WorkloadEntry: &mesh.WorkloadEntry{Account: "vm", Labels: labels{"app": "legacy"}}}}),
		"workloadentries.networking.istio.io": asRecords(
			&config{Config: mesh.Config{Object: mesh.Object{Namespace: "shop", Name: "alone"}, Kind: "WorkloadEntry",
				WorkloadEntry: &mesh.WorkloadEntry{Labels: labels{"security.istio.io/tlsMode": "istio", "version": "v3"}}}},
			&config{group: "vm", Config: mesh.Config{Object: mesh.Object{Namespace: "shop", Name: "vm-1"}, Kind: "WorkloadEntry", WorkloadEntry: &mesh.WorkloadEntry{Account: "vm2"}}},
			&config{group: "vm", Config: mesh.Config{Object: mesh.Object{Namespace: "shop", Name: "vm-2"}, Kind: "WorkloadEntry", Conditions: []mesh.Condition{{Type: "Healthy", Status: "False"}}}}),
	}
	made := r.workloads()
	object := func(name string) mesh.Object { return mesh.Object{Namespace: "shop", Name: name} }
	lone := object("lone")
	lone.Generation = 7
	require.Equal(t, []mesh.Workload{
		{Object: mesh.Object{Namespace: "other", Name: "cart"}, Kind: "Deployment", App: "app", Version: "v1", Accounts: []string{"default"}, Current: 1, Ready: 1, Mode: mesh.ModeNone},
		{Object: object("alone"), Kind: "WorkloadEntry", App: "alone", Version: "v3", PodLabels: labels{"security.istio.io/tlsMode": "istio", "version": "v3"}, Current: 1, Ready: 1, Mode: mesh.ModeSidecar},
		{Object: object("cart"), Kind: "Deployment", App: "cart", Version: "v1", Accounts: []string{"default", "old"}, Desired: ptr(3), Current: 3, Ready: 3,
			Mode: mesh.ModeSidecar, MissingSidecar: true, ProxyVersions: []string{"1.30.0", "1.31.1"}, Revisions: []string{"a", "b"}},
		{Object: object("idle"), Kind: "Deployment", App: "idle", Version: "v1", Accounts: []string{"default"}, Desired: ptr(0), Mode: mesh.ModeSidecar},
		{Object: object("import"), Kind: "Job", App: "app", Version: "v1", Accounts: []string{"default"}, Current: 1, Mode: mesh.ModeNone},
		{Object: lone, Kind: "Pod", App: "app", Version: "v1", Accounts: []string{"default"}, Current: 1, Ready: 1, Mode: mesh.ModeNone},
		{Object: object("vm"), Kind: "WorkloadGroup", App: "legacy", Version: "latest", Accounts: []string{"vm", "vm2"}, PodLabels: labels{"app": "legacy"}, Current: 2, Ready: 1, Mode: mesh.ModeSidecar},
		{Object: object("web"), Kind: "Deployment", App: "web", Version: "v1", Accounts: []string{"default"}, Desired: ptr(1), Current: 1, Ready: 1, Mode: mesh.ModeGateway},
	}, made.workloads)
	require.Len(t, made.pods, 8)
	require.Equal(t, made, r.workloads(), "the same again, and nothing that is kept has changed")
}

func TestPodsOfAnAmbientNamespace(t *testing.T) {
	owner := mesh.Owner{Kind: "StatefulSet", Name: "db"}
	made := records{
		"namespaces": asRecords(ns(labels{"istio.io/dataplane-mode": "ambient"})),
		"pods":       asRecords(member("shop", "db-0", owner, nil), member("shop", "db-1", owner, func(p *pod) { p.uncaught = true })),
	}.workloads()
	require.Equal(t, mesh.ModeAmbient, made.pods[0].Mode)
	require.Equal(t, mesh.ModeNone, made.pods[1].Mode)
	require.Equal(t, mesh.ModeAmbient, made.workloads[0].Mode)
	require.False(t, made.workloads[0].MissingSidecar)
}

func TestServicesCountTheirPods(t *testing.T) {
	x := newTexts()
	of := func(l labels, change func(*pod)) func(*pod) {
		return func(p *pod) {
			p.Labels = x.labels(l)
			if change != nil {
				change(p)
			}
		}
	}
	svc := func(namespace, name string, selector labels) *service {
		return &service{mesh.Service{Object: mesh.Object{Namespace: namespace, Name: name}, Selector: selector}}
	}
	none := mesh.Owner{}
	v1, v2 := labels{"app": "cart", "version": "v1"}, labels{"app": "cart", "version": "v2"}
	r := records{
		"pods": asRecords(
			member("other", "a", none, of(v1, nil)),
			member("shop", "a", none, of(v1, nil)),
			member("shop", "b", none, of(v1, func(p *pod) { p.ready = false })),
			member("shop", "c", none, of(v1, func(p *pod) { p.finished = true })),
			member("shop", "d", none, of(v2, nil)),
			member("shop", "e", none, of(v1, nil)),
			member("shop", "f", none, nil)),
		"services": asRecords(svc("shop", "all", labels{"app": "cart"}), svc("shop", "nobody", labels{"app": "web"}),
			svc("shop", "outside", nil), svc("shop", "second", v2), svc("shop", "split", labels{"version": "v1", "app": "web"})),
	}
	type count struct{ all, ready int }
	for i, want := range []*count{{4, 3}, {0, 0}, nil, {1, 1}, {0, 0}} {
		s := r.services(r.endpoints())[i]
		if want == nil {
			require.Nil(t, s.Endpoints, s.Name)
			require.Nil(t, s.Ready, s.Name)
			continue
		}
		require.Equal(t, *want, count{*s.Endpoints, *s.Ready}, s.Name)
	}
	for _, s := range r.services(nil) {
		require.Nil(t, s.Endpoints, "the pods were not asked for")
	}
}

func TestConfigurationIsSorted(t *testing.T) {
	c := func(kind, group, namespace, name string) *config {
		return &config{Config: mesh.Config{Object: mesh.Object{Namespace: namespace, Name: name}, Kind: kind, Group: group}}
	}
	got := configs(records{
		"x": asRecords(c("Gateway", "networking.istio.io", "a", "g"), c("Gateway", "networking.istio.io", "b", "a")),
		"y": asRecords(c("Gateway", gatewayGroup, "a", "g"), c("Gateway", gatewayGroup, "a", "h")),
		"z": asRecords(c("AuthorizationPolicy", "security.istio.io", "a", "g")),
	})
	var order []string
	for _, o := range got {
		order = append(order, o.Namespace+"/"+o.Name+" "+o.Kind+" "+o.Group)
	}
	require.Equal(t, []string{
		"a/g AuthorizationPolicy security.istio.io", "a/g Gateway gateway.networking.k8s.io", "a/g Gateway networking.istio.io",
		"a/h Gateway gateway.networking.k8s.io", "b/a Gateway networking.istio.io"}, order)
}

func TestStore(t *testing.T) {
	of := func(name, phase string) record {
		return &namespace{Namespace: mesh.Namespace{Object: mesh.Object{Name: name}, Phase: phase}}
	}
	var s store
	require.True(t, s.replace([]record{of("b", ""), of("a", "")}))
	require.False(t, s.replace([]record{of("a", ""), of("b", "")}), "nothing new")
	lent := s.all()
	require.True(t, s.put(of("c", "")))
	require.True(t, s.put(of("a", "Active")))
	require.False(t, s.put(of("a", "Active")))
	require.True(t, s.drop(of("b", "")))
	require.False(t, s.drop(of("b", "")))
	require.Equal(t, []record{of("a", ""), of("b", "")}, lent, "what was lent stays")
	require.Equal(t, []record{of("a", "Active"), of("c", "")}, s.all())
	require.True(t, s.replace(nil))
	require.Empty(t, s.all())
}
