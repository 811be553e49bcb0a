package arrange

import (
	"slices"
	"testing"
)

// TestFortyNodesAreSeenWhole holds typical meshes in three clusters, with both kinds
// of boxes, to what is seen at once: nothing of them lies outside and nothing overlaps.
func TestFortyNodesAreSeenWhole(t *testing.T) {
	for _, of := range []struct {
		nodes  int
		meshes uint64
		whole  float64 // share of meshes
	}{{20, 30, 0.99}, {24, 30, 0.99}, {30, 30, 0.99}, {34, 30, 0.99}, {40, 100, 0.95}} {
		whole := share{}
		for seed := range of.meshes {
			m := typical(seed, 3, of.nodes)
			l := Arrange(m.nodes, m.edges, both)
			for _, fault := range slices.Concat(faultsOfNodes(m, l, both), faultsOfBoxes(m, l, both), faultsOfPlace(m, l, both)) {
				t.Fatalf("%s: %s", m.name, fault)
			}
			whole.whole++
			if e := extentOf(m, l, both); e.Right <= viewWidth/2 && e.Bottom <= viewHeight/2 {
				whole.part++
			}
		}
		t.Logf("%d nodes: %.1f %% seen whole", of.nodes, 100*whole.ratio())
		if whole.ratio() < of.whole {
			t.Errorf("%d nodes: too few", of.nodes)
		}
	}
}

// TestLargeGraphsAvoidCircles counts edges through circles of third nodes where there
// are so many nodes that some cannot be helped. Of the calls inside a namespace
// hardly any passes through one.
func TestLargeGraphsAvoidCircles(t *testing.T) {
	for _, of := range []struct {
		clusters, nodes int
		through, inside float64
	}{{3, 40, 0.16, 0.03}, {4, 100, 0.18, 0.05}, {4, 150, 0.19, 0.08}, {5, 200, 0.2, 0.08}} {
		var through, inside share
		for seed := range uint64(10) {
			m := typical(seed, of.clusters, of.nodes)
			l := Arrange(m.nodes, m.edges, both)
			within := &mesh{nodes: m.nodes}
			for _, e := range m.edges {
				if a, b := m.nodes[e.Source], m.nodes[e.Target]; a.Cluster != "" && a.Cluster == b.Cluster && a.Namespace == b.Namespace {
					within.edges = append(within.edges, e)
				}
			}
			through = through.plus(share{float64(passesThrough(m, l)), float64(len(m.edges))})
			inside = inside.plus(share{float64(passesThrough(within, l)), float64(len(within.edges))})
		}
		t.Logf("%d nodes: %.1f %% of the edges, %.1f %% of those inside a namespace", of.nodes, 100*through.ratio(), 100*inside.ratio())
		if through.ratio() > of.through || inside.ratio() > of.inside {
			t.Errorf("%d nodes: too many", of.nodes)
		}
	}
}
