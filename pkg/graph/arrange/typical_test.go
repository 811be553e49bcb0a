package arrange

import (
	"fmt"
	"math/rand/v2"
)

// typical makes a mesh as a dashboard shows it: so many nodes in all, some of them
// callers that nobody knows and hosts outside, the others in two to four namespaces
// a cluster, the first with the gateway alone. The levels of applications and
// workloads have one line of text below a node when boxes say where it is.
func typical(seed uint64, clusters, nodes int) *mesh {
	r := rand.New(rand.NewPCG(seed, 19))
	m := &mesh{name: fmt.Sprintf("%d nodes in %d clusters, seed %d", nodes, clusters, seed)}
	free := 2 + r.IntN(3)
	all := make([][][]int, clusters)
	var room [][2]int // cluster and namespace of each node to come
	for c := range all {
		all[c] = make([][]int, 2+r.IntN(3))
		for n := range all[c] {
			room = append(room, [2]int{c, n})
		}
	}
	for len(room) < nodes-free {
		if c := r.IntN(clusters); len(all[c]) > 1 {
			room = append(room, [2]int{c, 1 + r.IntN(len(all[c])-1)})
		}
	}
	for k, at := range room {
		c, n := at[0], at[1]
		name, inside := fmt.Sprintf("%s-v%d", longer[r.IntN(len(longer))], k), all[c][n]
		if n == 0 {
			name = "istio-ingressgateway"
		}
		i := m.node(fmt.Sprint("cluster-", c), spaces[n], fmt.Sprint("network", c/2), name)
		m.nodes[i].Lines = 1
		if len(inside) > 0 && r.IntN(8) > 0 {
			m.call(inside[r.IntN((len(inside)+1)/2)], i, 1+9*r.Float64())
		}
		if len(inside) > 2 && r.IntN(3) == 0 {
			m.call(inside[r.IntN(len(inside))], i, 1+9*r.Float64())
		}
		all[c][n] = append(inside, i)
	}
	m.join(r, all)
	m.outside(r, all, free)
	return m
}

// join lets gateways call into the namespaces of their cluster, some of these each
// other, and some the namespace of the same name in another cluster.
func (m *mesh) join(r *rand.Rand, all [][][]int) {
	any := func(of []int) int { return of[r.IntN(len(of))] }
	for c, namespaces := range all {
		for n := 1; n < len(namespaces); n++ {
			if n == 1 || r.IntN(2) == 0 {
				m.call(namespaces[0][0], namespaces[n][0], 5)
			}
			if n > 1 && r.IntN(2) == 0 {
				m.call(any(namespaces[1+r.IntN(n-1)]), any(namespaces[n]), 1+4*r.Float64())
			}
			for range 1 + len(namespaces[n])/6 {
				if other := all[r.IntN(len(all))]; c > 0 && n < len(other) && &other[0] != &namespaces[0] {
					m.call(any(other[n]), any(namespaces[n]), 2*r.Float64())
				}
			}
		}
	}
}

// outside adds a caller that nobody knows, and hosts that are called.
func (m *mesh) outside(r *rand.Rand, all [][][]int, free int) {
	inside := len(m.nodes)
	caller := m.node("", "", "", "unknown source")
	for _, namespaces := range all {
		m.call(caller, namespaces[0][0], 10)
	}
	for k := range free - 1 {
		host := m.node("", "", "", fmt.Sprintf("payments%d.example.com", k))
		m.nodes[host].Width = 0
		for range 1 + r.IntN(3) {
			m.call(r.IntN(inside), host, r.Float64())
		}
	}
}

var (
	longer = append([]string{"frontend", "shipping", "inventory", "notifications", "web", "payments-api"}, words...)
	spaces = []string{"istio-system", "shop", "payments", "sample", "data"}
)
