package scenario

import (
	_ "embed" // the demo scenario
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

//go:embed demo.yaml
var demo []byte

// Demo returns the scenario of the demonstration.
func Demo() (*Scenario, error) { return Read(demo) }

// Read reads a scenario from YAML, fills in defaults and checks it. A field that
// does not exist is an error.
func Read(data []byte) (*Scenario, error) {
	s := &Scenario{}
	if err := yaml.UnmarshalStrict(data, s); err != nil {
		return nil, fmt.Errorf("scenario: %w", err)
	}
	s.fill()
	return s, s.check()
}

func (s *Scenario) fill() {
	for c := range s.Clusters {
		for n := range s.Clusters[c].Namespaces {
			ns := &s.Clusters[c].Namespaces[n]
			for w := range ns.Workloads {
				ns.Workloads[w].fill()
			}
			for i := range ns.Services {
				ns.Services[i].fill()
			}
		}
	}
	for i := range s.Calls {
		s.Calls[i].fill()
	}
}

func (w *Workload) fill() {
	w.Kind = or(w.Kind, "Deployment")
	w.App = or(w.App, w.Name)
	w.Account = or(w.Account, w.App)
	w.Replicas = or(w.Replicas, 1)
}

func (s *Service) fill() {
	s.App = or(s.App, s.Name)
	s.Port = or(s.Port, 9080)
	s.Protocol = or(s.Protocol, "http")
}

func (c *Call) fill() {
	c.Protocol = or(c.Protocol, "http")
	c.Latency = or(c.Latency, 10)
	c.Bytes = or(c.Bytes, 2000)
}

// key tells calls apart that metrics can tell apart.
func (c *Call) key() string {
	return strings.Join([]string{c.From.String(), c.To.String(), c.Service, c.Protocol}, " ")
}

// or returns v, or def when v is the zero value.
func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// Home returns the home cluster.
func (s *Scenario) Home() Cluster {
	for _, c := range s.Clusters {
		if c.Home {
			return c
		}
	}
	return Cluster{}
}

// Cluster returns the cluster with this name.
func (s *Scenario) Cluster(name string) (Cluster, bool) {
	i := slices.IndexFunc(s.Clusters, func(c Cluster) bool { return c.Name == name })
	if i < 0 {
		return Cluster{}, false
	}
	return s.Clusters[i], true
}

// Workloads returns every workload by its end.
func (s *Scenario) Workloads() map[End]Workload {
	all := map[End]Workload{}
	for _, c := range s.Clusters {
		for _, ns := range c.Namespaces {
			for _, w := range ns.Workloads {
				all[At(c.Name, ns.Name, w.Name)] = w
			}
		}
	}
	return all
}

// check returns everything that is wrong with the scenario at once.
func (s *Scenario) check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	homes := 0
	for _, c := range s.Clusters {
		if c.Home {
			homes++
		}
		if c.Role != Primary && c.Role != Remote {
			wrong("cluster %s: role %q is neither primary nor remote", c.Name, c.Role)
		}
		if _, ok := s.Cluster(c.ManagedBy); c.Role == Remote && !ok {
			wrong("cluster %s: managedBy %q is no cluster", c.Name, c.ManagedBy)
		}
		ways := []Found{ByKialiSecret, ByIstioSecret, ByNamedSecret, Inline, ByNobody}
		if !c.Home && !slices.Contains(ways, c.Found) {
			wrong("cluster %s: found %q is none of %q", c.Name, c.Found, ways)
		}
	}
	if homes != 1 {
		wrong("%d home clusters, want one", homes)
	}
	workloads, seen := s.Workloads(), map[string]bool{}
	for _, call := range s.Calls {
		// Two would be the same time series, which Prometheus refuses.
		if key := call.key(); seen[key] {
			wrong("call %s → %s: stands there twice", call.From, call.To)
		} else {
			seen[key] = true
		}
		for _, end := range []End{call.From, call.To} {
			if _, ok := workloads[end]; end.Kind == AtWorkload && !ok {
				wrong("call %s → %s: there is no workload %s", call.From, call.To, end)
			}
		}
		if call.From.Kind != AtWorkload && call.From.Kind != AtUnknown {
			wrong("call %s → %s: only a workload or <cluster>/unknown can call", call.From, call.To)
		}
		if call.To.Kind == AtUnknown {
			wrong("call %s → %s: unknown cannot be called; use nowhere/<namespace>/<service>", call.From, call.To)
		}
		if !slices.Contains([]string{"http", "grpc", "tcp"}, call.Protocol) {
			wrong("call %s → %s: protocol %q is none of http, grpc, tcp", call.From, call.To, call.Protocol)
		}
		failed := 0.0
		for _, f := range call.Failures {
			failed += f.Share
		}
		if failed > 1 {
			wrong("call %s → %s: failures share %v of the requests, more than all", call.From, call.To, failed)
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("scenario %s: %w", s.Name, errors.Join(errs...))
	}
	return nil
}
