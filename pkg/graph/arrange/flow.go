package arrange

import "slices"

// flow is who calls whom among the blocks of a cluster.
type flow struct {
	ranks [][]*block  // callers first; by name within a rank
	loose []*block    // without calls to each other
	calls [][2]*block // those that can all go to the right
}

// flows looks at the calls between the blocks of each cluster.
func (s *scene) flows() map[*cluster]*flow {
	flows := map[*cluster]*flow{}
	home := s.homes()
	place := map[*block]int{}
	for _, c := range s.clusters {
		for k, b := range c.blocks {
			place[b] = k
		}
	}
	calls := map[[2]*block]int{}
	for _, e := range s.edges {
		if from, to := home[e[0]], home[e[1]]; from != to {
			calls[[2]*block{from, to}]++
		}
	}
	for _, c := range s.clusters {
		g := make(digraph, len(c.blocks))
		for k, from := range c.blocks {
			for l, to := range c.blocks {
				there, back := calls[[2]*block{from, to}], calls[[2]*block{to, from}]
				if there > 0 && there >= back {
					g[k] = append(g[k], l)
				}
			}
		}
		flows[c] = newFlow(c.blocks, g)
	}
	return flows
}

func newFlow(blocks []*block, g digraph) *flow {
	f := &flow{}
	for k, rank := range g.ranks() {
		if rank < 0 {
			f.loose = append(f.loose, blocks[k])
			continue
		}
		for len(f.ranks) <= rank {
			f.ranks = append(f.ranks, nil)
		}
		f.ranks[rank] = append(f.ranks[rank], blocks[k])
	}
	f.ranks = slices.DeleteFunc(f.ranks, func(rank []*block) bool { return len(rank) == 0 })
	forward, _ := g.acyclic()
	for k, called := range forward {
		for _, l := range called {
			f.calls = append(f.calls, [2]*block{blocks[k], blocks[l]})
		}
	}
	return f
}

// columns stacks blocks up to a height, callers first. Tight, a column goes on
// with those that its blocks call.
func (f *flow) columns(room float64, tight bool) [][]*block {
	var columns [][]*block
	var used []float64
	add := func(b *block, k int) {
		if k == len(columns) {
			columns, used = append(columns, nil), append(used, -boxGapDown)
		}
		columns[k], used[k] = append(columns[k], b), used[k]+boxGapDown+b.height
	}
	for _, rank := range f.ranks {
		for i, b := range rank {
			k := len(columns) - 1
			if k < 0 || (i == 0 && !tight) || used[k]+boxGapDown+b.height > room {
				k++
			}
			add(b, k)
		}
	}
	for _, b := range f.loose {
		k := 0
		for k < len(columns) && used[k]+boxGapDown+b.height > room {
			k++
		}
		add(b, k)
	}
	return columns
}

// maxGroups is of how many blocks all ways to group them are looked at: 52.
const maxGroups = 5

// groups goes through all ways to put the blocks into columns, each column after
// those whose first blocks come earlier in the flow.
func (f *flow) groups(visit func([][]*block)) {
	blocks := append(slices.Concat(f.ranks...), f.loose...)
	var columns [][]*block
	var place func(k int)
	place = func(k int) {
		if k == len(blocks) {
			given := make([][]*block, len(columns))
			for i, column := range columns {
				given[i] = slices.Clone(column)
			}
			visit(given)
			return
		}
		for i := range columns {
			columns[i] = append(columns[i], blocks[k])
			place(k + 1)
			columns[i] = columns[i][:len(columns[i])-1]
		}
		columns = append(columns, []*block{blocks[k]})
		place(k + 1)
		columns = columns[:len(columns)-1]
	}
	place(0)
}

// homes tells each node's block.
func (s *scene) homes() []*block {
	home := make([]*block, len(s.nodes))
	for _, b := range s.blocks() {
		for _, i := range b.nodes {
			home[i] = b
		}
	}
	return home
}

// orderClusters puts clusters in the order of the calls between them, callers
// first, those of one network side by side.
func (s *scene) orderClusters() {
	number := map[*block]int{}
	for k, c := range s.clusters {
		for _, b := range c.blocks {
			number[b] = k
		}
	}
	n := len(s.clusters)
	calls := matrix(n)
	home := s.homes()
	for _, e := range s.edges {
		from, known := number[home[e[0]]]
		to, too := number[home[e[1]]]
		if known && too && from != to {
			calls[from][to]++
		}
	}
	var networks [][]int // of clusters; one whose network is not known stands alone
	byName := map[string]int{}
	network := make([]int, n)
	for k, c := range s.clusters {
		at, ok := byName[c.network]
		if !ok || c.network == "" {
			at = len(networks)
			networks = append(networks, nil)
			byName[c.network] = at
		}
		networks[at] = append(networks[at], k)
		network[k] = at
	}
	between := matrix(len(networks))
	for a, row := range calls {
		for b, count := range row {
			if network[a] != network[b] {
				between[network[a]][network[b]] += count
			}
		}
	}
	var ordered []*cluster
	for _, at := range sequence(between) {
		members := networks[at]
		within := matrix(len(members))
		for i, a := range members {
			for j, b := range members {
				within[i][j] = calls[a][b]
			}
		}
		for _, i := range sequence(within) {
			ordered = append(ordered, s.clusters[members[i]])
		}
	}
	s.clusters = ordered
}

func matrix(n int) [][]int {
	m := make([][]int, n)
	for i := range m {
		m[i] = make([]int, n)
	}
	return m
}

// gain is the share of the strain that a change of the order must save: the calls that
// one node makes seldom change it.
const gain = 0.3

// maxTrials bounds the search for an order, in pairs looked at.
const maxTrials = 3_000_000

// sequence orders things such that those that call each other stand close, and
// callers before callees. It starts from the order given and moves one at a time
// as long as that helps, so that a small change of the calls seldom changes it.
func sequence(calls [][]int) []int {
	order := make([]int, len(calls))
	for i := range order {
		order[i] = i
	}
	best := strain(order, calls)
	for trials, improved := 0, true; improved && trials < maxTrials; {
		improved = false
		for from := range order {
			for to := range order {
				if trials += len(order) * len(order); trials > maxTrials {
					return order
				}
				trial := slices.Clone(order)
				moved := trial[from]
				trial = slices.Insert(slices.Delete(trial, from, from+1), to, moved)
				if cost := strain(trial, calls); cost < best*(1-gain) {
					order, best, improved = trial, cost, true
				}
			}
		}
	}
	return order
}

// strain adds up how far apart callers and callees stand; backwards is farther.
func strain(order []int, calls [][]int) float64 {
	sum := 0.0
	for i, a := range order {
		for j := i + 1; j < len(order); j++ {
			b := order[j]
			sum += float64(j-i)*float64(calls[a][b]) + (float64(j-i)+0.5)*float64(calls[b][a])
		}
	}
	return sum
}
