package applies_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func object(namespace, name string) mesh.Object { return mesh.Object{Namespace: namespace, Name: name} }

func deployment(namespace, name string, labels ...string) mesh.Workload {
	w := mesh.Workload{Object: object(namespace, name), Kind: "Deployment", App: name, PodLabels: map[string]string{"app": name}, Current: 1, Ready: 1}
	for i := 0; i+1 < len(labels); i += 2 {
		w.PodLabels[labels[i]] = labels[i+1]
	}
	w.App, w.Version = w.PodLabels["app"], w.PodLabels["version"]
	return w
}

func service(namespace, name string) mesh.Service {
	return mesh.Service{Object: object(namespace, name), Selector: map[string]string{"app": name}}
}

const networking, gatewayAPI = "networking.istio.io", "gateway.networking.k8s.io"

func config(kind, namespace, name string) mesh.Config {
	return mesh.Config{Object: object(namespace, name), Kind: kind, Group: networking}
}

func rule(namespace, host string, exportTo ...string) mesh.Config {
	c := config("DestinationRule", namespace, "rule")
	c.DestinationRule, c.ExportTo = &mesh.DestinationRule{Host: host}, exportTo
	return c
}

func routing(namespace string, r mesh.Routing) mesh.Config {
	c := config("VirtualService", namespace, "routes")
	c.Routing = &r
	return c
}

func entry(namespace string, exportTo []string, hosts ...string) mesh.Config {
	c := config("ServiceEntry", namespace, "entry")
	c.ServiceEntry, c.ExportTo = &mesh.ServiceEntry{Hosts: hosts, External: true}, exportTo
	return c
}

// inventory holds the services reviews and ratings of books, details of shop, and what is given.
func inventory(config ...mesh.Config) *mesh.Inventory {
	return &mesh.Inventory{
		Cluster:    "east",
		Namespaces: []mesh.Namespace{{Object: object("", "books")}, {Object: object("", "empty")}, {Object: object("", "shop")}},
		Workloads: []mesh.Workload{
			deployment("books", "ratings-v1", "app", "ratings"),
			deployment("books", "reviews-v1", "app", "reviews", "version", "v1"),
			deployment("books", "reviews-v2", "app", "reviews", "version", "v2"),
			deployment("shop", "details"),
		},
		Services: []mesh.Service{service("books", "ratings"), service("books", "reviews"), service("shop", "details")},
		Config:   config,
	}
}

func names(config []*mesh.Config) []string {
	out := []string{}
	for _, c := range config {
		out = append(out, c.Kind+" "+c.Namespace+"/"+c.Name)
	}
	return out
}

func workloads(list []*mesh.Workload) []string {
	out := []string{}
	for _, w := range list {
		out = append(out, w.Namespace+"/"+w.Name)
	}
	return out
}

// told says refs shortly.
func told(refs []mesh.Ref) []string {
	out := []string{}
	for _, r := range refs {
		out = append(out, string(r.Kind)+" "+r.Namespace+"/"+r.Name)
	}
	return out
}

func TestHosts(t *testing.T) {
	for _, tt := range []struct {
		host string // as a rule of books writes it
		to   []string
	}{
		{"reviews", []string{"service books/reviews"}},
		{"Reviews", []string{"service books/reviews"}},
		{"details", []string{"service books/details"}}, // which is not there: shop has it
		{"details.shop", []string{"service shop/details"}},
		{"details.shop.svc", []string{"service shop/details"}},
		{"details.shop.svc.cluster.local", []string{"service shop/details"}},
		{"details.shop.svc.cluster.local.", []string{"service shop/details"}},
		{"details.shop.svc.mesh.example", []string{"service shop/details"}},
		{"nothing.shop.svc.cluster.local", []string{"service shop/nothing"}},
		{"example.com", []string{"external /example.com"}},
		{"missing.shop", []string{"external /missing.shop"}},
		{"api.example.com", []string{"external /api.example.com"}},
		{"details.shop.global", []string{"external /details.shop.global"}},
		{"*.global", []string{"external /*.global"}},
		{"*.example.com", []string{"external /*.example.com"}},
		{"*.shop.svc.cluster.local", []string{"namespace shop/"}},
		{"*.shop.svc", []string{"namespace shop/"}},
		{"*.shop", []string{"namespace shop/"}},
		{"*.empty", []string{"namespace empty/"}},
		{"*.elsewhere", []string{"external /*.elsewhere"}},
		{"*.svc.cluster.local", []string{"cluster /"}},
		{"*.local", []string{"cluster /"}},
		{"*", []string{"cluster /"}},
		{"", []string{}},
	} {
		held := inventory(rule("books", tt.host))
		x := applies.New(held)
		require.Equal(t, tt.to, told(x.To(&held.Config[0])), tt.host)
		for _, s := range held.Services {
			all := slices.Contains(tt.to, "cluster /") || slices.Contains(tt.to, "namespace "+s.Namespace+"/")
			want := all || slices.Contains(tt.to, "service "+s.Namespace+"/"+s.Name)
			require.Equal(t, want, len(x.Service(s.Namespace, s.Name)) == 1, "%s for %s", tt.host, s.Name)
		}
	}
	x := applies.New(inventory())
	require.Nil(t, x.To(&mesh.Config{}), "not of this inventory")
}

func TestHostsOfServiceEntries(t *testing.T) {
	one, any, word := entry("shop", nil, "api.example.com", "reviews.books.global"), entry("books", nil, "*.example.com"), entry("books", []string{"."}, "legacy")
	any.Name, word.Name = "any", "word"
	held := inventory(one, any, word, rule("books", "legacy"), rule("shop", "legacy"), rule("shop", "api.example.com"))
	x := applies.New(held)
	require.Equal(t, []string{"DestinationRule shop/rule", "ServiceEntry books/any", "ServiceEntry shop/entry"}, names(x.Host("api.example.com")))
	require.Equal(t, []string{"ServiceEntry books/any"}, names(x.Host("other.Example.com")))
	require.Equal(t, []string{"ServiceEntry books/any"}, names(x.Host("*.example.com")))
	require.Equal(t, []string{"ServiceEntry shop/entry"}, names(x.Host("reviews.books.global")))
	require.Empty(t, x.Host("PassthroughCluster"))
	require.Empty(t, x.Service("books", "reviews"), "a .global host names no service of this cluster")
	require.Equal(t, []string{"DestinationRule books/rule", "ServiceEntry books/word"}, names(x.Service("books", "legacy")))
	require.Equal(t, []string{"DestinationRule shop/rule"}, names(x.Service("shop", "legacy")), "another namespace's")

	hidden := entry("shop", []string{"."}, "api.example.com")
	x = applies.New(inventory(hidden, rule("books", "api.example.com")))
	require.Equal(t, []string{"ServiceEntry shop/entry"}, names(x.Host("api.example.com")), "the rule does not see the entry")
	require.True(t, applies.Visible(&hidden, "shop"))
	require.False(t, applies.Visible(&hidden, "books"))
}

func TestWhoIsTold(t *testing.T) {
	for _, tt := range []struct {
		to          []string
		shop, books bool
	}{
		{nil, true, true}, {[]string{"*"}, true, true}, {[]string{"."}, true, false},
		{[]string{"books"}, false, true}, {[]string{".", "books"}, true, true}, {[]string{"~"}, false, false},
	} {
		c := rule("shop", "details", tt.to...)
		require.Equal(t, tt.shop, applies.Visible(&c, "shop"), tt.to)
		require.Equal(t, tt.books, applies.Visible(&c, "books"), tt.to)
	}
	require.Empty(t, applies.New(inventory(rule("shop", "details", "~"))).Service("shop", "details"), "nobody is told")

	held := inventory(rule("books", "details.shop"), rule("shop", "details"))
	held.Services[2].ExportTo = []string{"."}
	require.Equal(t, []string{"DestinationRule shop/rule"}, names(applies.New(held).Service("shop", "details")), "books does not see the service")

	route := routing("books", mesh.Routing{Parents: []mesh.Target{{Kind: "Service", Namespace: "shop", Name: "details"}}})
	require.True(t, applies.Visible(&route, "books"))
	require.False(t, applies.Visible(&route, "shop"), "a consumer's route is its own")
}

func TestRoutes(t *testing.T) {
	gateway := config("Gateway", "infra", "gw")
	gateway.Selector, gateway.Gateway = map[string]string{"istio": "ingress"}, &mesh.Gateway{}
	api := config("Gateway", "shop", "gw")
	api.Group, api.Gateway = gatewayAPI, &mesh.Gateway{Class: "istio"}
	to := func(host string) []mesh.Destination { return []mesh.Destination{{Host: host}} }
	mirror := mesh.Destination{Host: "ratings", Mirror: true}
	for name, tt := range map[string]struct {
		routing mesh.Routing
		to      []string
		copies  bool // ratings has copies alone
	}{
		"for callers":     {mesh.Routing{Hosts: []string{"reviews"}, Destinations: to("details.shop")}, []string{"service books/reviews", "service shop/details"}, false},
		"with a mirror":   {mesh.Routing{Hosts: []string{"reviews"}, Destinations: []mesh.Destination{{Host: "reviews"}, mirror}}, []string{"service books/ratings", "service books/reviews"}, true},
		"at a gateway":    {mesh.Routing{Hosts: []string{"*"}, Gateways: []string{"infra/gw"}, Destinations: to("reviews")}, []string{"service books/reviews", "workload front/ingress"}, false},
		"at both":         {mesh.Routing{Hosts: []string{"ratings"}, Gateways: []string{"infra/gw", "mesh"}}, []string{"service books/ratings", "workload front/ingress"}, false},
		"no such gateway": {mesh.Routing{Hosts: []string{"ratings"}, Gateways: []string{"gw"}, Destinations: to("reviews")}, []string{"service books/reviews"}, false},
		"route, gateway":  {mesh.Routing{Hosts: []string{"a.example.com"}, Parents: []mesh.Target{{Namespace: "shop", Name: "gw"}}, Destinations: to("reviews")}, []string{"service books/reviews", "workload shop/gw-istio"}, false},
		"route, service":  {mesh.Routing{Parents: []mesh.Target{{Kind: "Service", Name: "reviews"}}, Destinations: []mesh.Destination{{Host: "details", Namespace: "shop"}}}, []string{"service books/reviews", "service shop/details"}, false},
	} {
		held := inventory(gateway, api, routing("books", tt.routing))
		held.Workloads = append(held.Workloads, deployment("front", "ingress", "istio", "ingress"),
			deployment("shop", "gw-istio", "gateway.networking.k8s.io/gateway-name", "gw"), deployment("books", "gw-istio", "gateway.networking.k8s.io/gateway-name", "gw"))
		x := applies.New(held)
		require.Equal(t, tt.to, told(x.To(&held.Config[2])), name)
		for _, ref := range x.To(&held.Config[2]) {
			of := x.Service(ref.Namespace, ref.Name)
			if ref.Kind == mesh.KindWorkload {
				of = x.Workload(ref.Namespace, ref.Name)
			}
			require.Contains(t, of, &held.Config[2], name)
		}
		require.Equal(t, tt.copies, len(x.Service("books", "ratings")) > len(x.Routed("books", "ratings")), name)
		require.Equal(t, []string{"workload front/ingress"}, told(x.To(&held.Config[0])))
		require.Equal(t, []string{"workload shop/gw-istio"}, told(x.To(&held.Config[1])), "in its own namespace alone")
	}
}

func TestAGatewayWithoutSelectorSelectsNothing(t *testing.T) {
	c := config("Gateway", "books", "gw")
	c.Gateway = &mesh.Gateway{}
	held := inventory(c)
	require.Empty(t, applies.New(held).To(&held.Config[0]))
}

func TestPolicies(t *testing.T) {
	policy := func(kind, namespace string, selector map[string]string, targets ...mesh.Target) mesh.Config {
		c := config(kind, namespace, "policy")
		c.Group, c.Selector, c.Targets = "security.istio.io", selector, targets
		return c
	}
	reviews := map[string]string{"app": "reviews"}
	waypoint := config("Gateway", "books", "waypoint")
	waypoint.Group, waypoint.Gateway = gatewayAPI, &mesh.Gateway{Class: "istio-waypoint"}
	for name, tt := range map[string]struct {
		policy    mesh.Config
		to        []string
		workloads []string
	}{
		"own namespace":        {policy("PeerAuthentication", "books", nil), []string{"namespace books/"}, []string{"books/ratings-v1", "books/reviews-v1", "books/reviews-v2", "books/waypoint"}},
		"selector":             {policy("AuthorizationPolicy", "books", reviews), []string{"workload books/reviews-v1", "workload books/reviews-v2"}, []string{"books/reviews-v1", "books/reviews-v2"}},
		"selector, elsewhere":  {policy("AuthorizationPolicy", "shop", reviews), nil, nil},
		"root namespace":       {policy("Telemetry", "istio-system", nil), []string{"cluster /"}, []string{"books/ratings-v1", "books/reviews-v1", "books/reviews-v2", "books/waypoint", "shop/details"}},
		"root, selector":       {policy("EnvoyFilter", "istio-system", map[string]string{"app": "details"}), []string{"workload shop/details"}, []string{"shop/details"}},
		"root sidecar":         {policy("Sidecar", "istio-system", map[string]string{"app": "details"}), nil, nil},
		"target, service":      {policy("AuthorizationPolicy", "books", nil, mesh.Target{Kind: "Service", Name: "reviews"}), []string{"service books/reviews"}, nil},
		"target, gateway":      {policy("WasmPlugin", "books", nil, mesh.Target{Group: gatewayAPI, Kind: "Gateway", Name: "waypoint"}), []string{"workload books/waypoint"}, []string{"books/waypoint"}},
		"target, class":        {policy("RequestAuthentication", "istio-system", nil, mesh.Target{Kind: "GatewayClass", Name: "istio-waypoint"}), []string{"workload books/waypoint"}, []string{"books/waypoint"}},
		"target, other class":  {policy("RequestAuthentication", "istio-system", nil, mesh.Target{Kind: "GatewayClass", Name: "istio"}), nil, nil},
		"a kind of no concern": {policy("ReferenceGrant", "books", nil), nil, nil},
	} {
		held := inventory(tt.policy, waypoint)
		held.Workloads = append(held.Workloads, deployment("books", "waypoint", "gateway.networking.k8s.io/gateway-name", "waypoint"))
		x := applies.New(held)
		require.ElementsMatch(t, tt.to, told(x.To(&held.Config[0])), name)
		var of []string
		for _, w := range held.Workloads {
			if slices.Contains(x.Workload(w.Namespace, w.Name), &held.Config[0]) {
				of = append(of, w.Namespace+"/"+w.Name)
			}
		}
		require.ElementsMatch(t, tt.workloads, of, name)
	}
	require.Nil(t, applies.New(inventory(policy("PeerAuthentication", "books", nil))).Workload("books", "nobody"))
}

func TestServicesAndWorkloads(t *testing.T) {
	held := inventory()
	held.Services = append(held.Services, mesh.Service{Object: object("books", "headless")}, mesh.Service{Object: object("books", "all"), Selector: map[string]string{"app": "reviews", "version": "v2"}})
	x := applies.New(held)
	require.Equal(t, []string{"books/reviews-v1", "books/reviews-v2"}, workloads(x.WorkloadsOf("books", "reviews")))
	require.Equal(t, []string{"books/reviews-v2"}, workloads(x.WorkloadsOf("books", "all")))
	require.Empty(t, x.WorkloadsOf("books", "headless"), "an empty selector selects none")
	require.Empty(t, x.WorkloadsOf("shop", "reviews"))
	require.Len(t, x.ServicesOf(x.Named("books", "reviews-v2")[0]), 2)
	require.Equal(t, []string{"books/reviews-v1", "books/reviews-v2"}, workloads(x.App("books", "reviews")))
	require.Len(t, x.Namespace("books"), 3)
	require.False(t, applies.Selects(nil, x.Named("books", "reviews-v2")[0]))
}

func TestWorkloadEntries(t *testing.T) {
	c := config("WorkloadEntry", "books", "vm-1")
	c.WorkloadEntry = &mesh.WorkloadEntry{Labels: map[string]string{"app": "ratings", "version": "vm"}}
	held := inventory(c)
	machine := deployment("books", "ratings-vm", "app", "ratings", "version", "vm")
	machine.Kind = "WorkloadGroup"
	held.Workloads = append(held.Workloads, machine)
	x := applies.New(held)
	require.Equal(t, []string{"workload books/ratings-vm"}, told(x.To(&held.Config[0])), "ratings-v1 is made of pods")
	require.Len(t, x.Entries("books", "ratings", "vm"), 1)
	require.Empty(t, x.Entries("books", "ratings", "latest"))
}

// large is a mesh of 2,400 workloads with a service each, and 2,000 configurations.
func large() *mesh.Inventory {
	held := &mesh.Inventory{Cluster: "east"}
	for i := range 2400 {
		namespace, name := fmt.Sprint("n", i%120), fmt.Sprint("w", i)
		held.Workloads = append(held.Workloads, deployment(namespace, name, "version", "v1", "tier", "backend"))
		held.Services = append(held.Services, service(namespace, name))
	}
	for i := range 500 {
		namespace, name := fmt.Sprint("n", i%120), fmt.Sprint("w", i)
		r := routing(namespace, mesh.Routing{Hosts: []string{name}, Destinations: []mesh.Destination{{Host: name + "." + namespace + ".svc.cluster.local"}}})
		r.Name = name
		policy := config("AuthorizationPolicy", namespace, name)
		policy.Selector = map[string]string{"app": name, "tier": "backend"}
		held.Config = append(held.Config, rule(namespace, name), rule(namespace, "*."+namespace+".svc.cluster.local"), r, policy)
	}
	return held
}

// The order of an inventory's lists changes no answer.
func TestTheOrderDoesNotMatter(t *testing.T) {
	held := large()
	told := func(of *mesh.Inventory) (out []string) {
		x := applies.New(of)
		for i := range 2400 {
			namespace, name := fmt.Sprint("n", i%120), fmt.Sprint("w", i)
			out = append(out, names(x.Service(namespace, name))...)
			out = append(out, names(x.Workload(namespace, name))...)
			out = append(out, workloads(x.WorkloadsOf(namespace, name))...)
		}
		return out
	}
	want := told(held)
	rng := rand.New(rand.NewPCG(1, 2))
	shuffled := *held
	shuffled.Workloads, shuffled.Services, shuffled.Config = slices.Clone(held.Workloads), slices.Clone(held.Services), slices.Clone(held.Config)
	rng.Shuffle(len(shuffled.Workloads), func(i, j int) {
		shuffled.Workloads[i], shuffled.Workloads[j] = shuffled.Workloads[j], shuffled.Workloads[i]
	})
	rng.Shuffle(len(shuffled.Services), func(i, j int) {
		shuffled.Services[i], shuffled.Services[j] = shuffled.Services[j], shuffled.Services[i]
	})
	rng.Shuffle(len(shuffled.Config), func(i, j int) {
		shuffled.Config[i], shuffled.Config[j] = shuffled.Config[j], shuffled.Config[i]
	})
	require.Equal(t, want, told(&shuffled))
}

func BenchmarkNew(b *testing.B) {
	held := large()
	b.ReportAllocs()
	for b.Loop() {
		applies.New(held)
	}
}
