package fleet

import (
	"net/http"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
)

func whats(events []mesh.Event) (out []string) {
	for _, e := range events {
		out = append(out, string(e.Cluster)+" "+string(e.What))
	}
	return out
}

func TestClustersAreLostAndBack(t *testing.T) {
	home := newAPI(t, "t")
	watch, _ := making()
	f := start(t, newPool(t, PoolOptions{Watch: watch, Every: time.Hour, Retry: 10 * time.Millisecond}), withHome(home), Options{})
	members := f.Clusters(t.Context())
	from, to := time.Now().Add(-time.Minute), time.Now().Add(time.Minute)
	require.Equal(t, []string{"east changed"}, whats(f.Histories(t.Context(), from, to)[0].Events), "a first answer is no event")

	home.misbehave(answers(http.StatusInternalServerError))
	members[0].Client().Doubt()
	eventually(t, f, func(got map[string]Member) bool { return got["east"].State == mesh.StateUnreachable })
	h := members[0].History(t.Context(), from, to)
	require.Equal(t, []string{"silent"}, h.Gaps)
	require.Equal(t, []string{"east lost"}, whats(h.Events))
	require.Contains(t, h.Events[0].Text, "status 500")
	require.Equal(t, mesh.KindOfClusters, h.Events[0].Kind)

	home.misbehave(nil)
	eventually(t, f, func(got map[string]Member) bool { return got["east"].State == mesh.StateReady })
	require.Equal(t, []string{"east changed", "east lost", "east back"}, whats(members[0].History(t.Context(), from, to).Events))
	require.Empty(t, f.Comings())
	require.Empty(t, Member{}.History(t.Context(), from, to))
}

func TestClustersJoinAndLeave(t *testing.T) {
	home, west := newAPI(t, "t"), newAPI(t, "w")
	remote := func(name string) {
		home.put("istio-system", "remote-"+name, map[string]string{"istio/multiCluster": "true"}, nil, map[string]string{name: west.kubeconfig("x", "w")})
	}
	remote("west")
	f := start(t, newPool(t, PoolOptions{}), withHome(home), Options{})
	eventually(t, f, func(got map[string]Member) bool { return len(got) == 2 })
	require.Empty(t, f.Comings(), "what was there before has not joined")
	remote("north")
	eventually(t, f, func(got map[string]Member) bool { return len(got) == 3 })
	home.remove("istio-system", "remote-west")
	eventually(t, f, func(got map[string]Member) bool { return len(got) == 2 })
	comings := f.Comings()
	require.Equal(t, []string{"north joined", "west lost"}, whats(comings))
	require.Contains(t, comings[0].Text, "remote-north")
}

func TestAChronicleKeepsTheNewest(t *testing.T) {
	var c chronicle
	begin := time.Now()
	for i := range mostNotes + 5 {
		c.add(mesh.Event{At: begin.Add(time.Duration(i))})
	}
	require.Len(t, c.all(), mostNotes)
	require.Equal(t, begin.Add(5), c.all()[0].At)
}
