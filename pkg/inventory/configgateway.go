package inventory

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// istioGatewaySpec is what is read of Istio's Gateway.
type istioGatewaySpec struct {
	Servers []struct {
		Name  string
		Port  port
		Hosts []string
		TLS   *struct {
			Mode          string
			HTTPSRedirect bool
		}
	}
}

// port is a port of Istio's kinds.
type port struct {
	Name, Protocol string
	Number         number
}

func (p *port) port() mesh.Port {
	return mesh.Port{Name: p.Name, Number: int(p.Number), Protocol: strings.ToUpper(p.Protocol)}
}

func istioGateway(c *mesh.Config, s *istioGatewaySpec, _ *objectStatus) {
	g := &mesh.Gateway{}
	for i := range s.Servers {
		from := &s.Servers[i]
		server := mesh.GatewayServer{Port: from.Port.port(), Hosts: from.Hosts}
		server.Name = cmp.Or(server.Name, from.Name)
		if from.TLS != nil {
			// PASSTHROUGH is the default of Istio's API, but not for a server that only redirects.
			server.TLS = from.TLS.Mode
			if server.TLS == "" && !from.TLS.HTTPSRedirect {
				server.TLS = "PASSTHROUGH"
			}
		}
		g.Servers = append(g.Servers, server)
	}
	c.Gateway = g
}

// apiGatewaySpec is what is read of the Gateway API's Gateway.
type apiGatewaySpec struct {
	GatewayClassName string
	Listeners        []struct {
		Name, Hostname, Protocol string
		Port                     number
		TLS                      *struct {
			Mode            string
			CertificateRefs []reference
		}
	}
}

func apiGateway(c *mesh.Config, s *apiGatewaySpec, st *objectStatus) {
	g := &mesh.Gateway{Class: s.GatewayClassName}
	for _, a := range st.Addresses {
		g.Addresses = append(g.Addresses, a.Value)
	}
	for i := range s.Listeners {
		l := &s.Listeners[i]
		server := mesh.GatewayServer{Port: mesh.Port{Name: l.Name, Number: int(l.Port), Protocol: strings.ToUpper(l.Protocol)}}
		if l.Hostname != "" {
			server.Hosts = []string{l.Hostname}
		}
		if l.TLS != nil {
			server.TLS = strings.ToUpper(cmp.Or(l.TLS.Mode, "Terminate"))
			for j := range l.TLS.CertificateRefs {
				if to := l.TLS.CertificateRefs[j].target("", "Secret"); to.Namespace != "" && to.Namespace != c.Namespace {
					server.Certificates = append(server.Certificates, to)
				}
			}
		}
		g.Servers = append(g.Servers, server)
	}
	c.Gateway = g
}

// serviceEntrySpec is what is read of a ServiceEntry.
type serviceEntrySpec struct {
	Hosts, Addresses     []string
	Location, Resolution string
	Ports                []port
	Endpoints            []struct{}
}

func serviceEntry(c *mesh.Config, s *serviceEntrySpec, _ *objectStatus) {
	e := &mesh.ServiceEntry{
		Hosts: s.Hosts, Addresses: s.Addresses, External: s.Location != "MESH_INTERNAL",
		Resolution: cmp.Or(s.Resolution, "NONE"), Endpoints: len(s.Endpoints),
	}
	for i := range s.Ports {
		e.Ports = append(e.Ports, s.Ports[i].port())
	}
	c.ServiceEntry = e
}

// workloadEntrySpec is what is read of a WorkloadEntry.
type workloadEntrySpec struct {
	Address, Network, ServiceAccount string
	Labels                           map[string]string
}

func (s *workloadEntrySpec) entry() *mesh.WorkloadEntry {
	return &mesh.WorkloadEntry{Address: s.Address, Network: s.Network, Account: s.ServiceAccount, Labels: s.Labels}
}

func workloadEntry(c *mesh.Config, s *workloadEntrySpec, _ *objectStatus) {
	c.WorkloadEntry = s.entry()
}

// workloadGroupSpec is what is read of a WorkloadGroup: the labels of its entries are
// those of its metadata and of its template.
type workloadGroupSpec struct {
	Metadata struct{ Labels map[string]string }
	Template workloadEntrySpec
}

func workloadGroup(c *mesh.Config, s *workloadGroupSpec, _ *objectStatus) {
	c.WorkloadEntry = s.Template.entry()
	if len(s.Metadata.Labels) > 0 {
		labels := maps.Clone(s.Metadata.Labels)
		maps.Copy(labels, s.Template.Labels)
		c.WorkloadEntry.Labels = labels
	}
}

// peerAuthenticationSpec is what is read of a PeerAuthentication.
type peerAuthenticationSpec struct {
	MTLS          struct{ Mode string }
	PortLevelMTLS map[string]struct{ Mode string }
}

func peerAuthentication(c *mesh.Config, s *peerAuthenticationSpec, _ *objectStatus) {
	p := &mesh.PeerAuthentication{Mode: mtls(s.MTLS.Mode)}
	for text, level := range s.PortLevelMTLS {
		if n, err := strconv.ParseUint(text, 10, 16); err == nil {
			if p.Ports == nil {
				p.Ports = map[int]string{}
			}
			p.Ports[int(n)] = mtls(level.Mode)
		}
	}
	c.PeerAuthentication = p
}

// mtls is a mode, with one word for what is inherited.
func mtls(mode string) string {
	if mode == "UNSET" {
		return ""
	}
	return mode
}
