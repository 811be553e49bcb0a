package catalog

import (
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// MTLS is what the configuration makes of calls to a namespace's workloads from inside
// the mesh. It is empty when that is not known, or the namespace is not in the mesh.
type MTLS struct {
	Status MTLSStatus
	// From is where the mode that servers ask for is set: "namespace", "mesh", or
	// "default" where nobody sets one.
	From string
}

// MTLSStatus says whether calls are over mutual TLS.
type MTLSStatus string

// The statuses. Automatic mutual TLS, Istio's default, is taken to be on: callers use
// mutual TLS where they can, unless a DestinationRule tells them otherwise.
const (
	MTLSStrict     MTLSStatus = "strict"     // nothing else is let in, and callers use it
	MTLSPermissive MTLSStatus = "permissive" // callers in the mesh use it, plain text is let in too
	MTLSPartly     MTLSStatus = "partly"     // it depends on the workload, the port or the service, or callers are told otherwise than servers
	MTLSDisabled   MTLSStatus = "disabled"
)

// The modes of a PeerAuthentication.
const (
	strict     = "STRICT"
	permissive = "PERMISSIVE"
	disable    = "DISABLE"
)

// security is what a cluster's configuration says of mutual TLS, by namespace.
type security struct {
	known       bool
	peers, ways map[string][]*mesh.Config // PeerAuthentications, DestinationRules with a TLS mode
}

func newSecurity(in *Cluster) *security {
	s := &security{peers: map[string][]*mesh.Config{}, ways: map[string][]*mesh.Config{}}
	for _, resource := range []string{"peerauthentications.security.istio.io", "destinationrules.networking.istio.io"} {
		if !in.holdsKind(resource) {
			return s // a cluster without them is configured by another one
		}
	}
	s.known = true
	for i := range in.Inventory.Config {
		c := &in.Inventory.Config[i]
		switch {
		case c.PeerAuthentication != nil:
			s.peers[c.Namespace] = append(s.peers[c.Namespace], c)
		case c.DestinationRule != nil && asksTLS(c.DestinationRule):
			s.ways[c.Namespace] = append(s.ways[c.Namespace], c)
		}
	}
	return s
}

// of says what a namespace's is.
func (s *security) of(namespace string, workloads []*mesh.Workload) MTLS {
	if !s.known {
		return MTLS{}
	}
	server, from := s.server(namespace)
	client := s.client(namespace)
	out := MTLS{Status: status(server, client), From: from}
	if s.peerExceptions(namespace, server, workloads) || s.wayExceptions(namespace, server, client) {
		out.Status = MTLSPartly
	}
	return out
}

// status joins what servers ask for and what callers are told to do; callers that are
// told nothing do as the servers want it.
func status(server, client string) MTLSStatus {
	switch {
	case client != "" && mutual(client) == (server == disable):
		return MTLSPartly
	case server == strict:
		return MTLSStrict
	case server == disable:
		return MTLSDisabled
	}
	return MTLSPermissive
}

// server is the mode that holds for a namespace unless something more exact is said.
func (s *security) server(namespace string) (mode, from string) {
	if namespace != rootNamespace {
		if mode = wide(s.peers[namespace]); mode != "" {
			return mode, "namespace"
		}
	}
	if mode = wide(s.peers[rootNamespace]); mode != "" {
		return mode, "mesh"
	}
	return permissive, "default"
}

// wide is the mode of those that select no workloads: of several the oldest counts.
func wide(peers []*mesh.Config) string {
	var oldest *mesh.Config
	for _, p := range peers {
		if len(p.Selector) == 0 && (oldest == nil || p.Created.Before(oldest.Created)) {
			oldest = p
		}
	}
	if oldest == nil {
		return ""
	}
	return oldest.PeerAuthentication.Mode
}

// client is what callers of all services of a namespace are told, by the namespace's
// own rules or else the mesh's; empty when nothing is.
func (s *security) client(namespace string) string {
	hosts := []string{"*." + namespace + ".svc.cluster.local", "*.svc.cluster.local", "*.cluster.local", "*.local", "*"}
	for _, list := range [][]*mesh.Config{s.ways[namespace], s.ways[rootNamespace]} {
		for _, host := range hosts {
			for _, c := range list {
				if c.DestinationRule.Host == host && c.DestinationRule.TLS != "" {
					return c.DestinationRule.TLS
				}
			}
		}
	}
	return ""
}

// peerExceptions reports whether a workload, or a port of one, is asked for otherwise
// than the rest of its namespace.
func (s *security) peerExceptions(namespace, server string, workloads []*mesh.Workload) bool {
	for _, p := range s.peers[namespace] {
		if len(p.Selector) == 0 || !selectsAny(p.Selector, workloads) {
			continue
		}
		mode := p.PeerAuthentication.Mode
		if mode != "" && mode != server {
			return true
		}
		for _, port := range p.PeerAuthentication.Ports {
			if port != "" && port != server {
				return true
			}
		}
	}
	return false
}

// wayExceptions reports whether callers of single services are told otherwise than
// callers of the rest.
func (s *security) wayExceptions(namespace, server, client string) bool {
	usual := client != "" && mutual(client) || client == "" && server != disable
	for _, in := range slices.Compact([]string{namespace, rootNamespace}) {
		for _, c := range s.ways[in] {
			r := c.DestinationRule
			if !ofNamespace(r.Host, namespace, in) {
				continue
			}
			if r.TLS != "" && mutual(r.TLS) != usual {
				return true
			}
			for i := range r.Subsets {
				if tls := r.Subsets[i].TLS; tls != "" && mutual(tls) != usual {
					return true
				}
			}
		}
	}
	return false
}

// ofNamespace reports whether a host, as a rule in a namespace writes it, is a single
// service of a namespace.
func ofNamespace(host, namespace, writtenIn string) bool {
	if strings.HasPrefix(host, "*") {
		return false
	}
	service, rest, dotted := strings.Cut(host, ".")
	if !dotted {
		return service != "" && namespace == writtenIn
	}
	return rest == namespace || rest == namespace+".svc" || rest == namespace+".svc.cluster.local"
}

func mutual(tls string) bool { return tls == "ISTIO_MUTUAL" || tls == "MUTUAL" }

// asksTLS reports whether a rule says anything of TLS.
func asksTLS(r *mesh.DestinationRule) bool {
	return r.TLS != "" || slices.ContainsFunc(r.Subsets, func(s mesh.Subset) bool { return s.TLS != "" })
}

func selectsAny(selector map[string]string, workloads []*mesh.Workload) bool {
	return slices.ContainsFunc(workloads, func(w *mesh.Workload) bool { return selects(selector, w.PodLabels) })
}

// selects reports whether labels have all that a selector wants.
func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if got, ok := labels[key]; !ok || got != value {
			return false
		}
	}
	return true
}
