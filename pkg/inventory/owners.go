package inventory

import (
	"regexp"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// thing names an object of any kind.
type thing struct{ kind, namespace, name string }

// owners tell which workloads pods and replica sets belong to.
type owners struct {
	pods map[objectName]mesh.Owner // of those that are there
	held map[thing]bool            // the workloads that are there
}

// Names that controllers give: letters and digits that make no words, five for a pod, up to
// ten for the template of a Deployment's pods; a number for a StatefulSet's.
var (
	ofReplicaSet  = regexp.MustCompile(`^(.+)-[bcdfghjklmnpqrstvwxz2456789]{1,10}$`)
	ofController  = regexp.MustCompile(`^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$`)
	ofStatefulSet = regexp.MustCompile(`^(.+)-\d+$`)
)

// give makes an event one of the workload. Of a pod that is gone the name tells it, where
// there is such a workload.
func (o owners) give(e *mesh.Event) {
	switch e.Kind {
	case "ReplicaSet":
		o.named(e, "Deployment", e.Name, ofReplicaSet)
	case "Pod":
		owner, known := o.pods[objectName{e.Namespace, e.Name}]
		switch {
		case known:
			e.Kind, e.Name = owner.Kind, owner.Name
		case o.named(e, "Deployment", e.Name, ofController, ofReplicaSet):
		case o.named(e, "DaemonSet", e.Name, ofController):
		default:
			o.named(e, "StatefulSet", e.Name, ofStatefulSet)
		}
	}
}

// named gives an event to the workload whose name is left when what forms tell is taken off.
func (o owners) named(e *mesh.Event, kind, name string, forms ...*regexp.Regexp) bool {
	for _, form := range forms {
		m := form.FindStringSubmatch(name)
		if m == nil {
			return false
		}
		name = m[1]
	}
	if !o.held[thing{kind, e.Namespace, name}] {
		return false
	}
	e.Kind, e.Name = kind, name
	return true
}

// inWorkloads gives events of pods and of replica sets to the workloads that they belong to,
// and joins those that then tell the same.
func (o owners) inWorkloads(reported []report) []mesh.Event {
	type key struct{ reason, kind, namespace, name string }
	at := map[key]int{}
	var out []mesh.Event
	for _, r := range reported {
		e := r.Event
		o.give(&e)
		if e.What != mesh.WhatFailing {
			out = append(out, e)
			continue
		}
		k := key{r.reason, e.Kind, e.Namespace, e.Name}
		i, again := at[k]
		if !again {
			at[k] = len(out)
			out = append(out, e)
			continue
		}
		if e.At.Before(out[i].At) {
			out[i].At = e.At
		}
		for _, end := range []time.Time{e.At, e.Until} {
			if end.After(out[i].At) && end.After(out[i].Until) {
				out[i].Until = end
			}
		}
	}
	return out
}
