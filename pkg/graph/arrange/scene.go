package arrange

import (
	"cmp"
	"slices"
)

// scene is the graph while it is being arranged. Nodes are sorted, so that the
// caller's order decides nothing, and known by their index from then on.
type scene struct {
	gauge    gauge
	options  Options
	nodes    []Node
	given    []int    // by node: its index with the caller
	edges    [][2]int // sorted, each pair once, none to itself
	out, in  [][]int  // by node: its neighbours, sorted
	touching [][]int  // by node: its edges
	clusters []*cluster
	callers  *block  // of no cluster, and only calling; nil = none
	others   *block  // of no cluster, all else; nil = none
	further  bool    // ways to seat nodes are looked for
	scale    float64 // of what is seen at once, that the clusters take
	at       []Point
	off      []Point // how far from its seat a node stands
}

// cluster is a group of blocks.
type cluster struct {
	name, network string
	boxed         bool
	blocks        []*block
	columns       [][]*block // left to right, each from the top down
	rect          Rect
}

// block is a group of nodes that stand in columns: those of a namespace, or
// those that have none.
type block struct {
	cluster, namespace string
	boxed              bool
	nodes              []int
	text               float64 // how high the highest text of its nodes is
	seating                    // the one it has
	seatings           []seating
	left, top          float64
}

func (b *block) rect() Rect { return Rect{b.left, b.top, b.left + b.width, b.top + b.height} }

func newScene(nodes []Node, edges []Edge, options Options) *scene {
	s := &scene{gauge: newGauge(options.Radius, len(nodes)), options: options, given: make([]int, len(nodes)), at: make([]Point, len(nodes)), off: make([]Point, len(nodes))}
	for i := range s.given {
		s.given[i] = i
	}
	slices.SortFunc(s.given, func(a, b int) int {
		m, n := nodes[a], nodes[b]
		return cmp.Or(cmp.Compare(m.Cluster, n.Cluster), cmp.Compare(m.Namespace, n.Namespace), cmp.Compare(m.ID, n.ID), cmp.Compare(a, b))
	})
	sorted := make([]int, len(nodes))
	for i, g := range s.given {
		s.nodes = append(s.nodes, nodes[g])
		sorted[g] = i
	}
	s.connect(sorted, edges)
	s.group()
	return s
}

// connect takes the edges over, each pair once.
func (s *scene) connect(sorted []int, edges []Edge) {
	known := func(i int) bool { return i >= 0 && i < len(sorted) }
	for _, e := range edges {
		if known(e.Source) && known(e.Target) && e.Source != e.Target {
			s.edges = append(s.edges, [2]int{sorted[e.Source], sorted[e.Target]})
		}
	}
	slices.SortFunc(s.edges, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	s.edges = slices.Compact(s.edges)
	s.out, s.in, s.touching = make([][]int, len(s.nodes)), make([][]int, len(s.nodes)), make([][]int, len(s.nodes))
	for i, e := range s.edges {
		s.out[e[0]], s.in[e[1]] = append(s.out[e[0]], e[1]), append(s.in[e[1]], e[0])
		s.touching[e[0]], s.touching[e[1]] = append(s.touching[e[0]], i), append(s.touching[e[1]], i)
	}
}

// group sorts the nodes into clusters and blocks.
func (s *scene) group() {
	var free []int
	byCluster := runs(s.all(), func(i int) string { return s.nodes[i].Cluster })
	joined := !s.options.Clusters && !s.options.Namespaces && !slices.ContainsFunc(byCluster, func(c []int) bool { return s.nodes[c[0]].Cluster != "" && len(c) > 1 })
	if joined {
		byCluster = s.asOne(byCluster)
	}
	for _, nodes := range byCluster {
		first := s.nodes[nodes[0]]
		if first.Cluster == "" {
			free = nodes
			continue
		}
		c := &cluster{name: first.Cluster, network: first.Network, boxed: s.options.Clusters}
		for _, i := range nodes { // one that knows its network speaks for the others
			c.network = max(c.network, s.nodes[i].Network)
		}
		if joined {
			c.blocks = []*block{s.newBlock(nodes)}
		} else {
			c.blocks = s.blocksOf(nodes)
		}
		s.clusters = append(s.clusters, c)
	}
	callers, others := s.split(free)
	s.callers, s.others = s.newBlock(callers), s.newBlock(others)
}

// asOne joins clusters of one node each, when no boxes are drawn: they are arranged
// as nodes.
func (s *scene) asOne(byCluster [][]int) [][]int {
	var free, rest []int
	for _, nodes := range byCluster {
		if s.nodes[nodes[0]].Cluster == "" {
			free = nodes
		} else {
			rest = append(rest, nodes...)
		}
	}
	return slices.DeleteFunc([][]int{free, rest}, func(nodes []int) bool { return len(nodes) == 0 })
}

// blocksOf sorts a cluster's nodes by namespace. Those without a namespace, or
// alone in one of which no box is drawn, are loose: callers in a block of their
// own, which comes to stand on the left.
func (s *scene) blocksOf(nodes []int) []*block {
	var blocks []*block
	var loose []int
	for _, inside := range runs(nodes, func(i int) string { return s.nodes[i].Namespace }) {
		first := s.nodes[inside[0]]
		if first.Namespace == "" || (len(inside) == 1 && !s.options.Namespaces) {
			loose = append(loose, inside...)
			continue
		}
		b := s.newBlock(inside)
		b.cluster, b.namespace, b.boxed = first.Cluster, first.Namespace, s.options.Namespaces
		blocks = append(blocks, b)
	}
	if len(blocks) == 0 {
		return []*block{s.newBlock(loose)}
	}
	callers, others := s.split(loose)
	for _, some := range [][]int{callers, others} {
		if b := s.newBlock(some); b != nil {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// split parts those that only call from all others.
func (s *scene) split(nodes []int) (callers, others []int) {
	for _, i := range nodes {
		if len(s.out[i]) > 0 && len(s.in[i]) == 0 {
			callers = append(callers, i)
		} else {
			others = append(others, i)
		}
	}
	return callers, others
}

func (s *scene) newBlock(nodes []int) *block {
	if len(nodes) == 0 {
		return nil
	}
	b := &block{nodes: nodes}
	for _, i := range nodes {
		b.text = max(b.text, s.nodes[i].lines())
	}
	return b
}

// blocks lists all blocks there are.
func (s *scene) blocks() []*block {
	var all []*block
	for _, c := range s.clusters {
		all = append(all, c.blocks...)
	}
	for _, b := range []*block{s.callers, s.others} {
		if b != nil {
			all = append(all, b)
		}
	}
	return all
}

func (s *scene) all() []int {
	all := make([]int, len(s.nodes))
	for i := range all {
		all[i] = i
	}
	return all
}

// runs cuts a list where the key of its items changes.
func runs(items []int, key func(int) string) [][]int {
	var cut [][]int
	for i, item := range items {
		if i == 0 || key(items[i-1]) != key(item) {
			cut = append(cut, nil)
		}
		cut[len(cut)-1] = append(cut[len(cut)-1], item)
	}
	return cut
}
