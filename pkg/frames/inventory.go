package frames

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// InventoryNotices tell, cluster by cluster, which parts of what it holds are missing
// from an answer, or old, and why: one notice a cluster for each of the two. Clusters
// that are not to be reached share one.
func InventoryNotices(clusters []catalog.Cluster, need mesh.Need, now time.Time) []data.Notice {
	var out []data.Notice
	warn := func(format string, args ...any) {
		out = append(out, data.Notice{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf(format, args...)})
	}
	var closed []string
	for i := range clusters {
		c := &clusters[i]
		switch {
		case c.State == mesh.StateNotAccessible:
			closed = append(closed, string(c.Name))
		case !c.Holds(need):
			warn("Cluster %s: nothing is known of what it holds: %s", c.Name, because(c, need))
		default:
			gaps := gapsOf(c, need)
			if !gaps.asOf.IsZero() {
				warn("Cluster %s: shown as of %s: %s", c.Name, age(now.Sub(gaps.asOf)), gaps.stale)
			}
			if len(gaps.unknown) > 0 {
				warn("Cluster %s: without %s: %s", c.Name, some(gaps.unknown), gaps.why)
			}
		}
	}
	if len(closed) > 0 {
		out = append(out, data.Notice{
			Severity: data.NoticeSeverityInfo,
			Text:     "The settings say not to reach " + strings.Join(closed, ", ") + ": nothing is shown of what is there",
		})
	}
	return out
}

// because says why nothing is known of what a cluster holds.
func because(c *catalog.Cluster, need mesh.Need) string {
	if c.Error != "" {
		return sentence(c.Error)
	}
	if c.Inventory != nil {
		if gaps := gapsOf(c, need); gaps.why != "" {
			return gaps.why
		}
	}
	return "it has not answered yet"
}

// gaps are what an inventory lacks.
type gaps struct {
	// asOf is since when kinds may have changed unseen, the longest ago; zero for none.
	asOf  time.Time
	stale string // why
	// unknown are the resources that were never read.
	unknown []string
	why     string
}

func gapsOf(c *catalog.Cluster, need mesh.Need) gaps {
	var g gaps
	for i := range c.Inventory.Kinds {
		k := &c.Inventory.Kinds[i]
		switch {
		case mesh.NeedOf(k.Resource)&need == 0 || k.Absent:
		case !k.Known:
			g.unknown = append(g.unknown, k.Resource)
			if g.why == "" {
				g.why = sentence(k.Error)
			}
		case !k.AsOf.IsZero() && (k.Error != "" || c.Error != "") && (g.asOf.IsZero() || k.AsOf.Before(g.asOf)):
			g.asOf, g.stale = k.AsOf, sentence(k.Error)
			if c.Error != "" {
				g.stale = sentence(c.Error)
			}
		}
	}
	if g.why == "" {
		g.why = "not read yet"
	}
	return g
}

// some names the first few of a list, by the part before their group.
func some(resources []string) string {
	const most = 3
	var names []string
	for i, r := range resources {
		if i == most && len(resources) > most+1 {
			return fmt.Sprintf("%s and %d other kinds", strings.Join(names, ", "), len(resources)-most)
		}
		name, _, _ := strings.Cut(r, ".")
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// sentence is one that others are put around.
func sentence(s string) string { return strings.TrimSuffix(s, ".") }
