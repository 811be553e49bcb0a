package inventory

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const (
	// listTimeout bounds one page of a list, and the silence between two objects of a
	// list that is streamed.
	listTimeout = 30 * time.Second
	// pageSize is how many objects a page holds. Decoded whole, so many pods take some 10 MB.
	pageSize = 500
	// busyRetries is how often a request is repeated at once when the server asks for it.
	busyRetries = 2
	// longestSilence bounds how long a watch may tell nothing: servers end a watch, which
	// is then asked for anew, after 10 minutes at the latest.
	longestSilence = 11 * time.Minute
)

// follower lists and watches a kind in one version, once: from a list until the watch
// that goes on from there cannot be resumed. It is the store of a client-go reflector.
type follower struct {
	keeper *keeper
	client rest.Interface
	// asked is when the list was asked for that arrives.
	asked  time.Time
	listed bool
	err    error // why it came to an end; nil when the server just ended it
	// streams says that the list comes as the beginning of the watch.
	streams bool
	listing atomic.Bool // what arrives is part of a list that is streamed
	silence *time.Timer // gives up
	calls   calls
}

func newFollower(k *keeper, version string) (*follower, error) {
	f := &follower{keeper: k}
	gv := schema.GroupVersion{Group: k.kind.resource.Group, Version: version}
	cfg := rest.CopyConfig(k.watches.config)
	cfg.APIPath, cfg.GroupVersion = "/apis", &gv
	if gv.Group == "" {
		cfg.APIPath = "/api"
	}
	cfg.AcceptContentTypes, cfg.ContentType = runtime.ContentTypeJSON, runtime.ContentTypeJSON
	if !k.kind.custom {
		cfg.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	}
	cfg.NegotiatedSerializer = slimming{
		NegotiatedSerializer: scheme.Codecs.WithoutConversion(), kind: k.kind, version: version, texts: k.watches.texts, heard: f.heard,
	}
	var err error
	f.client, err = rest.RESTClientForConfigAndClient(cfg, k.watches.http)
	return f, err
}

// run follows until ctx ends or it comes to an end by itself. Nothing is left then.
func (f *follower) run(ctx context.Context) {
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.silence = time.AfterFunc(longestSilence, cancel)
	defer f.silence.Stop()
	source := cache.ToListWatcherWithWatchListSemantics(
		&cache.ListWatch{ListWithContextFunc: f.list, WatchFuncWithContext: f.watch}, f.client)
	reflector := cache.NewReflectorWithOptions(source, nil, f, cache.ReflectorOptions{Name: f.keeper.kind.resource.String()})
	reflector.WatchListPageSize = pageSize
	_ = reflector.ListAndWatchWithContext(ctx) // why it ended is known from list and watch
	gaveUp := ctx.Err() != nil && outer.Err() == nil
	cancel()
	f.calls.wait()
	if gaveUp {
		f.err = fault.BadGateway(f.err, "the API server began to tell of %s and then fell silent; check its load, and the proxies on the way", f.keeper.kind.resource)
	}
	f.keeper.stands(false)
}

// request is repeated where the server asks to come back in a moment, as it does while it
// sets up a kind whose definition is new.
func (f *follower) request(o metav1.ListOptions) *rest.Request {
	return f.client.Get().Resource(f.keeper.kind.resource.Resource).VersionedParams(&o, metav1.ParameterCodec).MaxRetries(busyRetries)
}

// list asks for a page of a list.
func (f *follower) list(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
	if !f.calls.begin() {
		return nil, context.Canceled
	}
	defer f.calls.end()
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	if o.Continue == "" {
		f.asked, f.streams = time.Now(), false
		f.listing.Store(false)
		o.ResourceVersion = "" // the newest: a server's cache may lag behind
	}
	answer, err := f.request(o).Do(ctx).Get()
	if _, ok := answer.(*listPage); err == nil && !ok {
		err = fault.BadGateway(nil, "the API server gives no list of %s; check that the address is an API server's", f.keeper.kind.resource)
	}
	f.err = err
	return answer, err
}

// watch asks for a watch.
func (f *follower) watch(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
	if !f.calls.begin() {
		return nil, context.Canceled
	}
	defer f.calls.end()
	f.streams = o.SendInitialEvents != nil
	f.listing.Store(f.streams)
	if f.streams {
		f.asked = time.Now()
		f.silence.Reset(listTimeout)
	}
	o.Watch = true
	events, err := f.request(o).Watch(ctx)
	if f.err = err; err != nil {
		// The reflector would repeat by itself after some errors, which it looks for,
		// and would not stop waiting when it is told to end: the keeper does that better.
		return nil, fmt.Errorf("%v", err)
	}
	if !f.streams {
		f.keeper.stands(true)
	}
	return &standing{events, f}, nil
}

// standing is a watch that tells when it ends.
type standing struct {
	watch.Interface
	follower *follower
}

// Stop ends the watch. The reflector calls it whatever the reason for the end is.
func (s *standing) Stop() {
	s.Interface.Stop()
	s.follower.keeper.stands(false)
}

// heard notes that something has arrived.
func (f *follower) heard() {
	limit := longestSilence
	if f.listing.Load() {
		limit = listTimeout
	}
	f.silence.Reset(limit)
	f.keeper.heard()
}

// Add keeps an object. It is part of cache.ReflectorStore, as are the methods below.
func (f *follower) Add(o any) error { return f.update(o, (*store).put) }

// Update keeps an object's new form.
func (f *follower) Update(o any) error { return f.update(o, (*store).put) }

// Delete forgets an object.
func (f *follower) Delete(o any) error { return f.update(o, (*store).drop) }

func (f *follower) update(o any, do func(*store, record) bool) error {
	a, ok := o.(*arrival)
	if !ok || a.record == nil {
		return fmt.Errorf("%T holds no object", o)
	}
	f.keeper.update(do, a.record)
	return nil
}

// Replace keeps these objects and no others.
func (f *follower) Replace(all []any, _ string) error {
	records := make([]record, 0, len(all))
	for _, o := range all {
		if a, ok := o.(*arrival); ok && a.record != nil {
			records = append(records, a.record)
		}
	}
	f.listed = true
	f.listing.Store(false)
	f.silence.Reset(longestSilence)
	f.keeper.listed(records, f.asked, f.streams)
	return nil
}

// Resync does nothing: there is nothing to be told again.
func (f *follower) Resync() error { return nil }
