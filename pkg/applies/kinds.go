package applies

import (
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

const (
	groupGatewayAPI = "gateway.networking.k8s.io"
	kindGateway     = "Gateway"
	kindService     = "Service"
	meshGateway     = "mesh" // a VirtualService's word for all sidecars
)

// isPolicy reports whether a kind is for workloads: those that it selects or targets, or all.
func isPolicy(kind string) bool {
	switch kind {
	case "PeerAuthentication", "AuthorizationPolicy", "RequestAuthentication", "Telemetry", "EnvoyFilter",
		"WasmPlugin", "TrafficExtension", "ProxyConfig", "Sidecar":
		return true
	}
	return false
}

// boundTo are the gateways that a VirtualService or a route is bound to.
func boundTo(c *mesh.Config) []gateway {
	var out []gateway
	for _, g := range c.Routing.Gateways {
		if g == meshGateway {
			continue
		}
		namespace, n, both := strings.Cut(g, "/")
		if !both || namespace == "." {
			namespace, n = c.Namespace, strings.TrimPrefix(g, "./")
		}
		out = append(out, gateway{true, name{namespace, n}})
	}
	for _, p := range c.Routing.Parents {
		if p.Kind == kindGateway || p.Kind == "" {
			out = append(out, gateway{false, name{or(p.Namespace, c.Namespace), p.Name}})
		}
	}
	return out
}

// forCallers reports whether callers inside the mesh follow a VirtualService: it names no
// gateways, or the mesh among them.
func forCallers(c *mesh.Config) bool {
	if len(c.Routing.Parents) > 0 {
		return false // a route's hosts are those of requests at its parents
	}
	for _, g := range c.Routing.Gateways {
		if g == meshGateway {
			return true
		}
	}
	return len(c.Routing.Gateways) == 0
}

// Visible reports whether proxies in a namespace are told of a configuration.
func Visible(c *mesh.Config, namespace string) bool {
	if c.Routing != nil && len(c.Routing.Parents) > 0 && consumes(c) {
		return namespace == c.Namespace
	}
	return exported(c.ExportTo, c.Namespace, namespace)
}

// Public reports whether proxies of all namespaces are told of a configuration.
func Public(c *mesh.Config) bool {
	if c.Routing != nil && len(c.Routing.Parents) > 0 && consumes(c) {
		return false
	}
	return len(c.ExportTo) == 0 || slices.Contains(c.ExportTo, "*")
}

// consumes reports whether a route is for services of other namespaces alone: then only
// callers in its own follow it.
func consumes(c *mesh.Config) bool {
	for _, p := range c.Routing.Parents {
		if p.Kind != kindService || or(p.Namespace, c.Namespace) == c.Namespace {
			return false
		}
	}
	return true
}

// exported reports whether an object of a namespace that is exported so is seen in another.
// Nothing said means everywhere, which is the mesh's default.
func exported(to []string, from, in string) bool {
	if len(to) == 0 {
		return true
	}
	for _, n := range to {
		if n == "*" || n == in || n == "." && from == in {
			return true
		}
	}
	return false
}
