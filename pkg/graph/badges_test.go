package graph_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestBadgesOfConfiguration(t *testing.T) {
	to := func(hosts ...string) (out []mesh.Destination) {
		for _, h := range hosts {
			out = append(out, mesh.Destination{Host: h})
		}
		return out
	}
	all := mesh.Routing{Hosts: []string{"reviews"}, Rules: 2, Destinations: to("reviews"), Timeout: true, Fault: true, Mirroring: true, Shifting: true, TCPShifting: true}
	mirrored := mesh.Routing{Hosts: []string{"ratings"}, Rules: 1, Mirroring: true, Destinations: []mesh.Destination{{Host: "ratings"}, {Host: "reviews", Mirror: true}}}
	subset := func(version string) mesh.Config {
		return rule("books", mesh.DestinationRule{Host: "reviews", Subsets: []mesh.Subset{{Name: "other", Labels: map[string]string{"version": "v9"}, CircuitBreaker: true}, {Name: "mine", Labels: map[string]string{"version": version}, CircuitBreaker: true}}})
	}
	route := routes("books", mesh.Routing{Hosts: []string{"a.example.com"}, Rules: 1, Parents: []mesh.Target{{Kind: "Gateway", Name: "gw"}}, Destinations: []mesh.Destination{{Host: "reviews"}}})
	route.Kind, route.Group = "HTTPRoute", "gateway.networking.k8s.io"
	elsewhere := rule("data", mesh.DestinationRule{Host: "reviews.books.svc.cluster.local", CircuitBreaker: true})
	elsewhere.ExportTo = []string{"."}
	callers := elsewhere
	callers.Namespace = "shop"
	everything := []string{"virtual service: VirtualService books/routes (reviews)", "request routing: VirtualService books/routes", "traffic shifting: VirtualService books/routes",
		"TCP shifting: VirtualService books/routes", "mirroring: VirtualService books/routes", "fault injection: VirtualService books/routes", "timeout: VirtualService books/routes"}
	breaker := []string{"circuit breaker: DestinationRule books/rule"}
	v1, v2, both := workload("east", "books", "reviews-v1"), workload("east", "books", "reviews-v2"), app("east", "reviews", "")
	node := serviceNode("east", "books", "reviews")
	for name, tt := range map[string]struct {
		config mesh.Config
		of     mesh.Ref
		want   []string
	}{
		"routes, workload":        {routes("books", all), v1, everything},
		"routes, app":             {routes("books", all), both, everything},
		"routes, version":         {routes("books", all), app("east", "reviews", "v1"), everything},
		"routes, service":         {routes("books", all), node, everything},
		"another service":         {routes("books", all), serviceNode("east", "books", "ratings"), []string{}},
		"another workload":        {routes("books", all), workload("east", "books", "ratings-v1"), []string{}},
		"receives copies":         {routes("books", mirrored), v1, []string{"mirroring: copies by VirtualService books/routes"}},
		"a route":                 {route, v2, []string{"virtual service: HTTPRoute books/routes (a.example.com)", "request routing: HTTPRoute books/routes"}},
		"circuit breaker":         {rule("books", mesh.DestinationRule{Host: "reviews", CircuitBreaker: true}), v1, breaker},
		"no circuit breaker":      {rule("books", mesh.DestinationRule{Host: "reviews", TLS: "ISTIO_MUTUAL"}), v1, []string{}},
		"subset, its version":     {subset("v2"), v2, []string{"circuit breaker: DestinationRule books/rule (subset mine)"}},
		"subset, another version": {subset("v2"), v1, []string{}},
		"subset, versioned app":   {subset("v2"), app("east", "reviews", "v2"), []string{"circuit breaker: DestinationRule books/rule (subset mine)"}},
		"subset, another app":     {subset("v2"), app("east", "reviews", "v1"), []string{}},
		"subset, app":             {subset("v2"), both, []string{"circuit breaker: DestinationRule books/rule (subset mine)"}},
		"subset, service":         {subset("v2"), node, []string{"circuit breaker: DestinationRule books/rule (subset other, mine)"}},
		"not told to callers":     {elsewhere, v1, []string{}},
		"told to callers":         {callers, v1, []string{"circuit breaker: DestinationRule shop/rule"}},
	} {
		g := graph.WithBadges(calling(mesh.LevelWorkload, tt.of), graph.BadgeOptions{Clusters: known(books("east", tt.config))})
		require.Equal(t, tt.want, badges(find(t, g, tt.of)), name)
		require.Contains(t, badges(find(t, g, workload("east", "shop", "web-v1"))), "root")
	}
}

// What is for calls to a service is told where the service is drawn.
func TestTheServiceHasItsBadgesWhenItIsDrawn(t *testing.T) {
	clusters := known(books("east", rule("books", mesh.DestinationRule{Host: "reviews", CircuitBreaker: true})))
	node, behind := serviceNode("east", "books", "reviews"), workload("east", "books", "reviews-v1")
	traffic := mesh.Traffic{Level: mesh.LevelWorkload, Calls: []mesh.Call{http(workload("east", "shop", "web-v1"), node, 1, 0), http(node, behind, 1, 0)}}
	g := graph.WithBadges(graph.Build(traffic, graph.Options{}), graph.BadgeOptions{Clusters: clusters, Services: true})
	require.Len(t, badges(find(t, g, node)), 1)
	require.Empty(t, badges(find(t, g, behind)))
	alone := graph.Build(mesh.Traffic{Level: mesh.LevelWorkload, Calls: traffic.Calls[1:]}, graph.Options{})
	alone.Nodes = slices.DeleteFunc(alone.Nodes, func(n mesh.Node) bool { return n.Ref == node })
	g = graph.WithBadges(alone, graph.BadgeOptions{Clusters: clusters, Services: true})
	require.Len(t, badges(find(t, g, behind)), 1, "it stands for a service that is not drawn")
	g = graph.WithBadges(graph.Build(traffic, graph.Options{}), graph.BadgeOptions{Clusters: clusters, Services: true})
	require.Empty(t, badges(find(t, g, behind)), "whatever was drawn before")
	g = graph.WithBadges(graph.Build(traffic, graph.Options{}), graph.BadgeOptions{Clusters: clusters})
	require.Len(t, badges(find(t, g, behind)), 1, "a service that is drawn for lack of a workload takes nothing away")
}

func TestBadgesOfWorkloads(t *testing.T) {
	gw := config("Gateway", "infra", "gw")
	gw.Selector = map[string]string{"istio": "ingressgateway"}
	gw.Gateway = &mesh.Gateway{Servers: []mesh.GatewayServer{{Hosts: []string{"books/books.example.com", "./b.example.com"}}, {Hosts: []string{"books.example.com"}}}}
	empty := config("Gateway", "infra", "empty")
	empty.Gateway = gw.Gateway
	api := config("Gateway", "books", "gw")
	api.Group, api.Gateway = "gateway.networking.k8s.io", &mesh.Gateway{Class: "istio-east-west"}
	entry := config("WorkloadEntry", "books", "vm")
	entry.WorkloadEntry = &mesh.WorkloadEntry{Labels: map[string]string{"app": "w", "version": "v1"}}
	for name, tt := range map[string]struct {
		change func(*mesh.Workload)
		config []mesh.Config
		want   []string
	}{
		"nothing":              {func(*mesh.Workload) {}, []mesh.Config{empty}, []string{}},
		"out of mesh":          {func(w *mesh.Workload) { w.Mode = mesh.ModeNone }, nil, []string{"out of mesh"}},
		"missing sidecar":      {func(w *mesh.Workload) { w.MissingSidecar = true }, nil, []string{"missing sidecar"}},
		"ambient":              {func(w *mesh.Workload) { w.Mode = mesh.ModeAmbient }, nil, []string{"ambient"}},
		"gateway, by its mode": {func(w *mesh.Workload) { w.Mode = mesh.ModeGateway }, nil, []string{"gateway"}},
		"gateway, selected": {func(w *mesh.Workload) {
			w.Mode, w.PodLabels = mesh.ModeNone, map[string]string{"istio": "ingressgateway"}
		},
			[]mesh.Config{gw}, []string{"gateway: ingress, Gateway infra/gw (books.example.com, b.example.com)"}},
		"egress": {func(w *mesh.Workload) {
			w.Mode, w.PodLabels = mesh.ModeGateway, map[string]string{"operator.istio.io/component": "EgressGateways"}
		},
			nil, []string{"gateway: egress"}},
		"east-west": {func(w *mesh.Workload) {
			w.PodLabels = map[string]string{"gateway.networking.k8s.io/gateway-name": "gw"}
		},
			[]mesh.Config{api}, []string{"gateway: east-west, Gateway books/gw"}},
		"waypoint":       {func(w *mesh.Workload) { w.Mode = mesh.ModeWaypoint }, nil, []string{"waypoint"}},
		"no pods":        {func(w *mesh.Workload) { w.Current, w.Ready, w.Mode = 0, 0, mesh.ModeNone }, nil, []string{"dead: no pods"}},
		"workload group": {func(w *mesh.Workload) { w.Kind, w.Current, w.Desired = "WorkloadGroup", 0, nil }, []mesh.Config{entry}, []string{"workload entry: WorkloadEntry books/vm"}},
	} {
		held := books("east", tt.config...)
		w := deployment("books", "w-v1")
		tt.change(&w)
		held.Workloads = append(held.Workloads, w)
		ref := workload("east", "books", "w-v1")
		g := graph.WithBadges(calling(mesh.LevelWorkload, ref), graph.BadgeOptions{Clusters: known(held)})
		require.Equal(t, tt.want, badges(find(t, g, ref)), name)
	}
	held := books("east", gw)
	held.Workloads[1].MissingSidecar = true
	g := graph.WithBadges(calling(mesh.LevelApp, app("east", "reviews", "")), graph.BadgeOptions{Clusters: known(held)})
	require.Equal(t, []string{"missing sidecar: reviews-v1"}, badges(find(t, g, app("east", "reviews", ""))), "which of them")
}

func TestDead(t *testing.T) {
	zero := 0
	gone := workload("east", "books", "old-v1")
	held := books("east")
	held.Services[1].Endpoints = &zero
	incomplete := books("east")
	incomplete.Kinds[1].Error = "not allowed to list pods"
	for name, tt := range map[string]struct {
		held *mesh.Inventory
		past bool
		ref  mesh.Ref
		want []string
	}{
		"no longer there": {held, false, gone, []string{"dead: it no longer exists"}},
		"an app":          {held, false, app("east", "old", ""), []string{"dead: it no longer exists"}},
		"a version":       {held, false, app("east", "reviews", "v7"), []string{"dead: it no longer exists"}},
		"unknown":         {held, false, workload("east", "books", "unknown"), []string{}},
		"who knows":       {incomplete, false, gone, []string{}},
		"then it was":     {held, true, gone, []string{}},
		"no endpoints":    {held, false, serviceNode("east", "books", "reviews"), []string{"dead: no endpoints in this cluster"}},
		"endpoints then":  {held, true, serviceNode("east", "books", "reviews"), []string{}},
		"no pods asked":   {incomplete, false, serviceNode("east", "books", "ratings"), []string{}},
	} {
		g := graph.WithBadges(calling(mesh.LevelWorkload, tt.ref), graph.BadgeOptions{Clusters: known(tt.held), Past: tt.past})
		require.Equal(t, tt.want, badges(find(t, g, tt.ref)), name)
	}
}

func TestBadgesOfHosts(t *testing.T) {
	c := config("ServiceEntry", "shop", "api")
	c.ServiceEntry = &mesh.ServiceEntry{Hosts: []string{"api.example.com"}, External: true}
	hidden := config("ServiceEntry", "data", "mine")
	hidden.ServiceEntry, hidden.ExportTo = &mesh.ServiceEntry{Hosts: []string{"api.example.com"}}, []string{"."}
	clusters := known(books("east", c, hidden, rule("shop", mesh.DestinationRule{Host: "api.example.com", CircuitBreaker: true})), books("west"))
	east, west := external("east", "api.example.com"), external("west", "api.example.com")
	g := graph.WithBadges(calling(mesh.LevelWorkload, east, west, external("east", "PassthroughCluster")), graph.BadgeOptions{Clusters: clusters})
	require.Equal(t, []string{"service entry: ServiceEntry shop/api (api.example.com; outside the mesh)", "circuit breaker: DestinationRule shop/rule"}, badges(find(t, g, east)))
	require.Empty(t, badges(find(t, g, west)), "another cluster's entry")
	require.Empty(t, badges(find(t, g, external("east", "PassthroughCluster"))))
}

func TestCoarseBadgesAreCounted(t *testing.T) {
	held := books("east", rule("books", mesh.DestinationRule{Host: "*.books.svc.cluster.local", CircuitBreaker: true}))
	held.Workloads[1].Mode, held.Workloads[3].Mode = mesh.ModeNone, mesh.ModeAmbient
	namespace := mesh.Ref{Kind: mesh.KindNamespace, Cluster: "east", Namespace: "books"}
	cluster := mesh.Ref{Kind: mesh.KindCluster, Cluster: "east"}
	g := graph.WithBadges(calling(mesh.LevelNamespace, namespace, cluster), graph.BadgeOptions{Clusters: known(held)})
	require.Equal(t, []string{"out of mesh: 1 workload", "circuit breaker: 2 services"}, badges(find(t, g, namespace)))
	require.Equal(t, []string{"out of mesh: 1 workload", "ambient: 1 workload", "circuit breaker: 2 services"}, badges(find(t, g, cluster)))
}

func TestBadgesOfTheGraph(t *testing.T) {
	web, cart := workload("east", "shop", "web-v1"), workload("north", "books", "cart")
	g := graph.Build(mesh.Traffic{Level: mesh.LevelWorkload, Calls: []mesh.Call{http(web, cart, 1, 0), http(cart, external("north", "x.example.com"), 1, 0)}},
		graph.Options{Selected: func(r mesh.Ref) bool { return r.Cluster == "north" }})
	options := graph.BadgeOptions{Clusters: graph.Clusters{"north": {NotAccessible: true}}}
	g = graph.WithBadges(g, options)
	require.Equal(t, []string{"outside"}, badges(find(t, g, web)), "who calls what is outside is not asked")
	require.Equal(t, []string{"not accessible"}, badges(find(t, g, cart)))
	require.Empty(t, badges(find(t, g, external("north", "x.example.com"))), "it is in no cluster")

	all := calling(mesh.LevelWorkload, cart)
	require.Equal(t, []string{"root", "not accessible"}, badges(graph.WithBadges(all, options).Nodes[1]))
	options.Part = true
	require.Equal(t, []string{"not accessible"}, badges(graph.WithBadges(all, options).Nodes[1]))
	require.Nil(t, all.Nodes[0].Badges, "what came in stays as it was")
}

// Two clusters hold the same, and one of them configuration besides.
func TestBadgesNeverCrossClusters(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var configs []mesh.Config
		for i := range 1 + rng.IntN(6) {
			host := []string{"reviews", "ratings.books", "*.books.svc.cluster.local", "*", "web.shop.svc.cluster.local", "api.example.com"}[rng.IntN(6)]
			namespace := []string{"books", "shop", "istio-system"}[rng.IntN(3)]
			c := routes(namespace, mesh.Routing{Hosts: []string{host}, Rules: 1, Destinations: []mesh.Destination{{Host: host}}})
			if rng.IntN(2) == 0 {
				c = rule(namespace, mesh.DestinationRule{Host: host, CircuitBreaker: true})
			}
			c.Name = fmt.Sprint("c", i)
			configs = append(configs, c)
		}
		east, west := books("east", configs...), books("west")
		both, alone := known(east, west), known(west)
		var refs []mesh.Ref
		for _, cluster := range []mesh.ClusterName{"east", "west"} {
			refs = append(refs, workload(cluster, "books", "reviews-v1"), app(cluster, "ratings", "v1"), serviceNode(cluster, "books", "reviews"),
				external(cluster, "api.example.com"), namespace(cluster, "books"))
		}
		traffic := mesh.Traffic{Level: mesh.LevelWorkload}
		for _, from := range refs {
			for _, to := range refs {
				if rng.IntN(2) == 0 {
					traffic.Calls = append(traffic.Calls, http(from, to, 1, 0))
				}
			}
		}
		plain := graph.Build(traffic, graph.Options{})
		g, of := graph.WithBadges(plain, graph.BadgeOptions{Clusters: both}), graph.WithBadges(plain, graph.BadgeOptions{Clusters: alone})
		for i := range g.Nodes {
			if g.Nodes[i].Cluster == "west" {
				require.Equal(t, of.Nodes[i], g.Nodes[i])
			}
			g.Nodes[i].Badges = nil
		}
		require.Equal(t, plain, g, "badges change nothing else")
		shuffled := books("east", slices.Clone(configs)...)
		rng.Shuffle(len(shuffled.Config), func(i, j int) {
			shuffled.Config[i], shuffled.Config[j] = shuffled.Config[j], shuffled.Config[i]
		})
		slices.Reverse(shuffled.Workloads)
		slices.Reverse(shuffled.Services)
		require.Equal(t, graph.WithBadges(plain, graph.BadgeOptions{Clusters: both}), graph.WithBadges(plain, graph.BadgeOptions{Clusters: known(shuffled, west)}))
	}
}

func TestListsOfDetailsStayShort(t *testing.T) {
	var configs []mesh.Config
	for i := range 8 {
		c := rule("books", mesh.DestinationRule{Host: "reviews", CircuitBreaker: true})
		c.Name = fmt.Sprint("r", i)
		configs = append(configs, c)
	}
	ref := workload("east", "books", "reviews-v1")
	g := graph.WithBadges(calling(mesh.LevelWorkload, ref), graph.BadgeOptions{Clusters: known(books("east", configs...))})
	require.Contains(t, badges(find(t, g, ref))[0], "DestinationRule books/r4, and 3 more")
}
