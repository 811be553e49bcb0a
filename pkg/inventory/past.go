package inventory

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// past is what a keeper remembers to tell what has happened. The keeper locks it.
type past struct {
	// since is when the kind was first listed; zero before. What happened from then on was
	// noted.
	since time.Time
	// left are the records of a kind that is no longer there, since when: they may only
	// have been out of sight while the server started.
	left   []record
	leftAt time.Time
	short  map[objectName]shortage
}

// objectName names an object among those of its kind.
type objectName struct{ namespace, name string }

// shortage is a workload that has fewer ready pods than it wants.
type shortage struct {
	since time.Time
	told  bool // an event tells of it, or it was so when the watch began
}

// notedText says of an event that only a later list told of it.
const notedText = "while the cluster was not watched"

// asHistoric is a record whose changes are events; nil of others, and of none.
func asHistoric(r record) historic {
	h, _ := r.(historic)
	return h
}

// noted tells of an object's change, which a watch has told just now; k must be locked.
func (k *keeper) noted(from, to record) {
	before, after := asHistoric(from), asHistoric(to)
	if before == nil && after == nil {
		return
	}
	now := time.Now()
	events := difference(before, after, now)
	k.watches.journal.add(append(events, k.lacks(before, after, now)...)...)
}

// relisted compares a whole list with what was known before. The first list tells of no
// changes; k must be locked.
func (k *keeper) relisted(before []record, asked time.Time) {
	first := k.past.since.IsZero()
	if first {
		k.past.since = asked
	}
	if k.past.left != nil {
		before, k.past.left = k.past.left, nil
	}
	now := time.Now()
	var events []mesh.Event
	for from, to := range pairs(before, k.store.sorted) {
		before, after := asHistoric(from), asHistoric(to)
		if before == nil && after == nil {
			return // the kind has no history
		}
		if first {
			k.lacks(nil, after, now)
			k.begunShort(after)
			continue
		}
		for _, e := range difference(before, after, now) {
			if e.At.Equal(now) && e.Text == "" {
				e.Text = notedText
			}
			events = append(events, e)
		}
		events = append(events, k.lacks(before, after, now)...)
	}
	k.watches.journal.add(events...)
}

// pairs gives what two sorted lists have by each name, nil where one has nothing.
func pairs(before, after []record) func(func(from, to record) bool) {
	return func(yield func(from, to record) bool) {
		for len(before) > 0 || len(after) > 0 {
			var from, to record
			order := -1
			switch {
			case len(before) == 0:
				order = 1
			case len(after) > 0:
				order = byName(before[0], after[0])
			}
			if order <= 0 {
				from, before = before[0], before[1:]
			}
			if order >= 0 {
				to, after = after[0], after[1:]
			}
			if !yield(from, to) {
				return
			}
		}
	}
}

// gone remembers the records of a kind that is not there any more.
func (p *past) gone(records []record, now time.Time) {
	if p.since.IsZero() || p.left != nil || len(records) == 0 {
		return
	}
	p.left, p.leftAt = records, now
}

// lacks keeps which workloads lack ready pods, and tells of it: at once when the last
// ready pod is gone, else when it lasts; k must be locked.
func (k *keeper) lacks(from, to historic, now time.Time) (events []mesh.Event) {
	before, _ := from.(*controller)
	c, _ := to.(*controller)
	if c == nil {
		if before != nil {
			delete(k.past.short, nameOf(before))
		}
		return nil
	}
	name := nameOf(c)
	s, was := k.past.short[name]
	if c.Ready >= wants(c) {
		if was && !s.told && now.Sub(s.since) > k.watches.opts.Patience {
			s.told, events = true, append(events, failing(cmp.Or(before, c), s.since))
		}
		if was && s.told {
			events = append(events, about(c, mesh.Event{At: now, What: mesh.WhatRecovered, Text: readyText(c)}))
		}
		delete(k.past.short, name)
		return events
	}
	if !was {
		s.since = now
	}
	if !s.told && c.Ready == 0 && before != nil && before.Ready > 0 && before.uid == c.uid && before.template == c.template {
		s.told, events = true, append(events, failing(c, now))
	}
	if k.past.short == nil {
		k.past.short = map[objectName]shortage{}
	}
	k.past.short[name] = s
	return events
}

// begunShort says that a workload lacked pods when the watch began: nobody saw it begin.
func (k *keeper) begunShort(of historic) {
	if c, ok := of.(*controller); ok {
		if s, was := k.past.short[nameOf(c)]; was {
			s.told = true
			k.past.short[nameOf(c)] = s
		}
	}
}

func nameOf(c *controller) objectName { return objectName{c.Namespace, c.Name} }

func failing(c *controller, at time.Time) mesh.Event {
	return about(c, mesh.Event{At: at, What: mesh.WhatFailing, Text: readyText(c)})
}

func readyText(c *controller) string {
	if wants(c) == 0 {
		return "no pods wanted"
	}
	return fmt.Sprintf("%d of %d pods ready", c.Ready, wants(c))
}

// settle tells of what has lasted until now.
func (k *keeper) settle(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var events []mesh.Event
	for name, s := range k.past.short {
		if s.told || now.Sub(s.since) <= k.watches.opts.Patience {
			continue
		}
		sought := &controller{Workload: mesh.Workload{Object: mesh.Object{Namespace: name.namespace, Name: name.name}}}
		if c, ok := k.store.get(sought).(*controller); ok {
			s.told = true
			k.past.short[name] = s
			events = append(events, failing(c, s.since))
		}
	}
	if k.past.left != nil && now.Sub(k.past.leftAt) > k.watches.opts.Patience {
		for _, r := range k.past.left {
			if h := asHistoric(r); h != nil {
				events = append(events, difference(h, nil, k.past.leftAt)...)
			}
		}
		k.past.left = nil
	}
	slices.SortFunc(events, func(a, b mesh.Event) int { return a.At.Compare(b.At) })
	k.watches.journal.add(events...)
}
