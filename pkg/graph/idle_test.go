package graph_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// said are refs, such as "workload east/books/reviews-v1".
func said(refs []mesh.Ref) []string {
	out := []string{}
	for _, r := range refs {
		words := string(r.Kind) + " " + string(r.Cluster) + "/" + r.Namespace + "/" + r.Name
		if r.Version != "" {
			words += "@" + r.Version
		}
		out = append(out, words)
	}
	return out
}

// idleMesh is books, and what is idle there besides in its own way.
func idleMesh(cluster mesh.ClusterName) *mesh.Inventory {
	held := books(cluster)
	job, scaled, dns := deployment("books", "job-v1"), deployment("books", "scaled-"), deployment("kube-system", "dns-v1")
	job.Kind, dns.Mode = "Job", mesh.ModeNone
	zero := 0
	scaled.Desired, scaled.Current, scaled.Ready = &zero, 0, 0
	held.Workloads = append(held.Workloads, job, scaled, dns)
	outer := service("books", "outer")
	outer.Type = "ExternalName"
	held.Services = append(held.Services, outer, service("kube-system", "dns"))
	return held
}

func TestIdle(t *testing.T) {
	web := workload("east", "shop", "web-v1")
	reviews := workload("east", "books", "reviews-v1")
	ns := func(n string) mesh.Ref { return namespace("east", n) }
	for name, tt := range map[string]struct {
		level   mesh.Level
		busy    []mesh.Ref
		options graph.IdleOptions
		want    []string
	}{
		"workloads": {mesh.LevelWorkload, []mesh.Ref{web, reviews}, graph.IdleOptions{},
			[]string{"workload east/books/ratings-v1", "workload east/books/reviews-v2", "workload east/books/scaled-"}},
		"apps": {mesh.LevelApp, []mesh.Ref{app("east", "reviews", ""), {Kind: mesh.KindApp, Cluster: "east", Namespace: "shop", Name: "web"}}, graph.IdleOptions{},
			[]string{"app east/books/ratings", "app east/books/scaled"}},
		"versions": {mesh.LevelVersionedApp, []mesh.Ref{app("east", "reviews", "v1"), app("east", "ratings", "latest")}, graph.IdleOptions{Selected: func(r mesh.Ref) bool { return r.Namespace == "books" }},
			[]string{"app east/books/ratings@v1", "app east/books/reviews@v2", "app east/books/scaled@latest"}},
		"the latest version": {mesh.LevelVersionedApp, []mesh.Ref{app("east", "scaled", "latest"), app("east", "ratings", "v1"), app("east", "reviews", "v1")}, graph.IdleOptions{Selected: func(r mesh.Ref) bool { return r.Namespace == "books" }},
			[]string{"app east/books/reviews@v2"}},
		"services": {mesh.LevelService, []mesh.Ref{serviceNode("east", "books", "reviews"), {Kind: mesh.KindApp, Cluster: "east", Namespace: "shop", Name: "web"}}, graph.IdleOptions{},
			[]string{"service east/books/ratings"}},
		"services beside workloads": {mesh.LevelWorkload, []mesh.Ref{web, reviews}, graph.IdleOptions{Services: true, Selected: func(r mesh.Ref) bool { return r.Name == "ratings" || r.Name == "ratings-v1" }},
			[]string{"service east/books/ratings", "workload east/books/ratings-v1"}},
		"namespaces": {mesh.LevelNamespace, []mesh.Ref{ns("shop")}, graph.IdleOptions{}, []string{"namespace east/books/"}},
		"namespaces by name": {mesh.LevelNamespace, nil, graph.IdleOptions{Selected: func(r mesh.Ref) bool { return r.Name == "web-v1" }},
			[]string{"namespace east/shop/"}},
		"clusters":         {mesh.LevelCluster, nil, graph.IdleOptions{}, []string{"cluster east//"}},
		"a busy cluster":   {mesh.LevelCluster, []mesh.Ref{{Kind: mesh.KindCluster, Cluster: "east"}}, graph.IdleOptions{}, []string{}},
		"nothing selected": {mesh.LevelWorkload, nil, graph.IdleOptions{Selected: func(mesh.Ref) bool { return false }}, []string{}},
		"a namespace by name": {mesh.LevelWorkload, nil, graph.IdleOptions{Namespaces: []string{"kube-system"}, Selected: func(r mesh.Ref) bool { return r.Namespace == "kube-system" }},
			[]string{"workload east/kube-system/dns-v1"}},
	} {
		traffic := mesh.Traffic{Level: tt.level}
		for _, ref := range tt.busy {
			traffic.Calls = append(traffic.Calls, http(ref, external("east", "x"), 1, 0))
		}
		g := graph.Build(traffic, graph.Options{})
		clusters := known(idleMesh("east"))
		clusters["west"], clusters["north"] = graph.Cluster{}, graph.Cluster{NotAccessible: true}
		idle := graph.Idle(g, clusters, tt.options)
		require.Equal(t, tt.want, said(idle), name)
		with := graph.WithIdle(g, idle)
		require.Len(t, with.Nodes, len(g.Nodes)+len(idle), name)
		require.ElementsMatch(t, idle, graph.IdleOf(with), name)
		require.True(t, slices.IsSortedFunc(with.Nodes, func(a, b mesh.Node) int { return a.Ref.Compare(b.Ref) }), name)
		require.Empty(t, graph.Idle(with, clusters, tt.options), "nothing is idle twice")
		require.Equal(t, g.Edges, with.Edges)
	}
}

func TestIdleNodesHaveHealthAndBadges(t *testing.T) {
	held := idleMesh("east")
	held.Workloads[0].Ready = 0
	clusters := known(held)
	g := mesh.Graph{Level: mesh.LevelWorkload}
	g = graph.WithBadges(graph.WithPods(graph.WithIdle(g, graph.Idle(g, clusters, graph.IdleOptions{})), clusters), graph.BadgeOptions{Clusters: clusters})
	for name, want := range map[string]struct {
		health mesh.Health
		why    string
		badges []string
	}{
		"ratings-v1": {mesh.HealthFailure, "0 of 1 pods ready", []string{"idle"}},
		"reviews-v1": {mesh.HealthHealthy, "", []string{"idle"}},
		"scaled-":    {mesh.HealthNotReady, "no pods wanted", []string{"dead: no pods", "idle"}},
	} {
		n := find(t, g, workload("east", "books", name))
		require.True(t, n.Idle)
		require.Equal(t, want.health, n.Health, name)
		require.Equal(t, want.why, n.Why, name)
		require.Equal(t, want.badges, badges(n), name)
		require.Equal(t, mesh.Rates{}, n.Shown())
	}
}

func TestWhatIsGoneCanBeIdle(t *testing.T) {
	ratings, old := workload("east", "books", "ratings-v1"), workload("east", "books", "old-v1")
	then := graph.Build(mesh.Traffic{Level: mesh.LevelWorkload, Calls: []mesh.Call{http(ratings, old, 1, 0)}}, graph.Options{})
	g := graph.Compare(mesh.Graph{Level: mesh.LevelWorkload}, then)
	clusters := known(books("east"))
	g = graph.WithPods(graph.WithIdle(g, graph.Idle(g, clusters, graph.IdleOptions{})), clusters)
	require.True(t, find(t, g, ratings).Idle, "it is still there")
	require.Equal(t, mesh.HealthNone, find(t, g, ratings).Health, "what is gone is not judged")
	require.False(t, find(t, g, old).Idle)
}

func TestHealthOfPods(t *testing.T) {
	for name, tt := range map[string]struct {
		failed float64 // percent of the requests
		ready  [2]int  // of two pods each: reviews-v1, reviews-v2
		ref    mesh.Ref
		want   mesh.Health
		why    string
	}{
		"both well":             {0, [2]int{2, 2}, workload("east", "books", "reviews-v1"), mesh.HealthHealthy, ""},
		"the pods are worse":    {0, [2]int{1, 2}, workload("east", "books", "reviews-v1"), mesh.HealthDegraded, "1 of 2 pods ready"},
		"the traffic is worse":  {50, [2]int{1, 2}, workload("east", "books", "reviews-v1"), mesh.HealthFailure, ""},
		"both are as bad":       {50, [2]int{0, 2}, workload("east", "books", "reviews-v1"), mesh.HealthFailure, ""},
		"another workload":      {0, [2]int{2, 0}, workload("east", "books", "reviews-v1"), mesh.HealthHealthy, ""},
		"an app by its worst":   {0, [2]int{1, 0}, app("east", "reviews", ""), mesh.HealthFailure, "reviews-v2: 0 of 2 pods ready"},
		"an app by both":        {0, [2]int{0, 0}, app("east", "reviews", ""), mesh.HealthFailure, "reviews-v1: 0 of 2 pods ready; reviews-v2: 0 of 2 pods ready"},
		"a version":             {0, [2]int{1, 0}, app("east", "reviews", "v1"), mesh.HealthDegraded, "1 of 2 pods ready"},
		"a service has no pods": {0, [2]int{0, 0}, serviceNode("east", "books", "reviews"), mesh.HealthHealthy, ""},
		"another cluster":       {0, [2]int{0, 0}, workload("west", "books", "reviews-v1"), mesh.HealthHealthy, ""},
	} {
		held := books("east")
		two := 2
		for i := range 2 {
			w := &held.Workloads[1+i]
			w.Desired, w.Current, w.Ready = &two, 2, tt.ready[i]
		}
		g := graph.WithPods(graph.Build(mesh.Traffic{Calls: []mesh.Call{http(workload("west", "shop", "web"), tt.ref, 100, tt.failed)}}, graph.Options{}), known(held))
		n := find(t, g, tt.ref)
		require.Equal(t, tt.want, n.Health, name)
		require.Equal(t, tt.why, n.Why, name)
	}
}

func TestAnnotationsJudge(t *testing.T) {
	held := books("east")
	held.Workloads[1].HealthRate = "5XX,40,60,http,inbound"
	held.Services[1].HealthRate = "5XX,50,60,http,inbound"
	held.Workloads[0].HealthRate = "nonsense"
	clusters := known(held)
	judged := func(ref mesh.Ref) mesh.Health {
		g := graph.Build(mesh.Traffic{Calls: []mesh.Call{ended(workload("west", "shop", "web"), ref, "500", 45)}},
			graph.Options{Tolerances: mesh.NewTolerances().WithOwn(clusters.Tolerances)})
		return find(t, g, ref).Health
	}
	for _, tt := range []struct {
		ref  mesh.Ref
		want mesh.Health
	}{
		{workload("east", "books", "reviews-v1"), mesh.HealthDegraded},
		{workload("east", "books", "reviews-v2"), mesh.HealthFailure},
		{workload("west", "books", "reviews-v1"), mesh.HealthFailure},
		{workload("east", "books", "ratings-v1"), mesh.HealthFailure},
		{app("east", "reviews", ""), mesh.HealthDegraded},
		{app("east", "reviews", "v2"), mesh.HealthFailure},
		{serviceNode("east", "books", "reviews"), mesh.HealthHealthy},
		{serviceNode("east", "books", "ratings"), mesh.HealthFailure},
		{serviceNode("east", "books", "nobody"), mesh.HealthFailure},
	} {
		require.Equal(t, tt.want, judged(tt.ref), "%+v", tt.ref)
	}
	for _, drawn := range []mesh.Ref{workload("east", "books", "ratings-v1"), app("east", "ratings", "v1")} {
		malformed := clusters.Malformed(calling(mesh.LevelWorkload, drawn))
		require.Len(t, malformed, 1)
		require.Equal(t, "workload books/ratings-v1", malformed[0].Of())
		require.ErrorContains(t, malformed[0].Err, "1 parts")
	}
	require.Empty(t, clusters.Malformed(calling(mesh.LevelWorkload, workload("east", "books", "reviews-v1"))), "what is not drawn is no matter")
}

func TestIdleNodesFoldFirst(t *testing.T) {
	web, quiet := workload("east", "books", "web"), workload("east", "books", "quiet")
	a, b, lone := workload("east", "books", "a"), workload("east", "books", "b"), workload("east", "shop", "lone")
	traffic := mesh.Traffic{Level: mesh.LevelWorkload, Calls: []mesh.Call{http(web, quiet, 0.001, 0)}}
	folded, told := fold(traffic, graph.FoldOptions{MaxNodes: 4, Idle: []mesh.Ref{a, b, lone}})
	require.Equal(t, traffic, folded)
	require.Equal(t, []int{2, 5, 1}, []int{told.Nodes, told.Of, told.Namespaces})
	require.Equal(t, []mesh.Ref{other("east", "books"), lone}, told.Rename([]mesh.Ref{a, b, lone}))
	g := graph.WithIdle(graph.Build(folded, graph.Options{}), told.Rename([]mesh.Ref{a, b, lone}))
	require.Len(t, g.Nodes, 4)
	require.True(t, find(t, g, other("east", "books")).Idle)

	folded, told = fold(traffic, graph.FoldOptions{MaxNodes: 3, Idle: []mesh.Ref{a, b, lone}})
	g = graph.WithIdle(graph.Build(folded, graph.Options{}), told.Rename([]mesh.Ref{a, b, lone}))
	require.Len(t, g.Nodes, 3)
	require.False(t, find(t, g, other("east", "books")).Idle, "it holds traffic too")
	require.InDelta(t, 0.001, total(folded).requests, 0)
	require.Equal(t, []mesh.Ref{a}, graph.Folded{}.Rename([]mesh.Ref{a, a}))
}

// Whatever is idle, no sum changes, and the order of what is given changes nothing.
func TestIdleOnGeneratedMeshes(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		traffic := large(rng)
		traffic.Level = mesh.LevelWorkload
		held := &mesh.Inventory{Cluster: "c1", Kinds: books("").Kinds}
		for ref := range refs(traffic) {
			if ref.Kind == mesh.KindWorkload && rng.IntN(2) == 0 {
				held.Workloads = append(held.Workloads, deployment(ref.Namespace, ref.Name))
			}
		}
		for range 5 {
			held.Workloads = append(held.Workloads, deployment("n1", string(rune('a'+rng.IntN(26)))+"-v1"))
		}
		draw := func() mesh.Graph {
			clusters := known(held)
			g := graph.Build(traffic, graph.Options{})
			idle := graph.Idle(g, clusters, graph.IdleOptions{})
			folded, told := fold(traffic, graph.FoldOptions{MaxNodes: len(g.Nodes), Idle: idle})
			require.InDelta(t, total(traffic).requests, total(folded).requests, 1e-6)
			g = graph.WithPods(graph.WithIdle(graph.Build(folded, graph.Options{}), told.Rename(idle)), clusters)
			return graph.WithBadges(g, graph.BadgeOptions{Clusters: clusters})
		}
		want := draw()
		seen := map[mesh.Ref]bool{}
		for _, n := range want.Nodes {
			require.False(t, seen[n.Ref], "a node twice")
			seen[n.Ref] = true
			require.False(t, n.Idle && n.Serves(), "traffic of what is idle")
		}
		rng.Shuffle(len(held.Workloads), func(i, j int) { held.Workloads[i], held.Workloads[j] = held.Workloads[j], held.Workloads[i] })
		require.Equal(t, want, draw(), "the order matters")
	}
}
