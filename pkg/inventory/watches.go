package inventory

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
)

// Defaults of Options.
const (
	defaultIdle  = 10 * time.Minute
	defaultRetry = 30 * time.Second

	defaultPatience = time.Minute
)

// Options of watches; the zero value is good.
type Options struct {
	// Idle is how long a kind is watched after somebody last needed it; default 10 min.
	Idle time.Duration
	// Retry is how soon at the latest a kind is asked for again that could not be read,
	// or that the cluster did not have; default 30 s. The first time it is a 32nd of that.
	Retry time.Duration
	// LastContact tells when that was asked for, whatever it was, which the cluster answered
	// last, and whether it answered the last time. Nil means that nobody knows: then the
	// objects are as old as the last thing that was heard of them.
	LastContact func() (time.Time, bool)
	// Patience is how long a workload may have fewer ready pods than it wants, and a kind
	// may not be there, before that counts as an event; default 1 min.
	Patience time.Duration
	// Doubt is called when a watch has come to an end: the cluster may not answer any
	// more. It must not block; nil is good.
	Doubt func()
}

// Watches keep the objects of one cluster. Nothing is asked for before somebody needs it.
type Watches struct {
	config    *rest.Config
	http      *http.Client
	core      corev1.CoreV1Interface
	opts      Options
	kinds     []kind
	texts     *texts
	discovery *discovery
	changes   atomic.Uint64
	parts     parts
	journal   journal
	reporting reporting

	ctx     context.Context // of all that runs
	running sync.WaitGroup
	done    chan struct{} // closed when everything has ended

	mu      sync.Mutex // guards what follows, and every keeper's asked
	closed  bool
	keepers []*keeper // by kind; nil for one that nobody needs
}

// Watch makes watches that end with ctx. The client carries the credentials; cfg has the address.
func Watch(ctx context.Context, cfg *rest.Config, client *http.Client, opts Options) (*Watches, error) {
	core, err := corev1.NewForConfigAndClient(cfg, client)
	if err != nil {
		return nil, err
	}
	if opts.Idle <= 0 {
		opts.Idle = defaultIdle
	}
	if opts.Retry <= 0 {
		opts.Retry = defaultRetry
	}
	if opts.Patience <= 0 {
		opts.Patience = defaultPatience
	}
	all := kinds()
	w := &Watches{
		config: cfg, http: client, core: core, opts: opts, kinds: all, texts: newTexts(), ctx: ctx, done: make(chan struct{}),
		discovery: &discovery{client: core.RESTClient(), fresh: opts.Retry / 8}, keepers: make([]*keeper, len(all)),
	}
	context.AfterFunc(ctx, w.end)
	return w, nil
}

// end waits until everything has ended.
func (w *Watches) end() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.running.Wait()
	close(w.done)
}

// Done is closed when, after the end of the context, no goroutine and no request is left.
func (w *Watches) Done() <-chan struct{} { return w.done }

// Snapshot gives the parts that are needed, without a cluster's name. It waits until each
// of their kinds has been listed or could not be, but no longer than ctx, and then
// answers with what there is. The answer is shared and not to be changed.
func (w *Watches) Snapshot(ctx context.Context, need mesh.Need) *mesh.Inventory {
	keepers := w.need(need)
	w.wait(ctx, keepers)
	return w.parts.inventory(keepers, need)
}

// wait waits until keepers have tried to list their kinds, but no longer than ctx.
func (w *Watches) wait(ctx context.Context, keepers []*keeper) {
	for _, k := range keepers {
		if k == nil {
			continue
		}
		select {
		case <-k.tried:
		case <-ctx.Done():
		case <-w.ctx.Done():
		}
	}
}

// need are the keepers of what is needed, by kind; nil for other kinds, and after the end
// for those that were not needed before.
func (w *Watches) need(need mesh.Need) []*keeper {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]*keeper, len(w.kinds))
	for i := range w.kinds {
		if w.kinds[i].need&need == 0 {
			continue
		}
		if w.keepers[i] == nil && !w.closed {
			w.keepers[i] = w.keep(i)
		}
		if out[i] = w.keepers[i]; out[i] != nil {
			out[i].asked = time.Now()
		}
	}
	return out
}

// keep starts to keep a kind; w must be locked.
func (w *Watches) keep(i int) *keeper {
	ctx, cancel := context.WithCancel(w.ctx)
	k := &keeper{kind: w.kinds[i], watches: w, cancel: cancel, tried: make(chan struct{}), change: w.changes.Add(1)}
	k.idle = time.AfterFunc(w.opts.Idle, func() { w.rest(i, k) })
	w.running.Go(func() {
		defer cancel()
		k.run(ctx)
	})
	return k
}

// rest lets go of a kind that nobody has needed for a while.
func (w *Watches) rest(i int, k *keeper) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.keepers[i] != k {
		return
	}
	if left := w.opts.Idle - time.Since(k.asked); left > 0 {
		k.idle.Reset(left)
		return
	}
	w.keepers[i] = nil
	w.parts.forget(w.kinds[i].need)
	k.cancel()
}

// contact is the last contact with the cluster, and whether there was one when it was last tried.
func (w *Watches) contact() (time.Time, bool) {
	if w.opts.LastContact == nil {
		return time.Time{}, false
	}
	return w.opts.LastContact()
}
