package fleet

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"k8s.io/client-go/rest"
)

const (
	// maxBody is how much of one answer is read, in bytes; watches are not limited.
	// A hostile API server could otherwise fill the memory.
	maxBody = 64 << 20

	dialTimeout   = 10 * time.Second
	answerTimeout = 30 * time.Second // until an answer begins; watches begin at once
	// A connection that is silent this long is asked for a sign of life, and given
	// up without one: so that a watch notices a server that has vanished.
	silence, signOfLife = 10 * time.Second, 5 * time.Second
)

var errTooLarge = fault.BadGateway(nil,
	"the answer is larger than %d MiB and was not read; check that the address is an API server's", maxBody>>20)

// transport is a transport that can be closed for good.
type transport struct {
	*http.Transport
	lines *lines
}

// newTransport makes a transport that belongs to one connection alone. (Those that
// client-go makes are shared and kept by the process, and nobody closes them.)
func newTransport(cfg *rest.Config) (*transport, error) {
	tlsConfig, err := rest.TLSConfigFor(cfg)
	if err != nil {
		return nil, err
	}
	lines := &lines{dialer: net.Dialer{Timeout: dialTimeout, KeepAlive: silence}, open: map[*line]bool{}}
	return &transport{lines: lines, Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            lines.dial,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    dialTimeout,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: silence, PingTimeout: signOfLife},
		MaxIdleConnsPerHost:    8,
		ResponseHeaderTimeout:  answerTimeout,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}}, nil
}

// close ends all TCP connections, also those on which a watch is only just ending. No
// request succeeds afterwards.
func (t *transport) close() {
	t.CloseIdleConnections()
	t.lines.close()
}

// lines are the TCP connections of a transport.
type lines struct {
	dialer net.Dialer

	mu     sync.Mutex // guards what follows
	open   map[*line]bool
	closed bool
}

// line is a TCP connection.
type line struct {
	net.Conn
	of *lines
}

func (l *lines) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	own := &line{conn, l}
	l.open[own] = true
	return own, nil
}

func (l *lines) close() {
	l.mu.Lock()
	open := l.open
	l.open, l.closed = nil, true
	l.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close()
	}
}

// Close ends the connection.
func (c *line) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// newHTTP makes the client of one connection. It has no overall timeout, which
// would end watches: every request is bounded by its context.
func newHTTP(cfg *rest.Config, transport http.RoundTripper) (*http.Client, error) {
	wrapped, err := rest.HTTPWrappersForConfig(cfg, bounded{transport})
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Transport: wrapped,
		// An API server does not redirect. Following would carry the credentials, or
		// Grafana's reach into its own network, to wherever the server likes.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// bounded limits the size of answers.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil && r.URL.Query().Get("watch") == "" {
		resp.Body = &boundedBody{resp.Body, maxBody}
	}
	return resp, err
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
