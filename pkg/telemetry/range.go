package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// maxPoints is how many points a series may have: Prometheus gives no more.
const maxPoints = 11_000

// times lays a grid over a range: as fine as is wanted, but not finer than the metrics
// are, nor of more points than are wanted; 0 wants nothing. Grids of the same step
// lie on each other, so that who looks a little later asks for the same.
func (s *Store) times(r Range, interval time.Duration, points int64) (mesh.Times, error) {
	step := max(interval, s.scrape(), time.Second)
	if points > 0 {
		step = max(step, r.To.Sub(r.From)/time.Duration(points))
	}
	step = (step + time.Second - 1).Truncate(time.Second)
	t := mesh.Times{From: onGrid(r.From, step), To: onGrid(r.To, step), Step: step}
	if n := t.Points(); n > maxPoints {
		return t, fault.BadQuery("intervalMs", "the time range holds %d points at a step of %s, more than the %d that a series can have; "+
			"choose a shorter time range, or a larger Min interval in the query options", n, step, maxPoints)
	}
	return t, nil
}

// onGrid takes a moment to a grid of which one point is the Unix epoch.
func onGrid(t time.Time, step time.Duration) time.Time {
	ms := step.Milliseconds()
	return time.UnixMilli(t.UnixMilli() / ms * ms).UTC()
}

// scrape is how often the metrics are scraped.
func (s *Store) scrape() time.Duration { return s.minimum / 4 }

// rateWindow is the time over which the rates at the points of a grid are taken, as
// Grafana's $__rate_interval: each holds four scrapes, and no scrape lies between two.
func (s *Store) rateWindow(step time.Duration) time.Duration {
	return max(step+s.scrape(), s.minimum, time.Second)
}

// overTime evaluates a query at the points of a grid, together with whoever asks the
// same. What it gives is not to be changed.
func (s *Store) overTime(ctx context.Context, query string, times mesh.Times) ([]timeSeries, []string, error) {
	key := fmt.Sprintf("%s from %d every %d", query, times.From.UnixMilli(), times.Step.Milliseconds())
	a, err := s.ranges.answer(ctx, key, times.To, func(ctx context.Context) (keptAnswer, error) {
		return s.evaluateRange(ctx, query, times)
	})
	return a.series, a.warnings, err
}

func (s *Store) evaluateRange(ctx context.Context, query string, times mesh.Times) (keptAnswer, error) {
	if s.client == nil {
		return keptAnswer{}, ErrNoURL
	}
	body, err := s.post(ctx, "/api/v1/query_range", url.Values{
		"query": {query},
		"start": {seconds(times.From)},
		"end":   {seconds(times.To)},
		"step":  {strconv.FormatFloat(times.Step.Seconds(), 'f', -1, 64)},
	})
	if err != nil {
		return keptAnswer{}, err
	}
	defer body.Close()
	decoded, warnings, err := decodeMatrix(body, times)
	if errors.Is(err, errTooManyValues) {
		return keptAnswer{}, fault.BadQuery("by", "the answer holds more than %d values; name clusters or namespaces, "+
			"choose something coarser, a shorter time range, or a larger Min interval in the query options", maxValues)
	}
	return keptAnswer{series: decoded, warnings: warnings}, err
}

// seconds writes a moment as the store's API reads it.
func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64)
}
