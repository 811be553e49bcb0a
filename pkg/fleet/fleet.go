package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
	"k8s.io/client-go/rest"
)

// Defaults of Options.
const (
	defaultIdle    = 10 * time.Minute
	defaultReplace = 4 * time.Second
)

// Options of a fleet; the zero value is good.
type Options struct {
	// Idle is how long after the last question a fleet stops its watches and gives
	// its leases back; default 10 min. The next question starts it again.
	Idle time.Duration
	// Replace bounds how long an old connection goes on serving while the one of a
	// changed kubeconfig has had no successful contact; default 4 s, so that every change takes effect within 5 s.
	Replace time.Duration
	// InCluster gives the configuration of the pod that the process runs in; default
	// rest.InClusterConfig.
	InCluster func() (*rest.Config, error)
}

// Fleet is the clusters of one data source.
type Fleet struct {
	settings settings.Settings
	pool     *Pool
	opts     Options

	mu     sync.Mutex
	closed bool
	used   time.Time // when it was last asked
	// shift is what runs; nil before the first question and after an idle time. After
	// Close it stays, to be read.
	shift  *shift
	ending <-chan struct{} // of the last shift that ended by itself; nil before

	chronicle chronicle // which clusters have joined and left
}

// New makes a fleet. Nothing happens outside until it is asked for the first time.
func New(s settings.Settings, pool *Pool, opts Options) *Fleet {
	opts.Idle = orDefault(opts.Idle, defaultIdle)
	opts.Replace = orDefault(opts.Replace, defaultReplace)
	s.Limits.ClusterTimeout = orDefault(s.Limits.ClusterTimeout, settings.DefaultClusterTimeout)
	if opts.InCluster == nil {
		opts.InCluster = rest.InClusterConfig
	}
	return &Fleet{settings: s, pool: pool, opts: opts}
}

// Clusters are all clusters of the fleet, the home cluster first, then by name. It
// answers at once; the first time it waits, for at most the cluster timeout, until
// every cluster has answered or failed. It always answers: a cluster that is not
// reached says so itself. After Close it tells what was known then.
func (f *Fleet) Clusters(ctx context.Context) []Member {
	return f.members(ctx, func(s *shift) <-chan struct{} { return s.warm })
}

// Known are the same, and wait for no cluster but the first time for the home cluster, to
// tell which others there are: it may not be known yet whether they answer.
func (f *Fleet) Known(ctx context.Context) []Member {
	return f.members(ctx, func(s *shift) <-chan struct{} { return s.told })
}

func (f *Fleet) members(ctx context.Context, since func(*shift) <-chan struct{}) []Member {
	s := f.use()
	if s == nil {
		return nil
	}
	ctx, cancel := f.bounded(ctx)
	defer cancel()
	await(ctx, since(s))
	return s.members()
}

// use notes that the fleet is needed, and starts it if it does not run. It gives nil
// when the fleet was closed before it was ever asked.
func (f *Fleet) use() *shift {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return f.shift
	}
	f.used = time.Now()
	if f.shift == nil {
		f.shift = f.begin()
	}
	return f.shift
}

// rest ends the shift if nobody has asked for a while, and reports whether it did.
// Otherwise it says how long there is to go.
func (f *Fleet) rest(s *shift) (ended bool, left time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	left = f.opts.Idle - time.Since(f.used)
	if left > 0 || f.closed || f.shift != s {
		return false, max(left, time.Second)
	}
	f.shift, f.ending = nil, s.done
	s.cancel()
	return true, 0
}

// Close stops the watches, gives the leases back and waits, for at most 5 s, until
// everything has ended. Closing again is harmless.
func (f *Fleet) Close() error {
	f.mu.Lock()
	f.closed = true
	done := f.ending
	if f.shift != nil {
		f.shift.cancel()
		done = f.shift.done
	}
	f.mu.Unlock()
	if done == nil {
		return nil
	}
	limit := time.NewTimer(closeWithin)
	defer limit.Stop()
	select {
	case <-done:
		return nil
	case <-limit.C:
		return fmt.Errorf("the watches of the home cluster did not end within %s", closeWithin)
	}
}
