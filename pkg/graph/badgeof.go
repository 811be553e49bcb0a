package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// config tells what one configuration does with calls; by are the workloads that answer
// them, which a subset may be for or not, and none when all are meant.
func (b *badger) config(c *mesh.Config, by []*mesh.Workload) {
	b.found = append(b.found, badgesOf(c, by)...)
}

// badgesOf are the badges of what a configuration is for.
func badgesOf(c *mesh.Config, by []*mesh.Workload) []mesh.Badge {
	switch {
	case c.Routing != nil:
		return badgesOfRoutes(c)
	case c.ServiceEntry != nil:
		location := "inside the mesh"
		if c.ServiceEntry.External {
			location = "outside the mesh"
		}
		return []mesh.Badge{{Kind: mesh.BadgeServiceEntry, Detail: fmt.Sprintf("%s (%s; %s)", named(c), joined(c.ServiceEntry.Hosts), location)}}
	case c.DestinationRule != nil:
		if by, breaks := breaker(c.DestinationRule, by); breaks {
			return []mesh.Badge{{Kind: mesh.BadgeCircuitBreaker, Detail: named(c) + by}}
		}
	}
	return nil
}

func badgesOfRoutes(c *mesh.Config) []mesh.Badge {
	r, of := c.Routing, named(c)
	detail := of
	if len(r.Hosts) > 0 {
		detail += " (" + joined(r.Hosts) + ")"
	}
	out := []mesh.Badge{{Kind: mesh.BadgeVirtualService, Detail: detail}}
	for _, does := range []struct {
		it   bool
		kind mesh.BadgeKind
	}{
		{r.Rules > 0, mesh.BadgeRequestRouting}, {r.Shifting, mesh.BadgeTrafficShifting}, {r.TCPShifting, mesh.BadgeTCPShifting},
		{r.Mirroring, mesh.BadgeMirroring}, {r.Fault, mesh.BadgeFaultInjection}, {r.Timeout, mesh.BadgeTimeout},
	} {
		if does.it {
			out = append(out, mesh.Badge{Kind: does.kind, Detail: of})
		}
	}
	return out
}

// breaker reports whether a rule breaks the circuit to workloads, and by which subsets.
func breaker(rule *mesh.DestinationRule, to []*mesh.Workload) (by string, breaks bool) {
	if rule.CircuitBreaker {
		return "", true
	}
	var subsets []string
	for _, s := range rule.Subsets {
		if s.CircuitBreaker && (to == nil || slices.ContainsFunc(to, func(w *mesh.Workload) bool { return applies.Selects(s.Labels, w) })) {
			subsets = append(subsets, s.Name)
		}
	}
	if len(subsets) == 0 {
		return "", false
	}
	return " (subset " + joined(subsets) + ")", true
}

// stateOf are the badges of a workload by what it is itself.
func stateOf(w *mesh.Workload, of *Holding) []mesh.Badge {
	var out []mesh.Badge
	add := func(kind mesh.BadgeKind, detail string) { out = append(out, mesh.Badge{Kind: kind, Detail: detail}) }
	gateway := w.Mode == mesh.ModeGateway
	var entries []string
	for _, c := range of.Selected(w) {
		switch {
		case c.Kind == "WorkloadEntry":
			entries = append(entries, named(c))
		case c.Gateway != nil && w.Mode == mesh.ModeWaypoint:
			add(mesh.BadgeWaypoint, named(c))
		case c.Gateway != nil:
			gateway = true
			add(mesh.BadgeGateway, comma(role(w, c.Gateway), named(c)+hostsOf(c.Gateway)))
		}
	}
	if gateway && !slices.ContainsFunc(out, func(b mesh.Badge) bool { return b.Kind == mesh.BadgeGateway }) {
		add(mesh.BadgeGateway, role(w, nil))
	}
	switch {
	case w.Mode == mesh.ModeWaypoint && len(out) == 0:
		add(mesh.BadgeWaypoint, "")
	case w.Mode == mesh.ModeAmbient:
		add(mesh.BadgeAmbient, "")
	case w.Mode == mesh.ModeNone && !gateway && !w.Podless() && w.Namespace != rootNamespace:
		add(mesh.BadgeOutOfMesh, "")
	}
	if w.MissingSidecar {
		add(mesh.BadgeMissingSidecar, "")
	}
	if len(entries) > 0 || w.Kind == "WorkloadEntry" || w.Kind == "WorkloadGroup" {
		add(mesh.BadgeWorkloadEntry, joined(entries))
	}
	return out
}

// role says which way traffic goes through a gateway, where labels or ports tell.
func role(w *mesh.Workload, g *mesh.Gateway) string {
	words := strings.ToLower(w.PodLabels["operator.istio.io/component"] + " " + w.PodLabels["istio"])
	switch {
	case strings.Contains(words, "eastwest"), w.PodLabels["topology.istio.io/network"] != "", g != nil && passesClusters(g):
		return "east-west"
	case strings.Contains(words, "ingress"):
		return "ingress"
	case strings.Contains(words, "egress"):
		return "egress"
	}
	return ""
}

// passesClusters reports whether a gateway passes on what other clusters send.
func passesClusters(g *mesh.Gateway) bool {
	return g.Class == "istio-east-west" ||
		slices.ContainsFunc(g.Servers, func(s mesh.GatewayServer) bool { return s.TLS == "AUTO_PASSTHROUGH" })
}

// hostsOf are the hosts of a gateway, in parentheses, without the namespaces that may serve them.
func hostsOf(g *mesh.Gateway) string {
	var hosts []string
	for _, s := range g.Servers {
		for _, host := range s.Hosts {
			if _, bare, both := strings.Cut(host, "/"); both {
				host = bare
			}
			if !slices.Contains(hosts, host) {
				hosts = append(hosts, host)
			}
		}
	}
	if len(hosts) == 0 {
		return ""
	}
	return " (" + joined(hosts) + ")"
}

// named is how a configuration is told.
func named(c *mesh.Config) string { return c.Kind + " " + c.Namespace + "/" + c.Name }

func joined(words []string) string { return strings.Join(bounded(words), ", ") }

// comma joins what is not empty.
func comma(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
