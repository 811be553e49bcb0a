package graph_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// dense is a graph of 2,400 workloads in ten clusters, each with two configurations.
func dense() (mesh.Graph, []*mesh.Inventory) {
	traffic := mesh.Traffic{Level: mesh.LevelWorkload}
	var held []*mesh.Inventory
	for c := range 10 {
		i := &mesh.Inventory{Cluster: mesh.ClusterName(fmt.Sprint("c", c)), Kinds: books("").Kinds}
		for n := range 240 {
			namespace, name := fmt.Sprint("n", n%12), fmt.Sprint("w", n)
			i.Workloads = append(i.Workloads, deployment(namespace, name+"-v1"))
			i.Services = append(i.Services, service(namespace, name))
			r := rule(namespace, mesh.DestinationRule{Host: name, CircuitBreaker: true})
			v := routes(namespace, mesh.Routing{Hosts: []string{name}, Rules: 1, Shifting: true, Destinations: []mesh.Destination{{Host: name}}})
			r.Name, v.Name = name, name
			i.Config = append(i.Config, r, v)
			for k := range 3 {
				to := (n + k + 1) % 240
				traffic.Calls = append(traffic.Calls, http(workload(i.Cluster, namespace, name+"-v1"), workload(i.Cluster, fmt.Sprint("n", to%12), fmt.Sprint("w", to, "-v1")), 1, 0))
			}
		}
		held = append(held, i)
	}
	return graph.Build(traffic, graph.Options{}), held
}

func BenchmarkBadges(b *testing.B) {
	g, held := dense()
	clusters := known(held...)
	require.Len(b, g.Nodes, 2400)
	b.Run("2400 workloads", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			graph.WithBadges(graph.WithPods(g, clusters), graph.BadgeOptions{Clusters: clusters})
		}
	})
	b.Run("with services", func(b *testing.B) {
		for b.Loop() {
			graph.WithBadges(g, graph.BadgeOptions{Clusters: clusters, Services: true})
		}
	})
	b.Run("idle", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			graph.WithIdle(mesh.Graph{Level: g.Level}, graph.Idle(mesh.Graph{Level: g.Level}, clusters, graph.IdleOptions{}))
		}
	})
	b.Run("made ready", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			known(held...)
		}
	})
}
