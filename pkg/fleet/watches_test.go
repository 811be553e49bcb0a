package fleet

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
)

// fakeWatches give one inventory, and wait for it as long as they are told to.
type fakeWatches struct {
	inventory mesh.Inventory
	slow      atomic.Bool
	contact   func() (time.Time, bool)
	done      chan struct{}

	mu    sync.Mutex
	asked []context.Context // by whoever asked, and waited no longer
	late  int               // how many of these had no time left
}

func (w *fakeWatches) ask(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, ctx)
	if ctx.Err() != nil {
		w.late++
	}
}

func (w *fakeWatches) Snapshot(ctx context.Context, _ mesh.Need) *mesh.Inventory {
	w.ask(ctx)
	if w.slow.Load() {
		<-ctx.Done()
	}
	return &w.inventory
}

func (w *fakeWatches) History(ctx context.Context, from, _ time.Time, silent bool) mesh.History {
	w.ask(ctx)
	if silent {
		return mesh.History{Gaps: []string{"silent"}}
	}
	return mesh.History{Events: []mesh.Event{{At: from, Kind: "Sidecar", What: mesh.WhatChanged}}}
}

func (w *fakeWatches) Done() <-chan struct{} { return w.done }

// making makes fake watches and keeps them in the order of their making.
func making() (Watch, func() []*fakeWatches) {
	var mu sync.Mutex
	var made []*fakeWatches
	return func(ctx context.Context, _ *Client, contact func() (time.Time, bool)) (Watches, error) {
			w := &fakeWatches{inventory: mesh.Inventory{Pods: make([]mesh.Pod, 3)}, contact: contact, done: make(chan struct{})}
			context.AfterFunc(ctx, func() { close(w.done) })
			mu.Lock()
			defer mu.Unlock()
			made = append(made, w)
			return w, nil
		}, func() []*fakeWatches {
			mu.Lock()
			defer mu.Unlock()
			return made
		}
}

func TestInventoriesSideBySide(t *testing.T) {
	home, west := newAPI(t, "t"), newAPI(t, "w")
	watch, made := making()
	p := newPool(t, PoolOptions{Watch: watch})
	s := inHaste(withHome(home, inline("again", home.kubeconfig("x", "t")), inline("west", west.kubeconfig("x", "w")), settings.Cluster{Name: "north", NotAccessible: true}))
	f := start(t, p, s, Options{})
	f.Clusters(t.Context())
	require.Empty(t, made(), "nobody needs them yet")
	members, all := f.Inventories(t.Context(), mesh.NeedAll)
	require.Len(t, all, 4)
	require.Len(t, made(), 2, "equal credentials share one")
	require.Equal(t, []string{"east", "again", "north", "west"}, names(members))
	for i, name := range []mesh.ClusterName{"east", "again", "", "west"} {
		if name == "" {
			require.Nil(t, all[i])
			continue
		}
		require.Equal(t, name, all[i].Cluster)
		require.Len(t, all[i].Pods, 3)
	}
	require.Empty(t, made()[0].inventory.Cluster, "what is shared is not changed")
	at, ok := made()[0].contact()
	require.True(t, ok)
	require.WithinDuration(t, time.Now(), at, soon)

	// A cluster that is slow to tell costs the cluster timeout, one that is away nothing.
	for _, w := range made() {
		w.slow.Store(true)
	}
	begun := time.Now()
	_, all = f.Inventories(t.Context(), mesh.NeedAll)
	require.Len(t, all[0].Pods, 3)
	require.GreaterOrEqual(t, time.Since(begun), hasty*9/10)
	home.misbehave(answers(http.StatusInternalServerError))
	west.misbehave(blackHole)
	eventually(t, f, func(got map[string]Member) bool {
		return got["east"].State == mesh.StateUnreachable && got["west"].State == mesh.StateUnreachable
	})
	_, ok = made()[0].contact()
	require.False(t, ok)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, m := range f.Clusters(ctx) {
		if m.Client() != nil {
			require.Len(t, m.Inventory(ctx, mesh.NeedAll).Pods, 3)
		}
	}
	require.NoError(t, ctx.Err())

	require.NoError(t, p.Close())
	for _, w := range made() {
		select {
		case <-w.done:
		default:
			t.Error("a connection ended before its watches")
		}
	}
	require.Nil(t, Member{}.Inventory(t.Context(), mesh.NeedAll))
}

func TestAPoolWithoutWatchesHasNoInventories(t *testing.T) {
	f := start(t, newPool(t, PoolOptions{}), withHome(newAPI(t, "t")), Options{})
	members, held := f.Inventories(t.Context(), mesh.NeedAll)
	require.Len(t, members, 1)
	require.Nil(t, held[0])
}

func TestFactsAreReadLessOftenThanContactIsMade(t *testing.T) {
	api := newAPI(t, "t")
	var probes, pings atomic.Int64
	var version atomic.Value
	version.Store("v1.36.3")
	p := newPool(t, PoolOptions{Every: 20 * time.Millisecond, Facts: time.Hour,
		Probe: func(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error) {
			probes.Add(1)
			facts, err := askVersion(ctx, cfg, client)
			facts.APIVersion = version.Load().(string)
			return facts, err
		},
		Ping: func(ctx context.Context, cfg *rest.Config, client *http.Client) (string, error) {
			pings.Add(1)
			_, err := askVersion(ctx, cfg, client)
			return version.Load().(string), err
		},
	})
	l := leaseOf(t, p, api.kubeconfig("west", "t"))
	require.NoError(t, l.since(t.Context(), time.Time{}))
	first := l.observation()
	more := func(n int64) func() bool {
		n += pings.Load()
		return func() bool { return pings.Load() >= n }
	}
	require.Eventually(t, more(3), soon, often)
	require.EqualValues(t, 1, probes.Load())
	require.Same(t, first.Facts, l.observation().Facts)
	require.True(t, l.observation().LastContact.After(first.LastContact))

	version.Store("v1.37.0")
	require.Eventually(t, func() bool { return probes.Load() == 2 }, soon, often, "a new version is a new server")
	require.Eventually(t, func() bool { return l.observation().Facts.APIVersion == "v1.37.0" }, soon, often)

	require.NoError(t, l.since(t.Context(), time.Now()))
	require.Eventually(t, func() bool { return probes.Load() == 3 }, soon, often, "whoever asks for a contact now wants all of it")

	api.misbehave(answers(http.StatusInternalServerError))
	require.Eventually(t, inState(l, mesh.StateUnreachable), soon, often)
	require.NotNil(t, l.observation().Facts)
	api.misbehave(nil)
	require.Eventually(t, inState(l, mesh.StateReady), soon, often)
	require.Greater(t, probes.Load(), int64(3), "after a failure all is read")
}
