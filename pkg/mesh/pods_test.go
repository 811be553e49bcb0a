package mesh_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

func TestReplicas(t *testing.T) {
	const none = -1 // the kind wants no number
	for _, tt := range []struct {
		desired, current, ready int
		want                    mesh.Health
		words                   string
	}{
		{0, 0, 0, mesh.HealthNotReady, "no pods wanted"},
		{0, 2, 2, mesh.HealthNotReady, "no pods wanted"},
		{3, 3, 3, mesh.HealthHealthy, "3 of 3 pods ready"},
		{3, 3, 2, mesh.HealthDegraded, "2 of 3 pods ready"},
		{3, 2, 2, mesh.HealthDegraded, "2 of 3 pods ready"},
		{3, 2, 1, mesh.HealthDegraded, "1 of 3 pods ready, 2 there"},
		{3, 3, 0, mesh.HealthFailure, "0 of 3 pods ready"},
		{3, 0, 0, mesh.HealthFailure, "0 of 3 pods ready"},
		{3, 4, 3, mesh.HealthFailure, "3 of 3 pods ready, 4 there"},
		{3, 4, 4, mesh.HealthDegraded, "4 of 3 pods ready, 4 there"},
		{3, 5, 4, mesh.HealthDegraded, "4 of 3 pods ready, 5 there"},
		{none, 0, 0, mesh.HealthNone, ""},
		{none, 1, 1, mesh.HealthHealthy, "1 of 1 pods ready"},
		{none, 2, 1, mesh.HealthDegraded, "1 of 2 pods ready"},
		{none, 1, 0, mesh.HealthFailure, "0 of 1 pods ready"},
	} {
		w := mesh.Workload{Kind: "Deployment", Current: tt.current, Ready: tt.ready}
		if tt.desired != none {
			w.Desired = &tt.desired
		}
		require.Equal(t, tt.want, w.PodHealth(), "%+v", tt)
		require.Equal(t, tt.words, w.PodWords(), "%+v", tt)
	}
	for _, kind := range []string{"Job", "CronJob", "WorkloadGroup", "WorkloadEntry"} {
		w := mesh.Workload{Kind: kind, Current: 1}
		require.Equal(t, mesh.HealthNone, w.PodHealth())
		require.Empty(t, w.PodWords())
		w.Current = 0
		require.False(t, w.Podless())
	}
	require.True(t, (&mesh.Workload{Kind: "StatefulSet"}).Podless())
	require.False(t, (&mesh.Workload{Kind: "StatefulSet", Current: 1}).Podless())
}

func TestTheOrderOfHealths(t *testing.T) {
	order := mesh.Healths()
	require.Equal(t, []mesh.Health{"failure", "degraded", "not ready", "healthy", "none"}, order)
	for i, worse := range order {
		for _, better := range order[i:] {
			require.Equal(t, worse, worse.Worse(better))
			require.Equal(t, worse, better.Worse(worse))
		}
	}
}

func TestEveryBadgeHasItsPlace(t *testing.T) {
	kinds := mesh.BadgeKinds()
	seen := slices.Clone(kinds)
	slices.Sort(seen)
	require.Len(t, slices.Compact(seen), len(kinds))
	for _, k := range kinds {
		require.NotContains(t, string(k), ",", "they are joined by commas")
	}
}

func TestHealthAnnotations(t *testing.T) {
	for _, good := range []string{"", ";", "5XX,0,10,http,inbound", " 4xx , 20 , 30 , http , inbound ; 5XX,10,20,http,outbound;", "^[1-9]$,0,0.5,grpc,.*", "-,100,100,http|grpc,"} {
		_, err := mesh.ParseHealthRate(good)
		require.NoError(t, err, good)
	}
	for bad, why := range map[string]string{
		"5XX":                          "1 parts",
		"5XX,0,10,http,inbound,more":   "6 parts",
		"(,0,10,http,inbound":          "the code",
		"5XX,0,10,(,inbound":           "the protocol",
		"5XX,0,10,http,(":              "the direction",
		"5XX,a,10,http,inbound":        `"a" is not a percentage`,
		"5XX,0,101,http,inbound":       `"101" is not a percentage`,
		"5XX,-1,10,http,inbound":       `"-1" is not a percentage`,
		"5XX,NaN,10,http,inbound":      `"NaN" is not a percentage`,
		"5XX,20,10,http,inbound":       "is below degraded",
		"4XX,1,2,http,inbound;5XX,0,1": "3 parts",
	} {
		list, err := mesh.ParseHealthRate(bad)
		require.ErrorContains(t, err, why, bad)
		require.Empty(t, list, "all or nothing")
	}
}

// A node's own tolerances come after those of the settings and before the default ones.
func TestOwnTolerances(t *testing.T) {
	setting, err := mesh.ParseHealthRate("503,50,60,http,.*")
	require.NoError(t, err)
	own := func(ref mesh.Ref) []mesh.Tolerance {
		if ref.Name != "cart" {
			return nil
		}
		list, err := mesh.ParseHealthRate("5XX,30,40,http,inbound")
		require.NoError(t, err)
		return list
	}
	cart, web := mesh.Ref{Kind: mesh.KindWorkload, Name: "cart"}, mesh.Ref{Kind: mesh.KindWorkload, Name: "web"}
	tolerances := mesh.NewTolerances(setting...).WithOwn(own)
	for _, tt := range []struct {
		ref       mesh.Ref
		direction mesh.Direction
		code      string
		rate      float64
		want      mesh.Health
	}{
		{cart, mesh.Inbound, "500", 29, mesh.HealthHealthy},
		{cart, mesh.Inbound, "500", 35, mesh.HealthDegraded},
		{cart, mesh.Inbound, "500", 40, mesh.HealthFailure},
		{cart, mesh.Outbound, "500", 29, mesh.HealthFailure}, // the default
		{cart, mesh.Inbound, "503", 45, mesh.HealthHealthy},  // the setting
		{cart, mesh.Inbound, "404", 15, mesh.HealthDegraded}, // the default
		{web, mesh.Inbound, "500", 29, mesh.HealthFailure},   // not its own
		{web, mesh.Inbound, "503", 45, mesh.HealthHealthy},   // the setting
	} {
		judge := mesh.NewJudge(tolerances)
		for _, ref := range []mesh.Ref{web, cart, tt.ref} { // whoever was judged before
			tally := judge.Tally(ref, tt.direction)
			tally.Add(ended(mesh.HTTP, 100, code("200", 100-tt.rate), code(tt.code, tt.rate)))
			if ref == tt.ref {
				require.Equal(t, tt.want, tally.Health(), "%+v", tt)
			}
		}
	}
	judge := mesh.NewJudge(mesh.Tolerances{}.WithOwn(own))
	tally := judge.Tally(cart, mesh.Inbound)
	tally.Add(ended(mesh.HTTP, 100, code("404", 15)))
	require.Equal(t, mesh.HealthDegraded, tally.Health(), "the zero value has the default ones")
}

func TestWhatIsComplete(t *testing.T) {
	known := func(resource string) mesh.KindState { return mesh.KindState{Resource: resource, Known: true} }
	failed, absent, loading := known("pods"), known("pods"), known("pods")
	failed.Error = "not allowed"
	absent.Known, absent.Absent = false, true
	loading.Known = false
	rule := known("destinationrules.networking.istio.io")
	rule.Error = "not allowed"
	for name, tt := range map[string]struct {
		kinds []mesh.KindState
		need  mesh.Need
		want  bool
	}{
		"nothing told":   {nil, mesh.NeedWorkloads, false},
		"known":          {[]mesh.KindState{known("pods"), known("deployments.apps")}, mesh.NeedWorkloads, true},
		"another part":   {[]mesh.KindState{known("pods"), rule}, mesh.NeedWorkloads, true},
		"both parts":     {[]mesh.KindState{known("pods"), rule}, mesh.NeedWorkloads | mesh.NeedConfig, false},
		"a part missing": {[]mesh.KindState{known("pods")}, mesh.NeedWorkloads | mesh.NeedServices, false},
		"services":       {[]mesh.KindState{known("services")}, mesh.NeedServices, true},
		"namespaces":     {[]mesh.KindState{known("namespaces")}, mesh.NeedNamespaces, true},
		"failed":         {[]mesh.KindState{failed, known("deployments.apps")}, mesh.NeedWorkloads, false},
		"loading":        {[]mesh.KindState{loading}, mesh.NeedWorkloads, false},
		"absent":         {[]mesh.KindState{absent}, mesh.NeedWorkloads, true},
		"the API":        {[]mesh.KindState{known("httproutes.gateway.networking.k8s.io")}, mesh.NeedConfig, true},
	} {
		held := mesh.Inventory{Kinds: tt.kinds}
		require.Equal(t, tt.want, held.Complete(tt.need), name)
	}
}
