package telemetry

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func workload(name string) mesh.Ref {
	return mesh.Ref{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "ns", Name: name}
}

// oneSide drops what one-sided sums do not tell: the other end.
func oneSide(prefix string, s told) told {
	for _, name := range labelNames {
		if strings.HasPrefix(name, prefix) {
			*s.at(name) = ""
		}
	}
	return s
}

func TestWhatIsServedAndSent(t *testing.T) {
	tests := map[string]struct {
		served, sent                 []told
		in, inFailed, out, outFailed float64
	}{
		"both sides tell the same": {
			served: []told{callOf(9, "source", "200", "-"), callOf(1, "source", "500", "-"), callOf(9, "destination", "200", "-"), callOf(1, "destination", "500", "-")},
			sent:   []told{callOf(9, "source", "200", "-"), callOf(1, "source", "500", "-"), callOf(9, "destination", "200", "-"), callOf(1, "destination", "500", "-")},
			in:     10, inFailed: 1, out: 10, outFailed: 1,
		},
		"some callers have no sidecar": {
			served: []told{callOf(4, "source", "200", "-"), callOf(10, "destination", "200", "-")},
			sent:   []told{callOf(4, "source", "200", "-"), callOf(4, "destination", "200", "-")},
			in:     10, out: 4,
		},
		"some of what is called has no sidecar": {
			served: []told{callOf(4, "source", "200", "-")},
			sent:   []told{callOf(10, "source", "200", "-"), callOf(6, "destination", "200", "-")},
			in:     4, out: 10,
		},
		"what never arrived is added": {
			served: []told{callOf(8, "source", "200", "-"), callOf(2, "source", "503", "UF"), callOf(8, "destination", "200", "-")},
			sent:   []told{callOf(8, "source", "200", "-"), callOf(2, "source", "503", "UF"), callOf(8, "destination", "200", "-")},
			in:     10, inFailed: 2, out: 10, outFailed: 2,
		},
		"a caller in ambient mode": {
			served: []told{callOf(3, "waypoint", "200", "-")},
			sent:   []told{callOf(3, "waypoint", "200", "-"), callOf(5, "destination", "200", "-"), callOf(1, "destination", "503", "-")},
			in:     3, out: 9, outFailed: 1,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := newTotaller(reader{level: mesh.LevelWorkload})
			var served, sent []told
			for _, s := range tt.served {
				served = append(served, oneSide("source_", s))
			}
			for _, s := range tt.sent {
				sent = append(sent, oneSide("destination_", s))
			}
			r.addServed(vectorOf(served...))
			r.addSent(vectorOf(sent...))
			got := r.totals(&vector{}).Vitals(mesh.Tolerances{})
			require.Len(t, got, 2)
			require.InDelta(t, tt.in, *got[workload("b")].In.Requests, 1e-9)
			require.InDelta(t, tt.inFailed, *got[workload("b")].In.Failed, 1e-9)
			require.InDelta(t, tt.out, *got[workload("a")].Out.Requests, 1e-9)
			require.InDelta(t, tt.outFailed, *got[workload("a")].Out.Failed, 1e-9)
			require.Nil(t, got[workload("a")].In.Requests, "nobody calls it")
			require.Nil(t, got[workload("b")].Out.Requests)
			require.Equal(t, judgement(tt.inFailed/tt.in), got[workload("b")].Health)
			require.Equal(t, judgement(tt.outFailed/tt.out), got[workload("a")].Health)
		})
	}
}

// judgement is what the default tolerances say of 5xx.
func judgement(share float64) mesh.Health {
	switch {
	case share >= 0.1:
		return mesh.HealthFailure
	case share > 0:
		return mesh.HealthDegraded
	}
	return mesh.HealthHealthy
}

func TestBytesAreTotalsOfTheirOwnProtocol(t *testing.T) {
	r := newTotaller(reader{level: mesh.LevelWorkload})
	r.addServed(vectorOf(
		oneSide("source_", measuredCall(100, "source", "tcp_sent")), oneSide("source_", measuredCall(90, "destination", "tcp_sent", "connection_security_policy", "mutual_tls")),
		oneSide("source_", measuredCall(400, "destination", "tcp_received", "connection_security_policy", "mutual_tls")),
		oneSide("source_", callOf(5, "destination", "200", "-", "connection_security_policy", "none")),
		oneSide("source_", measuredCall(7, "source", "nobody knows"))))
	got := r.totals(&vector{})[workload("b")]
	require.Len(t, got.Served, 2)
	v := mesh.Totals{workload("b"): got}.Vitals(mesh.Tolerances{})[workload("b")]
	require.InDelta(t, 490, *v.In.Bytes, 1e-9, "the destination saw most in all")
	require.InDelta(t, 5, *v.In.Requests, 1e-9)
	require.InDelta(t, 490/495.0, *v.In.MTLSRatio(), 1e-9)
}

func TestWhoseLatencyIsTold(t *testing.T) {
	waits := func(reporters ...string) *vector {
		var all []told
		for i, reporter := range reporters {
			all = append(all, oneSide("source_", callOf(float64(100*(i+1)), reporter, "", "")))
		}
		return vectorOf(all...)
	}
	served := func(source, waypoint, destination float64) *totaller {
		r := newTotaller(reader{level: mesh.LevelWorkload})
		r.addServed(vectorOf(oneSide("source_", callOf(source, "source", "200", "-")),
			oneSide("source_", callOf(waypoint, "waypoint", "200", "-")), oneSide("source_", callOf(destination, "destination", "200", "-"))))
		return r
	}
	for name, tt := range map[string]struct {
		of     *totaller
		answer *vector
		want   *float64
	}{
		"what callers waited":             {served(10, 0, 11), waits("source", "destination"), at(100)},
		"of half of the requests":         {served(5, 0, 10), waits("source", "destination"), at(100)},
		"most callers have no sidecar":    {served(1, 0, 10), waits("source", "destination"), at(200)},
		"behind a waypoint":               {served(1, 10, 0), waits("source", "waypoint"), at(200)},
		"two names of one cluster":        {served(9, 0, 9), waits("source", "source"), at(200)},
		"only the destination tells":      {served(9, 0, 9), waits("destination"), at(100)},
		"nobody":                          {served(9, 0, 9), waits(), nil},
		"only who counts the fewest told": {served(1, 0, 10), waits("source"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, tt.of.totals(tt.answer)[workload("b")].Latency)
		})
	}
}

func at(v float64) *float64 { return &v }

// A caller and the service of its name are one thing.
func TestCallersJoinWhatTheyServe(t *testing.T) {
	app := func(name string) mesh.Ref {
		return mesh.Ref{Kind: mesh.KindApp, Cluster: "east", Namespace: "ns", Name: name}
	}
	service := app("b")
	service.Kind = mesh.KindService
	wait := 5.0
	got := joinCallers(mesh.Totals{
		app("b"): {Sent: make([]mesh.Call, 1)}, service: {Served: make([]mesh.Call, 2), Latency: &wait}, app("gateway"): {Sent: make([]mesh.Call, 3)},
	})
	require.Equal(t, mesh.Totals{
		service: {Served: make([]mesh.Call, 2), Sent: make([]mesh.Call, 1), Latency: &wait}, app("gateway"): {Sent: make([]mesh.Call, 3)},
	}, got)

}

// Clusters and namespaces add up their workloads: one of which sidecars report, one behind
// a waypoint, and one without a proxy.
func TestCoarseThingsAddUpTheirWorkloads(t *testing.T) {
	served := []told{
		callOf(5, "source", "200", "-"), callOf(6, "destination", "200", "-"),
		callOf(3, "waypoint", "200", "-", "destination_workload", "c"), callOf(1, "source", "200", "-", "destination_workload", "c"),
		callOf(2, "source", "500", "-", "destination_workload", "d"),
		callOf(4, "source", "503", "UH", "destination_workload", "unknown", "destination_cluster", "unknown", "destination_service_namespace", "ns", "destination_service_name", "e"),
	}
	sent := []told{
		callOf(5, "source", "200", "-"), callOf(6, "destination", "200", "-"), // inside of both
		callOf(7, "source", "200", "-", "destination_workload_namespace", "other"),
		callOf(8, "destination", "200", "-", "destination_workload_namespace", "other", "source_workload", "ambient"),
		callOf(1, "waypoint", "200", "-", "destination_workload_namespace", "other", "source_workload", "ambient"),
		callOf(9, "source", "200", "-", "destination_cluster", "west"),
	}
	for level, want := range map[mesh.Level]struct {
		ref     mesh.Ref
		in, out float64
	}{
		mesh.LevelNamespace: {mesh.Ref{Kind: mesh.KindNamespace, Cluster: "east", Namespace: "ns"}, 6 + 3 + 2, 7 + 8 + 1 + 9},
		mesh.LevelCluster:   {mesh.Ref{Kind: mesh.KindCluster, Cluster: "east"}, 6 + 3 + 2, 9},
	} {
		r := newTotaller(reader{level: level})
		r.addServed(vectorOf(served...))
		r.addSent(vectorOf(sent...))
		wait := oneSide("source_", callOf(50, "destination", "", ""))
		got := r.totals(vectorOf(wait)).Vitals(mesh.Tolerances{})
		v := got[want.ref]
		require.InDelta(t, want.in, *v.In.Requests, 1e-9, level)
		require.InDelta(t, 2, *v.In.Failed, 1e-9, level)
		require.InDelta(t, want.out, *v.Out.Requests, 1e-9, level)
		require.Equal(t, at(50), v.Latency, level)
		unresolved := want.ref
		unresolved.Cluster = mesh.Unknown
		require.InDelta(t, 4, *got[unresolved].In.Requests, 1e-9, level)
	}
}

// The order of a store's answer changes nothing.
func TestTotalsDoNotDependOnOrder(t *testing.T) {
	var all []told
	for i := range 40 {
		all = append(all, callOf(0.1*float64(i+1), []string{"source", "destination", "waypoint"}[i%3], []string{"200", "503", "404"}[i/3%3], "-",
			"destination_workload", fmt.Sprint("w", i%4), "request_protocol", []string{"http", "grpc"}[i/2%2]))
	}
	totals := func() map[mesh.Ref]mesh.Vitals {
		r := newTotaller(reader{level: mesh.LevelWorkload})
		r.addServed(vectorOf(all...))
		r.addSent(vectorOf(all...))
		return r.totals(&vector{}).Vitals(mesh.Tolerances{})
	}
	want := totals()
	for range 20 {
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		got := totals()
		require.Len(t, got, len(want))
		for ref, v := range got {
			require.Equal(t, want[ref].Health, v.Health)
			if v.In.Requests != nil {
				require.InDelta(t, *want[ref].In.Requests, *v.In.Requests, 1e-9)
			}
		}
	}
}

// asking is a store that tells what it was asked, and fails what the test wants to fail.
func asking(t *testing.T, fails func(query string) bool) (*Store, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.FormValue("query")
		mu.Lock()
		asked = append(asked, query)
		mu.Unlock()
		if fails != nil && fails(query) {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
	}))
	t.Cleanup(server.Close)
	store, err := NewStore(Config{URL: server.URL, Aliases: map[string]mesh.ClusterName{"Kubernetes": "east"}})
	require.NoError(t, err)
	return store, func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := asked
		asked = nil
		return out
	}
}

func totalsOf(level mesh.Level) Question {
	now := time.Unix(1_700_000_000, 0)
	return Question{Range: Range{now.Add(-5 * time.Minute), now}, Level: level, Protocols: mesh.Protocols(), Latency: "0.95"}
}

func TestTheNumberOfQueriesIsConstant(t *testing.T) {
	for _, level := range mesh.Levels() {
		store, asked := asking(t, nil) // which knows no answer yet
		const want = 3
		for _, selected := range []Selection{{}, {Clusters: []mesh.ClusterName{"east", "west"}, Namespaces: []string{"a", "b"}, Names: []string{"x"}}} {
			q := totalsOf(level)
			q.Selection = selected
			answer, err := store.Totals(t.Context(), q)
			require.NoError(t, err)
			require.Len(t, asked(), want, level)
			require.Len(t, answer.Queries, want)
			require.Empty(t, answer.Of)
		}
	}
	store, asked := asking(t, nil)
	q := totalsOf(mesh.LevelWorkload)
	q.Protocols, q.Latency = []mesh.Protocol{mesh.TCP}, "avg"
	_, err := store.Totals(t.Context(), q)
	require.NoError(t, err)
	require.Len(t, asked(), 2, "connections have no latency")

	for range 1500 {
		q.Names = append(q.Names, "a-workload")
	}
	_, err = store.Totals(t.Context(), q)
	require.NoError(t, err)
	require.Greater(t, len(asked()), 2)
}

func TestWhatFailsOfTotals(t *testing.T) {
	store, _ := asking(t, func(query string) bool { return strings.Contains(query, "histogram_quantile") })
	answer, err := store.Totals(t.Context(), totalsOf(mesh.LevelWorkload))
	require.NoError(t, err)
	require.Len(t, answer.Missing, 1)
	require.Equal(t, "latency", answer.Missing[0].What)

	store, _ = asking(t, func(query string) bool {
		return strings.Contains(query, "istio_requests_total") && strings.Contains(query, "source_workload")
	})
	_, err = store.Totals(t.Context(), totalsOf(mesh.LevelWorkload))
	require.Error(t, err)
}

func TestThePromQLOfOneSide(t *testing.T) {
	c := composer{level: mesh.LevelService, names: aliases{"Kubernetes": "east"}, selection: Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a"}}, window: 5 * time.Minute}
	require.Equal(t, `sum by (reporter,destination_cluster,destination_service_namespace,destination_service_name) `+
		`(rate(m{destination_cluster!~"|unknown",destination_service_namespace!="unknown",destination_service_name!~".*[.:].*|PassthroughCluster|BlackHoleCluster|InboundPassthroughCluster",destination_cluster=~"east|Kubernetes",destination_service_namespace="a"}[5m])) or `+
		`sum by (reporter,destination_cluster,destination_service_namespace,destination_service_name,source_cluster) `+
		`(rate(m{destination_cluster=~"|unknown",source_cluster=~"east|Kubernetes"}[5m]) or rate(m{destination_service_namespace="unknown",source_cluster=~"east|Kubernetes"}[5m]) or `+
		`rate(m{destination_service_name=~".*[.:].*|PassthroughCluster|BlackHoleCluster|InboundPassthroughCluster",source_cluster=~"east|Kubernetes"}[5m]))`,
		c.served("m", nil, "reporter"))
	require.Equal(t, `sum by (source_cluster,source_workload_namespace,source_canonical_service) (rate(m{source_cluster=~"east|Kubernetes",source_workload_namespace="a"}[5m]))`, c.sent("m", nil))
	c.level, c.selection = mesh.LevelWorkload, Selection{}
	require.Equal(t, `sum by (destination_cluster,destination_workload_namespace,destination_workload) (rate(m{destination_workload!~"|unknown"}[5m])) or `+
		`sum by (destination_cluster,destination_service_namespace,destination_service_name,source_cluster) (rate(m{destination_workload=~"|unknown"}[5m]))`, c.served("m", nil))
}
