package fleet

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

// secretQuery says which secrets of the home cluster are watched: those of one
// namespace with a label, or one by its name.
type secretQuery struct{ namespace, label, name string }

func (q secretQuery) String() string {
	if q.name != "" {
		return fmt.Sprintf("secret %s/%s", q.namespace, q.name)
	}
	return fmt.Sprintf("the secrets in namespace %s with the label %s", q.namespace, q.label)
}

func (q secretQuery) options(o metav1.ListOptions) metav1.ListOptions {
	o.LabelSelector = q.label
	if q.name != "" {
		o.FieldSelector = "metadata.name=" + q.name
	}
	return o
}

// listTimeout bounds one list of secrets.
const listTimeout = 30 * time.Second

// secretWatch keeps what a query finds. What was found stays while the home
// cluster cannot be asked. It is the store of a client-go reflector.
type secretWatch struct {
	query   secretQuery
	changed func() // called after every change; must not block

	mu    sync.Mutex
	items map[string]*corev1.Secret // by namespace/name
	// synced: the items are what the home cluster held at some time.
	synced bool
	err    error         // why the last request failed; nil when it did not
	tried  chan struct{} // closed after the first request, whichever way it went
}

func newSecretWatch(q secretQuery, changed func()) *secretWatch {
	return &secretWatch{query: q, changed: changed, items: map[string]*corev1.Secret{}, tried: make(chan struct{})}
}

// run watches until ctx ends.
func (w *secretWatch) run(ctx context.Context, kube kubernetes.Interface) {
	secrets := kube.CoreV1().Secrets(w.query.namespace)
	source := cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			ctx, cancel := context.WithTimeout(ctx, listTimeout)
			defer cancel()
			list, err := secrets.List(ctx, w.query.options(o))
			w.failed(err)
			return list, err
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			events, err := secrets.Watch(ctx, w.query.options(o))
			if o.SendInitialEvents == nil || !apierrors.IsInvalid(err) {
				w.failed(err) // else the server is older than watches that list, and is asked for a list next
			}
			return events, err
		},
	}, kube)
	// The reflector's own log would repeat every failure; it is told as a gap instead.
	ctx = klog.NewContext(ctx, klog.New(nil))
	cache.NewReflectorWithOptions(source, &corev1.Secret{}, w, cache.ReflectorOptions{
		Name: w.query.String(),
		// A home cluster that is back is noticed within 5 s.
		Backoff: &wait.Backoff{Duration: 500 * time.Millisecond, Factor: 2, Jitter: 0.1, Steps: 8, Cap: 4 * time.Second},
	}).RunWithContext(ctx)
}

// failed keeps a request's error, or that there was none.
func (w *secretWatch) failed(err error) {
	w.mu.Lock()
	if err == nil && !w.synced {
		w.mu.Unlock()
		return // the answer is still to come
	}
	news := (err == nil) != (w.err == nil)
	w.err = err
	w.attempted()
	w.mu.Unlock()
	if news {
		w.changed()
	}
}

// attempted notes that the first request is over; w must be locked.
func (w *secretWatch) attempted() {
	select {
	case <-w.tried:
	default:
		close(w.tried)
	}
}

// found gives the secrets, sorted by name, whether they were ever read, and why the
// last request failed.
func (w *secretWatch) found() (secrets []*corev1.Secret, synced bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.items {
		secrets = append(secrets, s)
	}
	slices.SortFunc(secrets, bySecretName)
	return secrets, w.synced, w.err
}

// Add keeps a secret. It is part of cache.ReflectorStore, as are the methods below.
func (w *secretWatch) Add(obj any) error {
	return w.change(func() error { return w.put(obj) })
}

// Update keeps a secret's new form.
func (w *secretWatch) Update(obj any) error { return w.Add(obj) }

// Delete forgets a secret.
func (w *secretWatch) Delete(obj any) error {
	return w.change(func() error {
		key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(obj)
		delete(w.items, key)
		return err
	})
}

// Replace keeps these secrets and no others.
func (w *secretWatch) Replace(objs []any, _ string) error {
	return w.change(func() error {
		clear(w.items)
		for _, obj := range objs {
			if err := w.put(obj); err != nil {
				return err
			}
		}
		w.synced, w.err = true, nil
		w.attempted()
		return nil
	})
}

// Resync does nothing: there is nothing to be told again.
func (w *secretWatch) Resync() error { return nil }

func (w *secretWatch) change(do func() error) error {
	w.mu.Lock()
	err := do()
	w.mu.Unlock()
	w.changed()
	return err
}

// put keeps what is needed of a secret. Above all it drops the annotations of
// kubectl, which hold the kubeconfigs a second time.
func (w *secretWatch) put(obj any) error {
	s, ok := obj.(*corev1.Secret)
	if !ok {
		return fmt.Errorf("%T is not a secret", obj)
	}
	slim := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace, Name: s.Name, Annotations: map[string]string{}},
		Data:       s.Data,
	}
	for _, key := range nameAnnotations {
		if v, ok := s.Annotations[key]; ok {
			slim.Annotations[key] = v
		}
	}
	w.items[s.Namespace+"/"+s.Name] = slim
	return nil
}
