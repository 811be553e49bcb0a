package findings_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/findings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

type tests map[string]struct {
	config []mesh.Config
	want   []string
}

func (tests tests) run(t *testing.T) {
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.want == nil {
				tt.want = []string{}
			}
			require.Equal(t, tt.want, told(t, twoClusters(tt.config...)))
		})
	}
}

func all(config ...mesh.Config) []mesh.Config { return config }

func TestHostsOfDestinations(t *testing.T) {
	to := func(host string) mesh.Destination { return mesh.Destination{Host: host} }
	tests{
		"a host that nobody has":            {all(sends(to("revews"))), []string{"routes host-not-found error"}},
		"told once":                         {all(sends(to("revews"), mesh.Destination{Host: "revews.books.svc.cluster.local", Rule: "http[1]"})), []string{"routes host-not-found error"}},
		"also with subsets":                 {all(sends(mesh.Destination{Host: "revews", Subset: "a"}, mesh.Destination{Host: "revews", Subset: "b", Rule: "http[1]"})), []string{"routes host-not-found error"}},
		"a service of this cluster":         {all(sends(to("reviews"))), nil},
		"a service of another cluster":      {all(sends(to("ratings"))), nil},
		"its full name":                     {all(sends(to("ratings.books.svc.cluster.local"))), nil},
		"its name and namespace":            {all(sends(to("ratings.books"))), nil},
		"of another namespace":              {all(sends(to("ratings.shop.svc.cluster.local"))), []string{"routes host-not-found error"}},
		"outside the mesh":                  {all(sends(to("api.example.com"))), []string{"routes host-not-found error"}},
		"a service entry":                   {all(sends(to("api.example.com")), entry("entry", mesh.ServiceEntry{Hosts: []string{"API.example.com"}})), nil},
		"a wildcard of a service entry":     {all(sends(to("api.example.com")), entry("entry", mesh.ServiceEntry{Hosts: []string{"*.example.com"}})), nil},
		"not under the wildcard":            {all(sends(to("example.com")), entry("entry", mesh.ServiceEntry{Hosts: []string{"*.example.com"}})), []string{"routes host-not-found error"}},
		"a short host of a service entry":   {all(sends(to("legacy")), entry("entry", mesh.ServiceEntry{Hosts: []string{"legacy"}})), nil},
		"copies":                            {all(sends(to("reviews"), mesh.Destination{Host: "shadow", Mirror: true})), []string{"routes host-not-found warning"}},
		"a rule's host":                     {all(rule("rule", mesh.DestinationRule{Host: "revews"})), []string{"rule host-not-found warning"}},
		"a rule's wildcard":                 {all(rule("rule", mesh.DestinationRule{Host: "*.example.com"})), nil},
		"a rule for another cluster's host": {all(rule("rule", mesh.DestinationRule{Host: "ratings"})), nil},
		"a backend":                         {all(route(mesh.Routing{Destinations: []mesh.Destination{{Host: "revews", Rule: "rules[0]"}}})), []string{"route backend-not-found error"}},
		"a backend of another cluster":      {all(route(mesh.Routing{Destinations: []mesh.Destination{{Host: "ratings", Rule: "rules[0]"}}})), nil},
		"a backend that is no service":      {all(route(mesh.Routing{Destinations: []mesh.Destination{{Host: "pool", Kind: "InferencePool", Rule: "rules[0]"}}})), nil},
		"a rule without a destination":      {all(sends(mesh.Destination{})), nil},
	}.run(t)
}

func TestSubsets(t *testing.T) {
	to := func(host, subset string) mesh.Config {
		return sends(mesh.Destination{Host: host, Subset: subset})
	}
	defines := func(host string, s ...mesh.Subset) mesh.Config {
		return rule("rule", mesh.DestinationRule{Host: host, Subsets: s})
	}
	tests{
		"no rule":                          {all(to("reviews", "v1")), []string{"routes subset-not-found error"}},
		"another subset":                   {all(to("reviews", "v1"), defines("reviews", subset("v2", "version", "v2"))), []string{"routes subset-not-found error"}},
		"a rule of another host":           {all(to("reviews", "v1"), defines("ratings", subset("v1", "version", "v1"))), []string{"routes subset-not-found error"}},
		"defined":                          {all(to("reviews", "v1"), defines("reviews.books.svc.cluster.local", subset("v1", "version", "v1"))), nil},
		"of another cluster's service":     {all(to("ratings.books", "v1"), defines("ratings.books.svc.cluster.local", subset("v1", "version", "v1"))), nil},
		"by a wildcard":                    {all(to("reviews", "v1"), defines("*.books.svc.cluster.local", subset("v1", "version", "v1"))), nil},
		"workloads of another cluster":     {all(defines("reviews", subset("v2", "version", "v2"))), nil},
		"no workload":                      {all(defines("reviews", subset("v3", "version", "v3"))), []string{"rule subset-no-workload warning"}},
		"a workload of another service":    {all(defines("reviews", subset("odd", "app", "ratings"))), []string{"rule subset-no-workload warning"}},
		"no labels":                        {all(defines("reviews", subset("all"))), nil},
		"a cluster's endpoints":            {all(defines("reviews", subset("west", "topology.istio.io/cluster", "west"))), nil},
		"endpoints that a cluster has not": {all(defines("ratings", subset("east", "topology.istio.io/cluster", "east"))), []string{"rule subset-no-workload warning"}},
		"a region's endpoints":             {all(defines("reviews", subset("here", "topology.kubernetes.io/region", "north"))), nil},
		"a service without a selector":     {all(defines("outside", subset("v1", "version", "v1"))), nil},
		"a host outside":                   {all(defines("api.example.com", subset("v1", "version", "v1")), entry("entry", mesh.ServiceEntry{Hosts: []string{"api.example.com"}})), nil},
	}.run(t)
}

func TestASubsetOfAnotherClusterAlone(t *testing.T) {
	in := twoClusters(sends(mesh.Destination{Host: "reviews", Subset: "v1"}))
	in[1].Config = all(rule("rule", mesh.DestinationRule{Host: "reviews", Subsets: []mesh.Subset{subset("v1", "version", "v1")}}))
	require.Equal(t, []string{"routes subset-not-found warning"}, told(t, in), "each control plane reads its own cluster's rules")
}

func TestWeights(t *testing.T) {
	to := func(rule string, weights ...int) []mesh.Destination {
		var out []mesh.Destination
		for _, w := range weights {
			out = append(out, mesh.Destination{Host: "reviews", Rule: rule, Weight: w})
		}
		return out
	}
	mirror := mesh.Destination{Host: "reviews", Rule: "http[0]", Mirror: true}
	tests{
		"100":                    {all(sends(to("", 80, 20)...)), nil},
		"less":                   {all(sends(to("", 80, 10)...)), []string{"routes weights-not-100 info"}},
		"none":                   {all(sends(to("", 0, 0)...)), []string{"routes weights-missing error"}},
		"one with a weight":      {all(sends(to("", 50)...)), []string{"routes single-weight warning"}},
		"one with 100":           {all(sends(to("", 100)...)), nil},
		"one without":            {all(sends(to("", 0)...)), nil},
		"one and a copy":         {all(sends(append(to("http[0]", 0), mirror)...)), nil},
		"each rule by itself":    {all(sends(append(to("http[0]", 60, 40), to("http[1]", 70, 30)...)...)), nil},
		"the second rule":        {all(sends(append(to("http[0]", 60, 40), to("http[1]", 70)...)...)), []string{"routes single-weight warning"}},
		"shares, by definition":  {all(route(mesh.Routing{Destinations: to("rules[0]", 1, 2)})), nil},
		"shares that are absent": {all(route(mesh.Routing{Destinations: to("rules[0]", 0, 0)})), nil},
	}.run(t)
}

func TestGatewaysAndParents(t *testing.T) {
	by := func(gateways ...string) mesh.Config {
		return virtualService("routes", mesh.Routing{Hosts: []string{"a.example.com"}, Gateways: gateways})
	}
	under := func(p mesh.Target) mesh.Config { return route(mesh.Routing{Parents: []mesh.Target{p}}) }
	ingress := labels("istio", "ingress")
	gw := istioGateway("books", "gw", ingress, server(80, "HTTP", "a.example.com"))
	tests{
		"no gateway":             {all(by("books/gw")), []string{"routes gateway-not-found error"}},
		"a gateway":              {all(by("books/gw", "mesh"), gw), nil},
		"of this namespace":      {all(by("./gw"), gw), nil},
		"written like a host":    {all(by("shop/gw.books.svc.cluster.local"), gw), nil},
		"of another namespace":   {all(by("shop/gw"), gw), []string{"routes gateway-not-found error"}},
		"made by istiod":         {all(by("books/gw-istio-autogenerated-k8s-gateway-http")), nil},
		"of the other API":       {all(by("books/gw"), apiGateway("gw", "istio")), []string{"routes gateway-not-found error"}},
		"no parent":              {all(under(mesh.Target{Group: gatewayAPI, Kind: "Gateway", Name: "gw"})), []string{"route parent-not-found error"}},
		"a parent":               {all(under(mesh.Target{Group: gatewayAPI, Kind: "Gateway", Name: "gw"}), apiGateway("gw", "istio")), nil},
		"a service of another":   {all(under(mesh.Target{Kind: "Service", Name: "ratings"})), nil},
		"no service":             {all(under(mesh.Target{Kind: "Service", Name: "rating"})), []string{"route parent-not-found error"}},
		"another kind of parent": {all(under(mesh.Target{Group: gatewayAPI, Kind: "ListenerSet", Name: "set"})), nil},
		"pods of no gateway":     {all(istioGateway("books", "gw", labels("istio", "ingres"))), []string{"gw selector-no-workload warning"}},
		"pods of any namespace":  {all(istioGateway("books", "gw", ingress)), nil},
		"the same server":        {all(gw, istioGateway("shop", "gw2", ingress, server(80, "HTTP", "A.example.com"))), []string{"gw server-defined-twice warning", "gw2 server-defined-twice warning"}},
		"in one gateway":         {all(istioGateway("books", "gw", ingress, server(80, "HTTP", "a", "*/a"))), []string{"gw server-defined-twice warning"}},
		"another port":           {all(gw, istioGateway("shop", "gw2", ingress, server(81, "HTTP", "a.example.com"))), nil},
		"another host":           {all(gw, istioGateway("shop", "gw2", ingress, server(80, "HTTP", "b.example.com"))), nil},
		"for another namespace":  {all(gw, istioGateway("shop", "gw2", ingress, server(80, "HTTP", "shop/a.example.com"))), nil},
		"other pods":             {all(gw, istioGateway("shop", "gw2", labels("app", "reviews"), server(80, "HTTP", "a.example.com"))), nil},
		"no such class":          {all(apiGateway("gw", "nginx")), []string{"gw class-not-found error"}},
		"a class":                {all(apiGateway("gw", "nginx"), config("GatewayClass", gatewayAPI, "", "nginx")), nil},
		"istio's own class":      {all(apiGateway("gw", "istio-waypoint")), nil},
		"listeners alike":        {all(apiGateway("gw", "istio", server(80, "HTTP", "a"), server(80, "HTTP", "A"))), []string{"gw listener-not-unique error"}},
		"listeners for hosts":    {all(apiGateway("gw", "istio", server(80, "HTTP", "a"), server(80, "HTTP"), server(81, "HTTP", "a"), server(80, "UDP", "a"))), nil},
	}.run(t)
}

func TestRivals(t *testing.T) {
	hosts := func(name string, gateways []string, hosts ...string) mesh.Config {
		return virtualService(name, mesh.Routing{Hosts: hosts, Gateways: gateways})
	}
	gw := istioGateway("books", "gw", labels("istio", "ingress"))
	at := []string{"books/gw"}
	v1 := subset("v1", "version", "v1")
	defines := func(name string, s ...mesh.Subset) mesh.Config {
		return rule(name, mesh.DestinationRule{Host: "reviews", Subsets: s})
	}
	api := func(name string, port []mesh.Port, addresses ...string) mesh.Config {
		return entry(name, mesh.ServiceEntry{Hosts: []string{"api.example.com"}, Ports: port, Addresses: addresses})
	}
	elsewhere := func(c mesh.Config) mesh.Config { c.Namespace = "shop"; return c }
	tests{
		"one host":                      {all(hosts("a", nil, "reviews"), hosts("b", nil, "reviews.books.svc.cluster.local")), []string{"a host-routed-twice warning", "b host-routed-twice warning"}},
		"two hosts":                     {all(hosts("a", nil, "reviews"), hosts("b", nil, "ratings")), nil},
		"a wildcard beside":             {all(hosts("a", nil, "reviews"), hosts("b", nil, "*")), nil},
		"at a gateway they are joined":  {all(hosts("a", at, "x.example.com"), hosts("b", []string{"./gw"}, "x.example.com"), gw), []string{"a host-routed-twice info", "b host-routed-twice info"}},
		"at a gateway and inside":       {all(hosts("a", at, "reviews"), hosts("b", nil, "reviews"), gw), nil},
		"for one namespace each":        {all(exported(hosts("a", nil, "reviews"), "books"), exported(hosts("b", nil, "reviews"), "shop")), nil},
		"for one that both are for":     {all(exported(hosts("a", nil, "reviews"), ".", "books"), exported(hosts("b", nil, "reviews"), "shop", "books")), []string{"a host-routed-twice warning", "b host-routed-twice warning"}},
		"one for all":                   {all(exported(hosts("a", nil, "reviews"), "."), hosts("b", nil, "reviews")), []string{"a host-routed-twice warning", "b host-routed-twice warning"}},
		"one for nobody":                {all(exported(hosts("a", nil, "reviews"), "~"), hosts("b", nil, "reviews")), nil},
		"subsets":                       {all(defines("a", v1), defines("b", v1)), []string{"a subset-defined-twice warning", "b subset-defined-twice warning"}},
		"in one rule":                   {all(defines("a", v1, v1)), []string{"a subset-defined-twice warning"}},
		"other subsets":                 {all(defines("a", v1), defines("b", subset("v2", "version", "v2"))), nil},
		"policies":                      {all(defines("a"), defines("b")), []string{"a subset-defined-twice warning", "b subset-defined-twice warning"}},
		"a policy and subsets":          {all(defines("a"), defines("b", v1)), nil},
		"callers of another namespace":  {all(rule("a", mesh.DestinationRule{Host: "reviews.books.svc.cluster.local"}), elsewhere(rule("b", mesh.DestinationRule{Host: "reviews.books.svc.cluster.local"}))), nil},
		"callers that are selected":     {all(defines("a"), with(defines("b"), func(c *mesh.Config) { c.Selector = labels("app", "reviews") })), nil},
		"entries":                       {all(api("a", port(80)), api("b", port(80))), []string{"a entry-defined-twice warning", "b entry-defined-twice warning"}},
		"entries with other ports":      {all(api("a", port(80)), api("b", port(81))), nil},
		"entries with other addresses":  {all(api("a", port(80), "10.0.0.1"), api("b", port(80), "10.0.0.2")), nil},
		"short hosts of two namespaces": {all(entry("a", mesh.ServiceEntry{Hosts: []string{"old"}, Ports: port(80)}), elsewhere(entry("b", mesh.ServiceEntry{Hosts: []string{"old"}, Ports: port(80)}))), nil},
	}.run(t)
}

func TestConfigurationOfTwoClustersDoesNotClash(t *testing.T) {
	in := twoClusters(rule("a", mesh.DestinationRule{Host: "reviews"}), peers("books", "default", "STRICT"))
	in[1].Config = all(rule("b", mesh.DestinationRule{Host: "reviews"}), peers("books", "default", "PERMISSIVE"))
	require.Empty(t, told(t, in))
}

func TestPolicies(t *testing.T) {
	in := func(namespace string, c mesh.Config) mesh.Config { c.Namespace = namespace; return c }
	telemetry, sidecar := config("Telemetry", "telemetry.istio.io", "books", "policy"), config("Sidecar", networking, "books", "policy")
	request := config("RequestAuthentication", security, "books", "policy")
	tests{
		"nothing selected":              {all(selecting("AuthorizationPolicy", security, "app", "revews")), []string{"policy selector-no-workload warning"}},
		"selected":                      {all(selecting("AuthorizationPolicy", security, "app", "reviews")), nil},
		"of a remote cluster":           {all(selecting("AuthorizationPolicy", security, "app", "ratings")), nil},
		"of another namespace":          {all(in("shop", selecting("AuthorizationPolicy", security, "app", "reviews"))), []string{"policy selector-no-workload warning"}},
		"from the root namespace":       {all(in("istio-system", selecting("EnvoyFilter", networking, "app", "reviews"))), nil},
		"a sidecar looks nowhere else":  {all(in("istio-system", selecting("Sidecar", networking, "app", "reviews"))), []string{"policy selector-no-workload warning"}},
		"two for a namespace":           {all(peers("books", "a", "STRICT"), peers("books", "b", "PERMISSIVE")), []string{"a several-for-namespace error", "b several-for-namespace error"}},
		"one each":                      {all(peers("books", "a", "STRICT"), peers("shop", "b", "PERMISSIVE"), peers("istio-system", "c", "STRICT")), nil},
		"two for the mesh":              {all(peers("istio-system", "a", "STRICT"), peers("istio-system", "b", "PERMISSIVE")), []string{"a several-for-namespace error", "b several-for-namespace error"}},
		"two sidecars":                  {all(sidecar, sidecar), []string{"policy several-for-namespace error", "policy several-for-namespace error"}},
		"two kinds":                     {all(sidecar, telemetry), nil},
		"kinds that add up":             {all(request, request), nil},
		"two for a workload":            {all(peers("books", "a", "STRICT", "app", "reviews"), peers("books", "b", "DISABLE", "version", "v1")), []string{"a several-for-workload error", "b several-for-workload error"}},
		"workloads of another cluster":  {all(peers("books", "a", "STRICT", "app", "ratings"), peers("books", "b", "DISABLE", "app", "ratings", "version", "v1")), nil},
		"one for it and one for all":    {all(peers("books", "a", "STRICT", "app", "reviews"), peers("books", "b", "STRICT")), nil},
		"two that are told apart":       {all(peers("books", "a", "STRICT", "app", "reviews"), peers("books", "b", "DISABLE", "app", "ratings")), nil},
		"no target":                     {all(targeting(mesh.Target{Group: gatewayAPI, Kind: "Gateway", Name: "waypoint"})), []string{"policy target-not-found warning"}},
		"a target":                      {all(targeting(mesh.Target{Group: gatewayAPI, Kind: "Gateway", Name: "waypoint"}), apiGateway("waypoint", "istio-waypoint")), nil},
		"a service entry as a target":   {all(targeting(mesh.Target{Group: networking, Kind: "ServiceEntry", Name: "entry"}), entry("entry", mesh.ServiceEntry{})), nil},
		"no service entry as a target":  {all(targeting(mesh.Target{Group: networking, Kind: "ServiceEntry", Name: "entry"})), []string{"policy target-not-found warning"}},
		"exported to nowhere":           {all(exported(rule("rule", mesh.DestinationRule{Host: "reviews"}), "shop", "nowhere")), []string{"rule export-namespace-not-found warning"}},
		"exported to another cluster's": {all(exported(rule("rule", mesh.DestinationRule{Host: "reviews"}), ".", "west-only")), nil},
		"exported to all and to nobody": {all(exported(rule("rule", mesh.DestinationRule{Host: "reviews"}), "*", "~")), nil},
	}.run(t)
}

func TestMutualTLS(t *testing.T) {
	rules := func(mode string) mesh.Config { return rule("rule", mesh.DestinationRule{Host: "reviews", TLS: mode}) }
	wild := func(host string) mesh.Config { return rule("wild", mesh.DestinationRule{Host: host, TLS: "DISABLE"}) }
	ports := with(peers("books", "a", "STRICT"), func(c *mesh.Config) { c.PeerAuthentication.Ports = map[int]string{9080: "DISABLE"} })
	part := func(version string) mesh.Config {
		return rule("rule", mesh.DestinationRule{Host: "reviews", Subsets: []mesh.Subset{{Name: version, Labels: labels("version", version), TLS: "DISABLE"}}})
	}
	tests{
		"plain text to strict":          {all(rules("DISABLE"), peers("books", "a", "STRICT")), []string{"rule tls-off-against-strict error"}},
		"ordinary TLS to strict":        {all(rules("SIMPLE"), peers("istio-system", "a", "STRICT")), []string{"rule tls-off-against-strict error"}},
		"plain text to permissive":      {all(rules("DISABLE"), peers("books", "a", "PERMISSIVE"), peers("istio-system", "b", "STRICT")), nil},
		"plain text without a policy":   {all(rules("DISABLE")), nil},
		"mutual to strict":              {all(rules("ISTIO_MUTUAL"), peers("books", "a", "STRICT")), nil},
		"mutual to disabled":            {all(rules("ISTIO_MUTUAL"), peers("books", "a", "DISABLE")), []string{"rule mtls-against-disabled error"}},
		"an exception for the workload": {all(rules("DISABLE"), peers("books", "a", "STRICT"), peers("books", "b", "PERMISSIVE", "app", "reviews")), nil},
		"strict for the workload":       {all(rules("DISABLE"), peers("books", "b", "STRICT", "app", "reviews")), []string{"rule tls-off-against-strict error"}},
		"inherited":                     {all(rules("DISABLE"), peers("books", "a", ""), peers("istio-system", "b", "STRICT")), []string{"rule tls-off-against-strict error"}},
		"exceptions for ports":          {all(rules("DISABLE"), ports), nil},
		"the older counts":              {all(rules("DISABLE"), aged(peers("books", "a", "PERMISSIVE"), 2), aged(peers("books", "b", "STRICT"), 1)), []string{"a several-for-namespace error", "b several-for-namespace error"}},
		"a subset":                      {all(part("v1"), peers("books", "a", "STRICT")), []string{"rule tls-off-against-strict error"}},
		"a subset of another cluster":   {all(part("v2"), peers("books", "a", "STRICT")), nil},
		"a wildcard":                    {all(wild("*.local"), peers("books", "a", "STRICT")), []string{"wild tls-off-against-strict error"}},
		"a rule before the wildcard":    {all(wild("*.local"), rules("ISTIO_MUTUAL"), peers("books", "a", "STRICT")), nil},
	}.run(t)
	in := twoClusters(rules("DISABLE"), peers("books", "a", "STRICT"))
	in[0].Workloads[0].Mode = mesh.ModeNone
	require.Equal(t, []string{}, told(t, in), "without a sidecar nobody asks for mutual TLS")
}

func TestConditions(t *testing.T) {
	is := func(conditions ...mesh.Condition) []mesh.Config {
		return all(with(apiGateway("gw", "istio"), func(c *mesh.Config) { c.Conditions = conditions }))
	}
	tests{
		"well":                    {is(condition("Accepted", "True", "Accepted", ""), condition("Programmed", "True", "Programmed", "")), nil},
		"refused":                 {is(condition("Accepted", "False", "Invalid", "no")), []string{"gw not-accepted error"}},
		"refused by two":          {is(condition("Accepted", "False", "Invalid", "no"), condition("Accepted", "False", "Invalid", "nor")), []string{"gw not-accepted error"}},
		"not resolved":            {is(condition("ResolvedRefs", "False", "BackendNotFound", "no")), []string{"gw references-not-resolved error"}},
		"waiting":                 {is(condition("Programmed", "False", "AddressNotAssigned", "")), []string{"gw not-programmed warning"}},
		"not known yet":           {is(condition("Accepted", "Unknown", "Pending", "")), nil},
		"what is good when false": {is(condition("Conflicted", "False", "NoConflicts", "")), nil},
	}.run(t)
	in := twoClusters(is(condition("Accepted", "False", "Invalid", strings.Repeat("a\n\xff", 1000)))...)
	message := findings.Of(in).Of(&in[0].Config[0])[0].Message
	require.Less(t, len(message), 400)
	require.NotContains(t, message, "\n")
}

func TestWhatIsMerelyUnseenIsNotMissing(t *testing.T) {
	objects := all(
		sends(mesh.Destination{Host: "revews"}), exported(rule("rule", mesh.DestinationRule{Host: "revews"}), "nowhere"),
		rule("rule2", mesh.DestinationRule{Host: "reviews", Subsets: []mesh.Subset{subset("v3", "version", "v3")}}),
		selecting("AuthorizationPolicy", security, "app", "revews"), route(mesh.Routing{Destinations: []mesh.Destination{{Host: "revews"}}}),
		route(mesh.Routing{Parents: []mesh.Target{{Kind: "Gateway", Group: gatewayAPI, Name: "gw"}}}), apiGateway("gw2", "nginx"),
	)
	unseen := map[string]*mesh.Inventory{
		"a cluster that was never read": {Cluster: "north"},
		"kinds that must not be read":   {Cluster: "north", Kinds: known("services", "namespaces", "pods")},
	}
	for name, in := range unseen {
		t.Run(name, func(t *testing.T) {
			clusters := append(twoClusters(objects...), in)
			report := findings.Of(clusters)
			for i := range objects {
				for _, f := range report.Of(&clusters[0].Config[i]) {
					if f.Code == findings.ParentNotFound || f.Code == findings.ClassNotFound {
						require.Equal(t, mesh.SeverityError, f.Severity, "that is this cluster's own")
						continue
					}
					require.Equal(t, mesh.SeverityInfo, f.Severity, f.Message)
					require.Contains(t, f.Message, "north")
				}
			}
		})
	}
	stale := twoClusters(objects...)
	stale[0].Kinds = known("gateways.gateway.networking.k8s.io", "gatewayclasses.gateway.networking.k8s.io")
	stale[1].Kinds = known()
	for i := range stale[1].Kinds {
		stale[1].Kinds[i].Error = "the watch broke"
	}
	for _, line := range told(t, stale) {
		require.True(t, strings.HasSuffix(line, " info"), line)
	}
	absent := twoClusters(sends(mesh.Destination{Host: "revews"}))
	for i := range absent[1].Kinds {
		if k := &absent[1].Kinds[i]; strings.HasSuffix(k.Resource, "istio.io") {
			k.Known, k.Absent = false, true
		}
	}
	require.Equal(t, []string{"routes host-not-found error"}, told(t, absent), "a cluster without Istio's kinds has no objects of them")
}

func TestReportsAreTheSameWhateverTheOrder(t *testing.T) {
	objects := all(
		sends(mesh.Destination{Host: "revews", Weight: 3}, mesh.Destination{Host: "x"}), peers("books", "a", "STRICT"), peers("books", "b", "STRICT"), peers("books", "c", "STRICT"),
		rule("r1", mesh.DestinationRule{Host: "reviews", TLS: "DISABLE"}), rule("r2", mesh.DestinationRule{Host: "reviews", TLS: "SIMPLE"}), rule("r3", mesh.DestinationRule{Host: "reviews"}),
	)
	want := told(t, twoClusters(objects...))
	require.NotEmpty(t, want)
	for range 20 {
		in := twoClusters(objects...)
		if rand.IntN(2) == 0 {
			in[0], in[1] = in[1], in[0]
		}
		got := told(t, in)
		require.Equal(t, want, got)
	}
}

func TestNothingIsFoundOfNothing(t *testing.T) {
	require.Empty(t, findings.Of(nil).Of(nil))
	require.Empty(t, findings.Of([]*mesh.Inventory{nil, {}}).Of(&mesh.Config{}))
	var none *findings.Report
	require.Empty(t, none.Of(&mesh.Config{}))
	empty := mesh.Config{Kind: "Gateway", Gateway: &mesh.Gateway{Servers: []mesh.GatewayServer{{}}}, Routing: &mesh.Routing{Gateways: []string{"", "/"}, Parents: []mesh.Target{{}}}, DestinationRule: &mesh.DestinationRule{}, ServiceEntry: &mesh.ServiceEntry{Hosts: []string{""}}, ExportTo: []string{""}}
	findings.Of([]*mesh.Inventory{{Config: []mesh.Config{empty}}})
}
