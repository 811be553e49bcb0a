package inventory

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// api answers paths with JSON, a status code, or a handler; all else is not found.
type api map[string]any

const (
	versionPath     = "/version"
	groupsPath      = "/apis"
	deploymentsPath = "/apis/apps/v1/deployments"
	rootDeployments = "/apis/apps/v1/namespaces/istio-system/deployments"
	namespacePath   = "/api/v1/namespaces/istio-system"
)

// start serves the API and gives what a probe needs, and the paths that were asked for.
func (a api) start(t *testing.T) (*rest.Config, *http.Client, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		switch answer := a[r.URL.Path].(type) {
		case http.HandlerFunc:
			answer(w, r)
		case int:
			status(w, answer)
		case nil:
			status(w, http.StatusNotFound)
		default:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(answer)
		}
	}))
	client := s.Client()
	t.Cleanup(func() { client.CloseIdleConnections(); s.CloseClientConnections(); s.Close() })
	return &rest.Config{Host: s.URL}, client, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(asked)
	}
}

func status(w http.ResponseWriter, code int) {
	reason := map[int]metav1.StatusReason{403: metav1.StatusReasonForbidden, 404: metav1.StatusReasonNotFound, 401: metav1.StatusReasonUnauthorized}[code]
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status: "Failure", Code: int32(code), Reason: reason, Message: "said so"})
}

type object = map[string]any

func deployments(items ...object) object {
	return object{"kind": "DeploymentList", "apiVersion": "apps/v1", "items": items}
}

func istiod(labels map[string]string, image string) object {
	return object{"metadata": object{"name": "istiod", "labels": labels}, "spec": object{"template": object{"spec": object{
		"containers": []object{{"name": "discovery", "image": image}}}}}}
}

// groups lists group versions as served.
func groups(versions ...string) object {
	var out []object
	for _, v := range versions {
		name, _, _ := strings.Cut(v, "/")
		out = append(out, object{"name": name, "versions": []object{{"groupVersion": v}}})
	}
	return object{"kind": "APIGroupList", "groups": out}
}

// page is a list of one object of which more remain.
func page(kind, version string, remaining int) object {
	return object{"kind": kind + "List", "apiVersion": version, "metadata": object{"remainingItemCount": remaining, "continue": "x"},
		"items": []object{{"metadata": object{"name": "a"}, "spec": object{"unknown": true}}}}
}

// healthy is a cluster with everything.
func healthy() api {
	return api{
		versionPath: object{"gitVersion": "v1.36.3"},
		groupsPath:  groups("networking.istio.io/v1", "networking.istio.io/v1alpha3", "telemetry.istio.io/v1alpha1"),
		deploymentsPath: deployments(
			istiod(map[string]string{"app.kubernetes.io/version": "1.28.1", "istio.io/rev": "stable"}, "x"),
			istiod(map[string]string{"operator.istio.io/version": "1.27.0", "istio.io/rev": "old"}, "x"),
			istiod(map[string]string{"app.kubernetes.io/version": "unknown", "istio.io/rev": "stable"}, "registry:5000/istio/pilot:1.28.1-distroless@sha256:ab"),
		),
		namespacePath: object{"kind": "Namespace", "apiVersion": "v1", "metadata": object{"name": "istio-system",
			"labels": map[string]string{"topology.istio.io/network": "network1"}}},
		"/apis/networking.istio.io/v1/virtualservices":    page("VirtualService", "networking.istio.io/v1", 41),
		"/apis/networking.istio.io/v1alpha3/envoyfilters": page("EnvoyFilter", "networking.istio.io/v1alpha3", 0),
		"/apis/telemetry.istio.io/v1alpha1/telemetries":   object{"kind": "TelemetryList", "apiVersion": "telemetry.istio.io/v1alpha1", "items": []object{}},
	}
}

func TestProbeTellsWhatTheClusterIs(t *testing.T) {
	cfg, client, asked := healthy().start(t)
	facts, err := Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	n := int64(43)
	require.Equal(t, mesh.ClusterFacts{
		APIVersion: "v1.36.3", IstioVersions: []string{"1.27.0", "1.28.1"}, Revisions: []string{"old", "stable"},
		Network: "network1", IstioConfig: &n,
	}, facts)
	require.Contains(t, asked(), "/apis/networking.istio.io/v1/gateways", "a kind that is not there is none, and no gap")
	for _, path := range asked() {
		require.NotContains(t, path, "security.istio.io", "a group that is not served costs no request")
		require.NotContains(t, path, "networking.istio.io/v1beta1/gateways")
	}
}

func TestProbeOfAClusterWithoutIstio(t *testing.T) {
	cfg, client, asked := api{
		versionPath: object{"gitVersion": "v1.36.3"}, groupsPath: groups("apps/v1"), deploymentsPath: deployments(),
	}.start(t)
	facts, err := Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	none := int64(0)
	require.Equal(t, mesh.ClusterFacts{APIVersion: "v1.36.3", IstioConfig: &none}, facts)
	require.Len(t, asked(), 4, "one request for each fact")
}

func TestProbeFails(t *testing.T) {
	html := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>login</html>")) })
	for name, test := range map[string]struct {
		answer any
		status backend.Status
		says   string
	}{
		"expired token":    {401, backend.StatusUnauthorized, "renew the token"},
		"something else":   {html, backend.StatusBadGateway, "check that the address is an API server's"},
		"no version in it": {object{}, backend.StatusBadGateway, "does not tell a Kubernetes version"},
		"no such thing":    {404, backend.StatusNotFound, "check that the address"},
		"an ailing server": {500, backend.StatusBadGateway, "status 500"},
		"silence":          {http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), backend.StatusTimeout, "in time"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, client, _ := api{versionPath: test.answer}.start(t)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err := Probe(ctx, cfg, client)
			f := fault.Of(err)
			require.NotNil(t, f)
			require.Equal(t, test.status, f.Status, f.Sentence)
			require.Equal(t, backend.ErrorSourceDownstream, f.Source)
			require.Contains(t, f.Sentence, test.says)
		})
	}
}

func TestWhatIsForbiddenIsAGapAndCostsNothingElse(t *testing.T) {
	a := healthy()
	a["/apis/networking.istio.io/v1/virtualservices"] = 403
	a["/apis/networking.istio.io/v1/gateways"] = 403
	a[namespacePath] = 403
	cfg, client, _ := a.start(t)
	facts, err := Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	require.Nil(t, facts.IstioConfig, "a part of a sum is no sum")
	require.Empty(t, facts.Network)
	require.Equal(t, []string{"old", "stable"}, facts.Revisions)
	require.Len(t, facts.Gaps, 2)
	require.Equal(t, "Istio configuration: it is forbidden to list gateways.networking.istio.io, virtualservices.networking.istio.io; apply deploy/reader to that cluster, or bind its cluster role to the account in use", facts.Gaps[0])
	require.Contains(t, facts.Gaps[1], "network: ")
	require.Contains(t, facts.Gaps[1], "apply deploy/reader")
}

func TestControlPlanesWhereOnlyTheRootNamespaceMayBeRead(t *testing.T) {
	a := healthy()
	a[rootDeployments] = a[deploymentsPath]
	a[deploymentsPath] = 403
	cfg, client, _ := a.start(t)
	facts, err := Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	require.Equal(t, []string{"1.27.0", "1.28.1"}, facts.IstioVersions)
	require.Empty(t, facts.Gaps)

	// None there does not mean that there is none.
	a[rootDeployments] = deployments()
	cfg, client, _ = a.start(t)
	facts, err = Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	require.Len(t, facts.Gaps, 1)
	require.Contains(t, facts.Gaps[0], "control planes: ")
}

func TestASlowPartCostsItsOwnFacts(t *testing.T) {
	a := healthy()
	a["/apis/networking.istio.io/v1/virtualservices"] = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	cfg, client, _ := a.start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	facts, err := Probe(ctx, cfg, client)
	require.NoError(t, err)
	require.NoError(t, ctx.Err(), "it answers before its time is up")
	require.Equal(t, "network1", facts.Network)
	require.Nil(t, facts.IstioConfig)
	require.Len(t, facts.Gaps, 1)
	require.Contains(t, facts.Gaps[0], "virtualservices.networking.istio.io: ")
}

func TestBrokenAnswersAreGaps(t *testing.T) {
	a := healthy()
	a[groupsPath] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{")) })
	a[deploymentsPath] = 500
	cfg, client, _ := a.start(t)
	facts, err := Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	require.Len(t, facts.Gaps, 2)
	require.Nil(t, facts.IstioConfig)
}

func TestWhereGroupsMayNotBeListedAllKindsAreTried(t *testing.T) {
	a := healthy()
	a[groupsPath] = 403
	cfg, client, asked := a.start(t)
	facts, err := Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	require.EqualValues(t, 43, *facts.IstioConfig)
	require.Contains(t, asked(), "/apis/security.istio.io/v1/peerauthentications")
}

func TestHostileTextsAreTidied(t *testing.T) {
	a := healthy()
	a[versionPath] = object{"gitVersion": "v1\x1b[31m\n" + strings.Repeat("9", 5000)}
	cfg, client, _ := a.start(t)
	facts, err := Probe(t.Context(), cfg, client)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(facts.APIVersion, "v1[31m9"))
	require.Less(t, len(facts.APIVersion), 150)
}

func TestImageVersion(t *testing.T) {
	for image, want := range map[string]string{
		"docker.io/istio/pilot:1.28.0":                  "1.28.0",
		"pilot:1.28.0-distroless":                       "1.28.0",
		"host:5000/istio/pilot:1.28.0-debug@sha256:abc": "1.28.0",
		"host:5000/istio/pilot":                         "",
		"host:5000/istio/pilot@sha256:abc":              "",
		"pilot":                                         "",
		"":                                              "",
	} {
		require.Equal(t, want, imageVersion(image), image)
	}
}

func TestNeedsNameEachResourceOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range Needs() {
		require.False(t, seen[n.String()], n)
		seen[n.String()] = true
	}
	require.True(t, seen["virtualservices.networking.istio.io"])
	require.True(t, seen["deployments.apps"])
	require.True(t, seen["namespaces"])
	require.True(t, seen["pods"])
	require.True(t, seen["httproutes.gateway.networking.k8s.io"])
	require.Len(t, seen, 29)
}
