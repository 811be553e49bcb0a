package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func object(namespace, name string) mesh.Object { return mesh.Object{Namespace: namespace, Name: name} }

// deployment runs one pod with a sidecar; its name is app-version.
func deployment(namespace, name string) mesh.Workload {
	app, version, _ := strings.Cut(name, "-")
	one := 1
	return mesh.Workload{Object: object(namespace, name), Kind: "Deployment", App: app, Version: version, Mode: mesh.ModeSidecar,
		Desired: &one, Current: 1, Ready: 1, PodLabels: map[string]string{"app": app, "version": version}}
}

func service(namespace, name string) mesh.Service {
	return mesh.Service{Object: object(namespace, name), Selector: map[string]string{"app": name}}
}

func config(kind, namespace, name string) mesh.Config {
	return mesh.Config{Object: object(namespace, name), Kind: kind, Group: "networking.istio.io"}
}

func rule(namespace string, r mesh.DestinationRule) mesh.Config {
	c := config("DestinationRule", namespace, "rule")
	c.DestinationRule = &r
	return c
}

func routes(namespace string, r mesh.Routing) mesh.Config {
	c := config("VirtualService", namespace, "routes")
	c.Routing = &r
	return c
}

// books holds reviews in two versions, ratings, and the rest that is given.
func books(cluster mesh.ClusterName, config ...mesh.Config) *mesh.Inventory {
	return &mesh.Inventory{
		Cluster:   cluster,
		Workloads: []mesh.Workload{deployment("books", "ratings-v1"), deployment("books", "reviews-v1"), deployment("books", "reviews-v2"), deployment("shop", "web-v1")},
		Services:  []mesh.Service{service("books", "ratings"), service("books", "reviews"), service("shop", "web")},
		Config:    config,
		Kinds:     []mesh.KindState{{Resource: "deployments.apps", Known: true}, {Resource: "pods", Known: true}},
	}
}

func known(inventories ...*mesh.Inventory) graph.Clusters {
	out := graph.Clusters{}
	for _, i := range inventories {
		out[i.Cluster] = graph.Cluster{Holding: graph.NewHolding(i), Complete: i.Complete(mesh.NeedWorkloads)}
	}
	return out
}

func app(cluster mesh.ClusterName, name, version string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindApp, Cluster: cluster, Namespace: "books", Name: name, Version: version}
}

func serviceNode(cluster mesh.ClusterName, namespace, name string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindService, Cluster: cluster, Namespace: namespace, Name: name}
}

func external(cluster mesh.ClusterName, name string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindExternal, Cluster: cluster, Name: name}
}

// calling is a graph in which web of shop calls nodes.
func calling(level mesh.Level, to ...mesh.Ref) mesh.Graph {
	t := mesh.Traffic{Level: level}
	for _, ref := range to {
		t.Calls = append(t.Calls, http(workload(ref.Cluster, "shop", "web-v1"), ref, 1, 0))
	}
	return graph.Build(t, graph.Options{})
}

func find(t testing.TB, g mesh.Graph, ref mesh.Ref) mesh.Node {
	t.Helper()
	i := slices.IndexFunc(g.Nodes, func(n mesh.Node) bool { return n.Ref == ref })
	require.GreaterOrEqual(t, i, 0, "%+v is not drawn", ref)
	return g.Nodes[i]
}

// badges are a node's, such as "circuit breaker: DestinationRule books/rule".
func badges(n mesh.Node) []string {
	out := []string{}
	for _, b := range n.Badges {
		if b.Detail != "" {
			out = append(out, string(b.Kind)+": "+b.Detail)
		} else {
			out = append(out, string(b.Kind))
		}
	}
	return out
}
