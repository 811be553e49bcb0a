package fleet

import (
	"slices"
	"sync"
	"time"

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

// tell notes when a cluster stops answering and when it answers again. What it was like
// before is where the connection was in its life: a first answer at once is no event.
func (c *chronicle) tell(before, after Observation) {
	now := time.Now()
	switch {
	case before.State == mesh.StateReady && after.State == mesh.StateUnreachable:
		c.add(mesh.Event{At: now, What: mesh.WhatLost, Text: reason(after)})
	case before.State == mesh.StateUnreachable && after.State == mesh.StateReady:
		c.add(mesh.Event{At: now, What: mesh.WhatBack})
	}
}

func reason(o Observation) string {
	if o.Err == nil {
		return ""
	}
	return sentenceOf(o.Err)
}

// compare notes which clusters are new in the fleet, and which have left it.
func (c *chronicle) compare(before, after map[mesh.ClusterName]string) {
	now := time.Now()
	for _, name := range slices.Sorted(keys(after)) {
		if _, known := before[name]; !known {
			c.add(mesh.Event{At: now, Cluster: name, What: mesh.WhatJoined, Text: after[name]})
		}
	}
	for _, name := range slices.Sorted(keys(before)) {
		if _, still := after[name]; !still {
			c.add(mesh.Event{At: now, Cluster: name, What: mesh.WhatLost, Text: "it has left the fleet: nothing names it any more"})
		}
	}
}
