package catalog

import (
	"slices"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Cluster is a cluster with what it holds.
type Cluster struct {
	mesh.Cluster
	// Inventory is nil when nothing of what it holds was ever read.
	Inventory *mesh.Inventory
}

// Catalog is what rows are made from.
type Catalog struct {
	// Clusters are all of the mesh, also those that a selection leaves out: rows tell in
	// which other clusters the same thing runs.
	Clusters []Cluster
	// Vitals tell how namespaces, apps, workloads, services and external hosts do; nil
	// when that was not asked for, or could not be told.
	Vitals map[mesh.Ref]mesh.Vitals
	// Judged is nil when nobody asked about configuration.
	Judged *Judged
}

// Selection narrows rows to exact names. An empty list means all.
type Selection struct {
	Clusters          []mesh.ClusterName
	Namespaces, Names []string
}

func (s *Selection) cluster(name mesh.ClusterName) bool {
	return len(s.Clusters) == 0 || slices.Contains(s.Clusters, name)
}

func (s *Selection) namespace(name string) bool {
	return len(s.Namespaces) == 0 || slices.Contains(s.Namespaces, name)
}

func (s *Selection) has(namespace, name string) bool {
	return s.namespace(namespace) && (len(s.Names) == 0 || slices.Contains(s.Names, name))
}

// Of are the clusters that a selection names, in the order of rows.
func (c *Catalog) Of(s Selection) []Cluster {
	return slices.DeleteFunc(c.ordered(), func(in Cluster) bool { return !s.cluster(in.Name) })
}

// ordered are all clusters in the order of rows.
func (c *Catalog) ordered() []Cluster {
	out := slices.Clone(c.Clusters)
	slices.SortStableFunc(out, func(a, b Cluster) int { return a.Compare(&b.Cluster) })
	return out
}

// selected are the clusters of a selection that anything is known to hold.
func (c *Catalog) selected(s Selection) []Cluster {
	return slices.DeleteFunc(c.Of(s), func(in Cluster) bool { return in.Inventory == nil })
}

// vitals are those of a thing; nil when nobody told.
func (c *Catalog) vitals(ref mesh.Ref) *mesh.Vitals {
	if v, ok := c.Vitals[ref]; ok {
		return &v
	}
	return nil
}

// trafficHealth is what the traffic of a thing says of it.
func trafficHealth(v *mesh.Vitals) mesh.Health {
	if v == nil || v.Health == "" {
		return mesh.HealthNone
	}
	return v.Health
}

// Where is the cluster that a row is of, and how fresh the row is.
type Where struct {
	Cluster mesh.ClusterName
	// AsOf is the last moment at which the row is known to have been so; nil when
	// nobody tells.
	AsOf *time.Time
}

// where tells it of rows that are made from parts of an inventory: as fresh as the
// kind of them that was read longest ago.
func (in *Cluster) where(need mesh.Need) Where {
	var oldest *time.Time
	for i := range in.Inventory.Kinds {
		k := &in.Inventory.Kinds[i]
		if mesh.NeedOf(k.Resource)&need != 0 && k.Known && !k.AsOf.IsZero() && (oldest == nil || k.AsOf.Before(*oldest)) {
			oldest = &k.AsOf
		}
	}
	return Where{Cluster: in.Name, AsOf: oldest}
}

// Holds reports whether anything of a part was ever read.
func (in *Cluster) Holds(need mesh.Need) bool {
	return in.Inventory != nil && slices.ContainsFunc(in.Inventory.Kinds, func(k mesh.KindState) bool {
		return mesh.NeedOf(k.Resource)&need != 0 && k.Known
	})
}

// knows reports whether a part was read as a whole, now or before: what it does not
// hold did not exist then.
func (in *Cluster) knows(need mesh.Need) bool {
	return in.kinds(func(k *mesh.KindState) bool { return mesh.NeedOf(k.Resource)&need == need })
}

// knowsKind is knows of one kind, by its resource; one that the cluster does not have
// is known to have no objects.
func (in *Cluster) knowsKind(resource string) bool {
	return in.kinds(func(k *mesh.KindState) bool { return k.Resource == resource })
}

// holdsKind is knowsKind of a kind that the cluster has.
func (in *Cluster) holdsKind(resource string) bool {
	return slices.ContainsFunc(in.Inventory.Kinds, func(k mesh.KindState) bool { return k.Resource == resource && k.Known && !k.Absent })
}

// kinds reports whether all kinds that are asked about are known, and at least one is told of.
func (in *Cluster) kinds(asked func(*mesh.KindState) bool) bool {
	told := false
	for i := range in.Inventory.Kinds {
		k := &in.Inventory.Kinds[i]
		if !asked(k) {
			continue
		}
		if !k.Known && !k.Absent {
			return false
		}
		told = true
	}
	return told
}

// count is n, or nil when it is not known.
func count(n int, known bool) *int {
	if !known {
		return nil
	}
	return &n
}

// name is what a thing of a cluster is found by.
type name struct{ namespace, name string }
