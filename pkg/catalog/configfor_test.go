package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestConfigsForOneThing(t *testing.T) {
	east := configured("east")
	east.Inventory.Workloads[0].PodLabels = map[string]string{"app": "x"}
	c := judging(nil, east)
	for _, tt := range []struct {
		of   mesh.Ref
		want []string
	}{
		{mesh.Ref{Kind: mesh.KindService, Namespace: "a", Name: "x"}, []string{"rule"}},
		{mesh.Ref{Kind: mesh.KindWorkload, Namespace: "a", Name: "x-v1"}, []string{"policy", "rule"}},
		{mesh.Ref{Kind: mesh.KindApp, Namespace: "a", Name: "x"}, []string{"policy", "rule"}},
		{mesh.Ref{Kind: mesh.KindExternal, Name: "api.example.com"}, []string{"entry"}},
		{mesh.Ref{Kind: mesh.KindService, Namespace: "b", Name: "x"}, nil},
		{mesh.Ref{Kind: mesh.KindNamespace, Namespace: "a"}, nil},
	} {
		var got []string
		for _, row := range c.Configs(catalog.ConfigSelection{For: tt.of}) {
			got = append(got, row.Name)
		}
		require.Equal(t, tt.want, got, "%v", tt.of)
	}
	c.Judged.Indexes = nil
	require.Empty(t, c.Configs(catalog.ConfigSelection{For: mesh.Ref{Kind: mesh.KindService, Namespace: "a", Name: "x"}}), "nobody tells what applies")
}
