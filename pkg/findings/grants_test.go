package findings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/findings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func grant(namespace string, from, to mesh.Target) mesh.Config {
	c := config("ReferenceGrant", gatewayAPI, namespace, "grant")
	c.ReferenceGrant = &mesh.ReferenceGrant{From: []mesh.Target{from}, To: []mesh.Target{to}}
	return c
}

func TestReferencesToOtherNamespaces(t *testing.T) {
	atGateway := mesh.Target{Group: gatewayAPI, Kind: "Gateway", Name: "gw"}
	gw := apiGateway("gw", "istio")
	sends := func(parent mesh.Target, d ...mesh.Destination) mesh.Config {
		c := route(mesh.Routing{Parents: []mesh.Target{parent}, Destinations: d})
		c.Namespace = "shop"
		c.Routing.Parents[0].Namespace = "books"
		return c
	}
	backend := mesh.Destination{Host: "reviews", Namespace: "books", Rule: "rules[0]"}
	mirror := mesh.Destination{Host: "reviews", Namespace: "books", Rule: "rules[0]", Mirror: true}
	to := sends(atGateway, backend)
	routes := mesh.Target{Group: gatewayAPI, Kind: "HTTPRoute", Namespace: "shop"}
	services := mesh.Target{Kind: "Service"}
	named := func(n string) mesh.Target { return mesh.Target{Kind: "Service", Name: n} }
	other := func(change func(*mesh.Target)) mesh.Target { t := routes; change(&t); return t }
	uses := func(to mesh.Target) mesh.Config {
		s := server(443, "HTTPS", "a")
		s.Certificates = []mesh.Target{to}
		return apiGateway("gw", "istio", s)
	}
	secret := mesh.Target{Kind: "Secret", Namespace: "istio-system", Name: "cert"}
	gateways := mesh.Target{Group: gatewayAPI, Kind: "Gateway", Namespace: "books"}
	const gone = "route reference-not-granted error"
	tests{
		"none":                       {all(gw, to), []string{gone}},
		"for all services":           {all(gw, to, grant("books", routes, services)), nil},
		"for this service":           {all(gw, to, grant("books", routes, named("reviews"))), nil},
		"for another service":        {all(gw, to, grant("books", routes, named("ratings"))), []string{gone}},
		"for secrets":                {all(gw, to, grant("books", routes, mesh.Target{Kind: "Secret"})), []string{gone}},
		"in another namespace":       {all(gw, to, grant("shop", routes, services)), []string{gone}},
		"from another namespace":     {all(gw, to, grant("books", other(func(t *mesh.Target) { t.Namespace = "books" }), services)), []string{gone}},
		"from another kind":          {all(gw, to, grant("books", other(func(t *mesh.Target) { t.Kind = "GRPCRoute" }), services)), []string{gone}},
		"from another group":         {all(gw, to, grant("books", other(func(t *mesh.Target) { t.Group = "" }), services)), []string{gone}},
		"one of two":                 {all(gw, to, grant("books", routes, named("ratings")), grant("books", routes, named("reviews"))), nil},
		"told once":                  {all(gw, sends(atGateway, backend, backend, mirror)), []string{gone}},
		"copies":                     {all(gw, sends(atGateway, mirror)), []string{"route reference-not-granted warning"}},
		"of callers in the mesh":     {all(sends(mesh.Target{Kind: "Service", Name: "reviews"}, backend)), nil},
		"in the own namespace":       {all(gw, route(mesh.Routing{Parents: []mesh.Target{atGateway}, Destinations: []mesh.Destination{{Host: "reviews"}, backend}})), nil},
		"to what is not there":       {all(gw, sends(atGateway, mesh.Destination{Host: "revews", Namespace: "books"})), []string{"route backend-not-found error"}},
		"to a pool":                  {all(gw, sends(atGateway, mesh.Destination{Host: "pool", Kind: "InferencePool", Namespace: "books"})), nil},
		"from no namespace":          {all(grant("books", other(func(t *mesh.Target) { t.Namespace = "shoop" }), services)), []string{"grant namespace-not-found warning"}},
		"from another cluster's":     {all(grant("books", other(func(t *mesh.Target) { t.Namespace = "west-only" }), services)), nil},
		"a certificate":              {all(uses(secret)), []string{"gw reference-not-granted error"}},
		"a certificate with a grant": {all(uses(secret), grant("istio-system", gateways, mesh.Target{Kind: "Secret", Name: "cert"})), nil},
		"a certificate of routes":    {all(uses(secret), grant("istio-system", routes, mesh.Target{Kind: "Secret"})), []string{"gw reference-not-granted error"}},
	}.run(t)

	elsewhere := twoClusters(gw, to)
	elsewhere[1].Config = all(grant("books", routes, services))
	require.Equal(t, []string{gone}, told(t, elsewhere), "each control plane reads its own cluster's grants")
	unseen := twoClusters(gw, to, uses(secret))
	unseen[0].Kinds = known("referencegrants.gateway.networking.k8s.io")
	require.Equal(t, []string{"route reference-not-granted info", "gw reference-not-granted info"}, told(t, unseen))
	unseen = twoClusters(gw, to)
	unseen[1].Kinds = nil
	require.Equal(t, mesh.SeverityError, findings.Of(unseen).Of(&unseen[0].Config[1])[0].Severity, "another cluster has nothing to say")
}
