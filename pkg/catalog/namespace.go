package catalog

import (
	"strconv"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// rootNamespace is where the configuration of the whole mesh lies.
const rootNamespace = "istio-system"

// Part is the part that a namespace plays in the mesh.
type Part string

// The parts.
const (
	PartControlPlane Part = "control plane" // it holds istiod, or is the mesh's root namespace
	PartDataPlane    Part = "data plane"    // its workloads are in the mesh, or are asked to be
	PartNone         Part = "not in mesh"
)

// Namespace is a namespace of a cluster.
type Namespace struct {
	Where
	*mesh.Namespace
	// Part is empty when that is not known: its labels ask for nothing, and its workloads
	// cannot be listed.
	Part Part
	// Mode is what its labels ask for; where they ask for nothing, what its workloads
	// are, and empty where that is not known.
	Mode mesh.Mode
	// Workloads, Services, Applications and Config count what it holds, Config the
	// objects of Istio's and the Gateway API's configuration; nil when that is not known.
	Workloads, Services, Applications, Config *int
	// ConfigErrors and ConfigWarnings count the objects of configuration of which the worst
	// finding is so bad; nil when that is not known.
	ConfigErrors, ConfigWarnings *int
	// Findings are what is wrong with its labels, the worst first.
	Findings []mesh.Finding
	MTLS     MTLS
	Vitals   *mesh.Vitals
	// Health is the worst of its workloads', Why names the first of the worst; empty
	// when nothing is wrong.
	Health mesh.Health
	Why    string
}

// Namespaces lists namespaces. The selection's names are names of namespaces as well.
func (c *Catalog) Namespaces(s Selection) []Namespace {
	var out []Namespace
	for _, in := range c.selected(s) {
		h := c.holdings(&in)
		where := in.where(mesh.NeedNamespaces)
		for i := range in.Inventory.Namespaces {
			ns := &in.Inventory.Namespaces[i]
			if s.has(ns.Name, ns.Name) {
				out = append(out, h.row(where, ns))
			}
		}
	}
	return out
}

// holdings is what the namespaces of a cluster hold, by namespace.
type holdings struct {
	catalog  *Catalog
	in       *Cluster
	contents map[string]*contents
	security *security
	// What is known as a whole.
	workloads, services, config bool
}

type contents struct {
	workloads        []*mesh.Workload
	services, config int
	errors, warnings int
}

func (c *Catalog) holdings(in *Cluster) *holdings {
	h := &holdings{
		catalog: c, in: in, contents: map[string]*contents{}, security: newSecurity(in),
		workloads: in.knows(mesh.NeedWorkloads), services: in.knowsKind("services"), config: in.knows(mesh.NeedConfig),
	}
	for i := range in.Inventory.Workloads {
		w := &in.Inventory.Workloads[i]
		of := h.of(w.Namespace)
		of.workloads = append(of.workloads, w)
	}
	for i := range in.Inventory.Services {
		h.of(in.Inventory.Services[i].Namespace).services++
	}
	for i := range in.Inventory.Config {
		o := &in.Inventory.Config[i]
		of := h.of(o.Namespace)
		of.config++
		if c.Judged == nil {
			continue
		}
		switch c.Judged.worst(o) {
		case mesh.SeverityError:
			of.errors++
		case mesh.SeverityWarning:
			of.warnings++
		}
	}
	return h
}

func (h *holdings) of(namespace string) *contents {
	c, ok := h.contents[namespace]
	if !ok {
		c = &contents{}
		h.contents[namespace] = c
	}
	return c
}

func (h *holdings) row(where Where, ns *mesh.Namespace) Namespace {
	in := h.of(ns.Name)
	row := Namespace{
		Where: where, Namespace: ns, Part: part(ns, in.workloads), Mode: mode(ns, in.workloads),
		Workloads: count(len(in.workloads), h.workloads), Applications: count(apps(in.workloads), h.workloads),
		Services: count(in.services, h.services), Config: count(in.config, h.config),
		Vitals: h.catalog.vitals(mesh.Ref{Kind: mesh.KindNamespace, Cluster: h.in.Name, Namespace: ns.Name}),
	}
	judged := h.config && h.catalog.Judged != nil
	row.Findings = h.catalog.Judged.namespace(ns)
	row.ConfigErrors, row.ConfigWarnings = count(in.errors, judged), count(in.warnings, judged)
	if row.Part == PartNone && !h.workloads {
		row.Part, row.Mode = "", ""
	}
	if row.Part != PartNone && row.Part != "" {
		row.MTLS = h.security.of(ns.Name, in.workloads)
	}
	row.Health, row.Why = h.health(in.workloads)
	return row
}

func part(ns *mesh.Namespace, workloads []*mesh.Workload) Part {
	if ns.Name == rootNamespace {
		return PartControlPlane
	}
	found := PartNone
	if ns.Injection != "" && ns.Injection != mesh.ModeNone {
		found = PartDataPlane
	}
	for _, w := range workloads {
		switch {
		case w.PodLabels["app"] == "istiod":
			return PartControlPlane
		case w.Mode != "" && w.Mode != mesh.ModeNone:
			found = PartDataPlane
		}
	}
	return found
}

func mode(ns *mesh.Namespace, workloads []*mesh.Workload) mesh.Mode {
	if ns.Injection != "" && ns.Injection != mesh.ModeNone {
		return ns.Injection
	}
	found := mesh.ModeNone
	for _, w := range workloads {
		switch w.Mode {
		case mesh.ModeSidecar:
			return mesh.ModeSidecar
		case mesh.ModeAmbient:
			found = mesh.ModeAmbient
		}
	}
	return found
}

func apps(workloads []*mesh.Workload) int {
	seen := map[string]bool{}
	for _, w := range workloads {
		if w.App != "" {
			seen[w.App] = true
		}
	}
	return len(seen)
}

// health is the worst of workloads' healths, with the first of those that are so.
func (h *holdings) health(workloads []*mesh.Workload) (worst mesh.Health, why string) {
	worst, alike := mesh.HealthNone, 0
	for _, w := range workloads {
		is, words := health(w, h.catalog.vitals(mesh.Ref{Kind: mesh.KindWorkload, Cluster: h.in.Name, Namespace: w.Namespace, Name: w.Name}))
		switch {
		case is == worst:
			alike++
		case worst.Worse(is) == is:
			worst, alike = is, 0
			why = w.Name + ": " + words
		}
	}
	if !wrong(worst) {
		return worst, ""
	}
	if alike > 0 {
		why += "; and " + strconv.Itoa(alike) + " more"
	}
	return worst, why
}
