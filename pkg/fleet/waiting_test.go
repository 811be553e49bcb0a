package fleet

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
)

// listed are settings without a home cluster.
func listed(clusters ...settings.Cluster) settings.Settings {
	return inHaste(settings.Settings{Home: settings.Home{Access: mesh.AccessNone}, Clusters: clusters})
}

// TestAnAnswerWaitsForClustersOnce: all that an answer asks the fleet for ends at one time.
func TestAnAnswerWaitsForClustersOnce(t *testing.T) {
	west := newAPI(t, "t")
	watch, made := making()
	f := start(t, newPool(t, PoolOptions{Watch: watch}), listed(inline("west", west.kubeconfig("x", "t"))), Options{})
	ctx := f.Begin(t.Context())
	f.Clusters(ctx)
	_, held := f.Inventories(ctx, mesh.NeedAll)
	require.Len(t, held[0].Pods, 3)
	w := made()[0]
	w.slow.Store(true)
	f.Inventories(ctx, mesh.NeedAll)
	f.Inventories(ctx, mesh.NeedAll)
	f.Histories(ctx, time.Now().Add(-time.Hour), time.Now())
	require.Len(t, w.asked, 4)
	require.Equal(t, 2, w.late, "the third and the fourth had no time left")
	end, _ := w.asked[0].Deadline()
	for _, asked := range w.asked {
		until, _ := asked.Deadline()
		require.Equal(t, end, until)
	}

	// Whoever has begun no answer has time for each question.
	f.Histories(t.Context(), time.Now().Add(-time.Hour), time.Now())
	until, _ := w.asked[4].Deadline()
	require.True(t, until.After(end))
	require.Equal(t, 2, w.late)
}

// TestASilentClusterTakesNoTimeOfOthers: a cluster is asked what it holds as soon as it
// answers, also while another one, or the home cluster, is waited for in vain.
func TestASilentClusterTakesNoTimeOfOthers(t *testing.T) {
	for name, home := range map[string]bool{"a listed cluster is silent": false, "the home cluster is silent": true} {
		t.Run(name, func(t *testing.T) {
			hole, west := newAPI(t, "h"), newAPI(t, "w")
			hole.misbehave(blackHole)
			watch, made := making()
			s := listed(inline("hole", hole.kubeconfig("x", "h")), inline("west", west.kubeconfig("x", "w")))
			if home {
				s = inHaste(withHome(hole, inline("west", west.kubeconfig("x", "w"))))
			}
			f := start(t, newPool(t, PoolOptions{Watch: watch}), s, Options{})
			ctx := f.Begin(t.Context())
			members, held := f.Inventories(ctx, mesh.NeedAll)
			require.Len(t, members, 2)
			for i, m := range members {
				if m.Name != "west" {
					require.NotEqual(t, mesh.StateReady, m.State)
					continue
				}
				require.Equal(t, mesh.StateReady, m.State, "as it is after the waiting")
				require.Len(t, held[i].Pods, 3)
			}
			asked, inTime := 0, 0
			for _, w := range made() {
				asked += len(w.asked)
				inTime += len(w.asked) - w.late
			}
			require.Equal(t, 2, asked, "each is asked once")
			require.GreaterOrEqual(t, inTime, 1, "west was asked while there was time")
		})
	}
}

// TestWhatASecretTellsOfIsAskedToo: those clusters that are listed are asked before it is
// known which others there are.
func TestWhatASecretTellsOfIsAskedToo(t *testing.T) {
	home, west, south := newAPI(t, "t"), newAPI(t, "w"), newAPI(t, "s")
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "w")})
	watch, made := making()
	f := start(t, newPool(t, PoolOptions{Watch: watch}), withHome(home, inline("south", south.kubeconfig("x", "s"))), Options{})
	members, held := f.Inventories(t.Context(), mesh.NeedAll)
	require.Equal(t, []string{"east", "south", "west"}, names(members))
	for i, m := range members {
		require.Equal(t, m.Name, held[i].Cluster)
		require.Equal(t, mesh.StateReady, m.State)
	}
	for _, w := range made() {
		require.Len(t, w.asked, 1, "each once")
	}
}

// TestKnownClustersAreNotWaitedFor: their names are known before they answer.
func TestKnownClustersAreNotWaitedFor(t *testing.T) {
	west := newAPI(t, "t")
	answer := make(chan struct{})
	p := newPool(t, PoolOptions{Probe: func(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error) {
		select {
		case <-answer:
		case <-ctx.Done():
		}
		return askVersion(ctx, cfg, client)
	}})
	s := listed(inline("west", west.kubeconfig("x", "t")))
	s.Limits.ClusterTimeout = patient
	f := start(t, p, s, Options{})
	require.Equal(t, mesh.StateConnecting, f.Known(t.Context())[0].State)
	close(answer)
	require.Equal(t, mesh.StateReady, f.Clusters(t.Context())[0].State)
	require.Equal(t, mesh.StateReady, f.Known(t.Context())[0].State)
}
