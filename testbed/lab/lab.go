package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/objects"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/traffic"
)

// Options of a lab. The zero value is good.
type Options struct {
	Progress       io.Writer     // what happens, line by line; nil = nowhere
	Cache          string        // where built parts are kept; empty = parts.CacheDir
	ScrapeInterval time.Duration // 0 = 1 s, or 15 s when there are more than 10,000 series
	History        time.Duration // of traffic before the start; 0 = 75 min, negative = none
	PrometheusPort int           // on loopback; 0 = a free one
	// Past changes what history tells, before it is written up to now; nil = nothing.
	Past func(e *traffic.Exporter, now time.Time) error
}

const manySeries = 10_000

// Lab is a running scenario.
type Lab struct {
	Scenario *scenario.Scenario
	Traffic  *traffic.Exporter
	Store    *Store // Prometheus behind a proxy that can fail

	options    Options
	dir        string
	cancel     context.CancelFunc
	clusters   map[string]*Cluster
	prometheus *parts.Prometheus
	exporter   *server
}

// Start builds what has to be built, starts the scenario and returns when its
// clusters have their objects and Prometheus has its data. Everything ends with
// ctx or with Stop.
func Start(ctx context.Context, s *scenario.Scenario, options Options) (*Lab, error) {
	if options.Progress == nil {
		options.Progress = io.Discard
	}
	options.Progress = &lines{w: options.Progress}
	if options.Cache == "" {
		cache, err := parts.CacheDir()
		if err != nil {
			return nil, err
		}
		options.Cache = cache
	}
	bin, err := parts.Build(ctx, options.Cache, options.Progress)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "meshatlas-lab-")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	l := &Lab{Scenario: s, Traffic: traffic.New(s, time.Now().Add(-24*time.Hour)), options: options,
		dir: dir, cancel: cancel, clusters: map[string]*Cluster{}}
	if err := l.start(ctx, bin); err != nil {
		l.Stop()
		return nil, err
	}
	return l, nil
}

func (l *Lab) start(ctx context.Context, bin parts.Binaries) error {
	definitions, err := l.writer(ctx)
	if err != nil {
		return err
	}
	// What is started lives as long as ctx; the group's own context only tells
	// the others to give up when one fails.
	group, starting := errgroup.WithContext(ctx)
	group.Go(func() error { return l.startTraffic(ctx, starting, bin) })
	var mu sync.Mutex // guards l.clusters
	for _, c := range l.Scenario.Clusters {
		if !c.Accessible() {
			continue
		}
		group.Go(func() error {
			cluster, err := l.startCluster(ctx, bin, c)
			if err != nil {
				return err
			}
			mu.Lock()
			l.clusters[c.Name] = cluster
			mu.Unlock()
			return cluster.fill(starting, definitions, l.options.Progress)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return l.writeRemoteSecrets(ctx)
}

// writer collects what the objects of all clusters are made from.
func (l *Lab) writer(ctx context.Context) (*objects.Writer, error) {
	repo, err := parts.Repo()
	if err != nil {
		return nil, err
	}
	definitions, err := objects.Definitions(ctx, repo)
	if err != nil {
		return nil, err
	}
	roots := map[string][]byte{}
	for _, c := range l.Scenario.Clusters {
		if roots[c.Root] == nil {
			if roots[c.Root], err = objects.NewRoot(l.Scenario.TrustDomain); err != nil {
				return nil, err
			}
		}
	}
	return &objects.Writer{Scenario: l.Scenario, Repo: repo, Definitions: definitions, Roots: roots}, nil
}

func (l *Lab) startCluster(ctx context.Context, bin parts.Binaries, c scenario.Cluster) (*Cluster, error) {
	dir := filepath.Join(l.dir, c.Name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	begin := time.Now()
	cluster, err := parts.StartCluster(ctx, bin, dir, c.Name)
	if err != nil {
		return nil, err
	}
	l.say("cluster %s: API server ready after %s", c.Name, time.Since(begin).Round(100*time.Millisecond))
	return newCluster(cluster, c)
}

func (l *Lab) say(format string, args ...any) {
	fmt.Fprintf(l.options.Progress, format+"\n", args...)
}

// Cluster returns a running cluster; nil when the scenario has none of that name,
// or it is not accessible.
func (l *Lab) Cluster(name string) *Cluster { return l.clusters[name] }

// Home returns the home cluster.
func (l *Lab) Home() *Cluster { return l.clusters[l.Scenario.Home().Name] }

// PrometheusURL is the address of Prometheus itself; Store.URL is the same server
// behind the proxy.
func (l *Lab) PrometheusURL() string { return l.prometheus.URL() }

// HomeKubeconfig is the kubeconfig of the data source's account in the home cluster.
func (l *Lab) HomeKubeconfig() []byte { return l.Home().Kubeconfig() }

// Stop ends everything that Start started, waits for the end and removes the
// lab's files.
func (l *Lab) Stop() error {
	var group sync.WaitGroup
	if l.Store != nil {
		group.Go(l.Store.server.stop)
	}
	if l.exporter != nil {
		group.Go(l.exporter.stop)
	}
	if l.prometheus != nil {
		group.Go(l.prometheus.Stop)
	}
	for _, c := range l.clusters {
		group.Go(c.Stop)
	}
	group.Wait()
	l.cancel()
	return errors.Join(os.RemoveAll(l.dir))
}

// lines lets several goroutines write whole lines.
type lines struct {
	mu sync.Mutex // guards w
	w  io.Writer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
