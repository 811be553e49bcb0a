package inventory

import (
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// mostEvents bounds the events that are kept of one cluster: the newest stay.
const mostEvents = 5000

// journal keeps the newest events of a cluster, without the cluster's name.
type journal struct {
	mu     sync.Mutex
	events []mesh.Event // a ring, once it is full
	next   int          // where the next one goes, in a full ring
}

func (j *journal) add(events ...mesh.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range events {
		if len(j.events) < mostEvents {
			j.events = append(j.events, e)
			continue
		}
		j.events[j.next] = e
		j.next = (j.next + 1) % mostEvents
	}
}

// until are those that have happened by a time, in the order in which they were added:
// earlier ones tell when later ones began.
func (j *journal) until(to time.Time) []mesh.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]mesh.Event, 0, len(j.events))
	for i := range j.events {
		if e := j.events[(j.next+i)%len(j.events)]; !e.At.After(to) {
			out = append(out, e)
		}
	}
	return out
}
