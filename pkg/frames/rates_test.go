package frames

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

var threeMinutes = mesh.Times{From: time.Unix(1_700_000_040, 0).UTC(), To: time.Unix(1_700_000_160, 0).UTC(), Step: time.Minute}

func told(values ...float64) []*float64 {
	out := make([]*float64, threeMinutes.Points())
	for i := range values {
		out[i] = &values[i]
	}
	return out
}

func serves(ref mesh.Ref) mesh.Pair { return mesh.Pair{Destination: ref} }

func TestASeriesIsAFrame(t *testing.T) {
	cart := serves(mesh.Ref{Kind: mesh.KindApp, Cluster: "east", Namespace: "shop", Name: "cart"})
	series := []mesh.Series{
		{Signal: mesh.SignalRequests, Of: cart, Values: told(1, 2), PromQL: "sum(x)"},
		{Signal: mesh.SignalLatency, Of: cart, Values: told(30)},
		{Signal: mesh.SignalLatency, Of: serves(mesh.Ref{Kind: mesh.KindService, Cluster: mesh.Unknown, Namespace: "shop", Name: "cart"}), Values: told(5)},
	}
	got := Rates(series, RatesOptions{
		Links: Links{MetricsUID: "m"}, Times: threeMinutes, By: mesh.ByApp, Signals: []mesh.Signal{mesh.SignalRequests, mesh.SignalLatency},
		LatencyName: "p95", Queries: []string{"one", "two"},
	})
	numbers, err := contract.CheckSeries(got)
	require.NoError(t, err)
	require.Len(t, numbers, 3)
	require.Equal(t, data.Labels{"cluster": "east", "namespace": "shop", "app": "cart", "measure": "requests"}, numbers[0].Labels)
	require.Equal(t, 2.0, *numbers[0].Value)
	require.Equal(t, data.Labels{"cluster": "unknown", "namespace": "shop", "service": "cart", "measure": "latency"}, numbers[2].Labels)
	require.Equal(t, "east / shop / cart · requests", got[0].Name)
	require.Equal(t, "east / shop / cart · p95 latency", got[1].Fields[1].Config.DisplayNameFromDS)
	require.Equal(t, "unresolved cluster / shop / cart · p95 latency", got[2].Name)
	require.Equal(t, []string{"reqps", "ms"}, []string{got[0].Fields[1].Config.Unit, got[1].Fields[1].Config.Unit})
	require.Equal(t, 60_000.0, got[0].Fields[0].Config.Interval, "gaps are left open")
	require.Equal(t, "one\ntwo", got[0].Meta.ExecutedQueryString)
	require.Equal(t, "sum(x)", got[0].Fields[1].Config.Links[0].Internal.Query.(map[string]any)["expr"])
	_, err = json.Marshal(got[0])
	require.NoError(t, err)
}

func TestNamesAndLabelsOfEachGrouping(t *testing.T) {
	east := mesh.Ref{Kind: mesh.KindCluster, Cluster: "east"}
	nowhere := mesh.Ref{Kind: mesh.KindCluster, Cluster: mesh.Unknown}
	stranger := mesh.Ref{Kind: mesh.KindUnknown, Cluster: mesh.Unknown}
	for _, tt := range []struct {
		by     mesh.Grouping
		side   mesh.Side
		of     mesh.Pair
		name   string
		labels data.Labels
	}{
		{mesh.ByCluster, mesh.SideDestination, serves(east), "east", data.Labels{"cluster": "east"}},
		{mesh.ByCluster, mesh.SideDestination, serves(nowhere), "unresolved cluster", data.Labels{"cluster": "unknown"}},
		{mesh.ByNamespace, mesh.SideDestination, serves(mesh.Ref{Kind: mesh.KindNamespace, Cluster: "east", Namespace: "shop"}), "east / shop", data.Labels{"cluster": "east", "namespace": "shop"}},
		{mesh.ByWorkload, mesh.SideSource, mesh.Pair{Source: mesh.Ref{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "shop", Name: "cart-v1"}}, "east / shop / cart-v1", data.Labels{"cluster": "east", "namespace": "shop", "workload": "cart-v1"}},
		{mesh.ByWorkload, mesh.SideSource, mesh.Pair{Source: stranger}, "unknown source", data.Labels{"cluster": "unknown", "namespace": "unknown", "workload": "unknown"}},
		{mesh.ByNamespace, mesh.SideSource, mesh.Pair{Source: mesh.Ref{Kind: mesh.KindUnknown, Cluster: "east"}}, "east / unknown source", data.Labels{"cluster": "east", "namespace": "unknown"}},
		{mesh.ByClusterPair, mesh.SideDestination, mesh.Pair{Source: east, Destination: nowhere}, "east → unresolved cluster", data.Labels{"source_cluster": "east", "destination_cluster": "unknown"}},
		{mesh.ByClusterPair, mesh.SideDestination, mesh.Pair{Source: stranger, Destination: east}, "unknown source → east", data.Labels{"source_cluster": "unknown", "destination_cluster": "east"}},
	} {
		got := Rates([]mesh.Series{{Signal: mesh.SignalErrorRatio, Of: tt.of, Values: told(0.5)}}, RatesOptions{
			Times: threeMinutes, By: tt.by, Side: tt.side, Signals: []mesh.Signal{mesh.SignalErrorRatio},
		})
		_, err := contract.CheckSeries(got)
		require.NoError(t, err)
		require.Equal(t, tt.name, got[0].Name)
		require.Equal(t, tt.labels, got[0].Fields[1].Labels)
		require.Empty(t, got[0].Fields[1].Config.Links, "no data source opens them")
	}
}

// An answer without series says so in its type: an alert rule then has no data.
func TestNoSeriesAreNoData(t *testing.T) {
	got := Rates(nil, RatesOptions{Times: threeMinutes, Queries: []string{"one"}})
	numbers, err := contract.CheckSeries(got)
	require.NoError(t, err)
	require.Empty(t, numbers)
	require.Equal(t, "one", got[0].Meta.ExecutedQueryString)
}

// The check that stands for Grafana's alerting does find what is wrong.
func TestTheContractOfSeriesCatchesMistakes(t *testing.T) {
	made := func() data.Frames {
		ref := func(name string) mesh.Pair {
			return serves(mesh.Ref{Kind: mesh.KindNamespace, Cluster: "east", Namespace: name})
		}
		return Rates([]mesh.Series{{Of: ref("a"), Signal: mesh.SignalRequests, Values: told(1)}, {Of: ref("b"), Signal: mesh.SignalRequests, Values: told(2)}},
			RatesOptions{Times: threeMinutes, By: mesh.ByNamespace})
	}
	for want, spoil := range map[string]func(data.Frames){
		"what type it is":       func(f data.Frames) { f[1].Meta.TypeVersion = data.FrameTypeVersion{} },
		"its labels are":        func(f data.Frames) { f[1].Fields[1].Labels = f[0].Fields[1].Labels },
		"no labels":             func(f data.Frames) { f[1].Fields[1].Labels = nil },
		"the value at 1 is NaN": func(f data.Frames) { zero := 0.0; nan := zero / zero; f[1].Fields[1].Set(1, &nan) },
		"do not ascend":         func(f data.Frames) { f[1].Fields[0].Set(1, f[1].Fields[0].At(0)) },
		"not a time and a":      func(f data.Frames) { f[1].Fields = f[1].Fields[1:] },
		"fields of the types":   func(f data.Frames) { f[1].Fields[1] = data.NewField("x", nil, []string{"a", "b", "c"}) },
	} {
		spoilt := made()
		spoil(spoilt)
		_, err := contract.CheckSeries(spoilt)
		require.ErrorContains(t, err, want)
	}
	_, err := contract.CheckSeries(nil)
	require.Error(t, err)
}
