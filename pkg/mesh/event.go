package mesh

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// What is what an event says of a thing.
type What string

// What can happen. Configuration is created, changed and deleted; so are workloads, of
// which more is told while they are watched.
const (
	WhatCreated   What = "created"
	WhatChanged   What = "changed" // what is wanted of it, not what it is like
	WhatDeleted   What = "deleted"
	WhatRolledOut What = "rolledOut" // the template of its pods changed
	WhatScaled    What = "scaled"    // it wants another number of pods
	WhatFailing   What = "failing"   // no pod of it is ready, or for a while fewer than wanted
	WhatRecovered What = "recovered"
	WhatJoined    What = "joined" // a cluster is new in the fleet
	WhatLost      What = "lost"   // a cluster does not answer any more, or has left the fleet
	WhatBack      What = "back"   // a cluster answers again
)

// Whats lists what can happen, in the order in which it is told.
func Whats() []What {
	return []What{WhatCreated, WhatChanged, WhatDeleted, WhatRolledOut, WhatScaled, WhatFailing, WhatRecovered, WhatJoined, WhatLost, WhatBack}
}

// KindOfClusters is the kind of events of whole clusters.
const KindOfClusters = "Cluster"

// Event is a change in the mesh.
type Event struct {
	// At is when it happened, Until when what it began was over again; Until is zero for
	// what takes no time, and for what still is so.
	At, Until time.Time
	Cluster   ClusterName
	// Namespace, Kind and Name say what changed, Kind such as VirtualService or
	// Deployment. A cluster has KindOfClusters and neither of the others.
	Namespace, Kind, Name string
	What                  What
	// By is the field manager who did it, such as kubectl-edit; empty when nobody
	// recorded it.
	By string
	// Text is one sentence of details, without a full stop; empty when there are none.
	Text string
}

// Same reports whether two events are of the same thing.
func (e *Event) Same(o *Event) bool {
	return e.Cluster == o.Cluster && e.Namespace == o.Namespace && e.Kind == o.Kind && e.Name == o.Name
}

// In reports whether any of an event lies in a time, whose ends count.
func (e *Event) In(from, to time.Time) bool {
	end := e.At
	if e.Until.After(end) {
		end = e.Until
	}
	return !e.At.After(to) && !end.Before(from)
}

// SortEvents sorts by time, the oldest first, and those of one moment by what they are of.
func SortEvents(events []Event) {
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Cluster, b.Cluster), strings.Compare(a.Namespace, b.Namespace),
			strings.Compare(a.Name, b.Name), strings.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What), strings.Compare(a.Text, b.Text))
	})
}

// ends are what ends a state that began with an event.
var ends = map[What][]What{
	WhatFailing: {WhatRecovered, WhatDeleted},
	WhatLost:    {WhatBack, WhatJoined},
}

// Ends reports whether an event is the end of what another one began.
func (e *Event) Ends(begun *Event) bool {
	return e.Same(begun) && !e.At.Before(begun.At) && slices.Contains(ends[begun.What], e.What)
}

// Spans sets Until of the events whose end is among them.
func Spans(events []Event) {
	type thing struct {
		Cluster               ClusterName
		Namespace, Kind, Name string
	}
	SortEvents(events)
	open := map[thing][]int{}
	for i := range events {
		e := &events[i]
		of := thing{e.Cluster, e.Namespace, e.Kind, e.Name}
		left := open[of][:0]
		for _, j := range open[of] {
			if begun := &events[j]; e.Ends(begun) {
				begun.Until = e.At
			} else {
				left = append(left, j)
			}
		}
		if open[of] = left; ends[e.What] != nil && e.Until.IsZero() {
			open[of] = append(left, i)
		}
	}
}

// History is what is known of what happened in one cluster.
type History struct {
	// Cluster is empty for what the fleet itself tells: which clusters come and go.
	Cluster ClusterName
	// Events are sorted as SortEvents does.
	Events []Event
	// Gaps are sentences that say what could not be read, and why.
	Gaps []string
}
