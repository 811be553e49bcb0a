package integration

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fleet"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/inventory"
	values "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
)

// retry is how soon at the latest the watches below ask again.
const retry = 4 * time.Second

// watched reads the objects of the demo mesh as the plugin does, in this process.
type watched struct {
	*fleet.Fleet
	t *testing.T
}

func watching(t *testing.T) watched {
	t.Helper()
	pool := fleet.NewPool(fleet.PoolOptions{
		Probe: inventory.Probe, Ping: inventory.Ping, Every: time.Second, Retry: 200 * time.Millisecond,
		Watch: func(ctx context.Context, c *fleet.Client, contact func() (time.Time, bool)) (fleet.Watches, error) {
			return inventory.Watch(ctx, c.Config, c.HTTP, inventory.Options{Retry: retry, LastContact: contact})
		},
	})
	f := fleet.New(settings.Settings{
		Home:          settings.Home{Name: "east", Access: values.AccessKubeconfig, Kubeconfig: settings.NewSecret(string(mesh.HomeKubeconfig()))},
		RemoteSecrets: settings.RemoteSecrets{Enabled: true, Namespaces: []string{"istio-system"}, Selectors: settings.DefaultSelectors()},
		Limits:        settings.Limits{ClusterTimeout: 5 * time.Second},
	}, pool, fleet.Options{})
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
		within(t, 2*time.Second, leftover)
	})
	return watched{f, t}
}

// leftover are the goroutines that watch clusters.
func leftover() string {
	stacks := make([]byte, 4<<20)
	for _, stack := range strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		for _, of := range []string{"/pkg/inventory.", "/pkg/fleet.", "tools/cache.", "watch.(*StreamWatcher)"} {
			if strings.Contains(stack, of) && !strings.Contains(stack, "integration.leftover") {
				return "a goroutine is left:\n" + stack
			}
		}
	}
	return ""
}

// inventory is what is known of a cluster now.
func (w watched) inventory(cluster string, need values.Need) *values.Inventory {
	w.t.Helper()
	members, all := w.Inventories(w.t.Context(), need)
	at := slices.IndexFunc(members, func(m fleet.Member) bool { return string(m.Name) == cluster })
	if at < 0 {
		w.t.Fatalf("there is no cluster %s", cluster)
	}
	inv := all[at]
	if inv == nil || string(inv.Cluster) != cluster {
		w.t.Fatalf("cluster %s has no inventory: %v", cluster, inv)
	}
	return inv
}

// kind is how well a kind is known.
func (w watched) kind(cluster, resource string) values.KindState {
	w.t.Helper()
	for _, k := range w.inventory(cluster, values.NeedAll).Kinds {
		if k.Resource == resource {
			return k
		}
	}
	w.t.Fatalf("cluster %s tells nothing of %s", cluster, resource)
	return values.KindState{}
}

func workloadNamed(inv *values.Inventory, namespace, name string) *values.Workload {
	for i, w := range inv.Workloads {
		if w.Namespace == namespace && w.Name == name {
			return &inv.Workloads[i]
		}
	}
	return nil
}

func configNamed(inv *values.Inventory, kind, namespace, name string) *values.Config {
	for i, c := range inv.Config {
		if c.Kind == kind && c.Namespace == namespace && c.Name == name {
			return &inv.Config[i]
		}
	}
	return nil
}

func TestTheObjectsOfThreeClusters(t *testing.T) {
	w := watching(t)
	begin := time.Now()
	members, all := w.Inventories(t.Context(), values.NeedAll)
	t.Logf("all kinds of %d clusters after %s", len(members), time.Since(begin).Round(time.Millisecond))
	if len(all) != 3 {
		t.Fatalf("%d clusters, want 3", len(all))
	}
	for i, inv := range all {
		if inv == nil || inv.Cluster != members[i].Name || len(inv.Kinds) != len(inventory.Needs()) {
			t.Fatalf("cluster %s has no whole inventory: %+v", members[i].Name, inv)
		}
		for _, k := range inv.Kinds {
			if !k.Known || k.Absent || k.Error != "" || time.Since(k.AsOf) > time.Minute {
				t.Errorf("%s: %+v", inv.Cluster, k)
			}
		}
	}
	east := all[0]
	productpage := workloadNamed(east, "bookinfo", "productpage-v1")
	if productpage == nil || productpage.Kind != "Deployment" || productpage.App != "productpage" || productpage.Version != "v1" ||
		productpage.Mode != values.ModeSidecar || productpage.MissingSidecar || *productpage.Desired != 1 || productpage.Ready != 1 ||
		!slices.Equal(productpage.Accounts, []string{"bookinfo-productpage"}) || productpage.ChangedBy == "" {
		t.Errorf("productpage: %+v", productpage)
	}
	if batch := workloadNamed(east, "payments", "nightly-batch"); batch == nil || batch.Mode != values.ModeNone || !batch.MissingSidecar {
		t.Errorf("nightly-batch: %+v", batch)
	}
	if gateway := workloadNamed(east, "istio-system", "istio-ingressgateway"); gateway == nil || gateway.Mode != values.ModeGateway || gateway.MissingSidecar {
		t.Errorf("the gateway: %+v", gateway)
	}
	for _, kind := range east.Workloads {
		if kind.Kind == "ReplicaSet" {
			t.Errorf("a deployment's replica set is told as a workload: %+v", kind)
		}
	}
	if ns := east.Namespaces; !slices.ContainsFunc(ns, func(n values.Namespace) bool {
		return n.Name == "payments" && n.Injection == values.ModeSidecar && n.Revision == "default" && n.Phase == "Active"
	}) {
		t.Errorf("namespaces: %+v", ns)
	}
	for _, s := range east.Services {
		if s.Name == "reviews" && (s.Endpoints == nil || *s.Endpoints != 2 || *s.Ready != 2) {
			t.Errorf("reviews has not its two endpoints: %+v", s)
		}
	}
	if c := configNamed(east, "VirtualService", "bookinfo", "reviews"); c == nil || c.Routing == nil || !c.Routing.Shifting || !c.Routing.Timeout || len(c.Routing.Destinations) != 3 {
		t.Errorf("virtual service: %+v", c)
	}
	if c := configNamed(east, "DestinationRule", "bookinfo", "reviews"); c == nil || c.DestinationRule == nil || !c.DestinationRule.CircuitBreaker || len(c.DestinationRule.Subsets) != 3 {
		t.Errorf("destination rule: %+v", c)
	}
	if c := configNamed(east, "HTTPRoute", "sample", "helloworld"); c == nil || c.Routing == nil || len(c.Routing.Parents) != 1 || c.Routing.Parents[0].Kind != "Service" || c.Routing.Destinations[0].Port != 5000 {
		t.Errorf("route: %+v", c)
	}
	if c := configNamed(east, "Gateway", "istio-system", "cross-network-gateway"); c == nil || c.Selector["istio"] != "eastwestgateway" || c.Gateway.Servers[0].TLS != "AUTO_PASSTHROUGH" {
		t.Errorf("gateway: %+v", c)
	}
	if hello := workloadNamed(all[2], "sample", "helloworld-v2"); hello == nil || hello.Current != 2 || hello.Ready != 1 {
		t.Errorf("helloworld-v2 in %s: %+v", all[2].Cluster, hello)
	}
	if !slices.ContainsFunc(all[2].Pods, func(p values.Pod) bool {
		return p.Workload.Name == "helloworld-v2" && p.Phase == "CrashLoopBackOff" && p.Restarts == 7 && p.ProxyVersion == mesh.Scenario.Istio
	}) {
		t.Errorf("no pod of helloworld-v2 is ill: %+v", all[2].Pods)
	}
}

// serviceEntry is an object that tests write.
func serviceEntry(name, host string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "ServiceEntry", "metadata": map[string]any{"namespace": "sample", "name": name},
		"spec": map[string]any{"hosts": []any{host}, "resolution": "DNS", "ports": []any{map[string]any{"number": int64(443), "name": "tls", "protocol": "TLS"}}},
	}}
}

func TestChangesOfObjectsAreSeen(t *testing.T) {
	w := watching(t)
	w.inventory("west", values.NeedAll)
	west := mesh.Cluster("west")
	entry := serviceEntry("seen", "one.example.com")
	sees := func(host string) {
		t.Helper()
		within(t, 2*time.Second, func() string {
			c := configNamed(w.inventory("west", values.NeedConfig), "ServiceEntry", "sample", "seen")
			if host == "" && c == nil || c != nil && c.ServiceEntry.Hosts[0] == host {
				return ""
			}
			return fmt.Sprintf("not %q: %+v", host, c)
		})
	}
	for _, host := range []string{"one.example.com", "two.example.com"} {
		entry.Object["spec"].(map[string]any)["hosts"] = []any{host}
		if _, err := west.Objects.Apply(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
		sees(host)
	}
	if err := west.Objects.Delete(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	sees("")
	deployments := west.Clients.AppsV1().Deployments("sample")
	scale := func(n int) {
		t.Helper()
		patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, n)
		if _, err := deployments.Patch(afterwards(t), "sleep", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
		within(t, 2*time.Second, func() string {
			if got := workloadNamed(w.inventory("west", values.NeedWorkloads), "sample", "sleep"); got == nil || *got.Desired != n {
				return fmt.Sprintf("not %d: %+v", n, got)
			}
			return ""
		})
	}
	scale(3)
	scale(1)
}
