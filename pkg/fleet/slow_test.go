package fleet

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// TestASlowAnswerIsAsOldAsItsQuestion: what watches have told is not known to be so at any
// time after the question of the last answer.
func TestASlowAnswerIsAsOldAsItsQuestion(t *testing.T) {
	api := newAPI(t, "t")
	watch, made := making()
	asked, answer := make(chan struct{}, 1), make(chan struct{})
	var slow atomic.Bool
	p := newPool(t, PoolOptions{Every: 20 * time.Millisecond, Watch: watch, Probe: func(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error) {
		if slow.Load() {
			asked <- struct{}{}
			select {
			case <-answer:
			case <-ctx.Done():
			}
		}
		return askVersion(ctx, cfg, client)
	}})
	l, err := p.lease(parse(t, api.kubeconfig("west", "t")), time.Minute)
	require.NoError(t, err)
	t.Cleanup(l.release)
	require.NoError(t, l.ready(t.Context()))
	require.NotNil(t, l.inventory())

	slow.Store(true)
	<-asked
	before := l.observation().LastContact
	changed := time.Now() // in the cluster, unseen as yet
	answer <- struct{}{}
	require.Eventually(t, func() bool { return l.observation().LastContact.After(changed) }, soon, often)
	require.True(t, l.observation().LastContact.After(before))
	contact, ok := made()[0].contact()
	require.True(t, ok)
	require.True(t, contact.Before(changed), "the objects count as known at %s, after a change at %s", contact, changed)
}

// TestAnInventoryIsAwaitedWhileItsClusterMayAnswer: whoever waits for the first answer of a
// cluster goes on as soon as it is known that there is none.
func TestAnInventoryIsAwaitedWhileItsClusterMayAnswer(t *testing.T) {
	api := newAPI(t, "t")
	watch, made := making()
	fail := make(chan struct{})
	p := newPool(t, PoolOptions{Watch: watch, Probe: func(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error) {
		select {
		case <-fail:
		case <-ctx.Done():
		}
		return mesh.ClusterFacts{}, context.DeadlineExceeded
	}})
	l, err := p.lease(parse(t, api.kubeconfig("west", "t")), time.Minute)
	require.NoError(t, err)
	t.Cleanup(l.release)
	require.NotNil(t, l.inventory())
	made()[0].slow.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	told := make(chan *mesh.Inventory, 1)
	go func() {
		told <- Member{Cluster: mesh.Cluster{Name: "west"}, conn: l.connection}.Inventory(ctx, mesh.NeedAll)
	}()
	select {
	case <-told:
		t.Error("it was not waited for a cluster that may answer yet")
	case <-time.After(50 * time.Millisecond):
	}
	close(fail)
	select {
	case inv := <-told:
		require.Len(t, inv.Pods, 3)
	case <-time.After(soon):
		t.Error("a cluster that does not answer is waited for")
	}
}

func TestFactsAreReadAnewAfterAWhile(t *testing.T) {
	api := newAPI(t, "t")
	var probes atomic.Int64
	p := newPool(t, PoolOptions{Every: 10 * time.Millisecond, Facts: 50 * time.Millisecond,
		Probe: func(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error) {
			probes.Add(1)
			return askVersion(ctx, cfg, client)
		},
		Ping: func(context.Context, *rest.Config, *http.Client) (string, error) { return "v1.36.3", nil },
	})
	leaseOf(t, p, api.kubeconfig("west", "t"))
	require.Eventually(t, func() bool { return probes.Load() >= 3 }, soon, often)
}
