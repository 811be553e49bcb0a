package fleet

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
)

// Client is what a cluster is asked with. Whoever uses it bounds each request by a
// context. It works for as long as the connection lives that it belongs to.
type Client struct {
	// Config has the address and the credentials; it is not to be changed.
	Config *rest.Config
	// HTTP carries the credentials. It is for the NewForConfigAndClient functions.
	HTTP *http.Client
	// Kube is the client of Kubernetes' own API groups.
	Kube kubernetes.Interface
	// Doubt asks for a contact soon, as somebody has reason to think that the cluster does
	// not answer any more. It does not block.
	Doubt func()
}

// Probe makes contact with a cluster and tells its facts. An error means that the
// cluster was not reached; whatever is merely missing is a gap in the facts.
type Probe func(ctx context.Context, cfg *rest.Config, client *http.Client) (mesh.ClusterFacts, error)

// Ping makes contact with a cluster and tells its version.
type Ping func(ctx context.Context, cfg *rest.Config, client *http.Client) (version string, err error)

// Observation is what is known of a connection at one moment.
type Observation struct {
	// State is connecting, ready or unreachable.
	State mesh.State
	// Err is why the last contact failed; nil when it did not.
	Err error
	// LastContact is when the API server last answered; zero when it never did.
	LastContact time.Time
	// Asked is when that was asked for; zero when it never answered. What a cluster's watches
	// have told by the answer is known to be so then: a slow answer is not as fresh as its
	// arrival.
	Asked time.Time
	// Facts is what the last successful contact told; nil before the first. It is
	// shared and not to be changed.
	Facts *mesh.ClusterFacts
}

// connection is one cluster's API as one identity sees it. A goroutine of its own
// makes contact at intervals until the connection is closed; nobody else is held up
// by a server that does not answer.
type connection struct {
	id        string
	client    Client
	transport *transport
	opts      PoolOptions
	timeout   time.Duration // of one contact

	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended
	nudge  chan struct{} // asks for a contact now

	chronicle chronicle

	mu       sync.Mutex
	seen     Observation
	watches  Watches       // of the objects; nil before the first need
	contacts int           // how many have ended
	probed   time.Time     // when the facts were last read
	hastened bool          // somebody wants to know all anew
	latest   time.Time     // when the last one ended
	ended    chan struct{} // closed when the next one ends
}

// connect starts a connection. It only fails when cfg is unusable.
func connect(id string, cfg *rest.Config, opts PoolOptions, timeout time.Duration) (*connection, error) {
	cfg = rest.CopyConfig(cfg)
	cfg.UserAgent, cfg.QPS, cfg.Burst = "mesh-atlas", 50, 100
	transport, err := newTransport(cfg)
	if err != nil {
		return nil, err
	}
	httpClient, err := newHTTP(cfg, transport.Transport)
	if err != nil {
		return nil, err
	}
	kube, err := kubernetes.NewForConfigAndClient(cfg, httpClient)
	if err != nil {
		return nil, err
	}
	c := &connection{
		id:        id,
		client:    Client{Config: cfg, HTTP: httpClient, Kube: kube},
		transport: transport,
		opts:      opts,
		timeout:   timeout,
		done:      make(chan struct{}),
		nudge:     make(chan struct{}, 1),
		seen:      Observation{State: mesh.StateConnecting},
		ended:     make(chan struct{}),
	}
	// client-go's own log would repeat what the observation tells.
	c.client.Doubt = c.doubt
	c.ctx, c.cancel = context.WithCancel(klog.NewContext(context.Background(), klog.New(nil)))
	go c.observe()
	return c, nil
}

// close ends the connection; done is closed once its goroutine has ended.
func (c *connection) close() { c.cancel() }

// observation is what is known now.
func (c *connection) observation() Observation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen
}

// observe makes contact until the connection is closed.
func (c *connection) observe() {
	defer close(c.done)
	defer c.transport.close()
	defer c.endWatches()
	shortest := min(c.opts.Retry, c.opts.Every/2)
	wait := shortest
	for {
		if c.contact() {
			wait = shortest
			c.pause(c.opts.Every)
		} else {
			// A fresh start for the next try: an old TCP connection may lead nowhere.
			c.transport.CloseIdleConnections()
			c.pause(wait)
			wait = min(2*wait, c.opts.Every/2)
		}
		if c.ctx.Err() != nil {
			return
		}
	}
}

// doubt hastens the next contact, unless the last one has failed already.
func (c *connection) doubt() {
	if c.observation().State != mesh.StateReady {
		return
	}
	select {
	case c.nudge <- struct{}{}:
	default: // asked for already
	}
}

// pause waits, give or take a tenth, so that many clusters are not asked all at once.
func (c *connection) pause(d time.Duration) {
	timer := time.NewTimer(time.Duration(float64(d) * (0.9 + 0.2*rand.Float64()))) // jitter
	defer timer.Stop()
	select {
	case <-c.ctx.Done():
	case <-c.nudge:
	case <-timer.C:
	}
}

// contact asks once and keeps the answer. It reports whether there was one.
func (c *connection) contact() bool {
	ctx, cancel := context.WithTimeout(c.ctx, c.timeout)
	asked := time.Now()
	facts, full, err := c.ask(ctx)
	cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.seen
	switch {
	case c.ctx.Err() != nil:
		return false // closed meanwhile: this says nothing about the cluster
	case err != nil:
		c.seen.State, c.seen.Err = mesh.StateUnreachable, fault.Of(err)
	default:
		c.seen = Observation{State: mesh.StateReady, LastContact: time.Now(), Asked: asked, Facts: facts}
	}
	c.chronicle.tell(before, c.seen)
	if full {
		c.probed = time.Now()
	}
	c.contacts++
	c.latest = time.Now()
	close(c.ended)
	c.ended = make(chan struct{})
	return err == nil
}

// ask makes contact: it reads the facts when they are due, and else asks for the version
// alone. When that has changed, so may everything else have.
func (c *connection) ask(ctx context.Context) (facts *mesh.ClusterFacts, full bool, err error) {
	c.mu.Lock()
	seen, due := c.seen, c.hastened || time.Since(c.probed) >= c.opts.Facts
	c.hastened = false
	c.mu.Unlock()
	if c.opts.Ping != nil && !due && seen.State == mesh.StateReady {
		version, err := c.opts.Ping(ctx, c.client.Config, c.client.HTTP)
		if err != nil || version == seen.Facts.APIVersion {
			return seen.Facts, false, err
		}
	}
	read, err := c.opts.Probe(ctx, c.client.Config, c.client.HTTP)
	return &read, true, err
}

// errClosed is what is told of a connection that was closed meanwhile.
var errClosed = fault.BadGateway(nil, "the connection was closed; ask again")

// ready waits for a successful contact.
func (c *connection) ready(ctx context.Context) error { return c.until(ctx, mesh.StateReady) }

// until waits for a contact that leaves the cluster in a state.
func (c *connection) until(ctx context.Context, wanted mesh.State) error {
	for {
		c.mu.Lock()
		ended, state := c.ended, c.seen.State
		c.mu.Unlock()
		if state == wanted {
			return nil
		}
		if err := c.wait(ctx, ended); err != nil {
			return err
		}
	}
}

// wait waits for the end of a contact.
func (c *connection) wait(ctx context.Context, ended <-chan struct{}) error {
	select {
	case <-ended:
		return nil
	case <-c.done:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// since waits until a contact has ended at or after t, and hastens it.
func (c *connection) since(ctx context.Context, t time.Time) error {
	for {
		c.mu.Lock()
		ended, fresh := c.ended, c.contacts > 0 && !c.latest.Before(t)
		stale := c.contacts > 0 && !fresh
		c.hastened = c.hastened || stale
		c.mu.Unlock()
		if fresh {
			return nil
		}
		if stale {
			select {
			case c.nudge <- struct{}{}:
			default: // asked for already
			}
		}
		if err := c.wait(ctx, ended); err != nil {
			return err
		}
	}
}
