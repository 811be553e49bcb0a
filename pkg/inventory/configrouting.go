package inventory

import (
	"strconv"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// virtualServiceSpec is what is read of a VirtualService.
type virtualServiceSpec struct {
	Hosts, Gateways []string
	HTTP            []struct {
		Route          []weighted
		Mirror         *destination
		Mirrors        []weighted
		Fault, Retries *struct{}
		Timeout        *string
	}
	TLS, TCP []struct{ Route []weighted }
}

type weighted struct {
	Destination destination
	Weight      number
}

type destination struct {
	Host, Subset string
	Port         struct{ Number number }
}

func (d *destination) to(rule string, weight number, mirror bool) mesh.Destination {
	return mesh.Destination{Host: d.Host, Rule: rule, Subset: d.Subset, Port: int(d.Port.Number), Weight: int(weight), Mirror: mirror}
}

// ruleAt names a rule by the list that it is in and its place there.
func ruleAt(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

func virtualService(c *mesh.Config, s *virtualServiceSpec, _ *objectStatus) {
	r := &mesh.Routing{Hosts: s.Hosts, Rules: len(s.HTTP) + len(s.TLS) + len(s.TCP)}
	for _, g := range s.Gateways {
		if g != "mesh" && !strings.Contains(g, "/") {
			g = c.Namespace + "/" + g
		}
		r.Gateways = append(r.Gateways, g)
	}
	for i := range s.HTTP {
		rule := &s.HTTP[i]
		r.Timeout = r.Timeout || rule.Timeout != nil
		r.Retries = r.Retries || rule.Retries != nil
		r.Fault = r.Fault || rule.Fault != nil
		at := ruleAt("http", i)
		r.Shifting = appendRoute(r, at, rule.Route) || r.Shifting
		if rule.Mirror != nil {
			rule.Mirrors = append(rule.Mirrors, weighted{Destination: *rule.Mirror})
		}
		for j := range rule.Mirrors {
			r.Destinations = append(r.Destinations, rule.Mirrors[j].Destination.to(at, 0, true))
			r.Mirroring = true
		}
	}
	for i := range s.TLS {
		r.TCPShifting = appendRoute(r, ruleAt("tls", i), s.TLS[i].Route) || r.TCPShifting
	}
	for i := range s.TCP {
		r.TCPShifting = appendRoute(r, ruleAt("tcp", i), s.TCP[i].Route) || r.TCPShifting
	}
	c.Routing = r
}

// appendRoute adds a rule's destinations, and reports whether more than one has a weight.
func appendRoute(r *mesh.Routing, rule string, route []weighted) bool {
	weights := 0
	for i := range route {
		r.Destinations = append(r.Destinations, route[i].Destination.to(rule, route[i].Weight, false))
		if route[i].Weight > 0 {
			weights++
		}
	}
	return weights > 1
}

// routeSpec is what is read of the Gateway API's routes, whatever they route.
type routeSpec struct {
	Hostnames  []string
	ParentRefs []reference
	Rules      []struct {
		BackendRefs []reference
		Filters     []struct {
			RequestMirror *struct{ BackendRef reference }
		}
		Timeouts, Retry *struct{}
	}
}

func route(c *mesh.Config, s *routeSpec, _ *objectStatus) {
	r := &mesh.Routing{Hosts: s.Hostnames, Rules: len(s.Rules)}
	for i := range s.ParentRefs {
		r.Parents = append(r.Parents, s.ParentRefs[i].target(gatewayGroup, "Gateway"))
	}
	shifting := &r.Shifting
	if c.Kind != "HTTPRoute" && c.Kind != "GRPCRoute" {
		shifting = &r.TCPShifting
	}
	for i := range s.Rules {
		rule := &s.Rules[i]
		r.Timeout = r.Timeout || rule.Timeouts != nil
		r.Retries = r.Retries || rule.Retry != nil
		at := ruleAt("rules", i)
		*shifting = appendBackends(r, at, rule.BackendRefs) || *shifting
		for _, f := range rule.Filters {
			if f.RequestMirror != nil {
				r.Destinations = append(r.Destinations, f.RequestMirror.BackendRef.backend(at, true))
				r.Mirroring = true
			}
		}
	}
	c.Routing = r
}

// appendBackends adds a rule's destinations, and reports whether more than one has a
// weight. One that is not given is 1, which is then as good as written.
func appendBackends(r *mesh.Routing, rule string, refs []reference) bool {
	weights := 0
	for i := range refs {
		r.Destinations = append(r.Destinations, refs[i].backend(rule, false))
		if refs[i].Weight == nil || *refs[i].Weight > 0 {
			weights++
		}
	}
	return weights > 1
}

func (r *reference) backend(rule string, mirror bool) mesh.Destination {
	d := mesh.Destination{Host: r.Name, Rule: rule, Namespace: r.Namespace, Port: int(r.Port), Mirror: mirror}
	// Istio takes hosts of ServiceEntries as well, by the kind Hostname.
	if to := r.target("", "Service"); to.Kind != "Service" && to.Kind != "Hostname" {
		d.Kind = to.Kind
	}
	if r.Weight != nil {
		d.Weight = int(*r.Weight)
	}
	return d
}

// destinationRuleSpec is what is read of a DestinationRule.
type destinationRuleSpec struct {
	Host          string
	TrafficPolicy trafficPolicy
	Subsets       []struct {
		Name          string
		Labels        map[string]string
		TrafficPolicy trafficPolicy
	}
}

type trafficPolicy struct {
	ConnectionPool, OutlierDetection *struct{}
	TLS                              *struct{ Mode string }
}

func (p *trafficPolicy) breaks() bool { return p.ConnectionPool != nil || p.OutlierDetection != nil }

// mode is the client's mode of TLS: where there are TLS settings without one it is DISABLE.
func (p *trafficPolicy) mode() string {
	switch {
	case p.TLS == nil:
		return ""
	case p.TLS.Mode == "":
		return "DISABLE"
	}
	return p.TLS.Mode
}

func destinationRule(c *mesh.Config, s *destinationRuleSpec, _ *objectStatus) {
	d := &mesh.DestinationRule{Host: s.Host, CircuitBreaker: s.TrafficPolicy.breaks(), TLS: s.TrafficPolicy.mode()}
	for i := range s.Subsets {
		u := &s.Subsets[i]
		d.Subsets = append(d.Subsets, mesh.Subset{Name: u.Name, Labels: u.Labels, CircuitBreaker: u.TrafficPolicy.breaks(), TLS: u.TrafficPolicy.mode()})
	}
	c.DestinationRule = d
}
