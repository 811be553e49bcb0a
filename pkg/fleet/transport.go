package fleet

import (
	"io"
	"net"
	"net/http"
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

// newTransport makes a transport that belongs to one connection alone. (Those that
// client-go makes are shared and kept by the process, and nobody closes them.)
func newTransport(cfg *rest.Config) (*http.Transport, error) {
	tlsConfig, err := rest.TLSConfigFor(cfg)
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: dialTimeout, KeepAlive: silence}).DialContext,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    dialTimeout,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: silence, PingTimeout: signOfLife},
		MaxIdleConnsPerHost:    8,
		ResponseHeaderTimeout:  answerTimeout,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}, nil
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
