package findings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// claim is what only one object of a cluster should say something about.
type claim struct {
	kind, at, host, more string
}

// rivals looks for objects that claim the same: hosts of VirtualServices at a gateway,
// subsets of DestinationRules, hosts and ports of ServiceEntries.
func (w *world) rivals() {
	for _, in := range w.clusters {
		claims := map[claim][]*mesh.Config{}
		for c := range in.each() {
			for _, made := range w.claims(c) {
				claims[made] = append(claims[made], c)
			}
		}
		for made, list := range claims {
			if len(list) < 2 {
				continue
			}
			for c, others := range contenders(list) {
				w.clash(c, made, others)
			}
		}
	}
}

func (w *world) claims(c *mesh.Config) []claim {
	switch {
	case c.Kind == "VirtualService" && c.Routing != nil:
		return w.claimedHosts(c)
	case c.DestinationRule != nil:
		return w.claimedSubsets(c)
	case c.ServiceEntry != nil:
		return claimedPorts(c)
	}
	return nil
}

func (w *world) claimedHosts(c *mesh.Config) []claim {
	gateways := c.Routing.Gateways
	if len(gateways) == 0 {
		gateways = []string{"mesh"}
	}
	var out []claim
	for _, host := range c.Routing.Hosts {
		for _, g := range gateways {
			if own, ok := strings.CutPrefix(g, "./"); ok {
				g = c.Namespace + "/" + own
			}
			out = append(out, claim{c.Kind, g, w.full(host, c.Namespace), ""})
		}
	}
	return once(out)
}

// claimedSubsets are those of a DestinationRule; one without subsets claims the host. Rules
// of one namespace are joined, and of what they both say the first counts; a rule of
// another namespace comes in place of them, which may be wanted. So may be rules for the
// callers that they select.
func (w *world) claimedSubsets(c *mesh.Config) []claim {
	base := claim{c.Kind, c.Namespace + " " + written(c.Selector), w.full(c.DestinationRule.Host, c.Namespace), ""}
	if len(c.DestinationRule.Subsets) == 0 {
		return []claim{base}
	}
	var out []claim
	for i := range c.DestinationRule.Subsets {
		base.more = c.DestinationRule.Subsets[i].Name
		out = append(out, base)
	}
	return out
}

// claimedPorts are those of a ServiceEntry. Entries for different addresses go side by side.
func claimedPorts(c *mesh.Config) []claim {
	addresses := c.ServiceEntry.Addresses
	if len(addresses) == 0 {
		addresses = []string{""}
	}
	var out []claim
	for _, host := range c.ServiceEntry.Hosts {
		at := ""
		if host = strings.ToLower(host); !strings.Contains(host, ".") {
			at = c.Namespace
		}
		for _, p := range c.ServiceEntry.Ports {
			for _, address := range addresses {
				out = append(out, claim{c.Kind, at, host, fmt.Sprintf("%d %s", p.Number, address)})
			}
		}
	}
	return once(out)
}

func once(list []claim) []claim {
	out, seen := list[:0], make(map[claim]bool, len(list))
	for _, made := range list {
		if !seen[made] {
			seen[made] = true
			out = append(out, made)
		}
	}
	return out
}

// clash tells of an object what it shares with others.
func (w *world) clash(c *mesh.Config, made claim, others string) {
	switch {
	case made.kind == "VirtualService" && made.at == "mesh":
		w.tell(c, RouteTwice, mesh.SeverityWarning, "spec.hosts", "%s also routes %s for callers inside the mesh, who follow the older one alone: join them", others, made.host)
	case made.kind == "VirtualService":
		w.tell(c, RouteTwice, mesh.SeverityInfo, "spec.hosts", "%s also routes %s at the gateway %s, and the order of their rules is open: join them if any rule matches the other's requests", others, made.host, made.at)
	case made.kind == "DestinationRule" && made.more == "":
		w.tell(c, RuleTwice, mesh.SeverityWarning, "spec.host", "%s is also for %s, and only the older one's policy counts: join them", others, made.host)
	case made.kind == "DestinationRule":
		w.tell(c, RuleTwice, mesh.SeverityWarning, "spec.subsets", "%s also defines the subset %s of %s, and only the older one's counts: keep one", others, made.more, made.host)
	default:
		number, _, _ := strings.Cut(made.more, " ")
		w.tell(c, EntryTwice, mesh.SeverityWarning, "spec.hosts", "%s also adds %s with port %s, and only one of them counts: keep one", others, made.host, number)
	}
}

// contenders gives of objects with the same claim those that proxies of one namespace are
// told of together, each with the names of its others.
func contenders(list []*mesh.Config) map[*mesh.Config]string {
	var public, seen []*mesh.Config
	told := map[string][]*mesh.Config{} // by namespace, of those that are not for all
	for _, c := range list {
		to := toldIn(c)
		for _, namespace := range to {
			told[namespace] = append(told[namespace], c)
		}
		if applies.Public(c) {
			public = append(public, c)
		}
		if applies.Public(c) || len(to) > 0 {
			seen = append(seen, c)
		}
	}
	out := map[*mesh.Config]string{}
	for _, c := range list {
		of := [][]*mesh.Config{seen}
		if !applies.Public(c) {
			of = of[:0]
			for _, namespace := range toldIn(c) {
				of = append(of, told[namespace], public)
			}
		}
		for _, rivals := range of {
			if names := others(rivals, c); names != "" {
				out[c] = names
				break
			}
		}
	}
	return out
}

// toldIn are the namespaces whose proxies are told of an object that is not for all.
func toldIn(c *mesh.Config) []string {
	if applies.Public(c) {
		return nil
	}
	var out []string
	for _, to := range c.ExportTo {
		if to == "." {
			to = c.Namespace
		}
		if to != "~" && to != "" && !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	return out
}
