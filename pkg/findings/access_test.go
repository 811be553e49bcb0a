package findings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/findings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func policy(p mesh.AuthorizationPolicy) mesh.Config {
	c := config("AuthorizationPolicy", security, "books", "policy")
	if p.Action == "" {
		p.Action = "ALLOW"
	}
	c.AuthorizationPolicy = &p
	return c
}

func names(all ...string) []mesh.RuleName {
	var out []mesh.RuleName
	for i, n := range all {
		out = append(out, mesh.RuleName{Name: n, Rule: i})
	}
	return out
}

// asAccounts gives the workloads of east and of west service accounts.
func asAccounts(in []*mesh.Inventory) []*mesh.Inventory {
	for _, i := range in {
		for n := range i.Workloads {
			w := &i.Workloads[n]
			w.Accounts = []string{w.App}
			if w.App == "" {
				w.Accounts = []string{w.Name}
			}
		}
	}
	return in
}

func TestCallersOfPolicies(t *testing.T) {
	from := func(n ...string) mesh.Config { return policy(mesh.AuthorizationPolicy{Namespaces: names(n...)}) }
	as := func(n ...string) mesh.Config { return policy(mesh.AuthorizationPolicy{Principals: names(n...)}) }
	account := func(n ...string) mesh.Config { return policy(mesh.AuthorizationPolicy{Accounts: names(n...)}) }
	const gone, unused = "policy namespace-not-found warning", "policy account-not-used info"
	for name, tt := range map[string]struct {
		policy mesh.Config
		want   []string
	}{
		"a namespace":                         {from("books", "shop"), []string{}},
		"a namespace of another cluster":      {from("west-only"), []string{}},
		"a namespace that nobody has":         {from("books", "bocks"), []string{gone}},
		"two of them":                         {from("bocks", "shoop"), []string{gone, gone}},
		"patterns of namespaces":              {from("*", "x*", "*x"), []string{}},
		"an account":                          {as("cluster.local/ns/books/sa/reviews"), []string{}},
		"an account of another cluster":       {as("cluster.local/ns/books/sa/ratings"), []string{}},
		"an account of a gateway":             {as("cluster.local/ns/istio-system/sa/ingress"), []string{}},
		"an account that nobody uses":         {as("cluster.local/ns/books/sa/revews"), []string{unused}},
		"an account of no namespace":          {as("cluster.local/ns/bocks/sa/reviews", "cluster.local/ns/bocks/sa/ratings"), []string{gone}},
		"an account of another mesh":          {as("elsewhere/ns/bocks/sa/reviews"), []string{}},
		"patterns of accounts":                {as("*", "cluster.local/ns/books/*", "*/sa/revews", "cluster.local/ns/bocks/sa/r*"), []string{}},
		"what is no account":                  {as("revews", "cluster.local/ns/bocks", "cluster.local/is/bocks/sa/x", "cluster.local/ns/bocks/is/x", "spiffe://cluster.local/ns/bocks/sa/x"), []string{}},
		"a plain account":                     {account("books/reviews", "books/ratings"), []string{}},
		"a plain account that nobody uses":    {account("books/revews"), []string{unused}},
		"a plain account of no namespace":     {account("bocks/reviews"), []string{gone}},
		"a namespace that is twice not there": {policy(mesh.AuthorizationPolicy{Namespaces: names("bocks"), Accounts: names("bocks/x"), Principals: names("cluster.local/ns/bocks/sa/y")}), []string{gone}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, told(t, asAccounts(twoClusters(tt.policy))))
		})
	}
	in := twoClusters(from("books", "bocks"))
	require.Equal(t, "spec.rules[1]", findings.Of(in).Of(&in[0].Config[0])[0].Path)
}

func TestHostsOfPolicies(t *testing.T) {
	to := func(hosts ...string) mesh.Config {
		return policy(mesh.AuthorizationPolicy{Hosts: names(hosts...), HTTP: true})
	}
	routes := func(host string) mesh.Config { return virtualService("routes", mesh.Routing{Hosts: []string{host}}) }
	const gone = "policy host-not-found warning"
	tests{
		"a service":                         {all(to("reviews.books.svc.cluster.local", "reviews.books.svc", "Reviews.books.svc.cluster.local:9080")), nil},
		"a service of another cluster":      {all(to("ratings.books.svc.cluster.local")), nil},
		"no service":                        {all(to("revews.books.svc.cluster.local")), []string{gone}},
		"no service, with a port":           {all(to("revews.books.svc:9080")), []string{gone}},
		"no service, told once":             {all(to("revews.books.svc:9080", "revews.books.svc.cluster.local", "Revews.books.svc")), []string{gone}},
		"of no namespace":                   {all(to("reviews.bocks.svc.cluster.local")), []string{gone}},
		"short names, which may be another": {all(to("revews", "revews.books", "example.shop")), nil},
		"hosts outside":                     {all(to("shop.example.com", "shop.example.com:443", "10.0.0.1:80", "[::1]:80", "")), nil},
		"patterns":                          {all(to("*", "*.bocks.svc.cluster.local", "revews.books.svc.*", "revews.books.svc.cluster.local:*")), nil},
		"a pod of a service":                {all(to("revews-0.revews.books.svc.cluster.local")), nil},
		"a service entry":                   {all(to("old.books.svc.cluster.local"), entry("entry", mesh.ServiceEntry{Hosts: []string{"old.books.svc.cluster.local"}})), nil},
		"a routed host":                     {all(to("all.books.svc.cluster.local"), routes("all.books.svc.cluster.local")), nil},
		"all hosts routed":                  {all(to("revews.books.svc.cluster.local"), routes("*")), []string{gone}},
	}.run(t)
}

func TestPoliciesInAMeshThatIsNotSeenAsAWhole(t *testing.T) {
	p := policy(mesh.AuthorizationPolicy{Namespaces: names("bocks"), Accounts: names("books/revews"), Hosts: names("revews.books.svc.cluster.local")})
	for name, kind := range map[string]string{"": "namespaces", "namespace-not-found": "namespaces", "account-not-used": "pods", "host-not-found": "virtualservices.networking.istio.io"} {
		in := twoClusters(p)
		in[1].Kinds = known(kind)
		for _, f := range findings.Of(in).Of(&in[0].Config[0]) {
			if f.Code == name {
				require.Equal(t, mesh.SeverityInfo, f.Severity)
				require.Contains(t, f.Message, "west unseen")
			} else {
				require.NotContains(t, f.Message, "unseen", "%s without %s", f.Code, kind)
			}
			if name == "" {
				break
			}
		}
	}
}

func TestHostsOfSidecars(t *testing.T) {
	sidecar := func(hosts ...string) mesh.Config {
		c := config("Sidecar", networking, "books", "sidecar")
		c.Sidecar = &mesh.Sidecar{Egress: hosts}
		return c
	}
	in := func(namespace string, c mesh.Config) mesh.Config { c.Namespace = namespace; return c }
	api := entry("entry", mesh.ServiceEntry{Hosts: []string{"api.example.com", "*.Example.org"}})
	const gone, nowhere = "sidecar host-not-found warning", "sidecar namespace-not-found warning"
	tests{
		"all":                            {all(sidecar("*/*", "./*", "istio-system/*", "~/*")), nil},
		"all of another cluster's":       {all(sidecar("west-only/*")), nil},
		"all of no namespace":            {all(sidecar("bocks/*", "bocks/reviews.books.svc.cluster.local")), []string{nowhere}},
		"all but those of no namespace":  {all(sidecar("*/*", "~bocks/*")), []string{nowhere}},
		"all but those of a namespace":   {all(sidecar("*/*", "~shop/*", "~./reviews.books.svc.cluster.local")), nil},
		"a service":                      {all(sidecar("./reviews.books.svc.cluster.local", "*/reviews.books.svc.cluster.local", "books/reviews.books.svc.cluster.local")), nil},
		"a service of another cluster":   {all(sidecar("./ratings.books.svc.cluster.local", "*/Ratings.books.svc.cluster.local")), nil},
		"a service of another namespace": {all(sidecar("shop/reviews.books.svc.cluster.local")), []string{gone}},
		"no service":                     {all(sidecar("./revews.books.svc.cluster.local")), []string{gone}},
		"no service anywhere":            {all(sidecar("*/revews.books.svc.cluster.local")), []string{gone}},
		"a service by its short name":    {all(sidecar("./reviews")), []string{gone}},
		"another domain":                 {all(sidecar("./reviews.books.svc.mesh.example")), nil},
		"services under a wildcard":      {all(sidecar("./*.books.svc.cluster.local", "*/*.svc.cluster.local", "*/*.local")), nil},
		"no services under a wildcard":   {all(sidecar("./*.shop.svc.cluster.local")), []string{gone}},
		"an entry":                       {all(sidecar("./api.example.com", "*/api.example.com"), api), nil},
		"an entry of another namespace":  {all(sidecar("shop/api.example.com"), api), []string{gone}},
		"an entry under a wildcard":      {all(sidecar("./*.example.com"), api), nil},
		"no entry under a wildcard":      {all(sidecar("./*.example.net", "*/*api.example.com"), api), []string{gone, gone}},
		"a wildcard that an entry has":   {all(sidecar("./*.example.org", "./a.example.org", "./*.a.example.org"), api), nil},
		"a routed host":                  {all(sidecar("./virtual.example.com"), virtualService("routes", mesh.Routing{Hosts: []string{"virtual.example.com"}})), nil},
		"the own namespace of each":      {all(in("istio-system", sidecar("./reviews.books.svc.cluster.local", "./*"))), nil},
		"what is no host":                {all(sidecar("reviews", "/x", "x/", "", "~/reviews.books.svc.cluster.local")), nil},
	}.run(t)
	short := twoClusters(sidecar("./reviews"))
	require.Contains(t, findings.Of(short).Of(&short[0].Config[0])[0].Message, "write reviews.books.svc.cluster.local")
	unseen := append(twoClusters(sidecar("bocks/*", "./revews.books.svc.cluster.local")), &mesh.Inventory{Cluster: "north"})
	require.Equal(t, []string{"sidecar host-not-found info", "sidecar namespace-not-found info"}, told(t, unseen))
}
