package telemetry

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestOddDestinationsHaveTheirPlace(t *testing.T) {
	from := func(namespace, service string) labels {
		return series(1, "source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a", "source_canonical_service", "a",
			"destination_cluster", "unknown", "destination_service_namespace", namespace, "destination_service_name", service).labels
	}
	egress := from("unknown", "istio-egressgateway.istio-system.svc.cluster.local")
	external := func(name string) mesh.Ref { return mesh.Ref{Kind: "external", Cluster: "east", Name: name} }
	for _, tt := range []struct {
		name  string
		level mesh.Level
		of    labels
		want  mesh.Ref
	}{
		{"egress gateway", mesh.LevelWorkload, egress, mesh.Ref{Kind: "workload", Cluster: "east", Namespace: "istio-system", Name: "istio-egressgateway"}},
		{"egress gateway as an app", mesh.LevelApp, egress, mesh.Ref{Kind: "app", Cluster: "east", Namespace: "istio-system", Name: "istio-egressgateway"}},
		{"egress gateway with its version", mesh.LevelVersionedApp, egress, mesh.Ref{Kind: "app", Cluster: "east", Namespace: "istio-system", Name: "istio-egressgateway", Version: "latest"}},
		{"egress gateway as a service", mesh.LevelService, egress, mesh.Ref{Kind: "service", Cluster: "east", Namespace: "istio-system", Name: "istio-egressgateway"}},
		{"egress gateway's namespace", mesh.LevelNamespace, egress, mesh.Ref{Kind: "namespace", Cluster: "east", Namespace: "istio-system"}},
		{"egress gateway's cluster", mesh.LevelCluster, egress, mesh.Ref{Kind: "cluster", Cluster: "east"}},
		{"egress gateway somewhere else", mesh.LevelWorkload, from("ns", "my-egressgateway.gateways.svc.cluster.local:443"), mesh.Ref{Kind: "workload", Cluster: "east", Namespace: "gateways", Name: "my-egressgateway"}},
		{"another service by its DNS name", mesh.LevelWorkload, from("ns", "cart.shop.svc.cluster.local"), mesh.Ref{Kind: "service", Cluster: "unknown", Namespace: "shop", Name: "cart"}},
		{"a service of another cluster, the old way", mesh.LevelWorkload, from("ns", "cart.shop.global"), mesh.Ref{Kind: "service", Cluster: "unknown", Namespace: "shop", Name: "cart"}},
		{"a host that only looks like one", mesh.LevelWorkload, from("ns", "svc.example.com"), external("svc.example.com")},
		{"an address", mesh.LevelWorkload, from("ns", "203.0.113.7"), external("203.0.113.7")},
		{"an address with a port", mesh.LevelCluster, from("unknown", "203.0.113.7:8080"), external("203.0.113.7:8080")},
		{"an address of IPv6", mesh.LevelWorkload, from("ns", "[2001:db8::1]:443"), external("[2001:db8::1]:443")},
		{"a host with a wildcard", mesh.LevelWorkload, from("ns", "*.shop.svc.cluster.local"), external("*.shop.svc.cluster.local")},
		{"passthrough", mesh.LevelWorkload, from("ns", "PassthroughCluster"), external("PassthroughCluster")},
		{"black hole", mesh.LevelWorkload, from("", "BlackHoleCluster"), external("BlackHoleCluster")},
		{"a bad path of a namespace", mesh.LevelWorkload, from("shop", "unknown"), mesh.Ref{Kind: "service", Cluster: "unknown", Namespace: "shop", Name: "unknown"}},
		{"a store that lacks the service's namespace", mesh.LevelWorkload, from("", "cart"), mesh.Ref{Kind: "service", Cluster: "unknown", Namespace: "unknown", Name: "cart"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, service := reader{level: tt.level, services: HasServices(tt.level)}.destination(&tt.of, "east")
			require.Nil(t, service)
			require.Equal(t, tt.want, got)
		})
	}
}

// without takes labels off, as a recording rule does.
func without(all []told, names ...string) []told {
	out := append([]told(nil), all...)
	for i := range out {
		for _, name := range names {
			*out[i].at(name) = ""
		}
	}
	return out
}

func TestWhatAStoreLacksIsNamed(t *testing.T) {
	full := func(reporter string, more ...string) told {
		return callOf(1, reporter, "200", "-", append([]string{"connection_security_policy", "mutual_tls",
			"source_canonical_service", "a", "destination_canonical_service", "b"}, more...)...)
	}
	refused := series(1, "reporter", "source", "request_protocol", "http", "response_code", "503", "response_flags", "UH", "connection_security_policy", "unknown",
		"source_cluster", "east", "source_workload_namespace", "ns", "source_workload", "a", "source_canonical_service", "a",
		"destination_cluster", "unknown", "destination_service_namespace", "ns", "destination_service_name", "b")
	both := []told{full("source"), full("destination"), refused}
	for name, tt := range map[string]struct {
		level  mesh.Level
		answer []told
		want   []string
	}{
		"nothing":                           {mesh.LevelWorkload, both, nil},
		"nothing, of what never arrived":    {mesh.LevelWorkload, []told{refused}, nil},
		"nothing, at an empty store":        {mesh.LevelWorkload, nil, nil},
		"flags":                             {mesh.LevelWorkload, without(both, "response_flags"), []string{"response_flags"}},
		"protocol and code":                 {mesh.LevelNamespace, without(both, "request_protocol", "response_code"), []string{"request_protocol", "response_code"}},
		"clusters":                          {mesh.LevelCluster, without(both, "source_cluster", "destination_cluster"), []string{"source_cluster", "destination_cluster"}},
		"the reporter":                      {mesh.LevelWorkload, without(both, "reporter"), []string{"reporter"}},
		"callers":                           {mesh.LevelWorkload, without(both, "source_workload"), []string{"source_workload"}},
		"the service's namespace":           {mesh.LevelWorkload, without(both, "destination_service_namespace"), []string{"destination_service_namespace"}},
		"the version":                       {mesh.LevelVersionedApp, both, []string{"source_canonical_revision", "destination_canonical_revision"}},
		"the workload":                      {mesh.LevelWorkload, []told{full("destination", "destination_workload", "", "destination_canonical_service", "", "destination_service_name", "b", "destination_service_namespace", "ns")}, []string{"destination_workload"}},
		"the workload, which callers alone": {mesh.LevelWorkload, []told{full("source", "destination_workload", "", "destination_canonical_service", "", "destination_service_name", "b", "destination_service_namespace", "ns")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, composer{level: tt.level}.lacking(vectorOf(tt.answer...), requestLabels))
		})
	}
	require.Empty(t, note(nil, false))
	words := note([]string{"reporter", "source_cluster", "request_protocol", "response_code"}, true)
	for _, want := range []string{"source_canonical_service, destination_canonical_service, reporter", "called by their workloads", "count twice", "clusters are unknown", "as HTTP", "as failed"} {
		require.Contains(t, words, want)
	}
	require.Contains(t, note(strings.Split("a b c d e f g h i j", " "), false), "h and 2 more")
}

func TestASelectionThatNamesMuchMakesMoreQueries(t *testing.T) {
	q := Question{Protocols: mesh.Protocols(), Details: true, Level: mesh.LevelWorkload}
	for range 60 {
		q.Namespaces = append(q.Namespaces, "a-namespace-with-a-long-name")
	}
	c := composer{level: q.Level, selection: q.Selection, services: true}
	asked := c.ask(q)
	require.Greater(t, len(asked.volumes), 1)
	for _, p := range asked.volumes {
		require.Less(t, len(p.promQL), longestQuery+1000)
	}
	q.Namespaces = q.Namespaces[:3]
	c.selection = q.Selection
	require.Len(t, c.ask(q).volumes, 1)
}

func TestAllLabelsOfInterestAreKept(t *testing.T) {
	var l labels
	for _, name := range labelNames {
		require.NotNil(t, l.at(name), name)
		require.Empty(t, *l.at(name), name)
		*l.at(name) = name
	}
	require.Nil(t, l.at("instance"))
}
