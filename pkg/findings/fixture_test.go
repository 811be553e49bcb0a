package findings_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/findings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

const networking, security, gatewayAPI = "networking.istio.io", "security.istio.io", "gateway.networking.k8s.io"

var resources = []string{
	"deployments.apps", "destinationrules.networking.istio.io", "gatewayclasses.gateway.networking.k8s.io",
	"gateways.gateway.networking.k8s.io", "gateways.networking.istio.io", "namespaces", "peerauthentications.security.istio.io",
	"pods", "referencegrants.gateway.networking.k8s.io", "serviceentries.networking.istio.io", "services",
	"virtualservices.networking.istio.io",
}

// known are kinds that are known as they are now, but for those that are named.
func known(but ...string) []mesh.KindState {
	var out []mesh.KindState
	for _, r := range resources {
		k := mesh.KindState{Resource: r, Known: true}
		for _, b := range but {
			if b == r {
				k = mesh.KindState{Resource: r, Error: "not allowed"}
			}
		}
		out = append(out, k)
	}
	return out
}

func object(namespace, name string) mesh.Object { return mesh.Object{Namespace: namespace, Name: name} }

func labels(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

func deployment(namespace, app, version string) mesh.Workload {
	return mesh.Workload{Object: object(namespace, app+"-"+version), Kind: "Deployment", App: app, Version: version,
		PodLabels: labels("app", app, "version", version), Mode: mesh.ModeSidecar}
}

func service(namespace, name string) mesh.Service {
	return mesh.Service{Object: object(namespace, name), Selector: labels("app", name)}
}

// twoClusters are east, which has reviews v1 and a gateway, and west, which has reviews v2
// and ratings. What is given is east's configuration.
func twoClusters(config ...mesh.Config) []*mesh.Inventory {
	gateway := mesh.Workload{Object: object("istio-system", "ingress"), Kind: "Deployment", PodLabels: labels("istio", "ingress"), Mode: mesh.ModeGateway}
	return []*mesh.Inventory{
		{
			Cluster: "east", Kinds: known(), Config: config,
			Namespaces: []mesh.Namespace{{Object: object("", "books")}, {Object: object("", "istio-system")}, {Object: object("", "shop")}},
			Workloads:  []mesh.Workload{deployment("books", "reviews", "v1"), gateway},
			Services:   []mesh.Service{{Object: object("books", "outside")}, service("books", "reviews")},
		},
		{
			Cluster: "west", Kinds: known(),
			Namespaces: []mesh.Namespace{{Object: object("", "books")}, {Object: object("", "west-only")}},
			Workloads:  []mesh.Workload{deployment("books", "ratings", "v1"), deployment("books", "reviews", "v2")},
			Services:   []mesh.Service{service("books", "ratings"), service("books", "reviews")},
		},
	}
}

func config(kind, group, namespace, name string) mesh.Config {
	return mesh.Config{Object: object(namespace, name), Kind: kind, Group: group}
}

func virtualService(name string, r mesh.Routing) mesh.Config {
	c := config("VirtualService", networking, "books", name)
	c.Routing = &r
	return c
}

// sends is a VirtualService of the namespace books that routes reviews to destinations.
func sends(to ...mesh.Destination) mesh.Config {
	for i := range to {
		if to[i].Rule == "" {
			to[i].Rule = "http[0]"
		}
	}
	return virtualService("routes", mesh.Routing{Hosts: []string{"reviews"}, Destinations: to})
}

func route(r mesh.Routing) mesh.Config {
	c := config("HTTPRoute", gatewayAPI, "books", "route")
	if len(r.Parents) == 0 {
		r.Parents = []mesh.Target{{Kind: "Service", Name: "reviews"}}
	}
	c.Routing = &r
	return c
}

func rule(name string, r mesh.DestinationRule) mesh.Config {
	c := config("DestinationRule", networking, "books", name)
	c.DestinationRule = &r
	return c
}

func subset(name string, pairs ...string) mesh.Subset {
	return mesh.Subset{Name: name, Labels: labels(pairs...)}
}

func entry(name string, e mesh.ServiceEntry) mesh.Config {
	c := config("ServiceEntry", networking, "books", name)
	c.ServiceEntry = &e
	return c
}

func port(n int) []mesh.Port { return []mesh.Port{{Number: n, Protocol: "HTTP"}} }

func istioGateway(namespace, name string, selector map[string]string, servers ...mesh.GatewayServer) mesh.Config {
	c := config("Gateway", networking, namespace, name)
	c.Selector, c.Gateway = selector, &mesh.Gateway{Servers: servers}
	return c
}

func server(n int, protocol string, hosts ...string) mesh.GatewayServer {
	return mesh.GatewayServer{Port: mesh.Port{Name: fmt.Sprint("port-", n), Number: n, Protocol: protocol}, Hosts: hosts}
}

func apiGateway(name, class string, listeners ...mesh.GatewayServer) mesh.Config {
	c := config("Gateway", gatewayAPI, "books", name)
	c.Gateway = &mesh.Gateway{Class: class, Servers: listeners}
	return c
}

func peers(namespace, name, mode string, selector ...string) mesh.Config {
	c := config("PeerAuthentication", security, namespace, name)
	c.PeerAuthentication = &mesh.PeerAuthentication{Mode: mode}
	if len(selector) > 0 {
		c.Selector = labels(selector...)
	}
	return c
}

func with(c mesh.Config, change func(*mesh.Config)) mesh.Config {
	change(&c)
	return c
}

func exported(c mesh.Config, to ...string) mesh.Config { c.ExportTo = to; return c }

func selecting(kind, group string, pairs ...string) mesh.Config {
	c := config(kind, group, "books", "policy")
	c.Selector = labels(pairs...)
	return c
}

func targeting(t mesh.Target) mesh.Config {
	c := config("AuthorizationPolicy", security, "books", "policy")
	c.Targets = []mesh.Target{t}
	return c
}

func condition(kind, status, reason, message string) mesh.Condition {
	return mesh.Condition{Type: kind, Status: status, Reason: reason, Message: message}
}

// aged is an object that was made so many days ago.
func aged(c mesh.Config, days int) mesh.Config {
	c.Created = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -days)
	return c
}

// told are the findings of all objects, as "kind/name code severity".
func told(t *testing.T, inventories []*mesh.Inventory) []string {
	t.Helper()
	report := findings.Of(inventories)
	out := []string{}
	for _, in := range inventories {
		for i := range in.Config {
			c := &in.Config[i]
			for _, f := range report.Of(c) {
				if f.Message == "" || f.Code == "" {
					t.Errorf("%s %s: a finding says nothing: %+v", c.Kind, c.Name, f)
				}
				out = append(out, fmt.Sprintf("%s %s %s", c.Name, f.Code, f.Severity))
			}
		}
	}
	return out
}
