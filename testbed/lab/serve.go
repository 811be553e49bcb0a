package lab

import (
	"context"
	"net"
	"net/http"
	"time"
)

// server is an HTTP server on loopback.
type server struct {
	url    string
	http   *http.Server
	closed chan struct{}
}

func serve(handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{url: "http://" + listener.Addr().String(), closed: make(chan struct{}),
		http: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}}
	go func() {
		defer close(s.closed)
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// stop lets running requests end for two seconds, then breaks them.
func (s *server) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
	<-s.closed
}
