package integration

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	values "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

// configured is the table of configuration, with its notices.
func configured(t *testing.T, s ask.Settings, fields map[string]any) ([]row, []string) {
	t.Helper()
	table := answer(t, s, ask.Query{Type: "istioConfig", Fields: fields})[0]
	return rows(table), notices(table)
}

// place puts an object into a cluster until the test ends.
func place(t *testing.T, cluster string, o *unstructured.Unstructured) {
	t.Helper()
	to := mesh.Cluster(cluster).Objects
	if _, err := to.Apply(t.Context(), o.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = to.Delete(afterwards(t), o) })
}

func istioObject(apiVersion, kind, namespace, name string, spec map[string]any) *unstructured.Unstructured {
	metadata := map[string]any{"name": name}
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	return &unstructured.Unstructured{Object: map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata, "spec": spec}}
}

func list(of ...any) []any { return of }

// oneOfEachKind are objects with as little in them as the API server lets pass.
func oneOfEachKind() []*unstructured.Unstructured {
	type spec = map[string]any
	const networking, security, gateway = "networking.istio.io/v1", "security.istio.io/v1", "gateway.networking.k8s.io/v1"
	to := list(spec{"name": "sleep", "port": int64(80)})
	parents := list(spec{"group": "", "kind": "Service", "name": "sleep"})
	routes := func(apiVersion, kind string) *unstructured.Unstructured {
		return istioObject(apiVersion, kind, "sample", "each", spec{"parentRefs": parents, "rules": list(spec{"backendRefs": to})})
	}
	tls := routes(gateway, "TLSRoute")
	tls.Object["spec"].(spec)["hostnames"] = list("sleep.example.com")
	return []*unstructured.Unstructured{
		istioObject("extensions.istio.io/v1alpha1", "TrafficExtension", "sample", "each", spec{"lua": spec{"inlineCode": "return"}}),
		istioObject("extensions.istio.io/v1alpha1", "WasmPlugin", "sample", "each", spec{"url": "oci://example.com/plugin"}),
		istioObject(networking, "DestinationRule", "sample", "each", spec{"host": "sleep"}),
		istioObject("networking.istio.io/v1alpha3", "EnvoyFilter", "sample", "each", spec{}),
		istioObject(networking, "Gateway", "sample", "each", spec{"servers": list(spec{"port": spec{"number": int64(80), "name": "http", "protocol": "HTTP"}, "hosts": list("each.example.com")})}),
		istioObject("networking.istio.io/v1beta1", "ProxyConfig", "sample", "each", spec{}),
		serviceEntry("each", "each.example.com"),
		istioObject(networking, "Sidecar", "sample", "each", spec{}),
		istioObject(networking, "VirtualService", "sample", "each", spec{"hosts": list("sleep"), "http": list(spec{"route": list(spec{"destination": spec{"host": "sleep"}})})}),
		istioObject(networking, "WorkloadEntry", "sample", "each", spec{"address": "10.0.0.9"}),
		istioObject(networking, "WorkloadGroup", "sample", "each", spec{"template": spec{"serviceAccount": "default"}}),
		istioObject(security, "AuthorizationPolicy", "sample", "each", spec{}),
		istioObject(security, "PeerAuthentication", "sample", "each", spec{"mtls": spec{"mode": "STRICT"}}),
		istioObject(security, "RequestAuthentication", "sample", "each", spec{}),
		istioObject("telemetry.istio.io/v1", "Telemetry", "sample", "each", spec{}),
		istioObject(gateway, "GatewayClass", "", "each", spec{"controllerName": "example.com/each"}),
		istioObject(gateway, "Gateway", "sample", "each", spec{"gatewayClassName": "each", "listeners": list(spec{"name": "http", "port": int64(80), "protocol": "HTTP"})}),
		routes(gateway, "GRPCRoute"), routes(gateway, "HTTPRoute"), routes(gateway, "TCPRoute"), routes(gateway, "UDPRoute"), tls,
		istioObject("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "sample", "each", spec{
			"from": list(spec{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "bookinfo"}), "to": list(spec{"group": "", "kind": "Service"}),
		}),
	}
}

func TestEveryKindOfConfigurationIsListed(t *testing.T) {
	s := mesh.Settings()
	all, notes := configured(t, s, nil)
	if len(all) == 0 || len(notes) != 1 || !strings.Contains(notes[0], "north") {
		t.Fatalf("%d objects, notices %v", len(all), notes)
	}
	for _, r := range all {
		if r["errors"] != int64(0) || r["warnings"] != int64(0) {
			t.Errorf("nothing is wrong with the demo, but: %v", r)
		}
	}
	objects := oneOfEachKind()
	for _, cluster := range []string{"east", "west", "south"} {
		for _, o := range objects {
			place(t, cluster, o)
		}
	}
	want := map[string]int{}
	for _, o := range objects {
		want[o.GetKind()] += 3
	}
	if kinds := slices.Sorted(maps.Keys(want)); !slices.Equal(kinds, values.ConfigKinds()) {
		t.Errorf("not every kind is placed: %v", kinds)
	}
	within(t, 10*time.Second, func() string {
		each, _ := configured(t, s, map[string]any{"names": []string{"each"}})
		got := map[string]int{}
		for _, r := range each {
			got[r["kind"].(string)]++
			if r["errors"] != int64(0) || r["generation"] == nil && r["kind"] != "ReferenceGrant" || r["created"] == nil || r["changed"] == nil || r["changedby"] == nil || r["asof"] == nil {
				return fmt.Sprintf("%v", r)
			}
		}
		if !maps.Equal(got, want) {
			return fmt.Sprintf("%v, want %v", got, want)
		}
		return ""
	})
	gateways, _ := configured(t, s, map[string]any{"kinds": []string{"Gateway"}, "clusters": []string{"west"}, "namespaces": []string{"sample"}})
	groups := []string{}
	for _, r := range gateways {
		groups = append(groups, r["groupversion"].(string))
	}
	if slices.Sort(groups); !slices.Equal(groups, []string{"gateway.networking.k8s.io/v1", "networking.istio.io/v1"}) {
		t.Errorf("gateways of both APIs: %v", gateways)
	}
}

func TestWhatIsWrongWithAVirtualService(t *testing.T) {
	s := mesh.Settings()
	wrong := istioObject("networking.istio.io/v1", "VirtualService", "bookinfo", "wrong", map[string]any{
		"hosts": list("details"), "gateways": list("mesh", "no-such-gateway"),
		"http": list(
			map[string]any{"route": list(map[string]any{"destination": map[string]any{"host": "revews"}, "weight": int64(60)}, map[string]any{"destination": map[string]any{"host": "reviews", "subset": "v9"}, "weight": int64(40)})},
			map[string]any{"route": list(map[string]any{"destination": map[string]any{"host": "details"}, "weight": int64(30)})},
		),
	})
	place(t, "east", wrong)
	only := map[string]any{"names": []string{"wrong"}, "severity": "warning"}
	told := func(s ask.Settings, errors, warnings int64, codes ...string) {
		t.Helper()
		within(t, 5*time.Second, func() string {
			found, _ := configured(t, s, only)
			if len(found) != 1 || found[0]["cluster"] != "east" {
				return fmt.Sprintf("%v", found)
			}
			for _, code := range codes {
				if !strings.Contains(found[0]["codes"].(string), code) {
					return fmt.Sprintf("%v lacks %s", found[0]["codes"], code)
				}
			}
			if found[0]["errors"] != errors || found[0]["warnings"] != warnings || !strings.Contains(found[0]["findings"].(string), "no-such-gateway") {
				return fmt.Sprintf("%v", found[0])
			}
			return ""
		})
	}
	codes := []string{"gateway-not-found", "subset-not-found", "host-not-found", "single-weight"}
	told(s, 2, 1, codes...)
	// Without a cluster that nobody may look into, the host is missing for certain.
	without := mesh.Settings()
	without.UID, without.JSON["clusters"] = "without-north", []any{}
	told(without, 3, 1, codes...)

	spaces := rows(answer(t, s, ask.Query{Type: "namespaces", Fields: map[string]any{"clusters": []string{"east"}, "namespaces": []string{"bookinfo"}, "traffic": false}})[0])
	if spaces[0]["configerrors"] != int64(1) || spaces[0]["configwarnings"] != int64(0) {
		t.Errorf("the namespace: %v", spaces[0])
	}
	services := rows(answer(t, s, ask.Query{Type: "services", Fields: map[string]any{"clusters": []string{"east"}, "names": []string{"details"}, "traffic": false}})[0])
	if services[0]["configerrors"] != int64(1) || !strings.Contains(services[0]["istioconfig"].(string), "VirtualService bookinfo/wrong") {
		t.Errorf("the service: %v", services[0])
	}
	if err := mesh.Cluster("east").Objects.Delete(t.Context(), wrong); err != nil {
		t.Fatal(err)
	}
	within(t, 5*time.Second, func() string {
		if found, _ := configured(t, s, map[string]any{"severity": "warning"}); len(found) != 0 {
			return fmt.Sprintf("%v", found)
		}
		return ""
	})
}

func TestConfigurationAsYAML(t *testing.T) {
	found, notes := configured(t, mesh.Settings(), map[string]any{"names": []string{"reviews"}, "kinds": []string{"DestinationRule"}, "yaml": true})
	if len(found) != 2 || contains(notes, "YAML") {
		t.Fatalf("%v, notices %v", found, notes)
	}
	for _, r := range found {
		text, _ := r["yaml"].(string)
		if !strings.HasPrefix(text, "apiVersion: networking.istio.io/v1\nkind: DestinationRule\n") || !strings.Contains(text, "host: reviews.bookinfo.svc.cluster.local") || strings.Contains(text, "managedFields") {
			t.Errorf("%v: %s", r["cluster"], text)
		}
	}
}

// narrow is a kubeconfig of south's for an account that may read all but configuration.
func narrow(t *testing.T) string {
	t.Helper()
	south := mesh.Cluster("south")
	accounts, roles, bindings := south.Clients.CoreV1().ServiceAccounts("istio-system"), south.Clients.RbacV1().ClusterRoles(), south.Clients.RbacV1().ClusterRoleBindings()
	name := metav1.ObjectMeta{Name: "narrow"}
	read := []string{"get", "list", "watch"}
	_, err := accounts.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: name}, metav1.CreateOptions{})
	if err == nil {
		_, err = roles.Create(t.Context(), &rbacv1.ClusterRole{ObjectMeta: name, Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{""}, Resources: []string{"namespaces", "pods", "services"}, Verbs: read},
			{APIGroups: []string{"apps"}, Resources: []string{"*"}, Verbs: read},
		}}, metav1.CreateOptions{})
	}
	if err == nil {
		_, err = bindings.Create(t.Context(), &rbacv1.ClusterRoleBinding{ObjectMeta: name,
			RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "narrow"},
			Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "istio-system", Name: "narrow"}}}, metav1.CreateOptions{})
	}
	t.Cleanup(func() {
		ctx := afterwards(t)
		_ = bindings.Delete(ctx, "narrow", metav1.DeleteOptions{})
		_ = roles.Delete(ctx, "narrow", metav1.DeleteOptions{})
		_ = accounts.Delete(ctx, "narrow", metav1.DeleteOptions{})
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := accounts.CreateToken(t.Context(), "narrow", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ca, err := south.CA()
	if err != nil {
		t.Fatal(err)
	}
	return string(lab.Kubeconfig("narrow", south.URL(), ca, token.Status.Token))
}

func TestAClusterThatHidesItsConfigurationCostsItsOwnRows(t *testing.T) {
	before, _ := configured(t, mesh.Settings(), nil)
	s := mesh.Settings()
	s.UID = "narrow"
	s.Secure["kubeconfig.narrow"] = narrow(t)
	s.JSON["clusters"] = []any{map[string]any{"name": "narrow", "kubeconfig": true}}
	state(t, s, "narrow", string(values.StateReady), 10*time.Second)
	within(t, 10*time.Second, func() string {
		found, notes := configured(t, s, nil)
		if len(found) != len(before) || !contains(notes, "Cluster narrow", "virtualservices") && !contains(notes, "Cluster narrow", "kinds") {
			return fmt.Sprintf("%d objects, %d before, notices %v", len(found), len(before), notes)
		}
		return ""
	})
	if r := response(t, s, ask.Query{Type: "istioConfig", Fields: map[string]any{"clusters": []string{"narrow"}}}); r.Error == nil || !strings.Contains(r.Error.Error(), "narrow") {
		t.Errorf("alone it has nothing to tell: %v", r.Error)
	}
}
