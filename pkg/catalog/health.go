package catalog

import (
	"cmp"
	"slices"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Health is how one thing does. No two rows are of the same Ref.
type Health struct {
	// Ref is a cluster, a namespace, an app, a workload, a service or a host outside the mesh.
	mesh.Ref
	// Health is the worst of what its pods and its traffic say, and of what its workloads
	// do; HealthNone where there is nothing to judge by.
	Health mesh.Health
	Vitals *mesh.Vitals
	// ReadyRatio is how many of the pods that are wanted are ready, 0–1; nil where none is
	// wanted, or that is not known.
	ReadyRatio *float64
	// ConfigErrors counts the errors in its configuration; nil when nobody told.
	ConfigErrors *int
	// Reachable says whether its cluster answers; nil when nobody is to reach it, or
	// nobody has tried yet.
	Reachable *bool
	// AsOf is as in Where; nil also for what the metrics alone tell of.
	AsOf *time.Time

	ready, wanted int
}

// healthNeeds are the parts of inventories that tell of things of a kind. One that does
// not know all of them may not know all things.
var healthNeeds = map[mesh.Kind]mesh.Need{
	mesh.KindCluster:   mesh.NeedWorkloads,
	mesh.KindNamespace: mesh.NeedNamespaces | mesh.NeedWorkloads,
	mesh.KindApp:       mesh.NeedWorkloads,
	mesh.KindWorkload:  mesh.NeedWorkloads,
	mesh.KindService:   mesh.NeedServices,
}

// Healths tells how the things of a kind do: KindCluster, KindNamespace, KindApp,
// KindWorkload or KindService.
//
// Nothing is left out in silence. A cluster that does not answer, or of which something
// cannot be read, keeps the rows of what was read last and has a row of its own besides.
// Where an inventory may lack things, those that the metrics tell of are added.
func (c *Catalog) Healths(of mesh.Kind, s Selection) []Health {
	b := healths{catalog: c, of: of, selection: s, need: healthNeeds[of], at: map[mesh.Ref]int{}, whole: map[mesh.ClusterName]bool{}}
	services := map[mesh.ClusterName][]Service{}
	if of == mesh.KindService {
		for _, row := range c.Services(s) {
			services[row.Cluster] = append(services[row.Cluster], row)
		}
	}
	order := map[mesh.ClusterName]int{}
	for i, in := range c.Of(s) {
		order[in.Name] = i
		b.cluster(&in, services[in.Name])
	}
	b.telemetry()
	for i := range b.rows {
		b.finish(&b.rows[i])
	}
	place := func(name mesh.ClusterName) int {
		if at, known := order[name]; known {
			return at
		}
		return len(order) // those that the metrics alone know of come last
	}
	slices.SortFunc(b.rows, func(x, y Health) int {
		return cmp.Or(cmp.Compare(place(x.Cluster), place(y.Cluster)), x.Ref.Compare(y.Ref))
	})
	return b.rows
}

// healths makes rows.
type healths struct {
	catalog   *Catalog
	of        mesh.Kind
	selection Selection
	need      mesh.Need
	rows      []Health
	at        map[mesh.Ref]int
	// whole are the clusters of which all things are known.
	whole map[mesh.ClusterName]bool
}

// row finds a thing's row, or makes it.
func (b *healths) row(ref mesh.Ref) *Health {
	at, ok := b.at[ref]
	if !ok {
		at = len(b.rows)
		b.at[ref] = at
		b.rows = append(b.rows, Health{Ref: ref, Health: mesh.HealthNone})
	}
	return &b.rows[at]
}

// cluster adds what a cluster holds, and the cluster's own row where there is to be one.
func (b *healths) cluster(in *Cluster, services []Service) {
	first := len(b.rows)
	own := mesh.Ref{Kind: mesh.KindCluster, Cluster: in.Name}
	outside := in.State == mesh.StateNotAccessible || in.State == mesh.StateTelemetryOnly
	b.whole[in.Name] = in.State == mesh.StateReady && in.Inventory != nil && in.Inventory.Complete(b.need)
	if b.of == mesh.KindCluster && b.named("", string(in.Name)) {
		b.row(own)
	}
	var asOf *time.Time
	if in.Inventory != nil {
		asOf = in.where(b.need).AsOf
		b.held(in.Inventory, services)
	}
	if b.of != mesh.KindCluster && !outside && !b.whole[in.Name] {
		b.row(own)
	}
	for i := first; i < len(b.rows); i++ {
		row := &b.rows[i]
		if row.Reachable, row.AsOf = reachable(in.State), asOf; row.Ref == own && !in.LastContact.IsZero() {
			row.AsOf = &in.LastContact
		}
	}
}

// reachable says whether a cluster in a state answers.
func reachable(s mesh.State) *bool {
	yes, no := true, false
	switch s {
	case mesh.StateReady:
		return &yes
	case mesh.StateUnreachable, mesh.StateRefused:
		return &no
	}
	return nil
}

// held adds what an inventory holds.
func (b *healths) held(in *mesh.Inventory, services []Service) {
	if b.of == mesh.KindNamespace {
		for i := range in.Namespaces {
			if name := in.Namespaces[i].Name; b.named(name, name) {
				b.row(mesh.Ref{Kind: mesh.KindNamespace, Cluster: in.Cluster, Namespace: name})
			}
		}
	}
	for i := range services {
		b.service(&services[i])
	}
	for i := range in.Workloads {
		b.workload(in.Cluster, &in.Workloads[i])
	}
}

// named reports whether a selection takes a thing.
func (b *healths) named(namespace, name string) bool {
	if b.of == mesh.KindCluster {
		return len(b.selection.Names) == 0 || slices.Contains(b.selection.Names, name)
	}
	return b.selection.has(namespace, name)
}

func (b *healths) service(s *Service) {
	row := b.row(s.Ref())
	row.Health = row.Health.Worse(s.Health)
	if s.Endpoints != nil && s.Ready != nil {
		row.ready, row.wanted = row.ready+*s.Ready, row.wanted+*s.Endpoints
	}
}

// workload adds a workload to the thing that it is part of. Two of one name are one, as
// they are to the metrics.
func (b *healths) workload(cluster mesh.ClusterName, w *mesh.Workload) {
	ref := mesh.Ref{Kind: b.of, Cluster: cluster}
	name := w.Name
	switch b.of {
	case mesh.KindCluster:
		name = string(cluster)
	case mesh.KindNamespace:
		ref.Namespace, name = w.Namespace, w.Namespace
	case mesh.KindApp:
		ref.Namespace, ref.Name, name = w.Namespace, w.App, w.App
	case mesh.KindWorkload:
		ref.Namespace, ref.Name = w.Namespace, w.Name
	default:
		return
	}
	if name == "" || !b.named(w.Namespace, name) {
		return
	}
	row := b.row(ref)
	row.Health = row.Health.Worse(w.PodHealth())
	if b.of != mesh.KindApp { // which has traffic of its own
		traffic := b.catalog.vitals(mesh.Ref{Kind: mesh.KindWorkload, Cluster: cluster, Namespace: w.Namespace, Name: w.Name})
		row.Health = row.Health.Worse(trafficHealth(traffic))
	}
	if w.Desired != nil && *w.Desired > 0 {
		row.ready, row.wanted = row.ready+min(w.Ready, *w.Desired), row.wanted+*w.Desired
	}
}

// telemetry adds what the metrics alone tell of, where inventories may lack it.
func (b *healths) telemetry() {
	for ref, v := range b.catalog.Vitals {
		if !ref.Cluster.Known() || ref.Namespace == mesh.Unknown || ref.Name == mesh.Unknown || !b.selection.cluster(ref.Cluster) || b.whole[ref.Cluster] {
			continue
		}
		namespace, name := ref.Namespace, ref.Name
		switch ref.Kind {
		case mesh.KindCluster:
			name = string(ref.Cluster)
		case mesh.KindNamespace:
			name = namespace
		}
		if ref.Kind == b.of && b.named(namespace, name) {
			b.add(ref)
		}
		if ref.Kind == mesh.KindWorkload && (b.of == mesh.KindNamespace || b.of == mesh.KindCluster) {
			into := mesh.Ref{Kind: b.of, Cluster: ref.Cluster}
			if b.of == mesh.KindNamespace {
				into.Namespace = ref.Namespace
			}
			if b.of == mesh.KindCluster && b.named("", string(ref.Cluster)) || b.of == mesh.KindNamespace && b.named(namespace, namespace) {
				row := b.add(into)
				row.Health = row.Health.Worse(trafficHealth(&v))
			}
		}
	}
}

// add finds a thing's row, or makes it of what the metrics tell.
func (b *healths) add(ref mesh.Ref) *Health {
	_, held := b.at[ref]
	row := b.row(ref)
	if !held {
		for i := range b.catalog.Clusters {
			if in := &b.catalog.Clusters[i]; in.Name == ref.Cluster {
				row.Reachable = reachable(in.State)
			}
		}
	}
	return row
}

// finish tells what is told of a thing as a whole.
func (b *healths) finish(row *Health) {
	if row.Kind == mesh.KindCluster && b.of != mesh.KindCluster {
		return // a row that says what is not known
	}
	row.Vitals = b.catalog.vitals(row.Ref)
	switch b.of {
	case mesh.KindApp, mesh.KindWorkload, mesh.KindService:
		row.Health = row.Health.Worse(trafficHealth(row.Vitals))
	}
	if row.Kind == mesh.KindCluster && row.Reachable != nil && !*row.Reachable {
		row.Health, row.wanted = mesh.HealthNone, 0 // as it was is no news of how it does
	}
	if row.wanted > 0 {
		ratio := min(float64(row.ready)/float64(row.wanted), 1)
		row.ReadyRatio = &ratio
	}
	row.ConfigErrors = b.catalog.configErrors(row.Ref)
}
