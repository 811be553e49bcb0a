package telemetry

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// What the parts of an ambient mesh and of one with sidecars report together.
func TestAWaypointIsASideOfItsOwn(t *testing.T) {
	tests := map[string]struct {
		answer                          []told
		requests, failed, clientErrors4 float64
	}{
		"a waypoint alone": {
			[]told{callOf(5, "waypoint", "200", "-"), callOf(1, "waypoint", "500", "-")}, 6, 1, 0},
		"a waypoint before a sidecar is not counted twice": {
			[]told{callOf(5, "waypoint", "200", "-"), callOf(5, "destination", "200", "-")}, 5, 0, 0},
		"sidecars on both ends and a waypoint between": {
			[]told{callOf(9, "source", "200", "-"), callOf(9, "waypoint", "200", "-"), callOf(9, "destination", "200", "-")}, 9, 0, 0},
		"a waypoint tries again": {
			[]told{callOf(9, "source", "200", "-"), callOf(9, "waypoint", "200", "-"), callOf(9, "destination", "200", "-"), callOf(3, "destination", "503", "-")}, 12, 3, 0},
		"what a waypoint cannot send on did arrive there": {
			[]told{callOf(8, "source", "200", "-"), callOf(2, "source", "503", "-"), callOf(8, "waypoint", "200", "-"), callOf(2, "waypoint", "503", "UH"), callOf(8, "destination", "200", "-")}, 10, 2, 0},
		"what never reached the waypoint is added": {
			[]told{callOf(8, "source", "200", "-"), callOf(2, "source", "503", "UF"), callOf(8, "waypoint", "200", "-")}, 10, 2, 0},
		"a waypoint that refuses": {
			[]told{callOf(6, "waypoint", "200", "-"), callOf(4, "waypoint", "403", "-"), callOf(6, "destination", "200", "-")}, 10, 0, 4},
		"an unknown reporter stands at the destination": {
			[]told{callOf(5, "", "200", "-"), callOf(4, "destination", "200", "-"), callOf(7, "source", "200", "-")}, 9, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := merged(t, tt.answer...)
			require.InDelta(t, tt.requests, *got.Requests, 1e-9)
			require.InDelta(t, tt.failed, *got.Failed, 1e-9)
			require.InDelta(t, tt.clientErrors4, *got.ClientErrors, 1e-9)
		})
	}
}

// One call of a namespace is reported by its waypoint alone, another by a sidecar and the
// waypoint, and a third by sidecars of which the called one saw retries.
func TestCoarseLevelsAddUpWhatWorkloadsReport(t *testing.T) {
	answer := []told{
		callOf(7, "waypoint", "200", "-", "source_workload", "ambient"), callOf(1, "waypoint", "500", "-", "source_workload", "ambient"),
		callOf(3, "source", "200", "-", "source_workload", "gateway"), callOf(3, "waypoint", "200", "-", "source_workload", "gateway"),
		callOf(10, "source", "200", "-"), callOf(12, "destination", "200", "-"),
		callOf(2, "source", "503", "UF"),
	}
	for _, level := range []mesh.Level{mesh.LevelCluster, mesh.LevelNamespace, mesh.LevelWorkload} {
		var all mesh.Rates
		shuffled := slices.Clone(answer)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		made := calls(reader{level: level}, answer...)
		require.Equal(t, made, calls(reader{level: level}, shuffled...), level)
		for _, c := range made {
			all.Add(c.Rates)
		}
		require.InDelta(t, 8+3+12+2, *all.Requests, 1e-9, level)
		require.InDelta(t, 1+2, *all.Failed, 1e-9, level)
	}
	cluster := calls(reader{level: mesh.LevelCluster}, answer...)
	require.Len(t, cluster, 1)
	require.Equal(t, []mesh.Response{{Code: "200", Rate: 22}, {Code: "500", Rate: 1}, {Code: "503", Flags: "UF", Rate: 2}}, cluster[0].Responses)
}

func TestResponsesOfThreeSides(t *testing.T) {
	got := calls(reader{level: mesh.LevelWorkload},
		callOf(10, "source", "200", "-"), callOf(2, "source", "503", "-"),
		callOf(10, "waypoint", "200", "-"), callOf(2, "waypoint", "503", "UH"), callOf(1, "waypoint", "403", "-"),
		callOf(12, "destination", "200", "-"), callOf(1, "destination", "503", "-"),
	)[0].Responses
	require.Equal(t, []mesh.Response{{Code: "200", Rate: 12}, {Code: "403", Rate: 1}, {Code: "503", Rate: 2}}, got)
}

func TestTheSideThatTellsMostOfMutualTLSIsBelieved(t *testing.T) {
	got := merged(t,
		callOf(10, "source", "200", "-", "connection_security_policy", "unknown"),
		callOf(10, "waypoint", "200", "-", "connection_security_policy", "mutual_tls"),
		callOf(3, "destination", "200", "-", "connection_security_policy", "none"))
	require.InDelta(t, 10, *got.Secure, 1e-9)
	require.InDelta(t, 0, *got.Plain, 1e-9, "no more is told of than there is")
}

// measured is a series of a measure, of a call from a to b.
func measuredCall(value float64, reporter, measure string, more ...string) told {
	return callOf(value, reporter, "", "", append([]string{"measure", measure}, more...)...)
}

func TestVolumesAreThoseOfTheSideThatSawMost(t *testing.T) {
	r := newReports(reader{level: mesh.LevelWorkload})
	r.addRequests(vectorOf(
		callOf(4, "waypoint", "200", "-"),
		callOf(2, "source", "200", "-", "request_protocol", "grpc", "grpc_response_status", "0"),
	))
	r.addVolumes(vectorOf(
		// ztunnels at both ends of one connection
		measuredCall(100, "source", "tcp_sent", "request_protocol", "tcp", "connection_security_policy", "mutual_tls"),
		measuredCall(90, "destination", "tcp_sent", "request_protocol", "tcp", "connection_security_policy", "mutual_tls"),
		measuredCall(400, "destination", "tcp_received", "request_protocol", "tcp", "connection_security_policy", "mutual_tls"),
		measuredCall(2, "source", "tcp_opened"), measuredCall(2, "destination", "tcp_opened"), measuredCall(1, "source", "tcp_closed"),
		measuredCall(20, "source", "request_messages"), measuredCall(30, "destination", "response_messages"), measuredCall(29, "source", "response_messages"),
		measuredCall(1000, "waypoint", "request_bytes", "request_protocol", "http"), measuredCall(5000, "waypoint", "response_bytes"),
		measuredCall(7, "source", "request_bytes", "request_protocol", "grpc"),
		measuredCall(1, "source", "a measure that nobody knows"), measuredCall(math.NaN(), "source", "tcp_sent"), measuredCall(math.Inf(1), "source", "tcp_sent"),
	))
	got := map[mesh.Protocol]mesh.Rates{}
	for _, c := range r.calls() {
		got[c.Protocol] = c.Rates
	}
	require.Equal(t, 490.0, *got[mesh.TCP].Bytes, "the side that saw most of both ways")
	require.InDelta(t, 1, *got[mesh.TCP].MTLSRatio(), 1e-9)
	p := func(v float64) *float64 { return &v }
	require.Equal(t, mesh.Volume{BytesSent: p(100), BytesReceived: p(400), Opened: p(2), Closed: p(1)}, got[mesh.TCP].Volume)
	require.Equal(t, mesh.Volume{RequestMessages: p(20), ResponseMessages: p(30), RequestBytes: p(7)}, got[mesh.GRPC].Volume)
	require.Equal(t, mesh.Volume{RequestBytes: p(1000), ResponseBytes: p(5000)}, got[mesh.HTTP].Volume)
	require.Equal(t, 50.0, *got[mesh.GRPC].Messages())
	require.Equal(t, 6000.0, *got[mesh.HTTP].Throughput())
}

func TestWhatOnlyAddsToCallsDrawsNone(t *testing.T) {
	r := newReports(reader{level: mesh.LevelWorkload})
	r.addVolumes(vectorOf(measuredCall(2, "source", "tcp_opened"), measuredCall(20, "source", "request_bytes")))
	r.addPeers(vectorOf(callOf(1, "", "", "", "destination_service", "b.ns")))
	require.Empty(t, r.calls())
}

func TestLatencyIsTheCallersView(t *testing.T) {
	at := func(v float64, reporter, to string) told {
		return series(v, "reporter", reporter, "source_cluster", "east", "destination_cluster", to)
	}
	got := newReports(reader{level: mesh.LevelCluster, names: aliases{"far-west": "west"}}).waits(vectorOf(
		at(7, "destination", "west"), at(12, "source", "west"), at(14, "source", "far-west"), at(20, "waypoint", "west"),
		at(5, "destination", "south"), at(6, "waypoint", "south"), at(math.NaN(), "source", "south"), at(math.Inf(1), "source", "south"),
		at(3, "destination", "north"),
	))
	pair := func(to mesh.ClusterName) mesh.Pair {
		return mesh.Pair{Source: mesh.Ref{Kind: "cluster", Cluster: "east"}, Destination: mesh.Ref{Kind: "cluster", Cluster: to}}
	}
	require.Equal(t, map[mesh.Pair]float64{pair("west"): 14, pair("south"): 6, pair("north"): 3}, got,
		"the caller's before the waypoint's before the destination's, and the larger of two names of one cluster")
}

func TestServicesHaveALatencyOnBothHalves(t *testing.T) {
	caller := []string{"source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a"}
	service := []string{"destination_cluster", "east", "destination_service_namespace", "ns", "destination_service_name"}
	workload := []string{"destination_workload_namespace", "ns", "destination_workload", "b"}
	from := func(v float64, measure string, labels ...[]string) told {
		all := []string{"reporter", "source", "measure", measure}
		for _, some := range labels {
			all = append(all, some...)
		}
		return series(v, all...)
	}
	got := newReports(reader{level: mesh.LevelWorkload, services: true}).waits(vectorOf(
		from(10, toService, caller, service, []string{"shop"}),
		from(20, toService, caller, service, []string{"api.example.com"}),
		from(30, fromService, workload, service, []string{"shop"}),
		from(40, fromService, workload, service, []string{"unknown"}), // no service stands before it
	))
	ref := func(kind mesh.Kind, namespace, name string) mesh.Ref {
		return mesh.Ref{Kind: kind, Cluster: "east", Namespace: namespace, Name: name}
	}
	a, b, shop := ref("workload", "ns", "a"), ref("workload", "ns", "b"), ref("service", "ns", "shop")
	require.Equal(t, map[mesh.Pair]float64{
		{Source: a, Destination: shop}: 10, {Source: a, Destination: ref("external", "", "api.example.com")}: 20, {Source: shop, Destination: b}: 30,
	}, got)
}

func TestPeersOfAPairAreListedOnce(t *testing.T) {
	r := newReports(reader{level: mesh.LevelWorkload})
	r.addRequests(vectorOf(callOf(1, "source", "200", "-"), callOf(1, "source", "200", "-", "request_protocol", "grpc")))
	r.addPeers(vectorOf(
		callOf(1, "", "", "", "source_principal", "spiffe://td/ns/ns/sa/a", "destination_principal", "unknown", "destination_service", "b.ns.svc.cluster.local"),
		callOf(1, "", "", "", "source_principal", "spiffe://td/ns/ns/sa/a", "destination_principal", "spiffe://td/ns/ns/sa/b", "destination_service", "a-b.ns.svc.cluster.local"),
	))
	made := r.calls()
	require.Len(t, made, 2)
	want := &mesh.Peers{
		SourcePrincipals: []string{"spiffe://td/ns/ns/sa/a"}, DestinationPrincipals: []string{"spiffe://td/ns/ns/sa/b"},
		Hosts: []string{"a-b.ns.svc.cluster.local", "b.ns.svc.cluster.local"},
	}
	require.Equal(t, want, made[0].Peers)
	require.Same(t, made[0].Peers, made[1].Peers, "they are the pair's, not a protocol's")
}
