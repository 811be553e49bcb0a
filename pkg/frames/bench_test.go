package frames_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
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

// BenchmarkWide makes the frames of 2,400 workloads and 7,000 edges, with PromQL as the
// store writes it.
func BenchmarkWide(b *testing.B) {
	ref := func(i int) mesh.Ref {
		return mesh.Ref{Kind: mesh.KindWorkload, Cluster: mesh.ClusterName(fmt.Sprintf("cluster-%02d", i/10%10)), Namespace: fmt.Sprintf("team-%03d", i/10), Name: fmt.Sprintf("app-%05d-v1", i)}
	}
	var calls []mesh.Call
	latency := map[mesh.Pair]float64{}
	for i := range 7000 {
		c := mesh.Call{
			Pair:      mesh.Pair{Source: ref(i * 12 / 35), Destination: ref((i*31 + 1) % 2400)},
			Protocol:  mesh.HTTP,
			Rates:     mesh.Rates{Requests: ptr(float64(i%50) + 0.123456), Failed: ptr(0.25), ClientErrors: ptr(0.0), Secure: ptr(float64(i)), Plain: ptr(0.0)},
			Responses: []mesh.Response{{Code: "200", Rate: float64(i % 50)}, {Code: "503", Flags: "UF", Rate: 0.25}},
		}
		calls = append(calls, c)
		latency[c.Pair] = float64(i%300) + 0.75
	}
	g := graph.Build(mesh.Traffic{Level: mesh.LevelWorkload, Calls: calls, Latency: latency}, graph.Options{})
	store, err := telemetry.NewStore(telemetry.Config{URL: "http://localhost"})
	if err != nil {
		b.Fatal(err)
	}
	o := options()
	o.Behind = store.Behind(5 * time.Minute)
	made := map[string]func() data.Frames{
		"graph": func() data.Frames { return frames.Graph(g, o) },
		"table": func() data.Frames { return frames.Traffic(g, o) },
	}
	for _, name := range []string{"graph", "table"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				made[name]()
			}
		})
		b.Run(name+"/encode", func(b *testing.B) {
			b.ReportAllocs()
			all := made[name]()
			for b.Loop() {
				for _, f := range all {
					if _, err := f.MarshalArrow(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
