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
		list := cluster.workloads(n.Ref)
		if worse := n.Health.Worse(podHealth(list)); worse != n.Health {
			n.Health, n.Why = worse, why(list, worse)
		}
	}
	return g
}

// podHealth is the worst that the pods of workloads say.
func podHealth(of []*mesh.Workload) mesh.Health {
	worst := mesh.HealthNone
	for _, w := range of {
		worst = worst.Worse(w.PodHealth())
	}
	return worst
}

// why says which workloads have a health, and what there is of their pods; nothing when
// they are well.
func why(of []*mesh.Workload, health mesh.Health) string {
	if health == mesh.HealthHealthy {
		return ""
	}
	var words []string
	for _, w := range of {
		switch {
		case w.PodHealth() != health:
		case len(of) > 1:
			words = append(words, w.Name+": "+w.PodWords())
		default:
			words = append(words, w.PodWords())
		}
	}
	return strings.Join(bounded(words), "; ")
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
