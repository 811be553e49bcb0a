package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const (
	clusters   = 10 // by name: all of them report
	apiServers = 2  // of these many one may ask an API server
	leastRound = 15
	warmUp     = 3
	limit      = 60 * time.Second // of one answer
)

// Options of a measurement.
type Options struct {
	Out       io.Writer
	Cache     string // where built parts are kept; empty = parts.CacheDir
	Workloads []int  // a mesh for each
	Rounds    int    // measured, after three to warm up
	Refreshes int    // of the first mesh, over which memory is to stay flat; 0 = none
	Pods      int    // of another mesh, whose objects are kept and made into tables; 0 = none
}

// Run measures every subject in every mesh and prints a table for each. A limit that is
// not kept is an error, which names all of those.
func Run(ctx context.Context, o Options) error {
	if o.Rounds < leastRound {
		return fmt.Errorf("%d rounds are too few for a median: at least %d", o.Rounds, leastRound)
	}
	if o.Pods > 0 && o.Pods < leastPods {
		return fmt.Errorf("%d pods are too few: at least %d, or 0", o.Pods, leastPods)
	}
	if o.Refreshes > 0 && o.Refreshes < leastRefreshes {
		return fmt.Errorf("%d refreshes are too few to tell whether memory grows: at least %d, or 0", o.Refreshes, leastRefreshes)
	}
	var failed []string
	for i, workloads := range o.Workloads {
		missed, err := one(ctx, o, workloads, i == 0)
		if err != nil {
			return fmt.Errorf("%d workloads: %w", workloads, err)
		}
		for _, what := range missed {
			failed = append(failed, fmt.Sprintf("%d workloads: %s", workloads, what))
		}
	}
	if o.Pods > 0 {
		missed, err := inventory(ctx, o)
		if err != nil {
			return fmt.Errorf("inventory: %w", err)
		}
		failed = append(failed, missed...)
	}
	if len(failed) > 0 {
		return fmt.Errorf("limits not kept: %s", strings.Join(failed, "; "))
	}
	return nil
}

// one measures one mesh, the first one in more ways, and returns the limits that were not
// kept.
func one(ctx context.Context, o Options, workloads int, first bool) (failed []string, err error) {
	s, err := meshOf(workloads)
	if err != nil {
		return nil, err
	}
	b, stop, err := start(ctx, o, s)
	if err != nil {
		return nil, err
	}
	defer func() {
		if stopErr := stop(); err == nil {
			err = stopErr
		}
	}()
	fmt.Fprintf(o.Out, "\n%s: %d workloads, %d calls, %d series, %d clusters; median of %d rounds\n\n",
		s.Name, workloads, len(s.Calls), b.mesh.Traffic.Series(), clusters, o.Rounds)

	header(o.Out)
	for _, subject := range subjects() {
		if subject.small && !first {
			continue
		}
		r, err := b.measure(ctx, subject)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", subject.name, err)
		}
		if missed := line(o.Out, r); missed != "" {
			failed = append(failed, missed)
		}
	}
	if memory, err := b.plugin.Memory(); err == nil {
		fmt.Fprintf(o.Out, "\nThe plugin holds %d MB.\n", memory>>20)
	}
	if o.Refreshes > 0 && first {
		grown, err := b.refresh(ctx, o.Out, o.Refreshes)
		if err != nil {
			return nil, err
		}
		failed = append(failed, grown...)
	}
	return failed, nil
}

// start starts a mesh and the plugin. Whoever starts it calls stop in the end.
func start(ctx context.Context, o Options, s *scenario.Scenario) (b *run, stop func() error, err error) {
	repo, err := parts.Repo()
	if err != nil {
		return nil, nil, err
	}
	mesh, err := lab.Start(ctx, s, lab.Options{Progress: o.Out, Cache: o.Cache, ScrapeInterval: scrape, History: history(o.Rounds)})
	if err != nil {
		return nil, nil, err
	}
	plugin, err := ask.Start(ctx, filepath.Join(repo, ask.Binary()), nil)
	if err != nil {
		return nil, nil, errors.Join(err, mesh.Stop())
	}
	settings := mesh.Settings()
	settings.JSON["timeInterval"] = step.String()
	return &run{mesh: mesh, plugin: plugin, settings: settings, rounds: o.Rounds, now: time.Now().Truncate(step)},
		func() error { plugin.Stop(); return mesh.Stop() }, nil
}

// meshOf is a generated mesh of ten clusters. Few of them have an API server: what all of
// them report is in one store, and answers about traffic ask no other.
func meshOf(workloads int) (*scenario.Scenario, error) {
	s, err := scenario.Scale(workloads, clusters)
	if err != nil {
		return nil, err
	}
	for i := apiServers; i < len(s.Clusters); i++ {
		s.Clusters[i].Found = scenario.ByNobody
	}
	return s, nil
}
