package fleet

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"k8s.io/client-go/rest"
)

// roster is which connection serves which cluster. A changed kubeconfig gets its
// connection beside the old one, which goes on serving until the new one has had a
// successful contact, or a bounded wait has passed.
type roster struct {
	pool      *Pool
	inCluster func() (*rest.Config, error)
	timeout   time.Duration // of one contact
	replace   time.Duration // how long a new connection may take over proving itself

	ctx     context.Context // of the goroutines below
	running sync.WaitGroup

	mu      sync.Mutex
	closed  bool // no more leases are taken
	entries map[mesh.ClusterName]*entry
}

type entry struct {
	candidate
	refused error  // why there is no connection; nil when there is, or none is wanted
	lease   *lease // the connection that serves; nil when there is none
	next    *lease // the one that is to take over; nil when none is
}

// update makes the roster what the candidates say.
func (r *roster) update(candidates []candidate) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	wanted := map[mesh.ClusterName]bool{}
	for _, c := range candidates {
		wanted[c.name] = true
		r.apply(c)
	}
	for name, e := range r.entries {
		if !wanted[name] {
			e.release()
			delete(r.entries, name)
		}
	}
}

// apply brings one cluster up to date; the roster must be locked.
func (r *roster) apply(c candidate) {
	e, known := r.entries[c.name]
	if !known {
		e = &entry{}
		r.entries[c.name] = e
	}
	same := known && e.access == c.access && bytes.Equal(e.kubeconfig, c.kubeconfig) && (e.lease != nil || e.refused != nil)
	same = same && e.err == nil && c.err == nil && !e.pending && !c.pending
	e.candidate = c
	switch {
	case same: // nothing that matters to the connection has changed
	case c.pending:
	case c.err != nil:
		e.refuse(c.err)
	case c.access == mesh.AccessNone:
		e.refuse(nil)
	default:
		cfg, err := r.config(c)
		if err != nil {
			e.refuse(err)
			return
		}
		r.connect(e, cfg)
	}
}

func (r *roster) config(c candidate) (*rest.Config, error) {
	if c.access != mesh.AccessInCluster {
		return Parse(c.kubeconfig)
	}
	cfg, err := r.inCluster()
	if err != nil {
		return nil, refuse("Grafana does not run in a pod of this cluster with a service account (%s); choose kubeconfig as access to the home cluster", fault.Clean(err.Error()))
	}
	return cfg, nil
}

func (r *roster) connect(e *entry, cfg *rest.Config) {
	l, err := r.pool.lease(cfg, r.timeout)
	switch {
	case err != nil:
		e.refuse(refuse("no client can be made of it: %s", fault.Clean(err.Error())))
		return
	case e.lease == nil || e.lease.id == l.id || e.lease.observation().State != mesh.StateReady:
		// Nothing that serves would be lost.
		e.release()
		e.lease = l
	case e.next != nil && e.next.id == l.id:
		l.release() // on its way already
	default:
		e.next.release()
		e.next = l
		r.running.Go(func() { r.takeOver(e, l) })
	}
	e.refused = nil
}

// takeOver lets a new connection serve once it has proved itself.
func (r *roster) takeOver(e *entry, l *lease) {
	ctx, cancel := context.WithTimeout(r.ctx, r.replace)
	defer cancel()
	_ = l.ready(ctx) // when it did not come up in time, its error is what is to be shown
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.next != l || r.closed {
		return // replaced or dropped meanwhile, and released by whoever did
	}
	e.lease.release()
	e.lease, e.next = l, nil
}

// refuse leaves the entry without a connection.
func (e *entry) refuse(why error) {
	e.release()
	e.lease, e.next, e.refused = nil, nil, why
}

// release gives the leases back. What the connection has seen can still be read.
func (e *entry) release() {
	e.lease.release()
	e.next.release()
	e.next = nil
}

// leases are those that serve.
func (r *roster) leases() []*lease {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*lease
	for _, e := range r.entries {
		if e.lease != nil {
			out = append(out, e.lease)
		}
	}
	return out
}

// close gives all leases back; members can still be read.
func (r *roster) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, e := range r.entries {
		e.release()
	}
}

// members are the clusters as they are now: the home cluster, then the others by name.
func (r *roster) members() []Member {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Member, 0, len(r.entries))
	for _, e := range r.entries {
		out = append(out, e.member())
	}
	slices.SortFunc(out, func(a, b Member) int { return a.Compare(&b.Cluster) })
	return out
}
