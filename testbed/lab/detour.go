package lab

import (
	"net"
	"net/url"
	"sync"
	"time"
)

const (
	// piece is how many bytes of an answer go through a detour at once.
	piece = 4 << 10
	// detourDial bounds the way on to the API server, which is on this machine.
	detourDial = 2 * time.Second
)

// Detour is another way to a cluster's API server, which can be slow. TLS passes through
// it: the server's certificate is for every port of this machine.
type Detour struct {
	listener net.Listener
	target   string // host:port
	done     chan struct{}
	once     sync.Once // closes done
	running  sync.WaitGroup

	mu      sync.Mutex // guards what follows
	delay   time.Duration
	changed chan struct{} // closed when the delay changes
	open    int
}

// Detour makes a detour to the cluster's API server. It ends with Stop.
func (c *Cluster) Detour() (*Detour, error) { return newDetour(c.URL()) }

func newDetour(server string) (*Detour, error) {
	target, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Detour{listener: listener, target: target.Host, done: make(chan struct{}), changed: make(chan struct{})}
	d.running.Go(d.accept)
	return d, nil
}

// URL is the address to use in place of the API server's own.
func (d *Detour) URL() string { return "https://" + d.listener.Addr().String() }

// SetDelay makes each piece of what the server answers, 4 KiB at most, come that much
// later, one after another; 0 = no delay. What is held back now goes by the new delay.
func (d *Detour) SetDelay(delay time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.delay = delay
	close(d.changed)
	d.changed = make(chan struct{})
}

// Connections is how many connections go through the detour now.
func (d *Detour) Connections() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open
}

// Stop breaks all connections and waits for their end. Stopping again is harmless.
func (d *Detour) Stop() {
	d.once.Do(func() { close(d.done) })
	_ = d.listener.Close()
	d.running.Wait()
}

func (d *Detour) accept() {
	for {
		client, err := d.listener.Accept()
		if err != nil {
			return // stopped
		}
		d.running.Go(func() { d.pass(client) })
	}
}

// pass carries one connection until either side ends it, or the detour is stopped.
func (d *Detour) pass(client net.Conn) {
	defer client.Close()
	server, err := net.DialTimeout("tcp", d.target, detourDial)
	if err != nil {
		return // whoever asks sees the connection break
	}
	defer server.Close()
	d.count(1)
	defer d.count(-1)
	var ways sync.WaitGroup
	ended, broken := make(chan struct{}, 2), make(chan struct{})
	way := func(from, to net.Conn, hold func() bool) {
		ways.Go(func() {
			carry(from, to, hold)
			ended <- struct{}{}
		})
	}
	way(client, server, func() bool { return true })
	way(server, client, func() bool { return d.hold(broken) })
	select {
	case <-ended:
	case <-d.done:
	}
	close(broken)
	_ = client.Close()
	_ = server.Close()
	ways.Wait()
}

func (d *Detour) count(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open += n
}

// carry passes pieces on, each after a hold, until an end breaks or a hold gives false.
func carry(from, to net.Conn, hold func() bool) {
	buffer := make([]byte, piece)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if !hold() {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// hold waits as long as the delay is; false says that the connection is broken.
func (d *Detour) hold(broken <-chan struct{}) bool {
	begun := time.Now()
	for {
		d.mu.Lock()
		left, changed := d.delay-time.Since(begun), d.changed
		d.mu.Unlock()
		if left <= 0 {
			return true
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-changed:
		case <-broken:
			timer.Stop()
			return false
		}
		timer.Stop()
	}
}
