package fleet

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
)

const (
	soon    = 30 * time.Second // how long a test waits at most
	often   = 5 * time.Millisecond
	patient = time.Minute     // what a contact may take where the time is not what a test is about
	hasty   = 2 * time.Second // what it may take where a test waits for its end
)

func parse(t *testing.T, raw string) *rest.Config {
	t.Helper()
	cfg, err := Parse([]byte(raw))
	require.NoError(t, err)
	return cfg
}

func leaseOf(t *testing.T, p *Pool, raw string) *lease {
	t.Helper()
	l, err := p.lease(parse(t, raw), patient)
	require.NoError(t, err)
	t.Cleanup(l.release)
	return l
}

func inState(l *lease, s mesh.State) func() bool {
	return func() bool { return l.observation().State == s }
}

func TestConnectionObservesAServerThatComesAndGoes(t *testing.T) {
	api := newAPI(t, "t")
	l := leaseOf(t, newPool(t, PoolOptions{}), api.kubeconfig("west", "t"))
	require.NoError(t, l.since(t.Context(), time.Time{}))
	seen := l.observation()
	require.Equal(t, mesh.StateReady, seen.State)
	require.Equal(t, "v1.36.3", seen.Facts.APIVersion)
	require.WithinDuration(t, time.Now(), seen.LastContact, soon)

	api.misbehave(answers(http.StatusInternalServerError))
	require.Eventually(t, inState(l, mesh.StateUnreachable), soon, often)
	down := l.observation()
	require.Error(t, down.Err)
	require.NotNil(t, down.Facts, "what was known stays known")
	require.False(t, down.LastContact.IsZero())

	api.misbehave(nil)
	require.Eventually(t, inState(l, mesh.StateReady), soon, often)
	require.NoError(t, l.observation().Err)
}

func TestConnectionTellsWhyThereIsNoContact(t *testing.T) {
	const nobody = "https://127.0.0.1:1" // a port that the kernel gives to nobody who asks for any

	for name, test := range map[string]struct {
		answer  http.HandlerFunc
		server  string // in place of the API's own
		token   string
		timeout time.Duration // patient if it is not set
		status  backend.Status
		says    string
	}{
		"black hole":     {answer: blackHole, timeout: 300 * time.Millisecond, status: backend.StatusTimeout, says: "in time"},
		"expired token":  {token: "-old", status: backend.StatusUnauthorized, says: "renew the token"},
		"forbidden":      {answer: answers(http.StatusForbidden), status: backend.StatusForbidden, says: "apply deploy/reader"},
		"broken":         {answer: answers(http.StatusInternalServerError), status: backend.StatusBadGateway, says: "status 500"},
		"nobody listens": {server: nobody, status: backend.StatusBadGateway, says: "refused the connection"},
		"no such host":   {server: "https://west.invalid", status: backend.StatusBadGateway, says: `"west.invalid"`},
		"cut off": {
			answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			status: backend.StatusBadGateway, says: "",
		},
		"elsewhere": {
			answer: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://127.0.0.1/", http.StatusFound)
			},
			status: backend.StatusBadGateway, says: "no answer",
		},
		"endless": {
			answer: func(w http.ResponseWriter, _ *http.Request) {
				chunk := []byte(strings.Repeat("x", 1<<20))
				for range maxBody>>20 + 1 {
					if _, err := w.Write(chunk); err != nil {
						return
					}
				}
			},
			status: backend.StatusBadGateway, says: "larger than 64 MiB",
		},
	} {
		t.Run(name, func(t *testing.T) {
			api := newAPI(t, secretToken)
			api.misbehave(test.answer)
			raw := api.kubeconfig("west", secretToken+test.token)
			if test.server != "" {
				raw = strings.ReplaceAll(raw, api.URL, test.server)
			}
			p := newPool(t, PoolOptions{})
			l, err := p.lease(parse(t, raw), orDefault(test.timeout, patient))
			require.NoError(t, err)
			t.Cleanup(l.release)
			require.NoError(t, l.since(t.Context(), time.Time{}))
			seen := l.observation()
			require.Equal(t, mesh.StateUnreachable, seen.State)
			f := fault.Of(seen.Err)
			require.Equal(t, test.status, f.Status, f.Sentence)
			require.Equal(t, backend.ErrorSourceDownstream, f.Source)
			require.Contains(t, f.Sentence, test.says)
			require.NotContains(t, f.Sentence, secretToken)
		})
	}
}

func TestConnectionDoesNotTrustAnotherAuthority(t *testing.T) {
	api := newAPI(t, "t")
	raw := kubeconfig("west", "{server: '"+api.URL+"'}", "{token: t}")
	l := leaseOf(t, newPool(t, PoolOptions{}), raw)
	require.NoError(t, l.since(t.Context(), time.Time{}))
	require.ErrorContains(t, l.observation().Err, "authority that is not known")
	require.Zero(t, api.versions.Load())
}

func TestSinceHastensAContact(t *testing.T) {
	api := newAPI(t, "t")
	l := leaseOf(t, newPool(t, PoolOptions{Every: time.Hour}), api.kubeconfig("west", "t"))
	require.NoError(t, l.since(t.Context(), time.Time{}))
	before := api.versions.Load()
	require.NoError(t, l.since(t.Context(), time.Now()))
	require.Equal(t, before+1, api.versions.Load())
}

func TestSinceWaitsNoLongerThanItsContext(t *testing.T) {
	api := newAPI(t, "t")
	api.misbehave(blackHole)
	p := newPool(t, PoolOptions{})
	l, err := p.lease(parse(t, api.kubeconfig("west", "t")), time.Minute)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, l.since(ctx, time.Time{}), context.DeadlineExceeded)
	require.Equal(t, mesh.StateConnecting, l.observation().State)
	// Closing ends the contact that is under way.
	begun := time.Now()
	require.NoError(t, p.Close())
	require.Less(t, time.Since(begun), soon)
	require.ErrorIs(t, l.since(t.Context(), time.Time{}), errClosed)
}
