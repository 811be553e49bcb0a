package inventory

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"k8s.io/apimachinery/pkg/version"
	appsv1 "k8s.io/client-go/kubernetes/typed/apps/v1"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
)

// Probe makes contact with a cluster and tells what it is. Only one thing makes it
// fail: that the API server does not tell its version. Whatever else cannot be read
// is a gap in the facts. Reading the facts takes at most three quarters of the time
// that ctx leaves, so that a slow cluster shows what it has told.
func Probe(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error) {
	p, err := newProber(cfg, client)
	if err != nil {
		return mesh.ClusterFacts{}, err
	}
	if p.facts.APIVersion, err = p.version(ctx); err != nil {
		return mesh.ClusterFacts{}, err
	}
	ctx, cancel := within(ctx, 0.75)
	defer cancel()
	var parts sync.WaitGroup
	for _, part := range []func(context.Context){p.controlPlanes, p.network, p.istioConfig} {
		parts.Go(func() { part(ctx) })
	}
	parts.Wait()
	slices.Sort(p.facts.Gaps)
	return p.facts, nil
}

// Ping makes contact with a cluster and tells its version: the least that can be asked.
func Ping(ctx context.Context, cfg *rest.Config, client *http.Client) (string, error) {
	core, err := corev1.NewForConfigAndClient(cfg, client)
	if err != nil {
		return "", err
	}
	return (&prober{core: core}).version(ctx)
}

// within shortens the time that ctx leaves to a share of it.
func within(ctx context.Context, share float64) (context.Context, context.CancelFunc) {
	deadline, bounded := ctx.Deadline()
	if !bounded {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Duration(share*float64(time.Until(deadline))))
}

// prober gathers the facts of one probe.
type prober struct {
	core *corev1.CoreV1Client
	apps *appsv1.AppsV1Client

	mu    sync.Mutex
	facts mesh.ClusterFacts
}

func newProber(cfg *rest.Config, client *http.Client) (*prober, error) {
	var p prober
	var err error
	cfg = rest.CopyConfig(cfg)
	cfg.QPS = -1 // how many requests are in flight is bounded
	if p.core, err = corev1.NewForConfigAndClient(cfg, client); err != nil {
		return nil, err
	}
	if p.apps, err = appsv1.NewForConfigAndClient(cfg, client); err != nil {
		return nil, err
	}
	return &p, nil
}

// set changes the facts.
func (p *prober) set(change func(*mesh.ClusterFacts)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.facts)
}

// gap notes what could not be read, and why.
func (p *prober) gap(what string, err error) {
	sentence := fault.Clean(what + ": " + fault.Of(err).Sentence)
	p.set(func(f *mesh.ClusterFacts) { f.Gaps = append(f.Gaps, sentence) })
}

// version asks the API server for its version.
func (p *prober) version(ctx context.Context) (string, error) {
	raw, err := p.core.RESTClient().Get().AbsPath("/version").Do(ctx).Raw()
	if err != nil {
		return "", err
	}
	var info version.Info
	if err := json.Unmarshal(raw, &info); err != nil || info.GitVersion == "" {
		return "", fault.BadGateway(err,
			"the server does not tell a Kubernetes version; check that the address is an API server's")
	}
	return tidy(info.GitVersion), nil
}

// tidy makes a text from a cluster fit to be shown in a table: a hostile API server
// may send anything.
func tidy(s string) string {
	const longest = 128
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}
