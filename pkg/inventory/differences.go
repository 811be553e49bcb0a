package inventory

import (
	"cmp"
	"fmt"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"k8s.io/apimachinery/pkg/types"
)

// historic is a record whose changes are events. It tells which object it is of: one that
// is made anew under the same name is another.
type historic interface {
	record
	kindName() string
	id() types.UID
	// turned are the events of a change of what is wanted: their What, By and Text.
	turned(from historic) []mesh.Event
}

func (c *config) kindName() string { return c.Kind }

func (c *config) id() types.UID { return c.uid }

func (c *config) turned(historic) []mesh.Event { return []mesh.Event{{What: mesh.WhatChanged}} }

func (c *controller) kindName() string { return c.Kind }

func (c *controller) id() types.UID { return c.uid }

// turned tells of new pods and of another number of them. What a daemon set wants follows
// the cluster's nodes, and is no change of it.
func (c *controller) turned(from historic) (out []mesh.Event) {
	old, ok := from.(*controller)
	if !ok {
		return nil
	}
	if old.template != c.template {
		text := "new pods of the same images"
		if old.images != c.images {
			text = fmt.Sprintf("%s → %s", cmp.Or(old.images, "no image"), cmp.Or(c.images, "no image"))
		}
		out = append(out, mesh.Event{What: mesh.WhatRolledOut, Text: text})
	}
	if c.Kind != "DaemonSet" && wants(old) != wants(c) {
		out = append(out, mesh.Event{What: mesh.WhatScaled, Text: fmt.Sprintf("from %d to %d", wants(old), wants(c))})
	}
	return out
}

// wants is how many pods a controller is to have.
func wants(c *controller) int {
	if c.Desired == nil {
		return 0
	}
	return *c.Desired
}

// difference tells what has happened between two states of what has one name; nil stands
// for an object that is not there. A generation that stays says that only the status or
// the metadata differ, which are no events.
func difference(from, to historic, now time.Time) []mesh.Event {
	switch {
	case from == nil:
		return []mesh.Event{begun(to, now)}
	case to == nil:
		return []mesh.Event{about(from, mesh.Event{At: now, What: mesh.WhatDeleted})}
	case from.id() != to.id():
		o := to.object()
		gone := now
		if !o.Created.IsZero() && o.Created.Before(now) {
			gone = o.Created // not after what has taken its place
		}
		return []mesh.Event{about(from, mesh.Event{At: gone, What: mesh.WhatDeleted}), begun(to, now)}
	case to.object().Generation <= from.object().Generation:
		return nil
	}
	events := to.turned(from)
	at, by := changed(from.object(), to.object(), now)
	for i := range events {
		events[i].At, events[i].By = at, by
		events[i] = about(to, events[i])
	}
	return events
}

// begun is the event of an object that is new.
func begun(of historic, now time.Time) mesh.Event {
	o := of.object()
	e := mesh.Event{At: o.Created, What: mesh.WhatCreated}
	if e.At.IsZero() {
		e.At = now
	}
	if o.Changed.Sub(o.Created) <= time.Second {
		e.By = o.ChangedBy
	}
	return about(of, e)
}

// changed is when an object was changed, and by whom: as its fields' managers recorded it,
// else now.
func changed(from, to *mesh.Object, now time.Time) (time.Time, string) {
	if to.Changed.After(from.Changed) || to.Changed.Equal(from.Changed) && now.Sub(to.Changed) < 2*time.Second {
		return to.Changed, to.ChangedBy
	}
	return now, ""
}

// about says what an event is of.
func about(of historic, e mesh.Event) mesh.Event {
	o := of.object()
	e.Namespace, e.Kind, e.Name = o.Namespace, of.kindName(), o.Name
	return e
}
