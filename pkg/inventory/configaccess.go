package inventory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// authorizationPolicySpec is what is read of an AuthorizationPolicy.
type authorizationPolicySpec struct {
	Action string
	Rules  []struct {
		From []struct{ Source source }
		To   []struct{ Operation operation }
		When []condition
	}
}

type source struct {
	Namespaces, NotNamespaces               []string
	Principals, NotPrincipals               []string
	ServiceAccounts, NotServiceAccounts     []string
	RequestPrincipals, NotRequestPrincipals []string
	RemoteIPBlocks, NotRemoteIPBlocks       []string
}

type operation struct {
	Hosts, NotHosts, Methods, NotMethods, Paths, NotPaths []string
}

type condition struct {
	Key               string
	Values, NotValues []string
}

func authorizationPolicy(c *mesh.Config, s *authorizationPolicySpec, _ *objectStatus) {
	r := policyReader{namespace: c.Namespace}
	for i := range s.Rules {
		r.rule = i
		for j := range s.Rules[i].From {
			r.source(&s.Rules[i].From[j].Source)
		}
		for j := range s.Rules[i].To {
			o := &s.Rules[i].To[j].Operation
			r.hosts.add(i, o.Hosts, o.NotHosts)
			r.http = r.http || some(o.Hosts, o.NotHosts, o.Methods, o.NotMethods, o.Paths, o.NotPaths)
		}
		for j := range s.Rules[i].When {
			r.condition(&s.Rules[i].When[j])
		}
	}
	c.AuthorizationPolicy = &mesh.AuthorizationPolicy{
		Action: cmp.Or(s.Action, "ALLOW"), Rules: len(s.Rules), HTTP: r.http,
		Namespaces: r.namespaces.list, Principals: r.principals.list, Accounts: r.accounts.list, Hosts: r.hosts.list,
	}
}

// policyReader collects what the rules of a policy of a namespace name.
type policyReader struct {
	namespace                               string
	rule                                    int
	namespaces, principals, accounts, hosts ruleNames
	http                                    bool
}

func (r *policyReader) source(s *source) {
	r.namespaces.add(r.rule, s.Namespaces, s.NotNamespaces)
	r.principals.add(r.rule, s.Principals, s.NotPrincipals)
	r.accounts.add(r.rule, accounts(s.ServiceAccounts, r.namespace), accounts(s.NotServiceAccounts, r.namespace))
	r.http = r.http || some(s.RequestPrincipals, s.NotRequestPrincipals, s.RemoteIPBlocks, s.NotRemoteIPBlocks)
}

// condition reads a condition. Some keys are other words for fields of the source.
func (r *policyReader) condition(w *condition) {
	switch {
	case w.Key == "source.namespace":
		r.namespaces.add(r.rule, w.Values, w.NotValues)
	case w.Key == "source.principal":
		r.principals.add(r.rule, w.Values, w.NotValues)
	case w.Key == "source.serviceAccount":
		r.accounts.add(r.rule, accounts(w.Values, r.namespace), accounts(w.NotValues, r.namespace))
	case w.Key == "remote.ip" || strings.HasPrefix(w.Key, "request."):
		r.http = true
	}
}

// accounts are service accounts with their namespaces: one without is of the policy's own.
func accounts(written []string, namespace string) []string {
	out := make([]string, 0, len(written))
	for _, a := range written {
		if a != "" && !strings.Contains(a, "/") {
			a = namespace + "/" + a
		}
		out = append(out, a)
	}
	return out
}

// ruleNames are names, each with the first rule that it is in.
type ruleNames struct {
	list  []mesh.RuleName
	known map[string]bool
}

// add adds the names of a rule that are not there yet.
func (n *ruleNames) add(rule int, lists ...[]string) {
	for _, list := range lists {
		for _, name := range list {
			if name == "" || n.known[name] {
				continue
			}
			if n.known == nil {
				n.known = map[string]bool{}
			}
			n.known[name] = true
			n.list = append(n.list, mesh.RuleName{Name: name, Rule: rule})
		}
	}
}

func some(lists ...[]string) bool {
	return slices.ContainsFunc(lists, func(l []string) bool { return len(l) > 0 })
}

// sidecarSpec is what is read of a Sidecar.
type sidecarSpec struct {
	Egress []struct{ Hosts []string }
}

func istioSidecar(c *mesh.Config, s *sidecarSpec, _ *objectStatus) {
	c.Sidecar = &mesh.Sidecar{}
	known := map[string]bool{}
	for i := range s.Egress {
		for _, host := range s.Egress[i].Hosts {
			if !known[host] {
				known[host] = true
				c.Sidecar.Egress = append(c.Sidecar.Egress, host)
			}
		}
	}
}

// referenceGrantSpec is what is read of a ReferenceGrant.
type referenceGrantSpec struct{ From, To []reference }

func referenceGrant(c *mesh.Config, s *referenceGrantSpec, _ *objectStatus) {
	c.ReferenceGrant = &mesh.ReferenceGrant{From: targets(s.From), To: targets(s.To)}
}
