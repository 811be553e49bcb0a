package findings

import (
	"fmt"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// grants looks for references to other namespaces that nothing there allows, and for the
// namespaces that are allowed to refer. A control plane reads its own cluster's grants.
func (w *world) grants() {
	for _, in := range w.clusters {
		allowed := in.grants()
		for c := range in.each() {
			switch {
			case c.ReferenceGrant != nil:
				w.granted(c)
			case c.Group != groupGatewayAPI:
			case c.Routing != nil && atGateway(c):
				w.backends(in, c, allowed)
			case c.Gateway != nil:
				w.certificates(in, c, allowed)
			}
		}
	}
}

// granted looks for the namespaces that a grant is for.
func (w *world) granted(c *mesh.Config) {
	told := map[string]bool{}
	for i, from := range c.ReferenceGrant.From {
		if n := from.Namespace; n != "" && !w.namespaces[n] && !told[n] {
			told[n] = true
			w.namespace(c, n, fmt.Sprintf("spec.from[%d]", i), "nothing there refers to this one; correct the name, or remove it")
		}
	}
}

// grantee is who may refer to objects of a namespace: those of a kind in another one.
type grantee struct{ to, group, kind, namespace string }

// grants are the kinds, and the names unless they are empty, that grants of the cluster allow.
func (c *cluster) grants() map[grantee][][]mesh.Target {
	out := map[grantee][][]mesh.Target{}
	for config := range c.each() {
		if config.ReferenceGrant == nil {
			continue
		}
		for _, from := range config.ReferenceGrant.From {
			who := grantee{config.Namespace, from.Group, from.Kind, from.Namespace}
			out[who] = append(out[who], config.ReferenceGrant.To)
		}
	}
	return out
}

// allows reports whether an object may refer to another one.
func allows(grants map[grantee][][]mesh.Target, c *mesh.Config, t mesh.Target) bool {
	for _, list := range grants[grantee{t.Namespace, c.Group, c.Kind, c.Namespace}] {
		for _, to := range list {
			if to.Group == t.Group && to.Kind == t.Kind && (to.Name == "" || to.Name == t.Name) {
				return true
			}
		}
	}
	return false
}

// atGateway reports whether a route is bound to a gateway. Istio asks no grants of those
// that are bound to services alone.
func atGateway(c *mesh.Config) bool {
	for _, p := range c.Routing.Parents {
		if p.Kind != kindService && p.Kind != kindEntry {
			return true
		}
	}
	return false
}

// backends looks at the services of other namespaces that a route sends to, as far as they
// are there: that they are not is told by itself.
func (w *world) backends(in *cluster, c *mesh.Config, allowed map[grantee][][]mesh.Target) {
	told := map[mesh.Target]bool{}
	for i := range c.Routing.Destinations {
		d := &c.Routing.Destinations[i]
		if d.Kind != "" || d.Namespace == "" || d.Namespace == c.Namespace || !w.HasService(d.Namespace, d.Host) {
			continue
		}
		to := mesh.Target{Kind: kindService, Namespace: d.Namespace, Name: d.Host}
		if told[to] || allows(allowed, c, to) {
			continue
		}
		told[to] = true
		if d.Mirror {
			w.forbidden(in, c, to, mesh.SeverityWarning, below(d.Rule), "no copies are sent there")
		} else {
			w.forbidden(in, c, to, mesh.SeverityError, below(d.Rule)+".backendRefs", "requests that are sent there fail")
		}
	}
}

// certificates looks at the certificates of other namespaces that a gateway uses.
func (w *world) certificates(in *cluster, c *mesh.Config, allowed map[grantee][][]mesh.Target) {
	told := map[mesh.Target]bool{}
	for i := range c.Gateway.Servers {
		for _, to := range c.Gateway.Servers[i].Certificates {
			if !told[to] && !allows(allowed, c, to) {
				told[to] = true
				w.forbidden(in, c, to, mesh.SeverityError, fmt.Sprintf("spec.listeners[%d].tls.certificateRefs", i), "the listener takes no calls")
			}
		}
	}
}

func (w *world) forbidden(in *cluster, c *mesh.Config, to mesh.Target, severity mesh.Severity, path, then string) {
	w.miss(c, NotGranted, severity, in.gap(resourceGrants), path,
		fmt.Sprintf("Of this cluster no ReferenceGrant in the namespace %s lets objects of the kind %s in %s refer to the %s %s", to.Namespace, c.Kind, c.Namespace, to.Kind, to.Name),
		then+"; add one there")
}
