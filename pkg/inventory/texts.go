package inventory

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// mostTexts bounds each table of texts. When one is full it begins anew: what was kept
// by then stays where it is used, and is no longer shared with what comes.
const mostTexts = 1 << 14

// texts gives one copy of texts and label sets that occur many times. Thousands of pods
// have the same labels, nodes and images.
type texts struct {
	mu   sync.Mutex
	one  map[string]string
	sets map[string]map[string]string
}

func newTexts() *texts {
	return &texts{one: map[string]string{}, sets: map[string]map[string]string{}}
}

// text is a copy of s that is shared.
func (t *texts) text(s string) string {
	if s == "" {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.share(s)
}

// share is text; t must be locked.
func (t *texts) share(s string) string {
	if known, ok := t.one[s]; ok {
		return known
	}
	if len(t.one) >= mostTexts {
		clear(t.one)
	}
	s = strings.Clone(s) // it may be a small part of a large text
	t.one[s] = s
	return s
}

// labels is a shared copy of a label set, not to be changed; nil when it is empty.
// Equal sets are the same map for as long as the table lasts.
func (t *texts) labels(set map[string]string) map[string]string {
	if len(set) == 0 {
		return nil
	}
	var id strings.Builder
	for _, key := range slices.Sorted(maps.Keys(set)) {
		id.WriteString(key)
		id.WriteByte(0) // which neither keys nor values hold
		id.WriteString(set[key])
		id.WriteByte(0)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.sets[id.String()]; ok {
		return known
	}
	if len(t.sets) >= mostTexts {
		clear(t.sets)
	}
	own := make(map[string]string, len(set))
	for key, value := range set {
		own[t.share(key)] = t.share(value)
	}
	t.sets[id.String()] = own
	return own
}
