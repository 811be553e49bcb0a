package findings

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The modes of TLS, as PeerAuthentications and DestinationRules write them.
const (
	strict  = "STRICT"
	disable = "DISABLE"
	simple  = "SIMPLE"
	mutual  = "ISTIO_MUTUAL"
)

// security looks for DestinationRules that tell callers to do otherwise than the called
// workloads of the same cluster ask for. Settings of single ports are exceptions that are
// not followed: where a workload has some, nothing is told.
func (w *world) security() {
	for _, in := range w.clusters {
		if in.gap(resourcePeers) != "" || !in.setsTLS() {
			continue
		}
		p := newPeers(w, in)
		told := map[*mesh.Config]bool{}
		for i := range in.Services {
			s := &in.Services[i]
			for rules := range in.rules.each(applies.FullName(s.Namespace, s.Name)) {
				for _, c := range rules {
					if !told[c] {
						told[c] = w.contradicts(c, s, p)
					}
				}
				break // the closest host counts
			}
		}
	}
}

// setsTLS reports whether any rule tells callers about TLS.
func (c *cluster) setsTLS() bool {
	for config := range c.each() {
		if rule := config.DestinationRule; rule != nil {
			if rule.TLS != "" {
				return true
			}
			for i := range rule.Subsets {
				if rule.Subsets[i].TLS != "" {
					return true
				}
			}
		}
	}
	return false
}

// contradicts looks at a rule for a service, and reports whether it told something.
func (w *world) contradicts(c *mesh.Config, s *mesh.Service, p *peers) bool {
	if len(s.Selector) == 0 {
		return false
	}
	rule := c.DestinationRule
	if rule.TLS != "" && w.against(c, s, p, rule.TLS, nil, "spec.trafficPolicy.tls") {
		return true
	}
	for i := range rule.Subsets {
		if u := &rule.Subsets[i]; u.TLS != "" && w.against(c, s, p, u.TLS, u.Labels, "spec.subsets") {
			return true
		}
	}
	return false
}

func (w *world) against(c *mesh.Config, s *mesh.Service, p *peers, mode string, labels map[string]string, path string) bool {
	for _, m := range w.pods.subset(s.Namespace, s.Selector, labels) {
		if m.in != p.in || m.Mode != mesh.ModeSidecar {
			continue
		}
		asked, by := p.mode(m.Workload)
		switch {
		case asked == strict && (mode == disable || mode == simple):
			w.tell(c, PlainToStrict, mesh.SeverityError, path, "Callers of %s/%s are told TLS mode %s, but %s asks for STRICT mutual TLS, so that calls to %s fail: use ISTIO_MUTUAL, or remove the setting", s.Namespace, s.Name, mode, named(by), m.Name)
			return true
		case asked == disable && mode == mutual:
			w.tell(c, MutualToDisabled, mesh.SeverityError, path, "Callers of %s/%s are told to use mutual TLS, but %s disables it, so that calls to %s fail: change one of the two", s.Namespace, s.Name, named(by), m.Name)
			return true
		}
	}
	return false
}

// peers tells the mutual TLS that the workloads of a cluster ask for.
type peers struct {
	in     *cluster
	wide   map[string]*mesh.Config // by namespace
	narrow map[*mesh.Workload]*mesh.Config
}

func newPeers(w *world, in *cluster) *peers {
	p := &peers{in: in, wide: map[string]*mesh.Config{}, narrow: map[*mesh.Workload]*mesh.Config{}}
	for c := range in.each() {
		switch {
		case c.PeerAuthentication == nil:
		case len(c.Selector) == 0:
			p.wide[c.Namespace] = older(p.wide[c.Namespace], c)
		case c.Namespace != applies.RootNamespace:
			for _, m := range selected(w.pods.in(c.Namespace), c.Selector) {
				if m.in == in {
					p.narrow[m.Workload] = older(p.narrow[m.Workload], c)
				}
			}
		}
	}
	return p
}

// older is the one of two that counts.
func older(a, b *mesh.Config) *mesh.Config {
	if a == nil || b.Created.Before(a.Created) {
		return b
	}
	return a
}

// mode is what a workload asks for, with who says so; empty for what Istio does by
// default, and where it differs from port to port.
func (p *peers) mode(w *mesh.Workload) (mode string, by *mesh.Config) {
	for _, c := range []*mesh.Config{p.narrow[w], p.wide[w.Namespace], p.wide[applies.RootNamespace]} {
		switch {
		case c == nil:
		case len(c.PeerAuthentication.Ports) > 0:
			return "", nil
		case c.PeerAuthentication.Mode != "":
			return strings.ToUpper(c.PeerAuthentication.Mode), c
		}
	}
	return "", nil
}
