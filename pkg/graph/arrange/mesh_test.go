package arrange

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// mesh is a graph to arrange. Its calls have weights, which Arrange never sees.
type mesh struct {
	name   string
	nodes  []Node
	edges  []Edge
	weight []float64
}

func (m *mesh) node(cluster, namespace, network, name string) int {
	id := strings.Join([]string{cluster, namespace, name}, "/")
	m.nodes = append(m.nodes, Node{ID: id, Cluster: cluster, Namespace: namespace, Network: network, Width: 6.3 * float64(len(name))})
	return len(m.nodes) - 1
}

func (m *mesh) call(from, to int, weight float64) {
	m.edges = append(m.edges, Edge{from, to})
	m.weight = append(m.weight, weight)
}

// size says how large a generated mesh is.
type size struct{ clusters, namespaces, workloads int }

// generate makes a mesh as one meets them: gateways in front, services in
// namespaces that call each other in tiers, some calls between namespaces, few
// between clusters, callers that nobody knows and hosts outside.
func generate(seed uint64, of size) *mesh {
	r := rand.New(rand.NewPCG(seed, 7))
	m := &mesh{name: fmt.Sprint("seed ", seed)}
	var clusters [][][]int
	for c := range 1 + r.IntN(of.clusters) {
		clusters = append(clusters, m.cluster(r, fmt.Sprint("cluster-", c), fmt.Sprint("network", r.IntN(3)), of))
	}
	m.between(r, clusters)
	if r.IntN(3) > 0 {
		caller := m.node("", "", "", "unknown")
		for _, namespaces := range clusters {
			m.call(caller, namespaces[0][0], 10)
		}
	}
	for k := range r.IntN(3) {
		host := m.node("", "", "", fmt.Sprintf("api%d.example.com", k))
		for range 1 + r.IntN(2) {
			m.call(r.IntN(host), host, r.Float64())
		}
	}
	return m
}

// cluster makes one cluster's namespaces, tiers of services in each.
func (m *mesh) cluster(r *rand.Rand, name, network string, of size) [][]int {
	var namespaces [][]int
	for n := range 1 + r.IntN(of.namespaces) {
		var inside []int
		for w := range 1 + r.IntN(of.workloads) {
			i := m.node(name, fmt.Sprint("namespace-", n), network, fmt.Sprintf("%s-v%d", words[r.IntN(len(words))], w))
			if len(inside) > 0 && r.IntN(8) > 0 {
				m.call(inside[r.IntN((len(inside)+1)/2)], i, 1+9*r.Float64())
			}
			if len(inside) > 2 && r.IntN(4) == 0 {
				m.call(inside[r.IntN(len(inside))], i, 1+9*r.Float64())
			}
			if len(inside) > 2 && r.IntN(12) == 0 {
				m.call(i, inside[r.IntN(len(inside))], r.Float64())
			}
			inside = append(inside, i)
		}
		namespaces = append(namespaces, inside)
	}
	return namespaces
}

// between adds calls from namespace to namespace, mostly to later ones, and some
// from cluster to cluster, mostly between namespaces of one name.
func (m *mesh) between(r *rand.Rand, clusters [][][]int) {
	any := func(of []int) int { return of[r.IntN(len(of))] }
	for c, namespaces := range clusters {
		for n := 1; n < len(namespaces); n++ {
			if r.IntN(4) > 0 {
				m.call(any(namespaces[r.IntN(n)]), any(namespaces[n]), 1+4*r.Float64())
			}
			if r.IntN(8) == 0 {
				m.call(any(namespaces[n]), any(namespaces[r.IntN(n)]), r.Float64())
			}
			if other := clusters[r.IntN(len(clusters))]; r.IntN(3) == 0 && n < len(other) {
				from, to := any(namespaces[n]), any(other[n])
				if from != to {
					m.call(from, to, 2*r.Float64())
				}
			}
		}
		if c > 0 {
			m.call(any(clusters[c-1][0]), any(namespaces[0]), 2*r.Float64())
		}
	}
}

var words = []string{"cart", "checkout", "productpage", "reviews", "ratings", "details", "ledger", "recommendations", "istio-gateway", "auth", "search", "db"}

// many makes meshes of about the sizes that people look at.
func many(n int) []*mesh {
	sizes := []size{{1, 3, 6}, {3, 4, 6}, {4, 4, 5}, {2, 5, 9}, {6, 3, 4}}
	var all []*mesh
	for i := range n {
		all = append(all, generate(uint64(i), sizes[i%len(sizes)]))
	}
	return all
}

// shaped makes a mesh of exactly so many clusters and namespaces in each, and
// as many workloads as fill it up, a few of them gateways' callers and hosts.
func shaped(seed uint64, clusters, namespaces, nodes int) *mesh {
	r := rand.New(rand.NewPCG(seed, 11))
	m := &mesh{name: fmt.Sprintf("%d nodes, %d × %d, seed %d", nodes, clusters, namespaces, seed)}
	all := make([][][]int, clusters)
	for c := range all {
		all[c] = make([][]int, namespaces)
	}
	for k := range nodes {
		c, n := k%clusters, k/clusters%namespaces
		if k >= clusters*namespaces {
			c, n = r.IntN(clusters), r.IntN(namespaces)
		}
		inside := all[c][n]
		i := m.node(fmt.Sprint("cluster-", c), fmt.Sprint("namespace-", n), fmt.Sprint("network", c/2), fmt.Sprintf("%s-v%d", words[r.IntN(len(words))], k))
		if len(inside) > 0 && r.IntN(6) > 0 {
			m.call(inside[r.IntN((len(inside)+1)/2)], i, 1+9*r.Float64())
		}
		if len(inside) > 2 && r.IntN(3) == 0 {
			m.call(inside[r.IntN(len(inside))], i, 1+9*r.Float64())
		}
		all[c][n] = append(inside, i)
	}
	m.between(r, all)
	return m
}

// crowded adds calls by chance until there are so many.
func crowded(clusters, namespaces, nodes, edges int) *mesh {
	m := shaped(1, clusters, namespaces, nodes)
	m.name = fmt.Sprintf("%d nodes, %d edges", nodes, edges)
	r := rand.New(rand.NewPCG(1, 13))
	for len(m.edges) < edges {
		m.call(r.IntN(nodes), r.IntN(nodes), 1)
	}
	return m
}
