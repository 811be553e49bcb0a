package inventory

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// keeper keeps the objects of one kind, from the first need until nobody needs them.
type keeper struct {
	kind    kind
	watches *Watches
	cancel  context.CancelFunc
	tried   chan struct{} // closed when the kind has been listed, or could not be
	once    sync.Once     // closes tried

	asked time.Time   // when it was last needed; watches.mu guards it
	idle  *time.Timer // lets go of the kind

	mu      sync.Mutex // guards what follows
	store   store
	change  uint64 // differs whenever the records do
	known   bool
	absent  bool
	problem string // why the kind cannot be read; empty when it can
	// asOf is when the records are known to have been so; standing, that a watch has
	// told every change since.
	asOf     time.Time
	standing bool
	past     past
}

// run keeps the kind until ctx ends: it follows the newest version that is served, and
// tries again when that comes to an end.
func (k *keeper) run(ctx context.Context) {
	defer k.idle.Stop()
	defer k.attempted() // whoever still waits gets what there is
	wait := k.watches.opts.Retry / 32
	for ctx.Err() == nil {
		begun := time.Now()
		err := k.follow(ctx)
		if time.Since(begun) > k.watches.opts.Retry { // it went well for a while
			wait = k.watches.opts.Retry / 32
		}
		if ctx.Err() != nil {
			return
		}
		var answer apierrors.APIStatus
		if doubt := k.watches.opts.Doubt; doubt != nil && !errors.As(err, &answer) {
			doubt()
		}
		// A server that is busy, as it is for a moment after a CRD was added, is given time.
		if err != nil && (!apierrors.IsTooManyRequests(err) || wait == k.watches.opts.Retry) {
			k.failed(err)
		}
		k.pause(ctx, wait, begun, err)
		wait = min(2*wait, k.watches.opts.Retry)
	}
}

// follow lists and watches for as long as it goes well.
func (k *keeper) follow(ctx context.Context) error {
	versions, err := k.watches.discovery.versions(ctx, k.kind)
	if err != nil {
		return err
	}
	for _, version := range versions {
		f, err := newFollower(k, version)
		if err != nil {
			return err
		}
		f.run(ctx)
		if !apierrors.IsNotFound(f.err) {
			return f.err
		}
	}
	k.gone()
	return nil
}

// pause waits before the next try, but no longer than until the cluster, which gave no
// answer, has contact again.
func (k *keeper) pause(ctx context.Context, d time.Duration, failed time.Time, err error) {
	var answer apierrors.APIStatus
	silent := err != nil && !errors.As(err, &answer)
	end := time.Now().Add(time.Duration(float64(d) * (0.8 + 0.2*rand.Float64()))) // jitter
	tick := time.NewTicker(min(d, time.Second))
	defer tick.Stop()
	for time.Now().Before(end) {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if contact, ok := k.watches.contact(); silent && ok && contact.After(failed) {
			return
		}
	}
}

// attempted lets those go on who wait for the kind.
func (k *keeper) attempted() { k.once.Do(func() { close(k.tried) }) }

// failed notes why the kind cannot be read now.
func (k *keeper) failed(err error) {
	sentence := fault.Of(err).Sentence
	k.mu.Lock()
	k.problem, k.absent = sentence, false
	k.mu.Unlock()
	k.attempted()
}

// gone notes that the cluster does not have the kind.
func (k *keeper) gone() {
	k.mu.Lock()
	k.past.gone(k.store.sorted, time.Now())
	if k.store.replace(nil) {
		k.changed()
	}
	k.absent, k.known, k.problem, k.asOf = true, false, "", time.Now()
	k.mu.Unlock()
	k.attempted()
}

// changed counts a change of the records; k must be locked.
func (k *keeper) changed() { k.change = k.watches.changes.Add(1) }

// listed takes a whole list, which was asked for at a time.
func (k *keeper) listed(records []record, asked time.Time, standing bool) {
	k.mu.Lock()
	before := k.store.sorted // which stays as it is
	if k.store.replace(records) {
		k.changed()
	}
	k.relisted(before, asked)
	k.known, k.absent, k.problem, k.asOf, k.standing = true, false, "", asked, standing
	k.mu.Unlock()
	k.attempted()
}

// stands notes that a watch tells every change since the records were read, or no longer does.
func (k *keeper) stands(yes bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asOf = k.latest()
	k.standing = yes
	if yes {
		k.problem = ""
	}
}

// heard notes that the watch has told something just now. Where contacts tell how old the
// records are, that makes them no younger: it may have been on its way for long, and more
// may be.
func (k *keeper) heard() {
	if k.watches.opts.LastContact != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.standing {
		k.asOf = time.Now()
	}
}

// latest is when the records are known to have been so; k must be locked.
func (k *keeper) latest() time.Time {
	if contact, _ := k.watches.contact(); k.standing && contact.After(k.asOf) {
		return contact
	}
	return k.asOf
}

// update changes the store by an object that has arrived.
func (k *keeper) update(do func(*store, record) bool, r record) {
	k.mu.Lock()
	defer k.mu.Unlock()
	before := k.store.get(r)
	if do(&k.store, r) {
		k.changed()
		k.noted(before, k.store.get(r))
	}
}

// version tells states of the records apart.
func (k *keeper) version() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.change
}

// records are the records, with their version.
func (k *keeper) records() ([]record, uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.store.all(), k.change
}

// state is how well the kind is known.
func (k *keeper) state() mesh.KindState {
	k.mu.Lock()
	defer k.mu.Unlock()
	return mesh.KindState{Resource: k.kind.resource.String(), Known: k.known, Absent: k.absent, Error: k.problem, AsOf: k.latest()}
}
