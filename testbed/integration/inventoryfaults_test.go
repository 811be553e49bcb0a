package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/inventory"
	values "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/objects"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
)

func TestObjectsOfAClusterThatIsGone(t *testing.T) {
	for name, gone := range map[string]struct{ begin, end func(*testing.T) }{
		"killed": {
			func(*testing.T) { mesh.Cluster("west").Kill() },
			func(t *testing.T) {
				if err := mesh.Cluster("west").Start(running); err != nil {
					t.Error(err)
				}
			},
		},
		"paused": {
			func(*testing.T) { mesh.Cluster("west").Pause() },
			func(*testing.T) { mesh.Cluster("west").Resume() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := watching(t)
			pods := len(w.inventory("west", values.NeedAll).Pods)
			away := time.Now()
			gone.begin(t)
			back := false
			t.Cleanup(func() {
				if !back {
					gone.end(t)
				}
			})
			within(t, 15*time.Second, func() string {
				for _, m := range w.Clusters(t.Context()) {
					if m.Name == "west" && m.State == values.StateUnreachable {
						return ""
					}
				}
				return "west counts as reached"
			})
			for range 20 {
				begin := time.Now()
				inv := w.inventory("west", values.NeedAll)
				if took := time.Since(begin); took > time.Second {
					t.Fatalf("a cluster that is away makes an answer wait %s", took)
				}
				if len(inv.Pods) != pods || pods == 0 {
					t.Fatalf("%d pods, %d before", len(inv.Pods), pods)
				}
				for _, k := range inv.Kinds {
					if !k.Known || k.AsOf.IsZero() || k.AsOf.After(away.Add(time.Second)) {
						t.Fatalf("away since %s: %+v", away, k)
					}
				}
				time.Sleep(100 * time.Millisecond)
			}
			gone.end(t)
			back = true
			returned := time.Now()
			entry := serviceEntry("back", "back.example.com")
			if _, err := mesh.Cluster("west").Objects.Apply(afterwards(t), entry); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = mesh.Cluster("west").Objects.Delete(afterwards(t), entry) })
			within(t, 40*time.Second, func() string {
				inv := w.inventory("west", values.NeedAll)
				for _, k := range inv.Kinds {
					if k.Error != "" || k.AsOf.Before(returned) {
						return fmt.Sprintf("%+v", k)
					}
				}
				if configNamed(inv, "ServiceEntry", "sample", "back") == nil {
					return "what came meanwhile is not there"
				}
				return ""
			})
		})
	}
}

func TestAKindIsForbidden(t *testing.T) {
	allow := forbid(t, "south", but("services"))
	time.Sleep(time.Second) // until the authorizer has heard of it
	w := watching(t)
	inv := w.inventory("south", values.NeedAll)
	if k := w.kind("south", "services"); k.Known || k.Absent || !strings.Contains(k.Error, "services") || !strings.Contains(k.Error, "apply deploy/reader") {
		t.Errorf("%+v", k)
	}
	if len(inv.Pods) == 0 || len(inv.Namespaces) == 0 || len(inv.Services) != 0 {
		t.Errorf("one kind costs others: %d pods, %d namespaces, %d services", len(inv.Pods), len(inv.Namespaces), len(inv.Services))
	}
	allow()
	within(t, 2*retry, func() string {
		if k := w.kind("south", "services"); !k.Known || k.Error != "" {
			return fmt.Sprintf("%+v", k)
		}
		return ""
	})
}

func TestAClusterWithoutIstioGetsItLater(t *testing.T) {
	repo, err := parts.Repo()
	if err != nil {
		t.Fatal(err)
	}
	cache, err := parts.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	bin, err := parts.Build(running, cache, progress{t})
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := parts.StartCluster(running, bin, t.TempDir(), "bare")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	admin, err := cluster.Admin()
	if err != nil {
		t.Fatal(err)
	}
	client, err := rest.HTTPClientFor(admin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	ctx, cancel := context.WithCancel(t.Context())
	w, err := inventory.Watch(ctx, admin, client, inventory.Options{Retry: retry})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); <-w.Done() })
	inv := w.Snapshot(t.Context(), values.NeedAll)
	absent := 0
	for _, k := range inv.Kinds {
		custom := strings.Contains(k.Resource, "istio.io") || strings.Contains(k.Resource, "gateway.networking")
		if k.Absent != custom || k.Known == custom || k.Error != "" {
			t.Errorf("%+v", k)
		}
		if k.Absent {
			absent++
		}
	}
	if absent != 23 || len(inv.Namespaces) == 0 || len(inv.Config) != 0 {
		t.Errorf("%d kinds are absent; %+v", absent, inv)
	}
	definitions, err := objects.Definitions(t.Context(), repo)
	if err != nil {
		t.Fatal(err)
	}
	writer, err := objects.Connect(admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range definitions {
		if _, err := writer.Apply(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	within(t, 4*retry, func() string {
		for _, k := range w.Snapshot(t.Context(), values.NeedAll).Kinds {
			if k.Absent || !k.Known || k.Error != "" {
				return fmt.Sprintf("%+v", k)
			}
		}
		return ""
	})
	for _, d := range definitions { // and goes again
		if strings.HasPrefix(d.GetName(), "proxyconfigs") {
			if err := writer.Delete(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
	}
	within(t, 4*retry, func() string {
		for _, k := range w.Snapshot(t.Context(), values.NeedConfig).Kinds {
			if strings.HasPrefix(k.Resource, "proxyconfigs") != k.Absent {
				return fmt.Sprintf("%+v", k)
			}
		}
		return ""
	})
}

// progress shows in a test's log what is built.
type progress struct{ t *testing.T }

func (p progress) Write(b []byte) (int, error) {
	p.t.Logf("%s", b)
	return len(b), nil
}
