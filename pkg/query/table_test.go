package query_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

func TestTables(t *testing.T) {
	for queryType, of := range map[string]query.Of{
		"namespaces": query.OfNamespaces, "applications": query.OfApplications, "workloads": query.OfWorkloads,
		"services": query.OfServices, "pods": query.OfPods,
	} {
		t.Run(queryType, func(t *testing.T) {
			got, err := query.Decode(queryType, []byte(`{}`))
			require.NoError(t, err)
			require.Equal(t, query.Table{Of: of, Traffic: of != query.OfPods, Latency: query.LatencyP95}, got)
			got, err = query.Decode(queryType, []byte(`{"clusters": ["east"], "namespaces": ["a"], "names": ["x"], "traffic": false, "latency": "none", "window": "5m"}`))
			require.NoError(t, err)
			require.Equal(t, query.Table{
				Selection: query.Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a"}, Names: []string{"x"}},
				Of:        of, Latency: query.LatencyNone, Window: 5 * time.Minute,
			}, got)
		})
	}
}

func TestATextSwitchesTheTrafficOfATable(t *testing.T) {
	for text, want := range map[string]bool{`"false"`: false, `" false "`: false, `"true"`: true, `""`: true, `null`: true} {
		got, err := query.Decode("workloads", []byte(`{"traffic": `+text+`}`))
		require.NoError(t, err, text)
		require.Equal(t, want, got.(query.Table).Traffic, text)
	}
	for text, reason := range map[string]string{
		`"$traffic"`: `"$traffic" is a variable that the dashboard does not have; true or false is wanted`,
		`"off"`:      `the text "off" does not fit here; true or false is wanted`,
	} {
		_, err := query.Decode("workloads", []byte(`{"traffic": `+text+`}`))
		require.Equal(t, &query.Error{Field: "traffic", Reason: reason}, err)
	}
}

func TestTablesAboutOneThing(t *testing.T) {
	focus := `{"worstFirst": "true", "focus": {"kind": "app", "namespace": "a", "name": "x", "cluster": "east"}}`
	for queryType, want := range map[string]mesh.Ref{
		"workloads": {Kind: mesh.KindApp, Namespace: "a", Name: "x"}, "pods": {Kind: mesh.KindApp, Namespace: "a", Name: "x"}, "services": {},
	} {
		got, err := query.Decode(queryType, []byte(focus))
		require.NoError(t, err, queryType)
		require.Equal(t, want, got.(query.Table).For, queryType)
		require.True(t, got.(query.Table).WorstFirst, queryType)
	}
	got, err := query.Decode("istioConfig", []byte(`{"severity": "any", "focus": {"kind": "external", "namespace": "a", "name": "api.example.com"}}`))
	require.NoError(t, err)
	require.Equal(t, query.IstioConfig{For: mesh.Ref{Kind: mesh.KindExternal, Namespace: "a", Name: "api.example.com"}}, got)
	got, err = query.Decode("istioConfig", []byte(`{"focus": {"kind": "service", "namespace": "a", "name": ""}}`))
	require.NoError(t, err)
	require.Equal(t, query.IstioConfig{}, got, "a variable without a value is about nothing")
	for _, queryType := range []string{"pods", "istioConfig"} {
		_, err := query.Decode(queryType, []byte(`{"focus": {"kind": "cluster", "name": "east"}}`))
		var wrong *query.Error
		require.ErrorAs(t, err, &wrong, queryType)
		require.Equal(t, "focus.kind", wrong.Field)
	}
}
