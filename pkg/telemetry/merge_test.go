package telemetry

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// told is one series as a store tells it.
type told struct {
	labels
	value float64
}

// series is one series; labels come as name, value, name, value, …
func series(value float64, labels ...string) told {
	s := told{value: value}
	for i := 0; i < len(labels); i += 2 {
		*s.at(labels[i]) = labels[i+1]
	}
	return s
}

// vectorOf is an answer of these series.
func vectorOf(all ...told) *vector {
	d := decoder{seen: map[string]word{"": 0}, out: vector{words: []string{""}}}
	for _, one := range all {
		s := sample{value: one.value}
		for _, name := range labelNames {
			*s.at(name) = d.once([]byte(*one.at(name)))
		}
		d.out.samples = append(d.out.samples, s)
	}
	return &d.out
}

// callOf is a series of a call from a to b in namespace ns of cluster east.
func callOf(value float64, reporter, code, flags string, more ...string) told {
	return series(value, append([]string{
		"reporter", reporter, "request_protocol", "http", "response_code", code, "response_flags", flags,
		"source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a",
		"destination_cluster", "east", "destination_workload_namespace", "ns", "destination_workload", "b",
	}, more...)...)
}

// calls merges an answer about requests.
func calls(read reader, answer ...told) []mesh.Call {
	r := newReports(read)
	r.addRequests(vectorOf(answer...))
	return r.calls()
}

func merged(t *testing.T, answer ...told) mesh.Rates {
	t.Helper()
	made := calls(reader{level: mesh.LevelWorkload}, answer...)
	require.Len(t, made, 1)
	return made[0].Rates
}

func TestTwoReportsOfARequestAreOneRequest(t *testing.T) {
	tests := map[string]struct {
		answer                          []told
		requests, failed, clientErrors4 float64
	}{
		"both sides agree": {
			[]told{callOf(10, "source", "200", "-"), callOf(10, "destination", "200", "-")}, 10, 0, 0},
		"no sidecar at the destination": {
			[]told{callOf(10, "source", "200", "-")}, 10, 0, 0},
		"no sidecar at the caller": {
			[]told{callOf(10, "destination", "200", "-")}, 10, 0, 0},
		"failures that only the caller sees are added": {
			[]told{callOf(9, "source", "200", "-"), callOf(1, "source", "503", "UF,URX"), callOf(9, "destination", "200", "-")}, 10, 1, 0},
		"a timeout arrived, and failed all the same": {
			[]told{callOf(9, "source", "200", "-"), callOf(1, "source", "504", "UT"), callOf(10, "destination", "200", "-")}, 10, 1, 0},
		"retries are seen by the destination": {
			[]told{callOf(10, "source", "200", "-"), callOf(10, "destination", "200", "-"), callOf(2, "destination", "503", "-")}, 12, 2, 0},
		"no response counts as failed": {
			[]told{callOf(1, "source", "0", "DC"), callOf(3, "source", "200", "-")}, 4, 1, 0},
		"4xx are not failures": {
			[]told{callOf(8, "destination", "200", "-"), callOf(2, "destination", "404", "-")}, 10, 0, 2},
		"a waypoint is another reporter than the caller": {
			[]told{callOf(5, "waypoint", "200", "-"), callOf(5, "source", "200", "-")}, 5, 0, 0},
		"a code that nobody recorded is no failure": {
			[]told{callOf(5, "source", "", "")}, 5, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := merged(t, tt.answer...)
			require.InDelta(t, tt.requests, *got.Requests, 1e-9)
			require.InDelta(t, tt.failed, *got.Failed, 1e-9)
			require.InDelta(t, tt.clientErrors4, *got.ClientErrors, 1e-9)
			require.Nil(t, got.Bytes)
		})
	}
}

func TestGRPCStatusDecides(t *testing.T) {
	require.Equal(t, failed, outcome("200", "14"))
	require.Equal(t, succeeded, outcome("200", "0"))
	require.Equal(t, failed, outcome("503", ""))
	require.Equal(t, clientError, outcome("429", ""))
}

func TestResponsesOfBothSides(t *testing.T) {
	got := calls(reader{level: mesh.LevelWorkload}, []told{
		callOf(8, "source", "200", "-"), callOf(2, "source", "503", "UF"), callOf(1, "source", "0", "DC"),
		callOf(9, "destination", "200", "-"), callOf(1, "destination", "200", "-", "grpc_response_status", "14"),
	}...)
	require.Equal(t, []mesh.Response{
		{Code: "200", Rate: 9}, {Code: "503", Flags: "UF", Rate: 2}, {Code: "grpc 14", Rate: 1}, {Code: mesh.NoResponse, Flags: "DC", Rate: 1},
	}, got[0].Responses)
}

// What tolerances judge by must add up to what is shown as failed.
func TestAResponseThatBothSidesReportIsOne(t *testing.T) {
	got := calls(reader{level: mesh.LevelWorkload}, []told{
		callOf(94, "source", "200", "-"), callOf(4, "source", "503", "URX"), callOf(2, "source", "503", "UH"),
		callOf(94, "destination", "200", "-"), callOf(4, "destination", "503", "-"), callOf(2, "destination", "503", "DI"),
	}...)[0]
	require.InDelta(t, 8, *got.Failed, 1e-9)
	require.InDelta(t, 102, *got.Requests, 1e-9)
	sum := map[string]float64{}
	for _, one := range got.Responses {
		sum[one.Code] += one.Rate
	}
	require.InDelta(t, 94, sum["200"], 1e-9)
	require.InDelta(t, 8, sum["503"], 1e-9, "6 arrived, by the larger count, and 2 never did")
}

func TestMutualTLSIsSummedOverWhatIsKnown(t *testing.T) {
	got := merged(t,
		callOf(10, "source", "200", "-", "connection_security_policy", "unknown"),
		callOf(6, "destination", "200", "-", "connection_security_policy", "mutual_tls"),
		callOf(2, "destination", "200", "-", "connection_security_policy", "none"))
	require.InDelta(t, 0.75, *got.MTLSRatio(), 1e-9)
	require.Nil(t, merged(t, callOf(10, "source", "200", "-")).MTLSRatio())
}

func TestNamesTheEndsAtEachLevel(t *testing.T) {
	resolved := callOf(1, "source", "200", "-").labels
	refused := series(1, "source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a",
		"destination_cluster", "unknown", "destination_service_namespace", "shop", "destination_service_name", "cart").labels
	outsideHost := series(1, "source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a",
		"destination_cluster", "unknown", "destination_service_namespace", "ns", "destination_service_name", "api.example.com").labels
	passthrough := series(1, "source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a",
		"destination_cluster", "unknown", "destination_service_namespace", "unknown", "destination_service_name", "PassthroughCluster").labels
	versioned := series(1, "source_cluster", "east", "source_workload_namespace", "ns", "source_canonical_service", "web", "source_canonical_revision", "v1",
		"destination_cluster", "west", "destination_workload_namespace", "shop", "destination_canonical_service", "cart").labels
	stranger := series(1, "source_cluster", "unknown", "source_workload_namespace", "unknown", "source_workload", "unknown",
		"destination_cluster", "east", "destination_workload_namespace", "ns", "destination_workload", "b").labels

	tests := []struct {
		name         string
		level        mesh.Level
		metric       labels
		source, dest mesh.Ref
	}{
		{"workload", mesh.LevelWorkload, resolved, mesh.Ref{Kind: "workload", Cluster: "east", Namespace: "ns", Name: "a"}, mesh.Ref{Kind: "workload", Cluster: "east", Namespace: "ns", Name: "b"}},
		{"namespace", mesh.LevelNamespace, resolved, mesh.Ref{Kind: "namespace", Cluster: "east", Namespace: "ns"}, mesh.Ref{Kind: "namespace", Cluster: "east", Namespace: "ns"}},
		{"cluster", mesh.LevelCluster, resolved, mesh.Ref{Kind: "cluster", Cluster: "east"}, mesh.Ref{Kind: "cluster", Cluster: "east"}},
		{"an unknown destination cluster stays unknown", mesh.LevelCluster, refused, mesh.Ref{Kind: "cluster", Cluster: "east"}, mesh.Ref{Kind: "cluster", Cluster: "unknown"}},
		{"its namespace is known", mesh.LevelNamespace, refused, mesh.Ref{Kind: "namespace", Cluster: "east", Namespace: "ns"}, mesh.Ref{Kind: "namespace", Cluster: "unknown", Namespace: "shop"}},
		{"its service is known", mesh.LevelWorkload, refused, mesh.Ref{Kind: "workload", Cluster: "east", Namespace: "ns", Name: "a"}, mesh.Ref{Kind: "service", Cluster: "unknown", Namespace: "shop", Name: "cart"}},
		{"a service entry's host is outside", mesh.LevelWorkload, outsideHost, mesh.Ref{Kind: "workload", Cluster: "east", Namespace: "ns", Name: "a"}, mesh.Ref{Kind: "external", Cluster: "east", Name: "api.example.com"}},
		{"passthrough is outside at every level", mesh.LevelCluster, passthrough, mesh.Ref{Kind: "cluster", Cluster: "east"}, mesh.Ref{Kind: "external", Cluster: "east", Name: "PassthroughCluster"}},
		{"app", mesh.LevelApp, versioned, mesh.Ref{Kind: "app", Cluster: "east", Namespace: "ns", Name: "web"}, mesh.Ref{Kind: "app", Cluster: "west", Namespace: "shop", Name: "cart"}},
		{"versioned app", mesh.LevelVersionedApp, versioned, mesh.Ref{Kind: "app", Cluster: "east", Namespace: "ns", Name: "web", Version: "v1"}, mesh.Ref{Kind: "app", Cluster: "west", Namespace: "shop", Name: "cart", Version: "unknown"}},
		{"a caller without a sidecar", mesh.LevelWorkload, stranger, mesh.Ref{Kind: "unknown", Cluster: "unknown"}, mesh.Ref{Kind: "workload", Cluster: "east", Namespace: "ns", Name: "b"}},
		{"a store without workload labels", mesh.LevelWorkload, labels{sourceCluster: "east"}, mesh.Ref{Kind: "unknown", Cluster: "east"}, mesh.Ref{Kind: "workload", Cluster: "unknown", Namespace: "unknown", Name: "unknown"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			read := reader{level: tt.level}
			source := read.source(&tt.metric)
			destination, service := read.destination(&tt.metric, source.Cluster)
			require.Nil(t, service)
			require.Equal(t, tt.source, source)
			require.Equal(t, tt.dest, destination)
		})
	}
}

func TestAliasedClustersFoldIntoOne(t *testing.T) {
	made := calls(reader{level: mesh.LevelCluster, names: aliases{"Kubernetes": "east"}}, []told{
		series(1, "reporter", "source", "source_cluster", "east", "destination_cluster", "west"),
		series(2, "reporter", "source", "source_cluster", "Kubernetes", "destination_cluster", "west"),
	}...)
	require.Len(t, made, 1)
	require.InDelta(t, 3, *made[0].Requests, 1e-9)
}

// Whatever the sides report, no part of the result exceeds the whole, and nothing
// depends on the order of the answer.
func TestMergedRatesHoldTogether(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	for range 500 {
		var answer []told
		for range 1 + rng.IntN(8) {
			answer = append(answer, callOf(float64(1+rng.IntN(100)), pick("source", "destination", "waypoint"),
				pick("200", "301", "404", "503", "0", ""), pick("-", "UF", "UT", "DC", "UH,URX"),
				"connection_security_policy", pick("mutual_tls", "none", "unknown")))
		}
		got := merged(t, answer...)
		require.GreaterOrEqual(t, *got.Failed, 0.0)
		require.GreaterOrEqual(t, *got.ClientErrors, 0.0)
		require.LessOrEqual(t, *got.Failed+*got.ClientErrors, *got.Requests+1e-9)
		if m := got.MTLSRatio(); m != nil {
			require.True(t, *m >= 0 && *m <= 1)
		}
		rng.Shuffle(len(answer), func(i, j int) { answer[i], answer[j] = answer[j], answer[i] })
		require.Equal(t, got, merged(t, answer...))
	}
}

func TestServicesStandBetween(t *testing.T) {
	answer := []told{
		callOf(10, "source", "200", "-", "destination_service_name", "shop", "destination_service_namespace", "ns"),
		callOf(10, "destination", "200", "-", "destination_service_name", "shop", "destination_service_namespace", "ns"),
		series(1, "reporter", "source", "response_code", "503", "response_flags", "UH", "source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a",
			"destination_cluster", "unknown", "destination_service_name", "shop", "destination_service_namespace", "ns"),
		callOf(2, "source", "200", "-", "destination_service_name", "unknown", "destination_service_namespace", "ns"),
	}
	got := map[string]float64{}
	for _, c := range calls(reader{level: mesh.LevelWorkload, services: true}, answer...) {
		got[string(c.Source.Kind)+" "+c.Source.Name+" to "+string(c.Destination.Kind)+" "+c.Destination.Name+" in "+string(c.Destination.Cluster)] = *c.Requests
	}
	require.Equal(t, map[string]float64{
		"workload a to service shop in east":    10,
		"service shop to workload b in east":    10,
		"workload a to service shop in unknown": 1, // it ended at the service
		"workload a to workload b in east":      2, // nobody knows by which service
	}, got)
}

func TestCallersAreTheServicesThatTheyServe(t *testing.T) {
	app := func(name string) mesh.Ref {
		return mesh.Ref{Kind: mesh.KindApp, Cluster: "east", Namespace: "ns", Name: name}
	}
	service := func(name string) mesh.Ref {
		return mesh.Ref{Kind: mesh.KindService, Cluster: "east", Namespace: "ns", Name: name}
	}
	traffic := mesh.Traffic{
		Calls: []mesh.Call{
			{Pair: mesh.Pair{Source: app("gateway"), Destination: service("cart")}, Protocol: mesh.HTTP},
			{Pair: mesh.Pair{Source: app("cart"), Destination: service("stock")}, Protocol: mesh.HTTP},
		},
		Latency: map[mesh.Pair]float64{{Source: app("cart"), Destination: service("stock")}: 5},
	}
	joinServices(&traffic)
	require.Equal(t, []mesh.Pair{
		{Source: app("gateway"), Destination: service("cart")},
		{Source: service("cart"), Destination: service("stock")},
	}, []mesh.Pair{traffic.Calls[0].Pair, traffic.Calls[1].Pair})
	require.Equal(t, map[mesh.Pair]float64{{Source: service("cart"), Destination: service("stock")}: 5}, traffic.Latency)
}
