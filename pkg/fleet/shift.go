package fleet

import (
	"context"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// shift is the time from a fleet's first question until it is closed or has been
// idle for long: its watches, its leases, and the goroutines that keep them.
type shift struct {
	fleet   *Fleet
	sources sources
	roster  *roster

	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	changed chan struct{} // holds at most one: something may have changed
	told    chan struct{} // closed when the home cluster has had its chance to tell of others
	warm    chan struct{} // closed when every cluster has had its chance to answer
	done    chan struct{} // closed when everything has ended

	mu    sync.Mutex // held during an update
	known membership
}

// membership is which clusters there are, and who names them.
type membership struct {
	sources map[mesh.ClusterName]string
	synced  int // how many of the watches for secrets have read theirs
}

// update lets what the sources say take effect, and notes who has come and gone. What a
// watch reads first was there before.
func (s *shift) update() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := membership{sources: map[mesh.ClusterName]string{}, synced: s.sources.synced()}
	candidates := s.sources.clusters()
	for _, c := range candidates {
		now.sources[c.name] = c.source
	}
	if s.known.sources != nil && s.known.synced == now.synced && now.synced == s.sources.synced() {
		s.fleet.chronicle.compare(s.known.sources, now.sources)
	}
	s.known = now
	s.roster.update(candidates)
}

// begin starts a shift. It blocks on nothing outside; f must be locked.
func (f *Fleet) begin() *shift {
	ctx, cancel := context.WithCancel(context.Background())
	s := &shift{
		fleet: f, ctx: ctx, cancel: cancel,
		changed: make(chan struct{}, 1), told: make(chan struct{}), warm: make(chan struct{}), done: make(chan struct{}),
		roster: &roster{
			pool: f.pool, inCluster: f.opts.InCluster, ctx: ctx,
			timeout: f.settings.Limits.ClusterTimeout, replace: f.opts.Replace,
			entries: map[mesh.ClusterName]*entry{},
		},
	}
	s.sources = newSources(f.settings, func() {
		select {
		case s.changed <- struct{}{}:
		default:
		}
	})
	s.update()
	s.running.Go(s.keep)
	s.running.Go(s.warmUp)
	if home := s.roster.home(); home != nil {
		for _, w := range s.sources.watches() {
			s.running.Go(func() { w.run(ctx, home.client.Kube) })
		}
	}
	go s.end()
	return s
}

// end waits for everything that runs, then gives the leases back.
func (s *shift) end() {
	defer close(s.done)
	<-s.ctx.Done()
	s.roster.close()
	s.running.Wait()
	s.roster.running.Wait()
}

// keep lets changes of the sources take effect, and ends the shift when it idles.
func (s *shift) keep() {
	idle := time.NewTimer(s.fleet.opts.Idle)
	defer idle.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.changed:
			s.update()
		case <-idle.C:
			ended, left := s.fleet.rest(s)
			if ended {
				return
			}
			idle.Reset(left)
		}
	}
}

// warmUp waits until every cluster has had its chance: the home cluster to answer
// and to hand out its secrets, and then every cluster of them to answer.
func (s *shift) warmUp() {
	defer close(s.warm)
	ctx, cancel := context.WithTimeout(s.ctx, s.fleet.settings.Limits.ClusterTimeout)
	defer cancel()
	if home := s.roster.home(); home != nil {
		for _, w := range s.sources.watches() {
			await(ctx, w.tried)
		}
		s.update()
	}
	close(s.told)
	for _, l := range s.roster.leases() {
		_ = l.since(ctx, time.Time{}) // whichever way it went, the member tells
	}
}

// members are the clusters as they are now.
func (s *shift) members() []Member {
	out := s.roster.members()
	for i := range out {
		if out[i].Home {
			out[i] = out[i].withGaps(s.sources.gaps())
		}
	}
	return out
}

// home is the connection to the home cluster; nil when there is none.
func (r *roster) home() *connection {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.entries {
		if e.origin == mesh.OriginHome && e.lease != nil {
			return e.lease.connection
		}
	}
	return nil
}
