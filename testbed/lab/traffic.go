package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
)

// startTraffic starts the exporter and Prometheus, writes the past, lets the
// scrapes begin and waits until each has succeeded. What it starts lives as long
// as ctx; starting bounds the start.
func (l *Lab) startTraffic(ctx, starting context.Context, bin parts.Binaries) error {
	begin := time.Now()
	dir := filepath.Join(l.dir, "prometheus")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	var err error
	if l.exporter, err = serve(l.Traffic); err != nil {
		return err
	}
	if l.prometheus, err = parts.StartPrometheus(ctx, bin, dir, l.options.PrometheusPort, []byte("global: {}\n")); err != nil {
		return err
	}
	if l.Store, err = newStore(l.prometheus.URL()); err != nil {
		return err
	}
	if err := l.writeHistory(starting); err != nil {
		return err
	}
	config, err := l.scrapeConfig()
	if err != nil {
		return err
	}
	if err := l.prometheus.Configure(config); err != nil {
		return err
	}
	if err := l.waitForScrapes(starting); err != nil {
		return err
	}
	l.say("Prometheus: %d series, scraped every %s, ready after %s", l.Traffic.Series(), l.ScrapeInterval(), time.Since(begin).Round(100*time.Millisecond))
	return nil
}

// writeHistory writes the past: the last quarter of an hour and a little more as
// dense as the scrapes that follow, so that a rate over a dashboard's usual range
// is exact (Prometheus extrapolates by the mean distance of the samples), what was
// before that in steps of fifteen seconds.
func (l *Lab) writeHistory(ctx context.Context) error {
	history := l.options.History
	if history == 0 {
		history = 75 * time.Minute
	}
	now := time.Now()
	if l.options.Past != nil {
		if err := l.options.Past(l.Traffic, now); err != nil {
			return err
		}
	}
	start, recent := now.Add(-history), now.Add(-16*time.Minute)
	if start.Before(recent) {
		if err := l.Traffic.WriteHistory(ctx, l.prometheus.URL(), start, recent, 15*time.Second); err != nil {
			return err
		}
		start = recent
	}
	return l.Traffic.WriteHistory(ctx, l.prometheus.URL(), start, now, l.ScrapeInterval())
}

// ScrapeInterval is how often Prometheus scrapes the traffic.
func (l *Lab) ScrapeInterval() time.Duration {
	switch {
	case l.options.ScrapeInterval > 0:
		return l.options.ScrapeInterval
	case l.Traffic.Series() > manySeries:
		return 15 * time.Second
	}
	return time.Second
}

func (l *Lab) scrapeConfig() ([]byte, error) {
	type object = map[string]any
	var jobs []any
	for _, cluster := range l.Traffic.Clusters() {
		labels := object{}
		for _, label := range l.Traffic.ScrapeLabels(cluster) {
			labels[label.Name] = label.Value
		}
		jobs = append(jobs, object{"job_name": cluster, "metrics_path": "/metrics/" + cluster,
			"static_configs": []any{object{"targets": []any{strings.TrimPrefix(l.exporter.url, "http://")}, "labels": labels}}})
	}
	interval := l.ScrapeInterval().String()
	return yaml.Marshal(object{"global": object{"scrape_interval": interval, "scrape_timeout": interval}, "scrape_configs": jobs})
}

// waitForScrapes waits until every page was scraped, and a scrape interval longer. The plugin
// takes moments to the scrape before, and before the first scrape there may be no samples for
// as long as the history took to be written: a rate then would miss that much.
func (l *Lab) waitForScrapes(ctx context.Context) error {
	limit := 3*l.ScrapeInterval() + 30*time.Second
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	want := float64(len(l.Traffic.Clusters()))
	for {
		got, err := l.value(ctx, "sum(up offset "+l.ScrapeInterval().String()+")")
		if err == nil && got == want {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%v of %v clusters were scraped within %s (%w)", got, want, limit, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// value asks Prometheus for one number; 0 when there is none.
func (l *Lab) value(ctx context.Context, query string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.prometheus.URL()+"/api/v1/query?query="+url.QueryEscape(query), nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var answer struct {
		Data struct {
			Result []struct {
				Value [2]any
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return 0, fmt.Errorf("%s: %w", response.Status, err)
	}
	if len(answer.Data.Result) == 0 {
		return 0, nil
	}
	text, _ := answer.Data.Result[0].Value[1].(string)
	return strconv.ParseFloat(text, 64)
}
