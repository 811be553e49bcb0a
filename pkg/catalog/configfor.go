package catalog

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// configFor is the configuration for a service, a host outside the mesh, a workload with
// the services that it serves, or an app with all of its workloads; nil for other kinds.
func configFor(x *applies.Index, of mesh.Ref) []*mesh.Config {
	switch of.Kind {
	case mesh.KindService:
		return x.Service(of.Namespace, of.Name)
	case mesh.KindExternal:
		return x.Host(of.Name)
	case mesh.KindWorkload:
		return configForWorkloads(x, x.Named(of.Namespace, of.Name))
	case mesh.KindApp:
		return configForWorkloads(x, x.App(of.Namespace, of.Name))
	}
	return nil
}

func configForWorkloads(x *applies.Index, workloads []*mesh.Workload) []*mesh.Config {
	var out []*mesh.Config
	for _, w := range workloads {
		out = append(out, x.Workload(w.Namespace, w.Name)...)
		for _, s := range x.ServicesOf(w) {
			out = append(out, x.Service(s.Namespace, s.Name)...)
		}
	}
	return out
}

// wanted reports whether an object is among what a selection asks for in a cluster.
func (s *ConfigSelection) wanted(x *applies.Index) func(*mesh.Config) bool {
	if s.For == (mesh.Ref{}) {
		return func(*mesh.Config) bool { return true }
	}
	if x == nil {
		return func(*mesh.Config) bool { return false }
	}
	of := configFor(x, s.For)
	return func(o *mesh.Config) bool { return slices.Contains(of, o) }
}
