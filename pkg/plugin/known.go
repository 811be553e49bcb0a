package plugin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// recent is how long ago a range may have ended whose graph is told of what there is now.
const recent = 5 * time.Minute

// toldKinds is how many kinds, or objects, a notice names.
const toldKinds = 4

// sayKnown says what is not known of the clusters of a graph: each costs its own badges.
func (g *drawing) sayKnown() {
	h, o, past := g.dresser.holdings, g.dresser.options, g.dresser.past
	if !h.asked {
		if o.Idle {
			g.say(data.NoticeSeverityWarning, "Without what is idle: no cluster can be read")
		}
		return
	}
	concerned := map[mesh.ClusterName]bool{}
	for i := range g.graph.Nodes {
		concerned[g.graph.Nodes[i].Cluster] = true
	}
	for name := range h.members {
		if o.Idle && (len(o.Clusters) == 0 || slices.Contains(o.Clusters, name)) {
			concerned[name] = true
		}
	}
	now := time.Now()
	anything := false
	for _, name := range slices.Sorted(maps.Keys(concerned)) {
		member, known := h.members[name]
		if h.held[name] != nil {
			member.Name, known, anything = name, true, true
		}
		if !known || member.State == mesh.StateNotAccessible || member.State == mesh.StateTelemetryOnly {
			continue
		}
		g.sayCluster(member, h.held[name], now)
	}
	if past && anything {
		without := ""
		if o.Idle {
			without = ", and what is idle is not added"
		}
		g.say(data.NoticeSeverityInfo, "The time range lies in the past: badges are those of today, pods and what is dead are not told%s", without)
	}
}

// sayCluster says what of a cluster cannot be read, and how old what is shown is.
func (g *drawing) sayCluster(member mesh.Cluster, held *mesh.Inventory, now time.Time) {
	if member.State == mesh.StateUnreachable || member.State == mesh.StateRefused {
		g.say(data.NoticeSeverityWarning, "Cluster %s: %s (%s)", member.Name, strings.TrimSuffix(member.Error, "."), shown(held, now))
		return
	}
	if held == nil {
		g.say(data.NoticeSeverityInfo, "Cluster %s is still loading: its badges are not known yet", member.Name)
		return
	}
	var loading, failed []string
	var why string
	for _, k := range held.Kinds {
		switch {
		case k.Absent || mesh.NeedOf(k.Resource)&graphNeeds == 0:
		case k.Error != "":
			failed = append(failed, k.Resource)
			if why == "" {
				why = k.Error
			}
		case !k.Known:
			loading = append(loading, k.Resource)
		}
	}
	if len(failed) > 0 {
		g.say(data.NoticeSeverityWarning, "Cluster %s: badges without %s: %s (%s)", member.Name, few(failed), strings.TrimSuffix(why, "."), shownOf(held, failed, now))
	}
	if len(loading) > 0 {
		g.say(data.NoticeSeverityInfo, "Cluster %s is still loading %s: its badges are not all known yet", member.Name, few(loading))
	}
}

// shown says how old the oldest part is of what is shown of a cluster.
func shown(held *mesh.Inventory, now time.Time) string { return shownOf(held, nil, now) }

// shownOf says the same of some kinds; none means all that graphs need.
func shownOf(held *mesh.Inventory, kinds []string, now time.Time) string {
	var oldest time.Time
	if held != nil {
		for _, k := range held.Kinds {
			wanted := mesh.NeedOf(k.Resource)&graphNeeds != 0 && (kinds == nil || slices.Contains(kinds, k.Resource))
			if wanted && k.Known && !k.AsOf.IsZero() && (oldest.IsZero() || k.AsOf.Before(oldest)) {
				oldest = k.AsOf
			}
		}
	}
	if oldest.IsZero() {
		return "nothing of that is known yet"
	}
	return "what is shown of that is as of " + ago(now.Sub(oldest))
}

// few names some of a list.
func few(words []string) string {
	if len(words) <= toldKinds {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:toldKinds], ", "), len(words)-toldKinds)
}

// ago says how long ago a moment was.
func ago(since time.Duration) string {
	switch {
	case since < time.Minute:
		return fmt.Sprintf("%d s ago", max(int(since/time.Second), 0))
	case since < 2*time.Hour:
		return fmt.Sprintf("%d min ago", int(since/time.Minute))
	}
	return fmt.Sprintf("%d h ago", int(since/time.Hour))
}
