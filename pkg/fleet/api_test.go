package fleet

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
	authv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// fakeAPI speaks as much of the Kubernetes API as this package asks for: the
// version, reviews of permissions, and secrets with watches. It can misbehave.
type fakeAPI struct {
	*httptest.Server
	versions atomic.Int64 // how often the version was asked for

	mu      sync.Mutex
	token   string
	denied  map[string]bool           // "verb resource" that reviews deny
	broken  http.HandlerFunc          // answers everything, when set
	secrets map[string]*corev1.Secret // by namespace/name
	history []event
	news    chan struct{} // closed with the next event
}

// event is a change of a secret; its number is the resource version.
type event struct {
	kind   string
	secret *corev1.Secret
}

// newAPI starts an API server that accepts one token.
func newAPI(t *testing.T, token string) *fakeAPI {
	t.Helper()
	a := &fakeAPI{
		token: token, denied: map[string]bool{}, secrets: map[string]*corev1.Secret{}, news: make(chan struct{}),
	}
	a.Server = httptest.NewUnstartedServer(http.HandlerFunc(a.serve))
	a.EnableHTTP2 = true
	a.Config.ErrorLog = log.New(io.Discard, "", 0)
	a.StartTLS()
	t.Cleanup(func() { a.CloseClientConnections(); a.Close() })
	return a
}

func (a *fakeAPI) serve(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	broken, token := a.broken, a.token
	a.mu.Unlock()
	if broken != nil {
		broken(w, r)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+token {
		status(w, http.StatusUnauthorized)
		return
	}
	switch {
	case r.URL.Path == "/version":
		a.versions.Add(1)
		reply(w, map[string]string{"gitVersion": "v1.36.3"})
	case strings.HasSuffix(r.URL.Path, "/selfsubjectaccessreviews"):
		a.review(w, r)
	case strings.HasSuffix(r.URL.Path, "/secrets") && r.URL.Query().Get("watch") != "":
		a.watch(w, r)
	case strings.HasSuffix(r.URL.Path, "/secrets"):
		a.list(w, r)
	default:
		status(w, http.StatusNotFound)
	}
}

func reply(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// status answers with an error in the form that Kubernetes gives it.
func status(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	reason := map[int]metav1.StatusReason{401: metav1.StatusReasonUnauthorized, 403: metav1.StatusReasonForbidden, 422: metav1.StatusReasonInvalid}[code]
	_ = json.NewEncoder(w).Encode(metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure",
		Code: int32(code), Reason: reason, Message: http.StatusText(code),
	})
}

func (a *fakeAPI) review(w http.ResponseWriter, r *http.Request) {
	var review authv1.SelfSubjectAccessReview
	body, _ := io.ReadAll(r.Body)
	if _, _, err := scheme.Codecs.UniversalDeserializer().Decode(body, nil, &review); err != nil {
		status(w, http.StatusBadRequest)
		return
	}
	attr := review.Spec.ResourceAttributes
	a.mu.Lock()
	review.Status.Allowed = !a.denied[attr.Verb+" "+attr.Resource]
	a.mu.Unlock()
	reply(w, review)
}

// selects tells which secrets a request is about.
func selects(r *http.Request) func(*corev1.Secret) bool {
	namespace := strings.Split(r.URL.Path, "/")[4]
	key, value, _ := strings.Cut(r.URL.Query().Get("labelSelector"), "=")
	name := strings.TrimPrefix(r.URL.Query().Get("fieldSelector"), "metadata.name=")
	return func(s *corev1.Secret) bool {
		return s.Namespace == namespace && (key == "" || s.Labels[key] == value) && (name == "" || s.Name == name)
	}
}

func (a *fakeAPI) list(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	wanted := selects(r)
	list := corev1.SecretList{TypeMeta: metav1.TypeMeta{Kind: "SecretList", APIVersion: "v1"}}
	list.ResourceVersion = strconv.Itoa(len(a.history))
	for _, s := range a.secrets {
		if wanted(s) {
			list.Items = append(list.Items, *s)
		}
	}
	reply(w, list)
}

func (a *fakeAPI) watch(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("sendInitialEvents") != "" {
		status(w, http.StatusUnprocessableEntity) // as an older server does
		return
	}
	next, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	wanted := selects(r)
	w.Header().Set("Content-Type", "application/json")
	for {
		a.mu.Lock()
		events, news := a.history[next:], a.news
		next = len(a.history)
		a.mu.Unlock()
		for _, e := range events {
			if raw, _ := json.Marshal(e.secret); wanted(e.secret) {
				_ = json.NewEncoder(w).Encode(metav1.WatchEvent{Type: e.kind, Object: runtime.RawExtension{Raw: raw}})
			}
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-news:
		}
	}
}

// put writes a secret and tells the watches.
func (a *fakeAPI) put(namespace, name string, labels, annotations map[string]string, data map[string]string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := &corev1.Secret{TypeMeta: metav1.TypeMeta{Kind: "Secret", APIVersion: "v1"}, Data: map[string][]byte{}}
	s.Namespace, s.Name, s.Labels, s.Annotations = namespace, name, labels, annotations
	s.ResourceVersion = strconv.Itoa(len(a.history) + 1)
	for k, v := range data {
		s.Data[k] = []byte(v)
	}
	kind := "ADDED"
	if a.secrets[namespace+"/"+name] != nil {
		kind = "MODIFIED"
	}
	a.secrets[namespace+"/"+name] = s
	a.tell(kind, s)
}

func (a *fakeAPI) remove(namespace, name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.secrets[namespace+"/"+name].DeepCopy()
	s.ResourceVersion = strconv.Itoa(len(a.history) + 1)
	delete(a.secrets, namespace+"/"+name)
	a.tell("DELETED", s)
}

// tell notes an event; the API must be locked.
func (a *fakeAPI) tell(kind string, s *corev1.Secret) {
	a.history = append(a.history, event{kind, s})
	close(a.news)
	a.news = make(chan struct{})
}

// misbehave lets every new request be answered by h; nil makes all well again.
func (a *fakeAPI) misbehave(h http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.broken = h
}

func (a *fakeAPI) rotate(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.token = token
}

// blackHole never answers.
func blackHole(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func answers(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { status(w, code) }
}

// kubeconfig is the kubeconfig of a server, with a token.
func (a *fakeAPI) kubeconfig(name, token string) string {
	ca := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Certificate().Raw}))
	return kubeconfig(name, "{server: '"+a.URL+"', certificate-authority-data: "+ca+"}", "{token: '"+token+"'}")
}

func kubeconfig(name, cluster, user string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: %[1]s
contexts: [{name: %[1]s, context: {cluster: %[1]s, user: %[1]s}}]
clusters: [{name: %[1]s, cluster: %[2]s}]
users: [{name: %[1]s, user: %[3]s}]
`, name, cluster, user)
}

// askVersion is a probe that does what is least: it asks for the version.
func askVersion(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error) {
	cfg = rest.CopyConfig(cfg)
	cfg.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	rc, err := rest.UnversionedRESTClientForConfigAndClient(cfg, client)
	if err != nil {
		return mesh.ClusterFacts{}, err
	}
	raw, err := rc.Get().AbsPath("/version").Do(ctx).Raw()
	if err != nil {
		return mesh.ClusterFacts{}, err
	}
	var v struct{ GitVersion string }
	if err := json.Unmarshal(raw, &v); err != nil {
		return mesh.ClusterFacts{}, err
	}
	return mesh.ClusterFacts{APIVersion: v.GitVersion}, nil
}

func newPool(t *testing.T, opts PoolOptions) *Pool {
	t.Helper()
	if opts.Probe == nil {
		opts.Probe = askVersion
	}
	opts.Every = orDefault(opts.Every, 200*time.Millisecond)
	opts.Retry = orDefault(opts.Retry, 20*time.Millisecond)
	p := NewPool(opts)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

func names(members []Member) []string {
	var out []string
	for _, m := range members {
		out = append(out, string(m.Name))
	}
	return out
}

func byName(members []Member) map[string]Member {
	out := map[string]Member{}
	for _, m := range members {
		out[string(m.Name)] = m
	}
	return out
}
