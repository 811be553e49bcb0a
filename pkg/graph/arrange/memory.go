package arrange

import (
	"crypto/sha256"
	"fmt"
	"sync"
)

// Memory keeps the layouts that were found last. Panels ask again and again, and nearly
// always about nodes and edges whose layout was found before. The zero value is empty. It
// is safe for concurrent use.
type Memory struct {
	mu      sync.Mutex // guards layouts
	layouts map[[sha256.Size]byte]Layout
}

const (
	// maxLayouts is how many layouts are kept before all are forgotten.
	maxLayouts = 100
	// maxKept is of how many nodes a graph may be whose layout is kept; a point takes 16 bytes.
	maxKept = 1000
)

// Arrange gives what the function of the same name gives. A nil memory keeps nothing.
// Whoever asks must not change the boxes of the layout.
func (m *Memory) Arrange(nodes []Node, edges []Edge, options Options) Layout {
	if m == nil || len(nodes) > maxKept {
		return Arrange(nodes, edges, options)
	}
	s := newScene(nodes, edges, options)
	key := s.key()
	found, known := m.recall(key)
	if !known {
		found = Arrange(nodes, edges, options)
		m.keep(key, s.sorted(found))
		return found
	}
	return s.unsorted(found)
}

func (m *Memory) recall(key [sha256.Size]byte) (Layout, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, known := m.layouts[key]
	return l, known
}

func (m *Memory) keep(key [sha256.Size]byte, l Layout) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.layouts == nil || len(m.layouts) >= maxLayouts {
		m.layouts = map[[sha256.Size]byte]Layout{}
	}
	m.layouts[key] = l
}

// key tells graphs apart that may have different layouts, whatever the order in which their
// nodes and edges were given.
func (s *scene) key() (key [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%#v %#v %v", s.options, s.nodes, s.edges)
	h.Sum(key[:0])
	return key
}

// sorted is a layout with its nodes in the scene's order, unsorted in the caller's.
func (s *scene) sorted(l Layout) Layout {
	points := make([]Point, len(l.Nodes))
	for i, given := range s.given {
		points[i] = l.Nodes[given]
	}
	return Layout{points, l.Boxes}
}

func (s *scene) unsorted(l Layout) Layout {
	points := make([]Point, len(l.Nodes))
	for i, given := range s.given {
		points[given] = l.Nodes[i]
	}
	return Layout{points, l.Boxes}
}
