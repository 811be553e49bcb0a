package catalog

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Judged tells of configuration what it is for and what is wrong with it.
type Judged struct {
	// Indexes tell by cluster what applies to what.
	Indexes map[mesh.ClusterName]*applies.Index
	// Findings are what is wrong with an object of an inventory, the worst first.
	Findings func(*mesh.Config) []mesh.Finding
	// The same of what the labels of namespaces, services and workloads ask for; nil for
	// nothing.
	OfNamespace func(*mesh.Namespace) []mesh.Finding
	OfService   func(*mesh.Service) []mesh.Finding
	OfWorkload  func(*mesh.Workload) []mesh.Finding
}

// Config is an object of Istio's or of the Gateway API's configuration.
type Config struct {
	Where
	*mesh.Config
	// AppliesTo is what it is for, sorted; nil for nothing.
	AppliesTo []mesh.Ref
	// Findings are what is wrong with it, the worst first.
	Findings []mesh.Finding
}

// ConfigSelection narrows rows of configuration. Empty lists mean all.
type ConfigSelection struct {
	Selection
	Kinds []string
	// Severity leaves out objects without a finding that is at least so bad; empty leaves out none.
	Severity mesh.Severity
	// For leaves out what does not apply to a thing, in whichever cluster: a service, a
	// workload, an app or a host outside the mesh. The zero value leaves out none.
	For mesh.Ref
}

// Configs lists configuration; Judged must be given.
func (c *Catalog) Configs(s ConfigSelection) []Config {
	var out []Config
	for _, in := range c.selected(s.Selection) {
		where, index := in.where(mesh.NeedConfig), c.Judged.Indexes[in.Name]
		wanted := s.wanted(index)
		for i := range in.Inventory.Config {
			o := &in.Inventory.Config[i]
			if !wanted(o) || !s.has(o.Namespace, o.Name) || len(s.Kinds) > 0 && !slices.Contains(s.Kinds, o.Kind) {
				continue
			}
			row := Config{Where: where, Config: o, Findings: c.Judged.Findings(o)}
			if s.Severity != "" && (len(row.Findings) == 0 || !row.Findings[0].Severity.AtLeast(s.Severity)) {
				continue
			}
			if index != nil {
				row.AppliesTo = index.To(o)
			}
			out = append(out, row)
		}
	}
	return out
}

// Count counts the findings of a severity.
func (c *Config) Count(of mesh.Severity) int {
	n := 0
	for i := range c.Findings {
		if c.Findings[i].Severity == of {
			n++
		}
	}
	return n
}

// namespace is what is wrong with a namespace; nil where nobody has looked.
func (j *Judged) namespace(n *mesh.Namespace) []mesh.Finding {
	if j == nil || j.OfNamespace == nil {
		return nil
	}
	return j.OfNamespace(n)
}

// service is the same of a Kubernetes service.
func (j *Judged) service(s *mesh.Service) []mesh.Finding {
	if j == nil || j.OfService == nil {
		return nil
	}
	return j.OfService(s)
}

// workload is the same of a workload.
func (j *Judged) workload(w *mesh.Workload) []mesh.Finding {
	if j == nil || j.OfWorkload == nil {
		return nil
	}
	return j.OfWorkload(w)
}

// Applied is the configuration that applies to a thing.
type Applied struct {
	// Objects are in order; nil where configuration was not read.
	Objects []*mesh.Config
	// Errors and Warnings count those of which the worst finding is so bad; nil where not
	// all configuration is known.
	Errors, Warnings *int
}

// applied is what an index gives for a thing of a cluster.
func (c *Catalog) applied(in *Cluster, of func(*applies.Index) []*mesh.Config) Applied {
	if c.Judged == nil || c.Judged.Indexes[in.Name] == nil || !in.Holds(mesh.NeedConfig) {
		return Applied{}
	}
	a := Applied{Objects: of(c.Judged.Indexes[in.Name])}
	errors, warnings := 0, 0
	for _, o := range a.Objects {
		switch c.Judged.worst(o) {
		case mesh.SeverityError:
			errors++
		case mesh.SeverityWarning:
			warnings++
		}
	}
	known := in.knows(mesh.NeedConfig)
	a.Errors, a.Warnings = count(errors, known), count(warnings, known)
	return a
}

// worst is how bad the worst finding of an object is; empty without any.
func (j *Judged) worst(o *mesh.Config) mesh.Severity {
	if found := j.Findings(o); len(found) > 0 {
		return found[0].Severity
	}
	return ""
}

// configErrors counts the errors in the configuration of a thing; nil when nobody told.
func (c *Catalog) configErrors(ref mesh.Ref) *int {
	at := slices.IndexFunc(c.Clusters, func(in Cluster) bool { return in.Name == ref.Cluster })
	if at < 0 {
		return nil
	}
	return c.applied(&c.Clusters[at], func(x *applies.Index) []*mesh.Config {
		switch ref.Kind {
		case mesh.KindWorkload:
			return x.Workload(ref.Namespace, ref.Name)
		case mesh.KindService:
			return x.Service(ref.Namespace, ref.Name)
		case mesh.KindApp:
			return ofApp(x, ref.Namespace, ref.Name)
		}
		var inside []*mesh.Config
		for i := range x.Inventory().Config {
			if o := &x.Inventory().Config[i]; ref.Kind == mesh.KindCluster || o.Namespace == ref.Namespace {
				inside = append(inside, o)
			}
		}
		return inside
	}).Errors
}

// ofApp is what applies to any of an app's workloads, each once.
func ofApp(x *applies.Index, namespace, app string) []*mesh.Config {
	seen := map[*mesh.Config]bool{}
	var out []*mesh.Config
	for _, w := range x.App(namespace, app) {
		for _, o := range x.Workload(namespace, w.Name) {
			if !seen[o] {
				seen[o] = true
				out = append(out, o)
			}
		}
	}
	return out
}
