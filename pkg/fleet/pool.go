package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// Defaults of PoolOptions.
const (
	defaultEvery  = 10 * time.Second
	defaultFacts  = time.Minute
	defaultRetry  = time.Second
	defaultLinger = 2 * time.Minute

	// closeWithin bounds how long closing waits for goroutines to end.
	closeWithin = 5 * time.Second
)

// PoolOptions says how connections are observed. Only Probe is required.
type PoolOptions struct {
	// Probe makes contact with a cluster and reads its facts.
	Probe Probe
	// Ping makes contact in between; nil means that every contact is a probe.
	Ping Ping
	// Watch makes the watches of a connection; nil means that there are none.
	Watch Watch
	// Needs are the resources that a reader lists and watches in every cluster. The
	// health check tells which of them it may not.
	Needs []schema.GroupResource
	// Every is the time between contacts with a cluster that answers; default 10 s.
	Every time.Duration
	// Facts is the time between two probes of a cluster that answers; default 1 min.
	// After a failure, and when somebody asks for a contact now, there is one at once.
	Facts time.Duration
	// Retry is the time before the first contact after a failure; default 1 s. It
	// doubles with each further failure, up to half of Every, so that a cluster that
	// is back is noticed within 5 s.
	Retry time.Duration
	// Linger is how long a connection stays without a lease; default 2 min.
	Linger time.Duration
}

// Pool holds the connections of the process. Data sources come and go with every
// change of their settings; equal servers and credentials stay one connection.
type Pool struct {
	opts PoolOptions

	mu     sync.Mutex // guards what follows
	shares map[string]*share
	closed bool
	// ending are the done channels of connections that were told to close.
	ending []<-chan struct{}
}

// share is a connection with the number of its leases.
type share struct {
	conn   *connection
	leases int
	linger *time.Timer // runs while there are none
}

// NewPool makes an empty pool. It does nothing until a fleet asks.
func NewPool(opts PoolOptions) *Pool {
	opts.Every = orDefault(opts.Every, defaultEvery)
	opts.Facts = orDefault(opts.Facts, defaultFacts)
	opts.Retry = orDefault(opts.Retry, defaultRetry)
	opts.Linger = orDefault(opts.Linger, defaultLinger)
	return &Pool{opts: opts, shares: map[string]*share{}}
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// ErrClosed is given by a pool that was closed.
var ErrClosed = errors.New("the pool of connections is closed")

// lease is the right to use a connection until it is released.
type lease struct {
	*connection
	pool *Pool
	once sync.Once
}

// lease gives a connection with cfg, an existing one if there is one. The timeout
// bounds each contact; connections with different ones are different.
func (p *Pool) lease(cfg *rest.Config, timeout time.Duration) (*lease, error) {
	id := identity(cfg, timeout)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	s := p.shares[id]
	if s == nil {
		conn, err := connect(id, cfg, p.opts, timeout)
		if err != nil {
			return nil, err
		}
		s = &share{conn: conn}
		p.shares[id] = s
	}
	s.leases++
	if s.linger != nil {
		s.linger.Stop()
		s.linger = nil
	}
	return &lease{connection: s.conn, pool: p}, nil
}

// release gives the lease back; more than once is harmless. A nil lease is none.
func (l *lease) release() {
	if l == nil {
		return
	}
	l.once.Do(func() { l.pool.release(l.id) })
}

func (p *Pool) release(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.shares[id]
	if s == nil {
		return // the pool was closed meanwhile
	}
	if s.leases--; s.leases == 0 {
		var timer *time.Timer
		timer = time.AfterFunc(p.opts.Linger, func() { p.expire(id, &timer) })
		s.linger = timer
	}
}

// expire closes a connection whose last lease was given back a while ago. The timer
// tells whether that is still so: a new lease, or a later release, has replaced it.
func (p *Pool) expire(id string, timer **time.Timer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.shares[id]
	if s == nil || s.leases > 0 || s.linger != *timer {
		return
	}
	p.end(id, s)
}

// end closes a connection; the pool must be locked.
func (p *Pool) end(id string, s *share) {
	delete(p.shares, id)
	s.conn.close()
	running := p.ending[:0]
	for _, done := range p.ending {
		select {
		case <-done:
		default:
			running = append(running, done)
		}
	}
	p.ending = append(running, s.conn.done)
}

// Close closes all connections and waits, for at most 5 s, until their goroutines
// have ended. Afterwards the pool leases no more. Closing again is harmless.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	for id, s := range p.shares {
		if s.linger != nil {
			s.linger.Stop()
		}
		p.end(id, s)
	}
	ending := p.ending
	p.ending = nil
	p.mu.Unlock()

	limit := time.NewTimer(closeWithin)
	defer limit.Stop()
	for i, done := range ending {
		select {
		case <-done:
		case <-limit.C:
			return fmt.Errorf("%d connections did not end within %s", len(ending)-i, closeWithin)
		}
	}
	return nil
}

// identity is what makes two connections the same: a hash over server, credentials
// and all else that a configuration here may hold. Credentials cannot be had back from it.
func identity(cfg *rest.Config, timeout time.Duration) string {
	h := sha256.New()
	for _, part := range []string{
		cfg.Host, cfg.BearerToken, cfg.BearerTokenFile, cfg.ServerName,
		string(cfg.CAData), cfg.CAFile, string(cfg.CertData), string(cfg.KeyData), timeout.String(),
	} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}
