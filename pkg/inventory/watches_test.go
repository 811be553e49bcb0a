package inventory

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
)

const (
	podsPath    = "/api/v1/pods"
	nsPath      = "/api/v1/namespaces"
	entriesPath = "/apis/networking.istio.io/v1/serviceentries"
)

func stateOf(t *testing.T, inv *mesh.Inventory, resource string) mesh.KindState {
	t.Helper()
	for _, k := range inv.Kinds {
		if k.Resource == resource {
			return k
		}
	}
	t.Fatalf("nothing is told of %s", resource)
	return mesh.KindState{}
}

func hosts(inv *mesh.Inventory) (out []string) {
	for _, c := range inv.Config {
		if c.ServiceEntry != nil {
			out = append(out, c.ServiceEntry.Hosts...)
		}
	}
	return out
}

func entry(host string) object { return object{"spec": object{"hosts": []string{host}}} }

func TestKindsAreWatchedWhenTheyAreNeeded(t *testing.T) {
	for name, older := range map[string]bool{"lists in watches": false, "lists by pages": true} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			c.older = older
			for _, n := range []string{"c", "a", "b", "e", "d"} {
				c.put(nsPath, "", n, nil)
			}
			w := c.watches(Options{})
			time.Sleep(20 * time.Millisecond)
			require.Zero(t, c.requests(""), "nothing before the first need")

			inv := w.Snapshot(t.Context(), mesh.NeedNamespaces)
			require.Len(t, inv.Namespaces, 5)
			require.Equal(t, "a", inv.Namespaces[0].Name)
			require.Len(t, inv.Kinds, 1)
			require.True(t, inv.Kinds[0].Known)
			require.WithinDuration(t, time.Now(), inv.Kinds[0].AsOf, soon)
			require.Zero(t, c.requests(podsPath))

			inv = w.Snapshot(t.Context(), mesh.NeedAll)
			require.Len(t, inv.Kinds, 29)
			for _, k := range inv.Kinds {
				require.Empty(t, k.Error, k.Resource)
				require.True(t, k.Known, k.Resource)
			}
			require.Equal(t, map[bool]int{false: 0, true: 3}[older], c.requests(nsPath+" list"), "pages of two")

			c.put(nsPath, "", "f", nil)
			c.remove(nsPath, "", "a")
			require.Eventually(t, func() bool {
				now := w.Snapshot(t.Context(), mesh.NeedNamespaces).Namespaces
				return len(now) == 5 && now[0].Name == "b" && now[4].Name == "f"
			}, soon, often)
			require.Len(t, inv.Namespaces, 5)
			require.Equal(t, "a", inv.Namespaces[0].Name, "a snapshot stays as it is")
		})
	}
}

func TestPartsAreMadeAgainOnlyWhenTheyHaveChanged(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	c.put(podsPath, "a", "p", object{"labels": map[string]string{"app": "p"}})
	c.put(entriesPath, "a", "e", entry("one"))
	w := c.watches(Options{})
	first := w.Snapshot(t.Context(), mesh.NeedAll)
	again := w.Snapshot(t.Context(), mesh.NeedAll)
	require.Same(t, &first.Pods[0], &again.Pods[0])
	require.Same(t, &first.Workloads[0], &again.Workloads[0])
	require.Same(t, &first.Config[0], &again.Config[0])

	c.put(entriesPath, "a", "e", entry("two"))
	require.Eventually(t, func() bool { return hosts(w.Snapshot(t.Context(), mesh.NeedConfig))[0] == "two" }, soon, often)
	again = w.Snapshot(t.Context(), mesh.NeedAll)
	require.Same(t, &first.Pods[0], &again.Pods[0], "other parts stay")

	// What changes nothing that is kept makes nothing anew.
	config := &again.Config[0]
	c.put(entriesPath, "a", "e", object{"spec": object{"hosts": []string{"two"}, "nobody": "reads this"}})
	c.put(nsPath, "", "b", nil)
	require.Eventually(t, func() bool { return len(w.Snapshot(t.Context(), mesh.NeedNamespaces).Namespaces) == 2 }, soon, often)
	again = w.Snapshot(t.Context(), mesh.NeedAll)
	require.Same(t, config, &again.Config[0])
	require.NotSame(t, &first.Pods[0], &again.Pods[0], "a pod's part in the mesh depends on its namespace")
}

func TestWhatNobodyNeedsIsLetGo(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	const idle = 2 * time.Second // more than the first snapshot takes on a busy machine
	w := c.watches(Options{Idle: idle})
	running := func() (n int) {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, k := range w.keepers {
			if k != nil {
				n++
			}
		}
		return n
	}
	w.Snapshot(t.Context(), mesh.NeedAll)
	require.Equal(t, 29, running())
	require.Eventually(t, func() bool {
		return len(w.Snapshot(t.Context(), mesh.NeedNamespaces).Namespaces) == 1 && running() == 1
	}, soon, often, "what is needed goes on")
	require.Equal(t, 1, c.requests(nsPath))
	require.Eventually(t, func() bool { return running() == 0 }, soon, often)
	require.Len(t, w.Snapshot(t.Context(), mesh.NeedNamespaces).Namespaces, 1, "and starts again")
	require.Equal(t, 2, c.requests(nsPath))
}

func TestAKindThatIsForbiddenOrNotThereCostsItselfAlone(t *testing.T) {
	c := newCluster(t)
	c.serves("networking.istio.io/v1") // but no other version or group
	c.put(nsPath, "", "a", nil)
	c.put(podsPath, "a", "p", nil)
	c.put(entriesPath, "a", "e", entry("one"))
	c.breaks(podsPath, forbidden)
	w := c.watches(Options{Retry: 800 * time.Millisecond})
	inv := w.Snapshot(t.Context(), mesh.NeedAll)
	require.Len(t, inv.Namespaces, 1)
	require.Equal(t, []string{"one"}, hosts(inv))
	require.Empty(t, inv.Pods)
	k := stateOf(t, inv, "pods")
	require.False(t, k.Known)
	require.Contains(t, k.Error, "forbids to read")
	require.True(t, k.AsOf.IsZero())
	for resource, absent := range map[string]bool{
		"serviceentries.networking.istio.io": false, "envoyfilters.networking.istio.io": true,
		"proxyconfigs.networking.istio.io": true, "httproutes.gateway.networking.k8s.io": true,
	} {
		k := stateOf(t, inv, resource)
		require.Equal(t, absent, k.Absent, resource)
		require.Equal(t, !absent, k.Known, resource)
		require.Empty(t, k.Error, resource)
	}
	require.Zero(t, c.requests("/apis/gateway.networking.k8s.io"), "what is not served costs no request")

	// Rights and definitions that come later are noticed.
	c.breaks(podsPath, nil)
	c.serves("networking.istio.io/v1", "networking.istio.io/v1alpha3", "gateway.networking.k8s.io/v1")
	require.Eventually(t, func() bool {
		inv := w.Snapshot(t.Context(), mesh.NeedAll)
		return len(inv.Pods) == 1 && stateOf(t, inv, "pods").Error == "" &&
			stateOf(t, inv, "envoyfilters.networking.istio.io").Known && stateOf(t, inv, "httproutes.gateway.networking.k8s.io").Known
	}, soon, often)
}

func TestADefinitionThatGoesTakesItsObjectsWithIt(t *testing.T) {
	c := newCluster(t)
	c.put(entriesPath, "a", "e", entry("one"))
	w := c.watches(Options{Retry: 400 * time.Millisecond})
	require.Len(t, hosts(w.Snapshot(t.Context(), mesh.NeedConfig)), 1)
	c.breaks(entriesPath, func(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusNotFound) })
	c.CloseClientConnections()
	require.Eventually(t, func() bool {
		inv := w.Snapshot(t.Context(), mesh.NeedConfig)
		return stateOf(t, inv, "serviceentries.networking.istio.io").Absent && len(inv.Config) == 0
	}, soon, often)
}

func TestObjectsAreAsOldAsTheLastContact(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	var last atomic.Pointer[time.Time]
	long := time.Now().Add(-time.Hour)
	last.Store(&long)
	var away atomic.Bool
	w := c.watches(Options{Retry: 800 * time.Millisecond, LastContact: func() (time.Time, bool) { return *last.Load(), !away.Load() }})
	asOf := func() time.Time { return w.Snapshot(t.Context(), mesh.NeedNamespaces).Kinds[0].AsOf }
	listed := asOf()
	require.WithinDuration(t, time.Now(), listed, soon, "an old contact makes nothing older than its list")

	contact := time.Now().Add(time.Second)
	last.Store(&contact)
	require.Eventually(t, func() bool { return asOf().Equal(contact) }, soon, often, "while the watch stands")

	// The watch breaks and cannot be resumed: contacts no longer tell of these objects.
	away.Store(true)
	c.breaks("", hole)
	c.CloseClientConnections()
	require.Eventually(t, func() bool { return !standingNow(w) }, soon, often)
	later := contact.Add(time.Minute)
	last.Store(&later)
	require.Equal(t, contact, asOf())
	require.Len(t, w.Snapshot(t.Context(), mesh.NeedNamespaces).Namespaces, 1, "what is known stays")

	// And it is back.
	c.breaks("", nil)
	c.CloseClientConnections()
	away.Store(false)
	require.Eventually(t, func() bool { return asOf().Equal(later) }, soon, often)
	require.Empty(t, w.Snapshot(t.Context(), mesh.NeedNamespaces).Kinds[0].Error)
}

// TestWhatArrivesLateMakesNothingYounger: an event may have been on its way for long.
func TestWhatArrivesLateMakesNothingYounger(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	long := time.Now().Add(-time.Hour)
	w := c.watches(Options{LastContact: func() (time.Time, bool) { return long, true }})
	listed := w.Snapshot(t.Context(), mesh.NeedNamespaces).Kinds[0].AsOf
	c.put(nsPath, "", "b", nil)
	require.Eventually(t, func() bool { return len(w.Snapshot(t.Context(), mesh.NeedNamespaces).Namespaces) == 2 }, soon, often)
	require.Equal(t, listed, w.Snapshot(t.Context(), mesh.NeedNamespaces).Kinds[0].AsOf)

	// Where nobody tells of contacts, what arrives is all there is to go by.
	w = c.watches(Options{})
	listed = w.Snapshot(t.Context(), mesh.NeedNamespaces).Kinds[0].AsOf
	c.put(nsPath, "", "c", nil)
	require.Eventually(t, func() bool { return w.Snapshot(t.Context(), mesh.NeedNamespaces).Kinds[0].AsOf.After(listed) }, soon, often)
}

func standingNow(w *Watches) bool {
	for _, k := range w.need(mesh.NeedNamespaces) {
		if k != nil {
			k.mu.Lock()
			defer k.mu.Unlock()
			return k.standing
		}
	}
	return false
}

func TestAServerThatFailsSaysWhy(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	w := c.watches(Options{Retry: 400 * time.Millisecond})
	require.Len(t, w.Snapshot(t.Context(), mesh.NeedNamespaces).Namespaces, 1)
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"an ailing server": {func(w http.ResponseWriter, _ *http.Request) { status(w, 500) }, "status 500"},
		"an expired token": {func(w http.ResponseWriter, _ *http.Request) { status(w, 401) }, "renew the token"},
		"not an API server": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"kind":"Welcome"}`))
		}, "check that the address is an API server's"},
	} {
		t.Run(name, func(t *testing.T) {
			c.breaks("", tt.answer)
			c.CloseClientConnections()
			var inv *mesh.Inventory
			require.Eventually(t, func() bool {
				inv = w.Snapshot(t.Context(), mesh.NeedNamespaces)
				return strings.Contains(inv.Kinds[0].Error, tt.says)
			}, soon, often, "%v", inv)
			require.Len(t, inv.Namespaces, 1)
			require.True(t, inv.Kinds[0].Known)
			c.breaks("", nil)
			require.Eventually(t, func() bool { return w.Snapshot(t.Context(), mesh.NeedNamespaces).Kinds[0].Error == "" }, soon, often)
		})
	}
}

func TestAServerThatIsBusyForAMomentIsNoProblem(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	c.breaks(nsPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		status(w, http.StatusTooManyRequests)
		c.breaks(nsPath, nil)
	})
	inv := c.watches(Options{}).Snapshot(t.Context(), mesh.NeedNamespaces)
	require.Len(t, inv.Namespaces, 1)
	require.Empty(t, inv.Kinds[0].Error)
}

func TestASnapshotWaitsNoLongerThanItsContext(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	c.breaks(podsPath, hole)
	w := c.watches(Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	inv := w.Snapshot(ctx, mesh.NeedAll)
	require.Error(t, ctx.Err())
	require.Len(t, inv.Namespaces, 1, "the rest is there")
	k := stateOf(t, inv, "pods")
	require.False(t, k.Known)
	require.Empty(t, k.Error, "it may yet come")
	begun := time.Now()
	w.Snapshot(ctx, mesh.NeedAll)
	require.Less(t, time.Since(begun), time.Second)
}

func TestSnapshotsAfterTheEnd(t *testing.T) {
	c := newCluster(t)
	c.put(nsPath, "", "a", nil)
	client := &http.Client{Transport: &http.Transport{}}
	ctx, cancel := context.WithCancel(t.Context())
	w, err := Watch(ctx, &rest.Config{Host: c.URL}, client, Options{})
	require.NoError(t, err)
	w.Snapshot(t.Context(), mesh.NeedNamespaces)
	cancel()
	<-w.Done()
	client.CloseIdleConnections()
	inv := w.Snapshot(t.Context(), mesh.NeedAll)
	require.Len(t, inv.Namespaces, 1, "what was known can still be read")
	require.Len(t, inv.Kinds, 1, "nothing else is begun")
}
