package findings_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/findings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// large is a mesh of three clusters with services, two workloads each, and objects: of each
// service a VirtualService, a DestinationRule, an AuthorizationPolicy with all that rules
// name and a PeerAuthentication, of each namespace a Sidecar and a ReferenceGrant for a
// route. The clusters share namespaces.
func large(services int) []*mesh.Inventory {
	const perNamespace = 20
	var out []*mesh.Inventory
	for _, cluster := range []mesh.ClusterName{"east", "south", "west"} {
		in := &mesh.Inventory{Cluster: cluster, Kinds: known()}
		for i := range services / 3 {
			namespace, name := fmt.Sprintf("namespace-%03d", i/perNamespace), fmt.Sprintf("service-%04d", i)
			if i%perNamespace == 0 {
				in.Namespaces = append(in.Namespaces, mesh.Namespace{Object: object("", namespace)})
				in.Config = append(in.Config, ofNamespace(namespace, name)...)
			}
			in.Services = append(in.Services, service(namespace, name))
			in.Workloads = append(in.Workloads, deployment(namespace, name, "v1"), deployment(namespace, name, "v2"))
			add := func(kind, group string, change func(*mesh.Config)) {
				in.Config = append(in.Config, with(config(kind, group, namespace, name), change))
			}
			add("VirtualService", networking, func(c *mesh.Config) {
				c.Routing = &mesh.Routing{Hosts: []string{name}, Destinations: []mesh.Destination{
					{Host: name, Subset: "v1", Rule: "http[0]", Weight: 90}, {Host: name + "." + namespace + ".svc.cluster.local", Subset: "v2", Rule: "http[0]", Weight: 10},
				}}
			})
			add("DestinationRule", networking, func(c *mesh.Config) {
				c.DestinationRule = &mesh.DestinationRule{Host: name, TLS: "ISTIO_MUTUAL", Subsets: []mesh.Subset{subset("v1", "version", "v1"), subset("v2", "version", "v2")}}
			})
			add("AuthorizationPolicy", security, func(c *mesh.Config) {
				c.Selector, c.AuthorizationPolicy = labels("app", name), &mesh.AuthorizationPolicy{
					Action: "ALLOW", Rules: 1, HTTP: true, Namespaces: names(namespace), Principals: names("cluster.local/ns/" + namespace + "/sa/" + name),
					Accounts: names(namespace + "/" + name), Hosts: names(name + "." + namespace + ".svc.cluster.local"),
				}
			})
			add("PeerAuthentication", security, func(c *mesh.Config) {
				c.Selector, c.PeerAuthentication = labels("app", name), &mesh.PeerAuthentication{Mode: "STRICT"}
			})
		}
		asAccounts([]*mesh.Inventory{in})
		out = append(out, in)
	}
	return out
}

// ofNamespace are a Sidecar, and a route of books with the grant to send to a service.
func ofNamespace(namespace, service string) []mesh.Config {
	scope := config("Sidecar", networking, namespace, "sidecar")
	scope.Sidecar = &mesh.Sidecar{Egress: []string{"./*", "*/*.svc.cluster.local", "./*." + namespace + ".svc.cluster.local", namespace + "/" + service + "." + namespace + ".svc.cluster.local"}}
	sends := config("HTTPRoute", gatewayAPI, "namespace-000", "to-"+namespace)
	sends.Routing = &mesh.Routing{Parents: []mesh.Target{{Kind: "Other", Name: "gw"}}, Destinations: []mesh.Destination{{Host: service, Namespace: namespace}}}
	return []mesh.Config{scope, sends, grant(namespace, mesh.Target{Group: gatewayAPI, Kind: "HTTPRoute", Namespace: "namespace-000"}, mesh.Target{Kind: "Service"})}
}

// BenchmarkOf looks through meshes by their number of objects.
func BenchmarkOf(b *testing.B) {
	for _, services := range []int{150, 501, 2001} {
		clusters := large(services)
		require.Empty(b, everything(clusters))
		b.Run(fmt.Sprintf("%d objects", 4*services), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				findings.Of(clusters)
			}
		})
	}
	b.Run("2000 objects for one host", func(b *testing.B) {
		in := twoClusters()
		for i := range 2000 {
			in[0].Config = append(in[0].Config, virtualService(fmt.Sprint("routes-", i), mesh.Routing{Hosts: []string{"reviews"}}))
		}
		b.ReportAllocs()
		for b.Loop() {
			findings.Of(in)
		}
	})
}

func everything(clusters []*mesh.Inventory) (out []mesh.Finding) {
	report := findings.Of(clusters)
	for _, in := range clusters {
		for i := range in.Config {
			out = append(out, report.Of(&in.Config[i])...)
		}
	}
	return out
}
