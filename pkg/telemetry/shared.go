package telemetry

import (
	"context"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// shared lets many who look at the same dashboard cause one set of queries. Metrics
// change once a scrape, so moments are taken to the scrape before; who asks the same
// of the same moment meanwhile gets the same answer.
//
// All users of a data source have one identity, so that what one may see all may.
type shared struct {
	// grid is what moments are taken to.
	grid time.Duration

	group singleflight.Group

	mu    sync.Mutex // guards what follows
	kept  map[string]keptAnswer
	total int // samples in kept
}

// keptAnswer is an answer of the store. It is not to be changed.
type keptAnswer struct {
	vector
	series   []timeSeries // of a question about a time range
	warnings []string
	until    time.Time
}

const (
	// maxKept bounds what is kept, in samples: about 20 MB.
	maxKept = 150_000
	// detachedLimit bounds a query that goes on for others after whoever asked first
	// has given up.
	detachedLimit = time.Minute
	// leastKept is how long an answer is kept at the least: whoever looks at the same
	// moment a little later is one of the many. Otherwise it is kept for a scrape.
	leastKept = 5 * time.Second
)

// valuesPerSample is how many values of series take about as much memory as a sample.
const valuesPerSample = 40

// weight is how much memory an answer takes, in samples.
func (a keptAnswer) weight() int {
	values := 0
	for i := range a.series {
		values += len(a.series[i].values)
	}
	return len(a.samples) + len(a.series) + values/valuesPerSample
}

func newShared(grid time.Duration) *shared {
	return &shared{grid: max(grid, time.Second), kept: map[string]keptAnswer{}}
}

// moment takes a moment to the grid.
func (s *shared) moment(at time.Time) time.Time { return at.Truncate(s.grid) }

// answer gives the kept answer to a query at a moment, or the one that is under way,
// or asks. Whoever gives up costs the others nothing.
func (s *shared) answer(ctx context.Context, query string, at time.Time, ask func(context.Context) (keptAnswer, error)) (keptAnswer, error) {
	key := query + "@" + strconv.FormatInt(at.UnixMilli(), 10)
	if a, ok := s.find(key); ok {
		return a, nil
	}
	under := s.group.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), detachedLimit)
		defer cancel()
		a, err := ask(ctx)
		if err == nil {
			s.keep(key, a)
		}
		return a, err
	})
	select {
	case <-ctx.Done():
		return keptAnswer{}, ctx.Err()
	case done := <-under:
		if done.Err != nil {
			return keptAnswer{}, done.Err
		}
		return done.Val.(keptAnswer), nil
	}
}

func (s *shared) find(key string) (keptAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.kept[key]
	return a, ok && time.Now().Before(a.until)
}

// keep keeps an answer, and forgets those that are over; more than may be kept is
// not kept.
func (s *shared) keep(key string, a keptAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for key, old := range s.kept {
		if !now.Before(old.until) {
			s.total -= old.weight()
			delete(s.kept, key)
		}
	}
	if s.total+a.weight() > maxKept {
		return
	}
	a.until = now.Add(max(s.grid, leastKept))
	s.total += a.weight()
	s.kept[key] = a
}
