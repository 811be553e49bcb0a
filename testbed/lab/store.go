package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Mode says how the store behaves.
type Mode int

// The modes of a store.
const (
	Good    Mode = iota // passes everything on
	Down                // breaks every connection
	Partial             // leaves out half of each result and warns, as Thanos does when a store is missing
)

// Store is Prometheus behind a proxy that can be slow, down or partial.
type Store struct {
	server  *server
	forward *httputil.ReverseProxy
	mode    atomic.Int32
	delay   atomic.Int64
	asked   atomic.Int64

	mu       sync.Mutex // guards what follows
	records  bool
	recorded []Asked
}

// Asked is a query that came in: of a moment or, with a Step, of the time From that moment
// on.
type Asked struct {
	PromQL   string
	At, From time.Time
	Step     time.Duration
}

func newStore(prometheus string) (*Store, error) {
	target, err := url.Parse(prometheus)
	if err != nil {
		return nil, err
	}
	s := &Store{forward: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}}
	s.server, err = serve(s)
	return s, err
}

// URL is the address of the proxy.
func (s *Store) URL() string { return s.server.url }

// SetMode changes how the store behaves from the next request on.
func (s *Store) SetMode(m Mode) { s.mode.Store(int32(m)) }

// SetDelay makes every answer come that much later; 0 = no delay.
func (s *Store) SetDelay(d time.Duration) { s.delay.Store(int64(d)) }

// Requests returns how many requests have come in so far.
func (s *Store) Requests() int64 { return s.asked.Load() }

// Record begins to record the queries that come in; what it returns ends that and
// gives them, in the order in which they came.
func (s *Store) Record() (stop func() []Asked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records, s.recorded = true, nil
	return func() []Asked {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.records = false
		return s.recorded
	}
}

// record takes note of a request whose body is read again later.
func (s *Store) record(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.records || r.URL.Path != "/api/v1/query" && r.URL.Path != "/api/v1/query_range" {
		return
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return // whoever asks learns of it from Prometheus
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || !form.Has("query") {
		form = r.URL.Query()
	}
	if asked, err := read(form); err == nil {
		s.recorded = append(s.recorded, asked)
	}
}

// read reads a query's form. One that names no time, or nonsense, is an error.
func read(form url.Values) (Asked, error) {
	asked, end := Asked{PromQL: form.Get("query")}, "time"
	if form.Has("step") {
		end = "end"
		seconds, err := strconv.ParseFloat(form.Get("step"), 64)
		if err != nil {
			return asked, err
		}
		asked.Step = time.Duration(seconds * float64(time.Second))
		if asked.From, err = moment(form.Get("start")); err != nil {
			return asked, err
		}
	}
	var err error
	asked.At, err = moment(form.Get(end))
	return asked, err
}

func moment(seconds string) (time.Time, error) {
	s, err := strconv.ParseFloat(seconds, 64)
	return time.UnixMilli(int64(math.Round(s * 1000))), err
}

func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	s.record(r)
	if delay := time.Duration(s.delay.Load()); delay > 0 {
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return
		}
	}
	switch Mode(s.mode.Load()) {
	case Down:
		panic(http.ErrAbortHandler) // the way to close a connection without an answer
	case Partial:
		s.partial(w, r)
	default:
		s.forward.ServeHTTP(w, r)
	}
}

// partial passes every second row of a result on and says that some are missing.
func (s *Store) partial(w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Accept-Encoding")
	answer := httptest.NewRecorder()
	s.forward.ServeHTTP(answer, r)
	var body map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
		http.Error(w, fmt.Sprintf("cannot make a partial answer of %q", answer.Body.String()), http.StatusBadGateway)
		return
	}
	if data, ok := body["data"].(map[string]any); ok {
		if rows, ok := data["result"].([]any); ok {
			kept := []any{}
			for i := 0; i < len(rows); i += 2 {
				kept = append(kept, rows[i])
			}
			data["result"] = kept
		}
	}
	body["warnings"] = []string{"No StoreAPIs matched for this query: some data is missing"}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Code)
	_ = json.NewEncoder(w).Encode(body)
}
