package lab

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// progress shows what the lab does in a test's log.
type progress struct{ t *testing.T }

func (p progress) Write(b []byte) (int, error) {
	p.t.Logf("%s", b)
	return len(b), nil
}

// TestLab starts the demo once and looks at it from all sides.
func TestLab(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Minute) // the first time, parts are built
	defer cancel()
	s, err := scenario.Demo()
	if err != nil {
		t.Fatal(err)
	}
	l, err := Start(ctx, s, Options{Progress: progress{t}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Stop(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(l.dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("files are left after Stop (%v)", err)
		}
		if err := alive(ctx, l.Home().URL()); err == nil {
			t.Error("an API server is left after Stop")
		}
	}()
	for name, test := range map[string]func(*testing.T, context.Context, *Lab){
		"objects": testObjects, "rights": testRights, "secrets": testSecrets, "settings": testSettings,
		"rates": testRates, "store": testStore, "token": testToken, "faults": testFaults,
	} {
		t.Run(name, func(t *testing.T) { test(t, ctx, l) })
	}
}

// clients connects with a kubeconfig, with a limit of two seconds.
func clients(t *testing.T, kubeconfig []byte) kubernetes.Interface {
	t.Helper()
	config, err := clientcmd.RESTConfigFromKubeConfig(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.Timeout = 2 * time.Second
	c, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func testObjects(t *testing.T, ctx context.Context, l *Lab) {
	west := l.Cluster("west").Clients
	deployment, err := west.AppsV1().Deployments("sample").Get(ctx, "helloworld-v2", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if s := deployment.Status; s.Replicas != 2 || s.ReadyReplicas != 1 {
		t.Errorf("helloworld-v2 has %d replicas, %d ready, want 2 and 1", s.Replicas, s.ReadyReplicas)
	}
	pods, err := west.CoreV1().Pods("sample").List(ctx, metav1.ListOptions{LabelSelector: "app=helloworld"})
	if err != nil || len(pods.Items) != 2 {
		t.Fatalf("%d pods (%v), want 2", len(pods.Items), err)
	}
	owner := pods.Items[0].OwnerReferences[0]
	set, err := west.AppsV1().ReplicaSets("sample").Get(ctx, owner.Name, metav1.GetOptions{})
	if err != nil || set.UID != owner.UID || set.OwnerReferences[0].UID != deployment.UID {
		t.Errorf("a pod's owners do not lead to its deployment (%v)", err)
	}
	var routes struct{ Items []any }
	raw, err := l.Home().Clients.CoreV1().RESTClient().Get().AbsPath("/apis/networking.istio.io/v1/virtualservices").DoRaw(ctx)
	if err != nil || json.Unmarshal(raw, &routes) != nil || len(routes.Items) != 2 {
		t.Errorf("east has %d virtual services (%v), want 2", len(routes.Items), err)
	}
	if l.Cluster("north") != nil {
		t.Error("north has an API server")
	}
}

// testRights proves what deploy/ allows, and what it does not.
func testRights(t *testing.T, ctx context.Context, l *Lab) {
	for _, tc := range []struct {
		cluster, verb, group, resource, namespace, name string
		want                                            bool
	}{
		{"west", "watch", "", "pods", "", "", true},
		{"west", "list", "networking.istio.io", "virtualservices", "", "", true},
		{"west", "list", "gateway.networking.k8s.io", "httproutes", "", "", true},
		{"west", "list", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "", "", true},
		{"west", "get", "", "configmaps", "istio-system", "istio", true},
		{"west", "list", "", "configmaps", "istio-system", "", false},
		{"west", "list", "", "secrets", "istio-system", "", false},
		{"west", "delete", "", "pods", "", "", false},
		{"east", "watch", "", "secrets", "istio-system", "", true},
		{"east", "list", "", "secrets", "bookinfo", "", false},
		{"east", "update", "", "secrets", "istio-system", "", false},
	} {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: tc.verb, Group: tc.group, Resource: tc.resource, Namespace: tc.namespace, Name: tc.name}}}
		got, err := clients(t, l.Cluster(tc.cluster).Kubeconfig()).AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
		if err != nil || got.Status.Allowed != tc.want {
			t.Errorf("%s: may %s %s in %q: %v (%v), want %v", tc.cluster, tc.verb, tc.resource, tc.namespace, got.Status.Allowed, err, tc.want)
		}
	}
}

func testSecrets(t *testing.T, ctx context.Context, l *Lab) {
	for selector, want := range map[string]struct{ cluster, annotation string }{
		"kiali.io/multiCluster=true": {"west", "kiali.io/cluster"},
		"istio/multiCluster=true":    {"south", "networking.istio.io/cluster"},
	} {
		list, err := l.Home().Clients.CoreV1().Secrets(system).List(ctx, metav1.ListOptions{LabelSelector: selector})
		if err != nil || len(list.Items) != 1 {
			t.Fatalf("%s: %d secrets (%v), want one", selector, len(list.Items), err)
		}
		secret := list.Items[0]
		if got := secret.Annotations[want.annotation]; got != want.cluster {
			t.Errorf("%s: the cluster's name is %q, want %q", selector, got, want.cluster)
		}
		if _, err := clients(t, secret.Data[want.cluster]).CoreV1().Namespaces().List(ctx, metav1.ListOptions{}); err != nil {
			t.Errorf("%s: the kubeconfig is no good: %v", selector, err)
		}
	}
	extra := Secret(scenario.ByIstioSecret, "two-in-one", "x", map[string][]byte{"x": l.Cluster("west").Kubeconfig(), "y": l.Cluster("south").Kubeconfig()})
	if err := l.PutSecret(ctx, extra); err != nil {
		t.Error(err)
	}
	delete(extra.Data, "y")
	if err := l.PutSecret(ctx, extra); err != nil { // replaces it
		t.Error(err)
	}
	got, err := l.Home().Clients.CoreV1().Secrets(system).Get(ctx, "two-in-one", metav1.GetOptions{})
	if err != nil || len(got.Data) != 1 {
		t.Errorf("the secret has %d keys (%v), want one", len(got.Data), err)
	}
	if err := l.DeleteSecret(ctx, "two-in-one"); err != nil {
		t.Error(err)
	}
	if err := l.DeleteSecret(ctx, "two-in-one"); !apierrors.IsNotFound(err) {
		t.Errorf("deleting it again gives %v", err)
	}
}

func testSettings(t *testing.T, _ context.Context, l *Lab) {
	s := l.Settings()
	if s.URL != l.Store.URL() || !strings.Contains(s.Secure["homeKubeconfig"], l.Home().URL()) {
		t.Errorf("the store is %s, the home kubeconfig\n%s", s.URL, s.Secure["homeKubeconfig"])
	}
	got, err := json.Marshal(s.JSON["clusters"])
	want := `[{"accessible":false,"links":[{"title":"Kiali (north)","url":"https://kiali.north.example.com"}],"name":"north"}]`
	if err != nil || string(got) != want {
		t.Errorf("clusters are %s (%v), want %s", got, err, want)
	}
}

// testRates also proves that history and scrapes join without a seam.
func testRates(t *testing.T, ctx context.Context, l *Lab) {
	const selector = `istio_requests_total{reporter="source",source_workload="istio-ingressgateway",source_cluster="east",mesh_id="mesh1"}`
	for _, window := range []string{"1m", "5m", "15m"} {
		rate, err := l.value(ctx, "sum(rate("+selector+"["+window+"]))")
		if err != nil || rate < 41.9 || rate > 42.1 {
			t.Errorf("over %s the ingress gateway sends %v requests a second (%v), want 42", window, rate, err)
		}
	}
	p95, err := l.value(ctx, `histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{destination_workload="helloworld-v2",reporter="destination"}[5m])))`)
	if err != nil || p95 < 150 || p95 > 350 {
		t.Errorf("the 95th percentile of helloworld-v2 is %v ms (%v)", p95, err)
	}
	from, to := scenario.At("east", "sample", "sleep"), scenario.At("east", "sample", "helloworld-v1")
	if err := l.Traffic.SetRate(from, to, 500); err != nil {
		t.Fatal(err)
	}
	defer l.Traffic.SetRate(from, to, 5)
	until(t, 15*time.Second, "a changed rate shows", func() bool {
		rate, err := l.value(ctx, `sum(rate(istio_requests_total{reporter="source",source_workload="sleep",source_cluster="east",destination_workload="helloworld-v1"}[5s]))`)
		return err == nil && rate > 400
	})
}

func testStore(t *testing.T, ctx context.Context, l *Lab) {
	defer l.Store.SetMode(Good)
	ask := func() (rows int, warnings []string, err error) {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		request, _ := http.NewRequestWithContext(ctx, http.MethodGet, l.Store.URL()+"/api/v1/query?query="+url.QueryEscape("up"), nil)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, nil, err
		}
		defer response.Body.Close()
		var body struct {
			Data     struct{ Result []any }
			Warnings []string
		}
		err = json.NewDecoder(response.Body).Decode(&body)
		return len(body.Data.Result), body.Warnings, err
	}
	asked := l.Store.Requests()
	if rows, warnings, err := ask(); err != nil || rows != 4 || len(warnings) != 0 {
		t.Errorf("good: %d rows, warnings %v, %v", rows, warnings, err)
	}
	l.Store.SetMode(Partial)
	if rows, warnings, err := ask(); err != nil || rows != 2 || len(warnings) != 1 {
		t.Errorf("partial: %d rows, warnings %v, %v", rows, warnings, err)
	}
	l.Store.SetMode(Down)
	if _, _, err := ask(); err == nil {
		t.Error("down: it answers")
	}
	l.Store.SetMode(Good)
	l.Store.SetDelay(300 * time.Millisecond)
	begin := time.Now()
	if _, _, err := ask(); err != nil || time.Since(begin) < 300*time.Millisecond {
		t.Errorf("slow: answered after %s (%v)", time.Since(begin), err)
	}
	l.Store.SetDelay(0)
	stop := l.Store.Record()
	for path, form := range map[string]url.Values{
		"/api/v1/query":       {"query": {"sum(up)"}, "time": {"1700000000.5"}},
		"/api/v1/query_range": {"query": {"sum(up)"}, "start": {"1700000000"}, "end": {"1700000010"}, "step": {"2.5"}},
	} {
		response, err := http.PostForm(l.Store.URL()+path, form)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s", path, response.Status)
		}
	}
	got := stop()
	slices.SortFunc(got, func(a, b Asked) int { return a.At.Compare(b.At) })
	want := []Asked{
		{PromQL: "sum(up)", At: time.UnixMilli(1_700_000_000_500)},
		{PromQL: "sum(up)", At: time.UnixMilli(1_700_000_010_000), From: time.UnixMilli(1_700_000_000_000), Step: 2500 * time.Millisecond},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v is taken down, want %v", got, want)
	}
	if got := l.Store.Requests() - asked; got < 5 {
		t.Errorf("%d requests counted, want at least 5", got)
	}
}

func testToken(t *testing.T, ctx context.Context, l *Lab) {
	south := l.Cluster("south")
	old := clients(t, south.Kubeconfig())
	kubeconfig, err := south.RotateToken(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := clients(t, kubeconfig).CoreV1().Namespaces().List(ctx, metav1.ListOptions{}); err != nil {
		t.Errorf("the new token is no good: %v", err)
	}
	until(t, 30*time.Second, "the old token is refused", func() bool {
		_, err := old.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
		return apierrors.IsUnauthorized(err)
	})
	// Those who come later shall find a good one.
	c, _ := l.Scenario.Cluster("south")
	if err := l.PutSecret(ctx, Secret(c.Found, SecretName(c), c.Name, map[string][]byte{c.Name: kubeconfig})); err != nil {
		t.Error(err)
	}
}

func testFaults(t *testing.T, ctx context.Context, l *Lab) {
	west := l.Cluster("west")
	west.Pause()
	begin := time.Now()
	if err := alive(ctx, west.URL()); err == nil || time.Since(begin) < time.Second {
		t.Errorf("paused: %v after %s, want no answer at all", err, time.Since(begin))
	}
	west.Resume()
	until(t, 10*time.Second, "a resumed API server answers", func() bool { return alive(ctx, west.URL()) == nil })
	west.Kill()
	begin = time.Now()
	if err := alive(ctx, west.URL()); err == nil || time.Since(begin) > time.Second {
		t.Errorf("killed: %v after %s, want it refused at once", err, time.Since(begin))
	}
	if err := west.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := clients(t, west.Kubeconfig()).CoreV1().Pods("sample").List(ctx, metav1.ListOptions{}); err != nil {
		t.Errorf("started again: %v", err)
	}
}

// alive tells whether something speaks TLS at an address. It waits two seconds.
func alive(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/readyz", nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err == nil {
		return response.Body.Close()
	}
	if strings.Contains(err.Error(), "x509") { // its certificate came, so it lives
		return nil
	}
	return err
}

func until(t *testing.T, limit time.Duration, what string, check func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if check() {
			return
		}
	}
	t.Errorf("not within %s: %s", limit, what)
}
