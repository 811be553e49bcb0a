package plugin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// TestTablesNameMalformedAnnotations: an annotation that cannot be read is named wherever it
// would decide on a row's health, once, and nowhere else.
func TestTablesNameMalformedAnnotations(t *testing.T) {
	east, west := held("east"), held("west")
	of := mesh.Object{Namespace: "other", Name: "c-v1"}
	for _, in := range []*mesh.Inventory{east.Inventory, west.Inventory} {
		in.Workloads[0].HealthRate, in.Services[0].HealthRate = "nonsense", "5XX,1,2,http"
		in.Namespaces = append(in.Namespaces, mesh.Namespace{Object: mesh.Object{Name: "other"}})
		in.Workloads = append(in.Workloads, mesh.Workload{Object: of, Kind: "Deployment", App: "c", HealthRate: "4XX,1,2,http,inbound"})
	}
	east.Inventory.Workloads = append(east.Inventory.Workloads, mesh.Workload{Object: of, Kind: "StatefulSet", App: "c", HealthRate: "5XX,3,2,http,inbound"})
	url, _ := store(t, ended("http", "200", "", 15))
	d := instance(t, url, listed)
	d.contents = contain(east, west)

	const parts = `is ignored: "nonsense": 1 parts, not code,degraded,failure,protocol,direction`
	workloads := []string{
		"warning: Cluster east: the annotation health.kiali.io/rate of workload a/b-v1, workload other/c-v1 " + parts,
		"warning: Cluster west: the annotation health.kiali.io/rate of workload a/b-v1 " + parts,
	}
	ofServices := func(clusters ...string) (out []string) {
		for _, c := range clusters {
			out = append(out, "warning: Cluster "+c+`: the annotation health.kiali.io/rate of service a/b is ignored: "5XX,1,2,http": 4 parts, not code,degraded,failure,protocol,direction`)
		}
		return out
	}
	for raw, want := range map[string][]string{
		`{"queryType":"namespaces"}`:                                        workloads,
		`{"queryType":"applications"}`:                                      workloads,
		`{"queryType":"workloads"}`:                                         workloads,
		`{"queryType":"services"}`:                                          ofServices("east", "west"),
		`{"queryType":"pods"}`:                                              nil,
		`{"queryType":"workloads","traffic":false}`:                         nil,
		`{"queryType":"workloads","clusters":["west"]}`:                     workloads[1:],
		`{"queryType":"workloads","names":["c-v1"],"clusters":["west"]}`:    nil,
		`{"queryType":"applications","names":["b"],"clusters":["west"]}`:    workloads[1:],
		`{"queryType":"namespaces","names":["other"],"clusters":["west"]}`:  nil,
		`{"queryType":"namespaces","namespaces":["a"],"clusters":["west"]}`: workloads[1:],
		`{"queryType":"services","names":["d"]}`:                            nil,
		`{"queryType":"health","of":"clusters"}`:                            workloads,
		`{"queryType":"health","of":"namespaces"}`:                          workloads,
		`{"queryType":"health","of":"applications"}`:                        workloads,
		`{"queryType":"health","of":"workloads"}`:                           workloads,
		`{"queryType":"health","of":"services","clusters":["east"]}`:        ofServices("east"),
		`{"queryType":"health","of":"workloads","measures":["requests"]}`:   nil,
		`{"queryType":"health","of":"workloads","namespaces":["none"]}`:     nil,
	} {
		got := ask(t, d, map[string]string{"A": raw})["A"]
		require.NoError(t, got.Error, raw)
		var said []string
		for _, n := range noticesOf(got.Frames[0]) {
			if strings.Contains(n, "health.kiali.io/rate") {
				said = append(said, n)
			}
		}
		require.Equal(t, want, said, raw)
	}

	// A cluster's own row among others says what is not known of it, and stands for nothing else.
	west.Inventory.Kinds[0].Known = false
	got := ask(t, d, map[string]string{"A": `{"queryType":"health","of":"services","namespaces":["none"]}`})["A"]
	require.NoError(t, got.Error)
	require.NotContains(t, notices(got.Frames), "health.kiali.io/rate")
}
