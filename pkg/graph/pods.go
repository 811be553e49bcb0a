package graph

import (
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// WithPods makes the health of workloads, and of apps by their workloads, the worse of what
// their traffic and what their pods say. What is gone since the time compared with stays.
func WithPods(g mesh.Graph, clusters Clusters) mesh.Graph {
	g.Nodes = slices.Clone(g.Nodes)
	for i := range g.Nodes {
		n := &g.Nodes[i]
		cluster, ok := clusters.of(n.Ref)
		if !ok || n.Change == mesh.ChangeGone {
			continue
		}
		worst, why := replicas(cluster.workloads(n.Ref))
		if worse := n.Health.Worse(worst); worse != n.Health {
			n.Health = worse
			if worse != mesh.HealthHealthy {
				n.Why = why
			}
		}
	}
	return g
}

// replicas is the worst that the pods of workloads say, and which of them say so.
func replicas(of []*mesh.Workload) (worst mesh.Health, why string) {
	worst = mesh.HealthNone
	var words []string
	for _, w := range of {
		health, told := w.Replicas()
		if len(of) > 1 {
			told = w.Name + ": " + told
		}
		switch {
		case worst.Worse(health) != worst:
			worst, words = health, []string{told}
		case health == worst:
			words = append(words, told)
		}
	}
	return worst, strings.Join(bounded(words), "; ")
}

// most is how many things a detail lists.
const most = 5

// bounded cuts a list that is too long to be read.
func bounded(words []string) []string {
	if len(words) <= most {
		return words
	}
	return append(slices.Clone(words[:most]), "and "+plural(len(words)-most, "more", "more"))
}
