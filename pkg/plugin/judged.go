package plugin

import (
	"slices"
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/findings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// judgedConfig tells what configuration is for, and what is wrong with it. The clusters are
// all of the fleet, with all parts of their inventories.
func (d *Datasource) judgedConfig(clusters []catalog.Cluster) *catalog.Judged {
	out := &catalog.Judged{Indexes: map[mesh.ClusterName]*applies.Index{}}
	for i := range clusters {
		if held := clusters[i].Inventory; held != nil {
			out.Indexes[clusters[i].Name] = d.prepared.of(held).Index
		}
	}
	report := d.judgements.of(looked(clusters))
	out.Findings, out.OfNamespace, out.OfService, out.OfWorkload = report.Of, report.OfNamespace, report.OfService, report.OfWorkload
	return out
}

// looked are the inventories of clusters. A cluster that does not answer may have changed
// since: of it, as of one that was never read, it is told that nothing is known for certain.
func looked(clusters []catalog.Cluster) []*mesh.Inventory {
	out := make([]*mesh.Inventory, len(clusters))
	for i := range clusters {
		c := &clusters[i]
		switch {
		case c.Inventory == nil:
			out[i] = &mesh.Inventory{Cluster: c.Name}
		case c.State != mesh.StateReady:
			unsure := *c.Inventory
			unsure.Cluster, unsure.Kinds = c.Name, nil
			out[i] = &unsure
		default:
			out[i] = c.Inventory
		}
	}
	return out
}

// judgements keeps what was found in the last snapshots of all clusters: two, since
// questions that overlap a change see both sides of it.
type judgements struct {
	mu   sync.Mutex
	last [2]*judgement
}

// judgement is a set of snapshots that is looked through once, for all who ask meanwhile.
type judgement struct {
	inventories []*mesh.Inventory
	report      func() *findings.Report
}

func (j *judgements) of(inventories []*mesh.Inventory) *findings.Report {
	return j.find(inventories).report()
}

func (j *judgements) find(inventories []*mesh.Inventory) *judgement {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, known := range j.last {
		if known != nil && slices.EqualFunc(known.inventories, inventories, sameSight) {
			return known
		}
	}
	made := &judgement{inventories, sync.OnceValue(func() *findings.Report { return findings.Of(inventories) })}
	j.last = [2]*judgement{made, j.last[0]}
	return made
}

// sameSight reports whether two snapshots share their objects, and know them equally well.
func sameSight(a, b *mesh.Inventory) bool {
	return a.Cluster == b.Cluster && sameObjects(a, b) && slices.EqualFunc(a.Kinds, b.Kinds, func(a, b mesh.KindState) bool {
		return a.Resource == b.Resource && a.Known == b.Known && a.Absent == b.Absent && (a.Error == "") == (b.Error == "")
	})
}
