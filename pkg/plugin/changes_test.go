package plugin

import (
	"context"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func changing(t *testing.T, told ...mesh.History) *Datasource {
	t.Helper()
	url, _ := store(t, `{}`)
	d := instance(t, url, listed)
	d.contents = contain(held("east"), held("west"))
	d.histories = func(context.Context, time.Time, time.Time) []mesh.History { return told }
	return d
}

func TestChangesOfAllClusters(t *testing.T) {
	now := time.Now()
	at := func(age time.Duration) time.Time { return now.Add(-age) }
	d := changing(t,
		mesh.History{Cluster: "east", Gaps: []string{"without Kubernetes' events: forbidden"}, Events: []mesh.Event{
			{At: at(5 * time.Second), Cluster: "east", Namespace: "a", Kind: "VirtualService", Name: "v", What: mesh.WhatChanged},
			{At: at(3 * time.Second), Cluster: "east", Namespace: "b", Kind: "Deployment", Name: "d", What: mesh.WhatScaled},
			{At: at(time.Hour * 100), Cluster: "east", Namespace: "b", Kind: "Deployment", Name: "d", What: mesh.WhatCreated},
		}},
		mesh.History{Cluster: "west", Events: []mesh.Event{
			{At: at(4 * time.Second), Cluster: "west", Kind: mesh.KindOfClusters, What: mesh.WhatLost},
			{At: at(2 * time.Second), Cluster: "west", Kind: mesh.KindOfClusters, What: mesh.WhatBack},
		}},
		mesh.History{Events: []mesh.Event{{At: at(time.Second), Cluster: "north", Kind: mesh.KindOfClusters, What: mesh.WhatJoined}}},
	)
	for raw, want := range map[string][]string{
		``:                                     {"joined", "back", "scaled", "lost", "changed"},
		`,"clusters":["east"]`:                 {"scaled", "changed"},
		`,"namespaces":["a"]`:                  {"joined", "back", "lost", "changed"},
		`,"names":["d"]`:                       {"scaled"},
		`,"kinds":["virtualservice"]`:          {"changed"},
		`,"kinds":["Cluster"],"what":["lost"]`: {"lost"},
		`,"what":["deleted"]`:                  {},
	} {
		got := askNow(t, d, `{"queryType":"changes"`+raw+`}`)
		require.NoError(t, got.Error, raw)
		require.ElementsMatch(t, want, contract.Strings(got.Frames[0], "what"), raw)
		if len(want) > 0 {
			require.Equal(t, want, contract.Strings(got.Frames[0], "what"), raw)
		}
	}
	lost := askNow(t, d, `{"queryType":"changes","what":["lost"]}`).Frames[0]
	require.WithinDuration(t, at(2*time.Second), *fieldOf(t, lost, "timeEnd").At(0).(*time.Time), 0, "until it was back")
	require.Equal(t, []string{"warning: Cluster east: without Kubernetes' events: forbidden"}, noticesOf(lost))
	require.Empty(t, noticesOf(askNow(t, d, `{"queryType":"changes","clusters":["west"]}`).Frames[0]))
	require.Equal(t, backend.StatusBadRequest, ask(t, d, map[string]string{"A": `{"queryType":"changes","what":["exploded"]}`})["A"].Status)
}

func TestTheNewestChangesAreShown(t *testing.T) {
	var events []mesh.Event
	now := time.Now()
	for i := range mostChanges + 7 {
		events = append(events, mesh.Event{At: now.Add(-time.Duration(i) * time.Millisecond), Cluster: "east", Kind: "Sidecar", Name: "s", What: mesh.WhatChanged})
	}
	f := askNow(t, changing(t, mesh.History{Cluster: "east", Events: events}), `{"queryType":"changes"}`).Frames[0]
	require.Equal(t, mostChanges, f.Rows())
	require.Equal(t, events[0].At, f.Fields[0].At(0))
	require.Equal(t, []string{"info: Only the newest 500 of 507 changes are shown: narrow the query or the time range"}, noticesOf(f))
}

func TestAClusterThatIsLostIsTold(t *testing.T) {
	silent := catalog.Cluster{Cluster: mesh.Cluster{Name: "east", State: mesh.StateUnreachable, Error: "no answer."}}
	d := changing(t)
	d.contents = contain(silent)
	require.ErrorContains(t, ask(t, d, map[string]string{"A": `{"queryType":"changes"}`})["A"].Error, "no answer")
	d = changing(t, mesh.History{Cluster: "east", Events: []mesh.Event{{At: time.Now(), Cluster: "east", Kind: mesh.KindOfClusters, What: mesh.WhatLost}}})
	d.contents = contain(silent)
	got := askNow(t, d, `{"queryType":"changes"}`)
	require.NoError(t, got.Error)
	require.Equal(t, 1, got.Frames[0].Rows())
	require.Len(t, noticesOf(got.Frames[0]), 1)
}
