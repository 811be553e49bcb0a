package frames_test

import (
	"fmt"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// BenchmarkGraph makes the frames of 400 workloads and 1,160 edges, and encodes them
// as they leave the plugin.
func BenchmarkGraph(b *testing.B) {
	var calls []mesh.Call
	ref := func(i int) mesh.Ref {
		return mesh.Ref{Kind: mesh.KindWorkload, Cluster: mesh.ClusterName(fmt.Sprint("cluster-", i%3)), Namespace: fmt.Sprint("namespace-", i%40), Name: fmt.Sprint("workload-", i)}
	}
	for i := range 1160 {
		calls = append(calls, mesh.Call{
			Pair:      mesh.Pair{Source: ref(i % 400), Destination: ref((i*7 + 1) % 400)},
			Protocol:  mesh.HTTP,
			Rates:     mesh.Rates{Requests: ptr(float64(i) + 0.5), Failed: ptr(0.25), ClientErrors: ptr(0.0), Secure: ptr(float64(i))},
			Responses: []mesh.Response{{Code: "200", Rate: float64(i)}, {Code: "503", Rate: 0.25}},
		})
	}
	g := graph.Build(mesh.Traffic{Level: mesh.LevelWorkload, Calls: calls}, graph.Options{})
	b.ReportAllocs()
	b.Run("frames", func(b *testing.B) {
		for b.Loop() {
			frames.Graph(g, options())
		}
	})
	made := frames.Graph(g, options())
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			for _, f := range made {
				if _, err := f.MarshalArrow(); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			graph.Build(mesh.Traffic{Level: mesh.LevelWorkload, Calls: calls}, graph.Options{})
		}
	})
}
