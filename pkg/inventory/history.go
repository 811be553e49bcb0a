package inventory

import (
	"context"
	"slices"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// historyNeeds are the kinds whose changes are events.
const historyNeeds = mesh.NeedWorkloads | mesh.NeedConfig

// History tells what happened in a time, without a cluster's name: what the watches have
// noted; from before they began, what the objects tell of themselves; and what Kubernetes'
// events tell, which are asked for anew, and are not when the cluster is silent. It waits
// no longer than ctx.
func (w *Watches) History(ctx context.Context, from, to time.Time, silent bool) mesh.History {
	keepers := w.need(historyNeeds)
	telling := make(chan reports, 1)
	if silent || !w.asks(ctx, telling) {
		telling <- reports{}
	}
	w.wait(ctx, keepers)
	now := time.Now()
	m := merger{since: map[string]time.Time{}, owners: owners{pods: map[objectName]mesh.Owner{}, held: map[thing]bool{}}}
	var told []mesh.Event
	for _, k := range keepers {
		if k == nil {
			continue
		}
		k.settle(now)
		told = append(told, k.told(&m)...)
	}
	m.events = w.journal.until(to)
	var reported reports
	select {
	case reported = <-telling:
	case <-ctx.Done():
		if !silent {
			reported.gaps = []string{"without Kubernetes' events: they did not come in time"}
		}
	}
	m.add(told)
	m.add(m.owners.inWorkloads(reported.events))
	mesh.Spans(m.events)
	return mesh.History{
		Events: slices.DeleteFunc(m.events, func(e mesh.Event) bool { return !e.In(from, to) }),
		Gaps:   reported.gaps,
	}
}

// told are the events that a kind's objects tell of themselves. The merger learns since
// when the kind is watched, and whose the pods are.
func (k *keeper) told(m *merger) (events []mesh.Event) {
	k.mu.Lock()
	since := k.past.since
	k.mu.Unlock()
	if !since.IsZero() {
		m.since[k.kind.name] = since
	}
	all, _ := k.records()
	for _, r := range all {
		if p, ok := r.(*pod); ok {
			m.owners.pods[objectName{p.Namespace, p.Name}] = p.Workload
		}
		if c, ok := r.(*controller); ok {
			m.owners.held[thing{c.Kind, c.Namespace, c.Name}] = true
		}
		h := asHistoric(r)
		if h == nil {
			continue
		}
		o := h.object()
		if !o.Created.IsZero() {
			events = append(events, begun(h, o.Created))
		}
		if o.Generation > 1 && o.Changed.Sub(o.Created) > time.Second {
			events = append(events, about(h, mesh.Event{At: o.Changed, What: mesh.WhatChanged, By: o.ChangedBy}))
		}
	}
	return events
}

// merger joins what several sources tell.
type merger struct {
	events []mesh.Event
	since  map[string]time.Time // when the watch of a kind began
	owners owners
}

// add takes what is not known yet. From when a kind is watched, the watch knows better.
func (m *merger) add(more []mesh.Event) {
	known := map[thing][]int{}
	for i := range m.events {
		e := &m.events[i]
		k := thing{e.Kind, e.Namespace, e.Name}
		known[k] = append(known[k], i)
	}
	for _, e := range more {
		same := known[thing{e.Kind, e.Namespace, e.Name}]
		since, watched := m.since[e.Kind]
		switch {
		case e.What == mesh.WhatFailing:
			if m.explained(same, e) {
				continue
			}
		case watched && !e.At.Before(since), m.carriedOut(same, &e), slices.ContainsFunc(same, func(i int) bool { return sameChange(&m.events[i], &e) }):
			continue
		}
		m.events = append(m.events, e)
	}
}

// sameChange reports whether two events of one object are the same change: the objects' own
// times are whole seconds.
func sameChange(a, b *mesh.Event) bool {
	const apart = 2 * time.Second
	if d := a.At.Sub(b.At); d > apart || d < -apart {
		return false
	}
	return a.What == b.What || b.What == mesh.WhatChanged && (a.What == mesh.WhatRolledOut || a.What == mesh.WhatScaled)
}

// carriedOut reports whether an event tells how the controller of Deployments carried out a
// change that is known. Where nobody recorded what that change was, the event tells it.
func (m *merger) carriedOut(same []int, e *mesh.Event) bool {
	const early = -2 * time.Second // times are whole seconds, and clocks differ
	if e.What != mesh.WhatScaled && e.What != mesh.WhatRolledOut {
		return false
	}
	s, _ := stepOf(report{Event: *e})
	var nearest *mesh.Event
	for _, i := range same {
		a := &m.events[i]
		may := a.What == mesh.WhatChanged || a.What == mesh.WhatScaled || a.What == mesh.WhatRolledOut || a.What == mesh.WhatCreated && s.begins
		d := e.At.Sub(a.At)
		if may && d >= early && d <= controllerDelay && (nearest == nil || d.Abs() <= e.At.Sub(nearest.At).Abs()) {
			nearest = a
		}
	}
	if nearest != nil && nearest.What == mesh.WhatChanged {
		nearest.What, nearest.Text = e.What, e.Text
	}
	return nearest != nil
}

// explained adds the reason that Kubernetes tells to a failure that is known, and reports
// whether there is one at that time.
func (m *merger) explained(same []int, reason mesh.Event) bool {
	const around = 2 * time.Minute
	for _, i := range same {
		e := &m.events[i]
		if e.What != mesh.WhatFailing || !reason.In(e.At.Add(-around), m.end(same, i).Add(around)) {
			continue
		}
		if e.Text != "" {
			e.Text += "; "
		}
		e.Text += reason.Text
		return true
	}
	return false
}

// end is when a failure was over; far ahead while it lasts.
func (m *merger) end(same []int, i int) time.Time {
	for _, j := range same {
		e := &m.events[j]
		if e.Ends(&m.events[i]) {
			return e.At
		}
	}
	return m.events[i].At.Add(100 * 365 * 24 * time.Hour)
}
