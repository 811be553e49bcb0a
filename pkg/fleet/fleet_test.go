package fleet

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

var (
	kialiLabel = map[string]string{"kiali.io/multiCluster": "true"}
	istioLabel = map[string]string{"istio/multiCluster": "true"}
)

// withHome are settings with a home cluster "east" and its secrets.
func withHome(api *fakeAPI, clusters ...settings.Cluster) settings.Settings {
	return settings.Settings{
		Home:          settings.Home{Name: "east", Access: mesh.AccessKubeconfig, Kubeconfig: settings.NewSecret(api.kubeconfig("east", "t"))},
		RemoteSecrets: settings.RemoteSecrets{Enabled: true, Namespaces: []string{"istio-system"}, Selectors: settings.DefaultSelectors()},
		Clusters:      clusters,
		Limits:        settings.Limits{ClusterTimeout: patient},
	}
}

// inHaste are the settings with a timeout that a test can wait out.
func inHaste(s settings.Settings) settings.Settings {
	s.Limits.ClusterTimeout = hasty
	return s
}

func inline(name, raw string) settings.Cluster {
	secret := settings.NewSecret(raw)
	return settings.Cluster{Name: mesh.ClusterName(name), Kubeconfig: &secret}
}

func start(t *testing.T, p *Pool, s settings.Settings, opts Options) *Fleet {
	t.Helper()
	f := New(s, p, opts)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

// eventually asks until the clusters are as wanted.
func eventually(t *testing.T, f *Fleet, ok func(map[string]Member) bool) map[string]Member {
	t.Helper()
	var last map[string]Member
	require.Eventually(t, func() bool { last = byName(f.Clusters(t.Context())); return ok(last) }, soon, often)
	return last
}

func TestNoClusterAtAll(t *testing.T) {
	f := start(t, newPool(t, PoolOptions{}), settings.Settings{Home: settings.Home{Access: mesh.AccessNone}}, Options{})
	require.Empty(t, f.Clusters(t.Context()))
	require.Empty(t, f.Health(t.Context()))
}

func TestAllSourcesSideBySide(t *testing.T) {
	home, west, south := newAPI(t, "t"), newAPI(t, "w"), newAPI(t, "s")
	home.put("istio-system", "kiali-west", kialiLabel, map[string]string{"kiali.io/cluster": "west"}, map[string]string{"west": west.kubeconfig("west", "w")})
	home.put("istio-system", "istio-many", istioLabel, nil, map[string]string{
		"east": home.kubeconfig("east", "t"), "more": south.kubeconfig("x", "s"), "north": west.kubeconfig("x", "w"),
		"bad": kubeconfig("bad", "{server: 'https://x'}", "{exec: {command: aws}}"),
	})
	home.put("istio-system", "unlabelled", nil, nil, map[string]string{"hidden": "x"})
	home.put("default", "elsewhere", kialiLabel, nil, map[string]string{"hidden": "x"})
	home.put("vault", "south", nil, nil, map[string]string{"value": south.kubeconfig("x", "s")})

	link := []mesh.Link{{Title: "Kiali", URL: "https://kiali"}}
	f := start(t, newPool(t, PoolOptions{}), withHome(home,
		settings.Cluster{Name: "south", Secret: &settings.SecretRef{Namespace: "vault", Name: "south"}},
		settings.Cluster{Name: "gone", Secret: &settings.SecretRef{Namespace: "vault", Name: "gone"}},
		settings.Cluster{Name: "north", NotAccessible: true, Links: link},
		inline("inline", west.kubeconfig("x", "w")),
	), Options{})

	members := f.Clusters(t.Context())
	require.Equal(t, []string{"east", "bad", "gone", "inline", "more", "north", "south", "west"}, names(members))
	got := byName(members)
	for _, name := range []string{"east", "inline", "more", "south", "west"} {
		require.Equal(t, mesh.StateReady, got[name].State, got[name].Error)
		require.NotNil(t, got[name].Client())
		require.Equal(t, "v1.36.3", got[name].Facts.APIVersion)
		require.Empty(t, got[name].Error)
	}
	require.True(t, got["east"].Home)
	require.Equal(t, mesh.OriginHome, got["east"].Origin)
	require.Equal(t, "secret istio-system/kiali-west, key west", got["west"].Source)
	require.Equal(t, mesh.OriginSecret, got["west"].Origin)
	require.Equal(t, "secret vault/south, key value", got["south"].Source)
	require.Equal(t, mesh.OriginSettings, got["south"].Origin)

	require.Equal(t, mesh.StateNotAccessible, got["north"].State, "the settings win over a secret")
	require.Equal(t, link, got["north"].Links)
	require.Equal(t, mesh.AccessNone, got["north"].Access)
	require.Contains(t, got["north"].Source, "istio-many, key north", "the secret that lost is told")
	require.Nil(t, got["north"].Client())

	require.Equal(t, mesh.StateRefused, got["bad"].State)
	require.Contains(t, got["bad"].Error, "secret istio-system/istio-many, key bad: exec is not allowed")
	require.Equal(t, mesh.StateRefused, got["gone"].State)
	require.Contains(t, got["gone"].Error, "secret vault/gone: there is no such secret")
}

func TestTheSameClusterInTwoSecrets(t *testing.T) {
	home, west := newAPI(t, "t"), newAPI(t, "w")
	home.put("istio-system", "a", istioLabel, nil, map[string]string{"west": "rubbish"})
	home.put("istio-system", "b", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "w")})
	f := start(t, newPool(t, PoolOptions{}), withHome(home), Options{})
	m := byName(f.Clusters(t.Context()))["west"]
	require.Equal(t, mesh.StateReady, m.State, m.Error)
	require.Equal(t, "secret istio-system/b, key west (ignored, as the name is taken: secret istio-system/a, key west)", m.Source)

	home.remove("istio-system", "b")
	m = eventually(t, f, func(got map[string]Member) bool { return got["west"].State == mesh.StateRefused })["west"]
	require.Contains(t, m.Error, "secret istio-system/a, key west: the kubeconfig cannot be read")
}

func TestASecretTakesEffectWhileQueriesRun(t *testing.T) {
	home, west := newAPI(t, "t"), newAPI(t, "w")
	f := start(t, newPool(t, PoolOptions{}), withHome(home), Options{})
	require.Equal(t, []string{"east"}, names(f.Clusters(t.Context())))

	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "w")})
	eventually(t, f, func(got map[string]Member) bool { return got["west"].State == mesh.StateReady })

	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": "rubbish"})
	got := eventually(t, f, func(got map[string]Member) bool { return got["west"].State == mesh.StateRefused })
	require.Equal(t, mesh.StateReady, got["east"].State)

	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "w")})
	eventually(t, f, func(got map[string]Member) bool { return got["west"].State == mesh.StateReady })

	home.remove("istio-system", "west")
	eventually(t, f, func(got map[string]Member) bool { return len(got) == 1 })
}

func TestANewConnectionProvesItselfBeforeTheOldOneGoes(t *testing.T) {
	home, west, moved := newAPI(t, "t"), newAPI(t, "w"), newAPI(t, "w")
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "w")})
	f := start(t, newPool(t, PoolOptions{}), withHome(home), Options{Replace: time.Minute})
	before := byName(f.Clusters(t.Context()))["west"]
	require.Equal(t, mesh.StateReady, before.State)

	moved.misbehave(answers(http.StatusServiceUnavailable)) // not up yet
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": moved.kubeconfig("x", "w")})
	for deadline := time.Now().Add(200 * time.Millisecond); time.Now().Before(deadline); time.Sleep(often) {
		now := byName(f.Clusters(t.Context()))["west"]
		require.Equal(t, mesh.StateReady, now.State)
		require.Same(t, before.Client(), now.Client())
	}
	moved.misbehave(nil)
	eventually(t, f, func(got map[string]Member) bool {
		require.Equal(t, mesh.StateReady, got["west"].State, "never a moment without")
		return got["west"].Client().Config.Host == moved.URL
	})
}

func TestAReplacementThatNeverAnswersTakesOverInTheEnd(t *testing.T) {
	west, dead := newAPI(t, "w"), newAPI(t, "w")
	home := newAPI(t, "t")
	dead.misbehave(blackHole)
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "w")})
	f := start(t, newPool(t, PoolOptions{}), inHaste(withHome(home)), Options{Replace: 100 * time.Millisecond})
	require.Equal(t, mesh.StateReady, byName(f.Clusters(t.Context()))["west"].State)
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": dead.kubeconfig("x", "w")})
	eventually(t, f, func(got map[string]Member) bool { return got["west"].State == mesh.StateUnreachable })
}

func TestARotatedTokenHeals(t *testing.T) {
	home, west := newAPI(t, "t"), newAPI(t, "old")
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "old")})
	f := start(t, newPool(t, PoolOptions{}), withHome(home), Options{})
	require.Equal(t, mesh.StateReady, byName(f.Clusters(t.Context()))["west"].State)
	west.rotate("new")
	got := eventually(t, f, func(got map[string]Member) bool { return got["west"].State == mesh.StateUnreachable })
	require.Contains(t, got["west"].Error, "renew the token")
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "new")})
	eventually(t, f, func(got map[string]Member) bool { return got["west"].State == mesh.StateReady })
}

func TestABlackHoleCostsItsOwnRow(t *testing.T) {
	hole, west := newAPI(t, "t"), newAPI(t, "t")
	hole.misbehave(blackHole)
	s := settings.Settings{
		Home:     settings.Home{Access: mesh.AccessNone},
		Clusters: []settings.Cluster{inline("hole", hole.kubeconfig("x", "t")), inline("west", west.kubeconfig("x", "t"))},
		Limits:   settings.Limits{ClusterTimeout: hasty},
	}
	f := start(t, newPool(t, PoolOptions{}), s, Options{})
	begun := time.Now()
	got := byName(f.Clusters(t.Context()))
	require.Less(t, time.Since(begun), 5*hasty)
	require.Equal(t, mesh.StateReady, got["west"].State)
	require.NotEqual(t, mesh.StateReady, got["hole"].State)

	begun = time.Now()
	for range 100 {
		f.Clusters(t.Context())
	}
	require.Less(t, time.Since(begun), 10*hasty, "warm answers wait for nobody")
	got = eventually(t, f, func(got map[string]Member) bool { return got["hole"].State == mesh.StateUnreachable })
	require.Contains(t, got["hole"].Error, "in time")
}

func TestTheHomeClusterGoesAndComesBack(t *testing.T) {
	home, west, south := newAPI(t, "t"), newAPI(t, "w"), newAPI(t, "s")
	home.put("istio-system", "west", kialiLabel, nil, map[string]string{"west": west.kubeconfig("x", "w")})
	f := start(t, newPool(t, PoolOptions{}), withHome(home), Options{})
	require.Equal(t, []string{"east", "west"}, names(f.Clusters(t.Context())))

	home.misbehave(answers(http.StatusServiceUnavailable))
	home.CloseClientConnections() // and with them the watches
	got := eventually(t, f, func(got map[string]Member) bool { return got["east"].State == mesh.StateUnreachable })
	require.NotEmpty(t, got["east"].Error)
	require.Equal(t, mesh.StateReady, got["west"].State, "known clusters stay, with their own connections")

	home.put("istio-system", "south", istioLabel, nil, map[string]string{"south": south.kubeconfig("x", "s")})
	home.misbehave(nil)
	eventually(t, f, func(got map[string]Member) bool {
		return got["south"].State == mesh.StateReady && got["east"].State == mesh.StateReady && len(got["east"].Facts.Gaps) == 0
	})
}

func TestSecretsThatMayNotBeReadAreAGapOfHome(t *testing.T) {
	home := newAPI(t, "t")
	home.misbehave(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/version" {
			reply(w, map[string]string{"gitVersion": "v1.36.3"})
			return
		}
		status(w, http.StatusForbidden)
	})
	f := start(t, newPool(t, PoolOptions{}), withHome(home,
		settings.Cluster{Name: "south", Secret: &settings.SecretRef{Namespace: "vault", Name: "south"}}), Options{})
	got := byName(f.Clusters(t.Context()))
	require.Equal(t, mesh.StateReady, got["east"].State)
	require.Len(t, got["east"].Facts.Gaps, 2)
	require.Contains(t, got["east"].Facts.Gaps[0], "the secrets in namespace istio-system with the label istio/multiCluster=true could not be read")
	require.Contains(t, got["east"].Facts.Gaps[0], "apply deploy/reader")
	require.Equal(t, mesh.StateRefused, got["south"].State)
	require.Contains(t, got["south"].Error, "secret vault/south: the home cluster does not hand it out")
}

func TestInCluster(t *testing.T) {
	api := newAPI(t, "t")
	s := withHome(api)
	s.Home = settings.Home{Name: "east", Access: mesh.AccessInCluster}
	inside := start(t, newPool(t, PoolOptions{}), s, Options{InCluster: func() (*rest.Config, error) { return parse(t, api.kubeconfig("x", "t")), nil }})
	require.Equal(t, mesh.StateReady, inside.Clusters(t.Context())[0].State)

	outside := start(t, newPool(t, PoolOptions{}), s, Options{InCluster: func() (*rest.Config, error) { return nil, errors.New("no pod") }})
	m := outside.Clusters(t.Context())[0]
	require.Equal(t, mesh.StateRefused, m.State)
	require.Contains(t, m.Error, "choose kubeconfig as access")
}

func TestARequestThatIsGivenUpHarmsNobody(t *testing.T) {
	api := newAPI(t, "t")
	f := start(t, newPool(t, PoolOptions{}), withHome(api), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Len(t, f.Clusters(ctx), 1, "it answers with what there is")
	require.Equal(t, mesh.StateReady, f.Clusters(t.Context())[0].State)
}

func TestAFleetThatNobodyAsksRests(t *testing.T) {
	api := newAPI(t, "t")
	p := newPool(t, PoolOptions{Linger: 10 * time.Millisecond})
	f := start(t, p, withHome(api), Options{Idle: time.Second})
	require.Zero(t, p.size(), "nothing happens before the first question")
	require.Equal(t, mesh.StateReady, f.Clusters(t.Context())[0].State)
	require.Eventually(t, func() bool { return p.size() == 0 }, soon, often)
	require.Equal(t, mesh.StateReady, f.Clusters(t.Context())[0].State, "and it starts again")
	require.Equal(t, 1, p.size())
}

func TestTwoFleetsShareConnections(t *testing.T) {
	api := newAPI(t, "t")
	p := newPool(t, PoolOptions{Every: time.Hour})
	old := start(t, p, withHome(api), Options{})
	old.Clusters(t.Context())
	renewed := start(t, p, withHome(api), Options{})
	require.Equal(t, mesh.StateReady, renewed.Clusters(t.Context())[0].State)
	require.NoError(t, old.Close())
	require.NoError(t, old.Close())
	require.Equal(t, 1, p.size())
	require.EqualValues(t, 1, api.versions.Load())
	require.Equal(t, mesh.StateReady, old.Clusters(t.Context())[0].State, "a closed fleet tells what it knew")
}

func TestAFleetClosedBeforeItWasAsked(t *testing.T) {
	f := New(withHome(newAPI(t, "t")), newPool(t, PoolOptions{}), Options{})
	require.NoError(t, f.Close())
	require.Empty(t, f.Clusters(t.Context()))
}

func TestHealth(t *testing.T) {
	home, hole := newAPI(t, "t"), newAPI(t, "t")
	hole.misbehave(blackHole)
	home.denied = map[string]bool{"list virtualservices": true, "watch secrets": true}
	p := newPool(t, PoolOptions{Every: time.Hour, Needs: []schema.GroupResource{
		{Group: "apps", Resource: "deployments"}, {Group: "networking.istio.io", Resource: "virtualservices"}}})
	f := start(t, p, inHaste(withHome(home, inline("hole", hole.kubeconfig("x", "t")), inline("bad", "rubbish"), settings.Cluster{Name: "north"})), Options{})

	begun := time.Now()
	reports := f.Health(t.Context())
	require.Less(t, time.Since(begun), 5*hasty)
	require.Len(t, reports, 4)
	east, bad, black, north := reports[0], reports[1], reports[2], reports[3]
	require.True(t, east.Reached)
	require.Empty(t, east.Error)
	require.Equal(t, []string{"list virtualservices.networking.istio.io", "watch secrets in namespace istio-system"}, east.Missing)
	require.True(t, bad.Expected)
	require.False(t, bad.Reached)
	require.Contains(t, bad.Error, "kubeconfig of the settings: the kubeconfig cannot be read")
	require.False(t, black.Reached)
	require.Contains(t, black.Error, "in time")
	require.False(t, north.Expected)

	// It asks afresh: what has broken since is noticed, though the next contact is far.
	home.misbehave(answers(http.StatusServiceUnavailable))
	east = f.Health(t.Context())[0]
	require.False(t, east.Reached)
	require.Contains(t, east.Error, "status 503")
	require.Equal(t, mesh.StateUnreachable, east.Cluster.State)
}
