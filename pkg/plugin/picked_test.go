package plugin

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// several is a cluster of two versions of an app, one of them without a ready pod, and of
// a workload of another namespace with the same name and labels.
func several(name mesh.ClusterName) *mesh.Inventory {
	two := func(namespace, version string, ready int) mesh.Workload {
		one := 1
		return mesh.Workload{
			Object: mesh.Object{Namespace: namespace, Name: "b-" + version}, Kind: "Deployment", App: "b", Version: version,
			PodLabels: map[string]string{"app": "b", "version": version}, Desired: &one, Current: 1, Ready: ready,
		}
	}
	in := held(name).Inventory
	in.Workloads = []mesh.Workload{two("a", "v1", 1), two("a", "v2", 0), two("z", "v1", 1)}
	in.Services = []mesh.Service{
		{Object: mesh.Object{Namespace: "a", Name: "all"}, Selector: map[string]string{"app": "b"}},
		{Object: mesh.Object{Namespace: "a", Name: "new"}, Selector: map[string]string{"version": "v2"}},
		{Object: mesh.Object{Namespace: "a", Name: "none"}},
	}
	in.Pods = nil
	for i := range in.Workloads {
		w := &in.Workloads[i]
		in.Pods = append(in.Pods, mesh.Pod{Object: mesh.Object{Namespace: w.Namespace, Name: w.Name + "-1"}, Workload: mesh.Owner{Kind: w.Kind, Name: w.Name}})
	}
	return in
}

func TestTablesKeepToOneThing(t *testing.T) {
	d := instance(t, "", listed)
	east, west := held("east"), held("west")
	east.Inventory, west.Inventory = several("east"), held("west").Inventory
	west.Inventory.Pods, west.Inventory.Services = nil, nil
	d.contents = contain(east, west)
	for focus, want := range map[string][]string{
		`{"kind":"app","namespace":"a","name":"b"}`:          {"b-v1", "b-v2", "b-v1"}, // also in west
		`{"kind":"workload","namespace":"a","name":"b-v2"}`:  {"b-v2"},
		`{"kind":"service","namespace":"a","name":"all"}`:    {"b-v1", "b-v2"},
		`{"kind":"service","namespace":"a","name":"new"}`:    {"b-v2"},
		`{"kind":"service","namespace":"a","name":"none"}`:   {},
		`{"kind":"service","namespace":"z","name":"all"}`:    {},
		`{"kind":"workload","namespace":"a","name":"other"}`: {},
	} {
		got := ask(t, d, map[string]string{
			"W": `{"queryType":"workloads","traffic":false,"focus":` + focus + `}`,
			"P": `{"queryType":"pods","clusters":["east"],"focus":` + focus + `}`,
		})
		require.NoError(t, got["W"].Error, focus)
		require.NoError(t, got["P"].Error, focus)
		require.Equal(t, want, contract.Strings(got["W"].Frames[0], "name"), focus)
		var pods []string
		for row, name := range want {
			if contract.Strings(got["W"].Frames[0], "cluster")[row] == "east" {
				pods = append(pods, name+"-1")
			}
		}
		require.ElementsMatch(t, pods, contract.Strings(got["P"].Frames[0], "name"), focus)
	}
}

func TestTheWorstComesFirst(t *testing.T) {
	d := instance(t, "", listed)
	east := held("east")
	east.Inventory = several("east")
	d.contents = contain(east)
	for order, want := range map[string][]string{"false": {"b-v1", "b-v2", "b-v1"}, "true": {"b-v2", "b-v1", "b-v1"}} {
		got := ask(t, d, map[string]string{"A": `{"queryType":"workloads","traffic":false,"worstFirst":` + order + `}`})["A"]
		require.NoError(t, got.Error)
		require.Equal(t, want, contract.Strings(got.Frames[0], "name"))
	}
}
