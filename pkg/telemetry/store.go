package telemetry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Store is a Prometheus-compatible store of Istio's metrics.
type Store struct {
	client  api.Client // nil without a URL
	http    *http.Client
	api     promv1.API
	names   aliases
	scope   []matcher
	minimum time.Duration
	shared  *shared
	// ranges are answers about time ranges; they are large, and keep no others out.
	ranges *shared
	last   lastLevels
}

// Config says where a store is and what of it belongs to the mesh.
type Config struct {
	URL string
	// Client carries authentication, TLS and headers; nil means http.DefaultClient.
	Client *http.Client
	// Aliases maps a cluster's name in telemetry to its name here.
	Aliases map[string]mesh.ClusterName
	// Scope holds label=value matchers that every selector carries.
	Scope map[string]string
	// ScrapeInterval is how often the metrics are scraped. Rates are taken over
	// four of these at least, as Grafana does for $__rate_interval.
	ScrapeInterval time.Duration
}

// ErrNoURL says that no store is configured.
var ErrNoURL = errors.New("no Prometheus is configured: set the data source's URL to the store that holds the Istio metrics of all clusters")

// NewStore makes a store; it contacts nobody. Without a URL every question is
// answered by ErrNoURL.
func NewStore(cfg Config) (*Store, error) {
	s := &Store{names: cfg.Aliases, scope: scopeMatchers(cfg.Scope), minimum: 4 * cfg.ScrapeInterval,
		shared: newShared(cfg.ScrapeInterval), ranges: newShared(cfg.ScrapeInterval)}
	if cfg.URL == "" {
		return s, nil
	}
	client, err := api.NewClient(api.Config{Address: cfg.URL, Client: cfg.Client})
	if err != nil {
		return nil, fmt.Errorf("the URL of the metrics store: %w", err)
	}
	s.client, s.api, s.http = client, promv1.NewAPI(client), cmp.Or(cfg.Client, http.DefaultClient)
	return s, nil
}

// Range is the time that a question is about.
type Range struct{ From, To time.Time }

// window is the time over which rates are taken, ending at the range's end.
func (s *Store) window(r Range, wanted time.Duration) time.Duration {
	if wanted == 0 {
		wanted = r.To.Sub(r.From)
	}
	return max(wanted, s.minimum, time.Second).Truncate(time.Second)
}

// labelValues lists the values of a label among the series that match.
func (s *Store) labelValues(ctx context.Context, label string, match []string, r Range) ([]string, error) {
	if s.api == nil {
		return nil, ErrNoURL
	}
	values, _, _, err := s.api.LabelValues(ctx, label, match, r.From, r.To)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out, nil
}
