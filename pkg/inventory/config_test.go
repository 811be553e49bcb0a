package inventory

import (
	"encoding/json"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
)

// readOf reads an object of a resource, written as JSON.
func readOf(t *testing.T, resource, raw string) *config {
	t.Helper()
	for _, k := range kinds() {
		if k.resource.String() == resource {
			var d document
			require.NoError(t, lenient([]byte(raw), &d))
			return k.readConfig(k.versions[0], &d, newTexts())
		}
	}
	t.Fatalf("there is no kind %s", resource)
	return nil
}

func TestWhatIsReadOfConfiguration(t *testing.T) {
	const networking, security, api = ".networking.istio.io", ".security.istio.io", "." + gatewayGroup
	for name, tt := range map[string]struct {
		resource, spec string
		want           mesh.Config
	}{
		"virtual service": {"virtualservices" + networking, `{"hosts":["cart"],"gateways":["mesh","g","a/b"],"exportTo":["."],
			"http":[{"timeout":"2s","route":[{"destination":{"host":"cart","subset":"v1","port":{"number":80}},"weight":90},{"destination":{"host":"cart","subset":"v2"},"weight":10}]},
				{"fault":{"delay":{}},"retries":{"attempts":2},"mirror":{"host":"shadow"},"route":[{"destination":{"host":"cart"}}]}],
			"tls":[{"route":[{"destination":{"host":"x"},"weight":100}]}],"tcp":[{"route":[{"destination":{"host":"a"},"weight":1},{"destination":{"host":"b"},"weight":99}]}]}`,
			mesh.Config{ExportTo: []string{"."}, Routing: &mesh.Routing{Hosts: []string{"cart"}, Gateways: []string{"mesh", "shop/g", "a/b"}, Rules: 4,
				Timeout: true, Retries: true, Fault: true, Mirroring: true, Shifting: true, TCPShifting: true,
				Destinations: []mesh.Destination{
					{Host: "cart", Subset: "v1", Port: 80, Weight: 90, Rule: "http[0]"}, {Host: "cart", Subset: "v2", Weight: 10, Rule: "http[0]"},
					{Host: "cart", Rule: "http[1]"}, {Host: "shadow", Mirror: true, Rule: "http[1]"}, {Host: "x", Weight: 100, Rule: "tls[0]"},
					{Host: "a", Weight: 1, Rule: "tcp[0]"}, {Host: "b", Weight: 99, Rule: "tcp[0]"}}}}},
		"virtual service that does nothing": {"virtualservices" + networking, `{"hosts":["a"],"http":[{"redirect":{},"mirrors":[{"destination":{"host":"m"},"percentage":{"value":5}}]},{"route":[{"destination":{"host":"a"},"weight":100},{"destination":{"host":"b"},"weight":0}]}]}`,
			mesh.Config{Routing: &mesh.Routing{Hosts: []string{"a"}, Rules: 2, Mirroring: true,
				Destinations: []mesh.Destination{{Host: "m", Mirror: true, Rule: "http[0]"}, {Host: "a", Weight: 100, Rule: "http[1]"}, {Host: "b", Rule: "http[1]"}}}}},
		"route": {"httproutes" + api, `{"hostnames":["a.example.com"],"parentRefs":[{"name":"g"},{"group":"","kind":"Service","namespace":"x","name":"s"}],
			"rules":[{"timeouts":{"request":"1s"},"retry":{},"filters":[{"type":"RequestMirror","requestMirror":{"backendRef":{"name":"m","port":1}}}],"backendRefs":[{"name":"a","port":80},{"name":"b","namespace":"y","weight":3}]}]}`,
			mesh.Config{Routing: &mesh.Routing{Hosts: []string{"a.example.com"}, Rules: 1, Timeout: true, Retries: true, Shifting: true, Mirroring: true,
				Parents:      []mesh.Target{{Group: gatewayGroup, Kind: "Gateway", Name: "g"}, {Kind: "Service", Namespace: "x", Name: "s"}},
				Destinations: []mesh.Destination{{Host: "a", Port: 80, Rule: "rules[0]"}, {Host: "b", Namespace: "y", Weight: 3, Rule: "rules[0]"}, {Host: "m", Port: 1, Mirror: true, Rule: "rules[0]"}}}}},
		"route of TCP": {"tcproutes" + api, `{"rules":[{"backendRefs":[{"name":"a","weight":1},{"name":"b","weight":1}]}]}`,
			mesh.Config{Routing: &mesh.Routing{Rules: 1, TCPShifting: true, Destinations: []mesh.Destination{{Host: "a", Weight: 1, Rule: "rules[0]"}, {Host: "b", Weight: 1, Rule: "rules[0]"}}}}},
		"route with one weight": {"grpcroutes" + api, `{"rules":[{"backendRefs":[{"name":"a"},{"name":"b","weight":0}]}]}`,
			mesh.Config{Routing: &mesh.Routing{Rules: 1, Destinations: []mesh.Destination{{Host: "a", Rule: "rules[0]"}, {Host: "b", Rule: "rules[0]"}}}}},
		"destination rule": {"destinationrules" + networking, `{"host":"cart","workloadSelector":{"matchLabels":{"app":"web"}},"trafficPolicy":{"outlierDetection":{},"tls":{"mode":"ISTIO_MUTUAL"}},
			"subsets":[{"name":"v1","labels":{"version":"v1"}},{"name":"v2","trafficPolicy":{"connectionPool":{},"tls":{}}}]}`,
			mesh.Config{Selector: labels{"app": "web"}, DestinationRule: &mesh.DestinationRule{Host: "cart", CircuitBreaker: true, TLS: "ISTIO_MUTUAL",
				Subsets: []mesh.Subset{{Name: "v1", Labels: labels{"version": "v1"}}, {Name: "v2", CircuitBreaker: true, TLS: "DISABLE"}}}}},
		"gateway of Istio": {"gateways" + networking, `{"selector":{"istio":"ingressgateway"},"servers":[
			{"port":{"number":443,"name":"https","protocol":"https"},"hosts":["*/a"],"tls":{"mode":"SIMPLE"}},
			{"name":"n","port":{"number":80,"protocol":"HTTP"},"hosts":["*"],"tls":{"httpsRedirect":true}},{"port":{"number":1,"protocol":"TLS"},"tls":{}}]}`,
			mesh.Config{Selector: labels{"istio": "ingressgateway"}, Gateway: &mesh.Gateway{Servers: []mesh.GatewayServer{
				{Port: mesh.Port{Name: "https", Number: 443, Protocol: "HTTPS"}, TLS: "SIMPLE", Hosts: []string{"*/a"}},
				{Port: mesh.Port{Name: "n", Number: 80, Protocol: "HTTP"}, Hosts: []string{"*"}},
				{Port: mesh.Port{Number: 1, Protocol: "TLS"}, TLS: "PASSTHROUGH"}}}}},
		"gateway of the Gateway API": {"gateways" + api, `{"gatewayClassName":"istio","listeners":[{"name":"l","port":443,"protocol":"HTTPS","hostname":"a","tls":{}},{"name":"p","port":80,"protocol":"HTTP"}]}`,
			mesh.Config{Gateway: &mesh.Gateway{Class: "istio", Addresses: []string{"10.0.0.1"}, Servers: []mesh.GatewayServer{
				{Port: mesh.Port{Name: "l", Number: 443, Protocol: "HTTPS"}, TLS: "TERMINATE", Hosts: []string{"a"}},
				{Port: mesh.Port{Name: "p", Number: 80, Protocol: "HTTP"}}}}}},
		"service entry": {"serviceentries" + networking, `{"hosts":["a"],"addresses":["1.2.3.4"],"location":"MESH_INTERNAL","resolution":"STATIC","ports":[{"number":1,"name":"p","protocol":"tls"}],"endpoints":[{},{}],"workloadSelector":{"labels":{"app":"vm"}}}`,
			mesh.Config{Selector: labels{"app": "vm"}, ServiceEntry: &mesh.ServiceEntry{Hosts: []string{"a"}, Addresses: []string{"1.2.3.4"}, Resolution: "STATIC",
				Ports: []mesh.Port{{Name: "p", Number: 1, Protocol: "TLS"}}, Endpoints: 2}}},
		"service entry by default": {"serviceentries" + networking, `{}`,
			mesh.Config{ServiceEntry: &mesh.ServiceEntry{External: true, Resolution: "NONE"}}},
		"a value that nobody knows yet": {"serviceentries" + networking, `{"hosts":["a"],"resolution":"DNS_OVER_PIGEONS","addresses":"not a list","ports":[{"number":"443"},{"number":{}}]}`,
			mesh.Config{ServiceEntry: &mesh.ServiceEntry{Hosts: []string{"a"}, External: true, Resolution: "DNS_OVER_PIGEONS", Ports: []mesh.Port{{Number: 443}, {}}}}},
		"workload entry": {"workloadentries" + networking, `{"address":"1.2.3.4","network":"n","serviceAccount":"vm","labels":{"app":"vm"}}`,
			mesh.Config{WorkloadEntry: &mesh.WorkloadEntry{Address: "1.2.3.4", Network: "n", Account: "vm", Labels: labels{"app": "vm"}}}},
		"workload group": {"workloadgroups" + networking, `{"metadata":{"labels":{"app":"vm","x":"y"}},"template":{"serviceAccount":"vm","labels":{"x":"z"}}}`,
			mesh.Config{WorkloadEntry: &mesh.WorkloadEntry{Account: "vm", Labels: labels{"app": "vm", "x": "z"}}}},
		"peer authentication": {"peerauthentications" + security, `{"selector":{"matchLabels":{"app":"a"}},"mtls":{"mode":"STRICT"},"portLevelMtls":{"8080":{"mode":"DISABLE"},"81":{"mode":"UNSET"},"x":{"mode":"STRICT"},"99999":{"mode":"STRICT"}}}`,
			mesh.Config{Selector: labels{"app": "a"}, PeerAuthentication: &mesh.PeerAuthentication{Mode: "STRICT", Ports: map[int]string{8080: "DISABLE", 81: ""}}}},
		"peer authentication that inherits": {"peerauthentications" + security, `{"mtls":{"mode":"UNSET"}}`,
			mesh.Config{PeerAuthentication: &mesh.PeerAuthentication{}}},
		"authorization policy": {"authorizationpolicies" + security, `{"rules":[{},{}],"targetRefs":[{"group":"g","kind":"Gateway","name":"n"}],"targetRef":{"kind":"Service","name":"s"}}`,
			mesh.Config{Targets: []mesh.Target{{Group: "g", Kind: "Gateway", Name: "n"}, {Kind: "Service", Name: "s"}}, AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 2}}},
		"authorization policy that denies": {"authorizationpolicies" + security, `{"action":"DENY"}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "DENY"}}},
		"what an authorization policy names": {"authorizationpolicies" + security, `{"rules":[
			{"from":[{"source":{"namespaces":["a","b*"],"notNamespaces":["c"]}},{"source":{"principals":["cluster.local/ns/a/sa/x"],"notPrincipals":["*"]}},{}]},
			{"from":[{"source":{"serviceAccounts":["x","a/y"],"notServiceAccounts":["z"],"namespaces":["a",""]}}],"to":[{"operation":{"ports":["80"]}},{}],
				"when":[{"key":"source.namespace","values":["d"],"notValues":["e"]},{"key":"source.principal","values":["p"]},{"key":"source.serviceAccount","values":["x","w"]},{"key":"source.ip","values":["1.2.3.4"]}]}]}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 2,
				Namespaces: []mesh.RuleName{{Name: "a"}, {Name: "b*"}, {Name: "c"}, {Name: "d", Rule: 1}, {Name: "e", Rule: 1}},
				Principals: []mesh.RuleName{{Name: "cluster.local/ns/a/sa/x"}, {Name: "*"}, {Name: "p", Rule: 1}},
				Accounts:   []mesh.RuleName{{Name: "shop/x", Rule: 1}, {Name: "a/y", Rule: 1}, {Name: "shop/z", Rule: 1}, {Name: "shop/w", Rule: 1}}}}},
		"authorization policy for hosts": {"authorizationpolicies" + security, `{"rules":[{"to":[{"operation":{"hosts":["a","a"],"notHosts":["b"]}}]}]}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 1, HTTP: true, Hosts: []mesh.RuleName{{Name: "a"}, {Name: "b"}}}}},
		"authorization policy for methods": {"authorizationpolicies" + security, `{"rules":[{},{"to":[{"operation":{"notMethods":["GET"]}}]}]}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 2, HTTP: true}}},
		"authorization policy for tokens": {"authorizationpolicies" + security, `{"rules":[{"from":[{"source":{"requestPrincipals":["*"]}}]}]}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 1, HTTP: true}}},
		"authorization policy for original addresses": {"authorizationpolicies" + security, `{"rules":[{"from":[{"source":{"remoteIpBlocks":["1.2.3.0/24"]}}]}]}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 1, HTTP: true}}},
		"authorization policy for headers": {"authorizationpolicies" + security, `{"rules":[{"when":[{"key":"request.headers[x]","values":["y"]}]}]}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 1, HTTP: true}}},
		"authorization policy in another form": {"authorizationpolicies" + security, `{"rules":[{"from":"x","to":[{"operation":[]}],"when":{"key":1}}]}`,
			mesh.Config{AuthorizationPolicy: &mesh.AuthorizationPolicy{Action: "ALLOW", Rules: 1}}},
		"sidecar": {"sidecars" + networking, `{"workloadSelector":{"labels":{"app":"a"}},"egress":[{"hosts":["./*","a/b"]},{"port":{"number":80},"hosts":["a/b","~/*"]},{}]}`,
			mesh.Config{Selector: labels{"app": "a"}, Sidecar: &mesh.Sidecar{Egress: []string{"./*", "a/b", "~/*"}}}},
		"reference grant": {"referencegrants" + api, `{"from":[{"group":"gateway.networking.k8s.io","kind":"HTTPRoute","namespace":"a"}],"to":[{"group":"","kind":"Service"},{"group":"","kind":"Secret","name":"s"}]}`,
			mesh.Config{ReferenceGrant: &mesh.ReferenceGrant{From: []mesh.Target{{Group: gatewayGroup, Kind: "HTTPRoute", Namespace: "a"}}, To: []mesh.Target{{Kind: "Service"}, {Kind: "Secret", Name: "s"}}}}},
		"certificates of other namespaces": {"gateways" + api, `{"listeners":[{"name":"l","port":443,"protocol":"HTTPS","tls":{"certificateRefs":[{"name":"own"},{"name":"own","namespace":"shop"},{"name":"c","namespace":"certs"},{"group":"x","kind":"Y","name":"d","namespace":"certs"}]}}]}`,
			mesh.Config{Gateway: &mesh.Gateway{Addresses: []string{"10.0.0.1"}, Servers: []mesh.GatewayServer{
				{Port: mesh.Port{Name: "l", Number: 443, Protocol: "HTTPS"}, TLS: "TERMINATE", Certificates: []mesh.Target{{Kind: "Secret", Namespace: "certs", Name: "c"}, {Group: "x", Kind: "Y", Namespace: "certs", Name: "d"}}}}}}},
		"no more than that it is there": {"envoyfilters" + networking, `{"workloadSelector":{"labels":{"app":"a"}},"configPatches":[{"patch":{}}]}`,
			mesh.Config{Selector: labels{"app": "a"}}},
		"no specification":             {"telemetries.telemetry.istio.io", `null`, mesh.Config{}},
		"a specification that is none": {"virtualservices" + networking, `[1,2]`, mesh.Config{Routing: &mesh.Routing{}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := readOf(t, tt.resource, `{"metadata":{"namespace":"shop","name":"x"},"spec":`+tt.spec+`,"status":{
				"addresses":[{"value":"10.0.0.1"}],"conditions":[{"type":"Programmed","status":"True","reason":"R","message":"M"}],"parents":[{"conditions":[{"type":"Accepted","status":"False"}]}]}}`)
			tt.want.Object = mesh.Object{Namespace: "shop", Name: "x"}
			tt.want.Kind, tt.want.Group, tt.want.Version = got.Kind, got.Group, got.Version
			tt.want.Conditions = []mesh.Condition{{Type: "Programmed", Status: "True", Reason: "R", Message: "M"}, {Type: "Accepted", Status: "False"}}
			require.Equal(t, tt.want, got.Config)
			require.NotEmpty(t, got.Kind)
			require.NotEmpty(t, got.Group)
			require.NotEmpty(t, got.Version)
		})
	}
}

func TestSelectorsInAllForms(t *testing.T) {
	for raw, want := range map[string]labels{
		`{"app":"a"}`:                            {"app": "a"},
		`{"matchLabels":{"app":"a"}}`:            {"app": "a"},
		`{"labels":{"app":"a"}}`:                 {"app": "a"},
		`{"matchLabels":"a"}`:                    {"matchLabels": "a"}, // a label of that name
		`{}`:                                     {},
		`{"matchLabels":{}}`:                     {},
		`{"app":"a","n":1}`:                      {"app": "a"},
		`{"matchLabels":{"app":"a"},"other":[]}`: {"app": "a"},
	} {
		var s podSelector
		require.NoError(t, json.Unmarshal([]byte(raw), &s), raw)
		delete(s, "n")
		require.Equal(t, want, labels(s), raw)
	}
}

// What strangers send must not end the process.
func FuzzConfig(f *testing.F) {
	f.Add(`{"kind":"VirtualServiceList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"},"spec":{"http":[{"route":[{"weight":1e99}]}]}}]}`)
	f.Add(`{"kind":"Status","code":"x"}`)
	f.Add(`{"kind":"Gateway","metadata":{"name":"a","managedFields":[{"time":"x"}]},"spec":{"selector":{"matchLabels":{"a":1}}}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		for _, k := range kinds() {
			if k.custom {
				s := slimmer{slimming: slimming{kind: k, version: "v1", texts: newTexts(), heard: func() {}}}
				o, _, err := s.Decode([]byte(raw), nil, nil)
				if err == nil && o == nil {
					t.Errorf("%s: neither an object nor an error", k.name)
				}
			}
		}
	})
}
