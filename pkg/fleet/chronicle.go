package fleet

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// mostNotes bounds what is remembered of the coming and going of clusters: of one
// connection, and of one fleet. The newest stay.
const mostNotes = 200

// chronicle remembers the coming and going of clusters.
type chronicle struct {
	mu    sync.Mutex
	notes []mesh.Event
}

func (c *chronicle) add(e mesh.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.Kind = mesh.KindOfClusters
	if len(c.notes) == mostNotes {
		c.notes = slices.Delete(c.notes, 0, 1)
	}
	c.notes = append(c.notes, e)
}

func (c *chronicle) all() []mesh.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.notes)
}

// tell notes when a cluster stops answering, and when it answers again or, after failures,
// for the first time.
func (c *chronicle) tell(before, after Observation) {
	now := time.Now()
	switch {
	case before.State == mesh.StateReady && after.State == mesh.StateUnreachable:
		why := ""
		if after.Err != nil {
			why = strings.TrimSuffix(fault.Of(after.Err).Sentence, ".")
		}
		c.add(mesh.Event{At: now, What: mesh.WhatLost, Text: why})
	case before.State == mesh.StateUnreachable && after.State == mesh.StateReady:
		c.add(mesh.Event{At: now, What: mesh.WhatBack})
	}
}

// compare notes which clusters are new in the fleet, and which have left it.
func (c *chronicle) compare(before, after map[mesh.ClusterName]string) {
	now := time.Now()
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if _, known := before[name]; !known {
			c.add(mesh.Event{At: now, Cluster: name, What: mesh.WhatJoined, Text: after[name]})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, still := after[name]; !still {
			c.add(mesh.Event{At: now, Cluster: name, What: mesh.WhatLost, Text: "it has left the fleet: nothing names it any more"})
		}
	}
}

// History tells what happened in the cluster in a time, and when it was lost and back. It
// waits no longer than ctx; a cluster that is known not to answer is not asked.
func (m Member) History(ctx context.Context, from, to time.Time) mesh.History {
	if m.conn == nil {
		return mesh.History{Cluster: m.Name}
	}
	var h mesh.History
	if w := m.conn.inventory(); w != nil {
		h = m.heard(ctx, w, from, to)
	}
	h.Cluster = m.Name
	h.Events = append(h.Events, m.conn.chronicle.all()...)
	for i := range h.Events {
		h.Events[i].Cluster = m.Name
	}
	return h
}

// heard asks the watches, and waits for nothing while the cluster is known not to answer.
func (m Member) heard(ctx context.Context, w Watches, from, to time.Time) mesh.History {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	state := m.conn.observation().State
	if state == mesh.StateUnreachable {
		cancel()
	}
	return w.History(ctx, from, to, state != mesh.StateReady)
}

// Histories are the histories of all clusters, in the order of Clusters. They are waited for
// as Inventories are.
func (f *Fleet) Histories(ctx context.Context, from, to time.Time) []mesh.History {
	_, told := gather(ctx, f, func(ctx context.Context, m Member) mesh.History { return m.History(ctx, from, to) })
	return told
}

// Comings tells which clusters have joined the fleet, and which have left it, since it was
// first asked.
func (f *Fleet) Comings() []mesh.Event { return f.chronicle.all() }
