package findings

import (
	"fmt"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// access looks for the callers and the hosts that AuthorizationPolicies name.
func (w *world) access() {
	for _, in := range w.clusters {
		for c := range in.each() {
			if c.AuthorizationPolicy != nil {
				w.callers(c)
				w.requested(c)
			}
		}
	}
}

// ownTrustDomain is how policies write the trust domain of their own mesh, whatever it is
// called. Who has an identity of another one nobody here can tell.
const ownTrustDomain = "cluster.local"

// callers looks for namespaces and service accounts, each namespace once. Patterns name none.
func (w *world) callers(c *mesh.Config) {
	told := map[string]bool{}
	there := func(namespace string, rule int) bool {
		if w.namespaces[namespace] {
			return true
		}
		if !told[namespace] {
			told[namespace] = true
			w.namespace(c, namespace, fmt.Sprintf("spec.rules[%d]", rule), "nobody calls from there; correct the name, or remove it")
		}
		return false
	}
	account := func(namespace, account string, rule int) {
		if there(namespace, rule) && !w.runs(name{namespace, account}) {
			w.miss(c, AccountUnused, mesh.SeverityInfo, w.noWorkloads, fmt.Sprintf("spec.rules[%d]", rule),
				fmt.Sprintf("No workload of the mesh runs as the service account %s/%s", namespace, account), "nobody calls as it now; correct the name, unless it is for jobs that run at times")
		}
	}
	p := c.AuthorizationPolicy
	for _, n := range p.Namespaces {
		if !strings.Contains(n.Name, "*") {
			there(n.Name, n.Rule)
		}
	}
	for _, n := range p.Principals {
		// cluster.local/ns/books/sa/reviews
		if part := strings.Split(n.Name, "/"); len(part) == 5 && part[0] == ownTrustDomain && part[1] == "ns" && part[3] == "sa" && !strings.Contains(n.Name, "*") {
			account(part[2], part[4], n.Rule)
		}
	}
	for _, n := range p.Accounts {
		if namespace, called, both := strings.Cut(n.Name, "/"); both && !strings.Contains(n.Name, "*") {
			account(namespace, called, n.Rule)
		}
	}
}

// runs reports whether any workload of the mesh runs as a service account.
func (w *world) runs(account name) bool {
	if w.accounts == nil {
		w.accounts = map[name]bool{}
		for _, in := range w.clusters {
			for i := range in.Workloads {
				for _, a := range in.Workloads[i].Accounts {
					w.accounts[name{in.Workloads[i].Namespace, a}] = true
				}
			}
		}
	}
	return w.accounts[account]
}

// requested looks for the services that hosts of requests name in full. Of all other hosts
// nobody can tell: callers outside the mesh, and gateways, hand on what they were asked for.
func (w *world) requested(c *mesh.Config) {
	told := map[string]bool{}
	for _, n := range c.AuthorizationPolicy.Hosts {
		host := withoutPort(n.Name)
		if strings.Contains(host, "*") || !namesService(host) {
			continue
		}
		host = w.full(host, c.Namespace)
		if told[host] || w.knows(host, c.Namespace) || w.registry().has("", host) {
			continue
		}
		told[host] = true
		w.miss(c, HostNotFound, mesh.SeverityWarning, w.noNames(), fmt.Sprintf("spec.rules[%d].to", n.Rule),
			fmt.Sprintf("No cluster of the mesh has the host %s", host), "no request is for it; correct the host, or remove it")
	}
}

// namesService reports whether a host is written as a service with its namespace and the
// word svc.
func namesService(host string) bool {
	part := strings.Split(host, ".")
	if len(part) < 3 || strings.ToLower(part[2]) != "svc" {
		return false
	}
	_, _, ok := applies.ServiceOf(applies.FullName(part[1], part[0]))
	return ok
}

// withoutPort is a host without the port behind it.
func withoutPort(host string) string {
	if at := strings.LastIndexByte(host, ':'); at >= 0 && strings.Trim(host[at+1:], "0123456789") == "" {
		return host[:at]
	}
	return host
}

// namespace tells that no cluster has a namespace, and what follows.
func (w *world) namespace(c *mesh.Config, namespace, path, then string) {
	w.miss(c, NamespaceNotFound, mesh.SeverityWarning, w.noNamespaces, path, "No cluster of the mesh has the namespace "+namespace, then)
}
