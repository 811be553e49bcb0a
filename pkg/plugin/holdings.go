package plugin

import (
	"context"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// holdingsWithin is how long an answer waits for what clusters hold: what comes later is in
// the next answer.
const holdingsWithin = 2 * time.Second

// graphNeeds is what graphs are made of besides traffic.
const graphNeeds = mesh.NeedWorkloads | mesh.NeedServices | mesh.NeedConfig

// holdings are what the clusters hold, as far as it is known at one moment.
type holdings struct {
	// asked says that there is a cluster that can be asked what it holds.
	asked   bool
	members map[mesh.ClusterName]mesh.Cluster
	held    map[mesh.ClusterName]*mesh.Inventory
	// clusters are those of the fleet.
	clusters graph.Clusters
}

// askHoldings asks what the clusters hold and does not wait for the answer.
func (d *Datasource) askHoldings(ctx context.Context) <-chan holdings {
	answer := make(chan holdings, 1)
	go func() { answer <- d.holdings(ctx) }()
	return answer
}

func (d *Datasource) holdings(ctx context.Context) holdings {
	ctx, cancel := context.WithTimeout(ctx, holdingsWithin)
	defer cancel()
	h := holdings{
		members: map[mesh.ClusterName]mesh.Cluster{},
		held:    map[mesh.ClusterName]*mesh.Inventory{}, clusters: graph.Clusters{},
	}
	for _, member := range d.contents(ctx, graphNeeds) {
		h.members[member.Name] = member.Cluster
		h.asked = h.asked || member.Access != mesh.AccessNone
		if member.State == mesh.StateNotAccessible || member.Inventory == nil {
			h.clusters[member.Name] = graph.Cluster{NotAccessible: member.State == mesh.StateNotAccessible}
			continue
		}
		h.held[member.Name] = member.Inventory
		h.clusters[member.Name] = graph.Cluster{
			Holding:  d.prepared.of(member.Inventory),
			Complete: member.State == mesh.StateReady && member.Inventory.Complete(mesh.NeedWorkloads),
		}
	}
	return h
}

// networks are the clusters' networks, as far as they are known.
func (h holdings) networks() map[mesh.ClusterName]string {
	out := map[mesh.ClusterName]string{}
	for name, member := range h.members {
		if member.Facts != nil && member.Facts.Network != "" {
			out[name] = member.Facts.Network
		}
	}
	return out
}

// of are the clusters of a graph: those that only telemetry knows are not accessible.
func (h holdings) of(g mesh.Graph) graph.Clusters {
	for i := range g.Nodes {
		if name := g.Nodes[i].Cluster; name.Known() {
			if _, known := h.clusters[name]; !known {
				h.clusters[name] = graph.Cluster{NotAccessible: true}
			}
		}
	}
	return h.clusters
}

// prepared keeps what was made ready of the last snapshots of each cluster's inventory:
// two, since questions that overlap a change see both sides of it.
type prepared struct {
	mu       sync.Mutex
	clusters map[mesh.ClusterName][2]*preparing
}

// preparing is a snapshot that is made ready once, for all who ask meanwhile.
type preparing struct {
	inventory *mesh.Inventory
	holding   func() *graph.Holding
}

// maxPrepared bounds the clusters that are kept; beyond, all are made ready anew.
const maxPrepared = 256

func (p *prepared) of(inventory *mesh.Inventory) *graph.Holding {
	return p.find(inventory).holding()
}

func (p *prepared) find(inventory *mesh.Inventory) *preparing {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.clusters[inventory.Cluster]
	for _, known := range last {
		if known != nil && sameObjects(known.inventory, inventory) {
			return known
		}
	}
	if p.clusters == nil || len(p.clusters) >= maxPrepared {
		p.clusters = map[mesh.ClusterName][2]*preparing{}
	}
	made := &preparing{inventory, sync.OnceValue(func() *graph.Holding { return graph.NewHolding(inventory) })}
	p.clusters[inventory.Cluster] = [2]*preparing{made, last[0]}
	return made
}

// sameObjects reports whether two snapshots are one, or share their objects: what is known
// of a cluster grows older also while nothing in it changes.
func sameObjects(a, b *mesh.Inventory) bool {
	return a == b || sameList(a.Namespaces, b.Namespaces) && sameList(a.Workloads, b.Workloads) &&
		sameList(a.Services, b.Services) && sameList(a.Config, b.Config)
}

func sameList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
