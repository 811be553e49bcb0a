package fleet

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// patience is where a context keeps until when an answer waits for clusters.
type patience struct{}

// Begin marks the beginning of an answer: whoever asks the fleet by the context waits for
// clusters until the cluster timeout after it, however often and whatever for. Without it
// each question has that time of its own.
func (f *Fleet) Begin(ctx context.Context) context.Context {
	return context.WithValue(ctx, patience{}, time.Now().Add(f.settings.Limits.ClusterTimeout))
}

// bounded is a context that ends when clusters are no longer waited for.
func (f *Fleet) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	until, begun := ctx.Value(patience{}).(time.Time)
	if !begun {
		until = time.Now().Add(f.settings.Limits.ClusterTimeout)
	}
	return context.WithDeadline(ctx, until)
}

// await waits until a channel is closed, but no longer than ctx.
func await(ctx context.Context, closed <-chan struct{}) {
	select {
	case <-closed:
	case <-ctx.Done():
	}
}

// readings are what members are asked for, each once.
type readings[T any] struct {
	ctx     context.Context
	read    func(context.Context, Member) T
	running sync.WaitGroup

	mu    sync.Mutex
	begun map[reading]bool
	got   map[reading]T
}

// reading names one: a cluster can get another connection.
type reading struct {
	name mesh.ClusterName
	conn *connection
}

func (m Member) reading() reading { return reading{m.Name, m.conn} }

// begin asks those members that were not asked yet, each as soon as it has had its first
// contact, and when there is none in time for what is known.
func (r *readings[T]) begin(members []Member) {
	for _, m := range members {
		if r.begun[m.reading()] {
			continue
		}
		r.begun[m.reading()] = true
		r.running.Go(func() {
			if m.conn != nil {
				_ = m.conn.since(r.ctx, time.Time{}) // whichever way it went
			}
			got := r.read(r.ctx, m)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.got[m.reading()] = got
		})
	}
}

// gather asks all clusters of a fleet side by side. A cluster that is not waited for any
// longer costs no other one anything: those that are listed are asked before the home cluster
// has told of others, and each is asked as soon as it answers. The members are as they were
// when they were asked.
func gather[T any](ctx context.Context, f *Fleet, read func(context.Context, Member) T) ([]Member, []T) {
	s := f.use()
	if s == nil {
		return nil, nil
	}
	ctx, cancel := f.bounded(ctx)
	defer cancel()
	r := &readings[T]{ctx: ctx, read: read, begun: map[reading]bool{}, got: map[reading]T{}}
	select {
	case <-s.told:
	default:
		r.begin(s.members())
		await(ctx, s.told)
	}
	members := s.members()
	r.begin(members)
	r.running.Wait()
	out := make([]T, len(members))
	for i, m := range members {
		out[i] = r.got[m.reading()]
	}
	return s.met(members), out
}

// met are members as they were, but for those that had no contact yet: of these it is told
// how that went.
func (s *shift) met(members []Member) []Member {
	connecting := func(m Member) bool { return m.State == mesh.StateConnecting }
	if !slices.ContainsFunc(members, connecting) {
		return members
	}
	now := map[reading]Member{}
	for _, m := range s.members() {
		now[m.reading()] = m
	}
	for i, m := range members {
		if later, still := now[m.reading()]; still && connecting(m) {
			members[i] = later
		}
	}
	return members
}
