package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// gateways looks at the classes and listeners of gateways, and at servers of Istio's
// gateways that share pods, port and host.
func (w *world) gateways() {
	for _, in := range w.clusters {
		servers := map[server][]*mesh.Config{}
		for c := range in.each() {
			switch {
			case c.Gateway == nil:
			case c.Group == groupGatewayAPI:
				w.class(in, c)
				w.listeners(c)
			default:
				w.servers(servers, c)
			}
		}
		for s, list := range servers {
			if len(list) < 2 {
				continue
			}
			for i, c := range list {
				if i > 0 && list[i-1] == c {
					continue // told already
				}
				w.tell(c, ServerTwice, mesh.SeverityWarning, "spec.servers",
					"Port %d with the host %s is also in %s, for the same pods: keep it in one place", s.port, s.host, others(list, c))
			}
		}
	}
}

// server is what servers of gateways can clash over: a host at a port of the same pods,
// which are known by the first of their workloads or, where there are none, by the selector.
type server struct {
	pods     *mesh.Workload
	selector string
	port     int
	host     string
}

func (w *world) servers(into map[server][]*mesh.Config, c *mesh.Config) {
	at := server{selector: written(c.Selector)}
	if found := selected(w.pods.anywhere(), c.Selector); len(found) > 0 {
		at = server{pods: found[0].Workload}
	}
	for i := range c.Gateway.Servers {
		at.port = c.Gateway.Servers[i].Number
		for _, host := range c.Gateway.Servers[i].Hosts {
			at.host = strings.TrimPrefix(strings.ToLower(host), "*/")
			if dns, own := strings.CutPrefix(at.host, "./"); own {
				at.host = c.Namespace + "/" + dns
			}
			into[at] = append(into[at], c)
		}
	}
}

// others names the others of a list, of objects of one kind; the object itself where it is
// in the list twice.
func others(list []*mesh.Config, c *mesh.Config) string {
	var found []*mesh.Config
	times := 0
	for _, o := range list {
		if o == c {
			times++
		} else if !slices.Contains(found, o) {
			found = append(found, o)
		}
		if len(found) > 1 {
			break
		}
	}
	switch {
	case len(found) == 0 && times > 1:
		return "another entry of this object"
	case len(found) == 1:
		return named(found[0])
	case len(found) > 1:
		return named(found[0]) + " and others"
	}
	return ""
}

// istiosClasses are those that istiod makes by itself.
var istiosClasses = []string{"istio", "istio-remote", "istio-waypoint", "istio-east-west"}

func (w *world) class(in *cluster, c *mesh.Config) {
	class := c.Gateway.Class
	if class == "" || in.classes[class] || slices.Contains(istiosClasses, class) {
		return
	}
	w.miss(c, ClassNotFound, mesh.SeverityError, in.gap(resourceClasses), "spec.gatewayClassName",
		"This cluster has no GatewayClass "+class, "nobody sets the gateway up; correct the name, or install the controller of the class")
}

// listeners looks for listeners that requests cannot tell apart.
func (w *world) listeners(c *mesh.Config) {
	type listener struct {
		port           int
		protocol, host string
	}
	seen := map[listener]string{}
	for i := range c.Gateway.Servers {
		s := &c.Gateway.Servers[i]
		at := listener{s.Number, s.Protocol, strings.ToLower(strings.Join(s.Hosts, ","))}
		first, twice := seen[at]
		if !twice {
			seen[at] = s.Name
			continue
		}
		w.tell(c, ListenerTwice, mesh.SeverityError, fmt.Sprintf("spec.listeners[%d]", i),
			"The listeners %s and %s share port %d, protocol %s and hostname, so that neither is used: change or remove one", first, s.Name, s.Number, s.Protocol)
	}
}
