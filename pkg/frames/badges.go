package frames

import (
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// stateBadges are those of a node's own state, which its first detail tells; the others are
// told with the configuration behind them.
var stateBadges = []mesh.BadgeKind{
	mesh.BadgeDead, mesh.BadgeIdle, mesh.BadgeRoot, mesh.BadgeOutside, mesh.BadgeNotAccessible,
	mesh.BadgeOutOfMesh, mesh.BadgeMissingSidecar, mesh.BadgeAmbient,
}

func badge(n *mesh.Node, kind mesh.BadgeKind) bool {
	return slices.ContainsFunc(n.Badges, func(b mesh.Badge) bool { return b.Kind == kind })
}

// badgeKinds are a node's badges in a plain column.
func badgeKinds(n *mesh.Node) string {
	words := make([]string, len(n.Badges))
	for i, b := range n.Badges {
		words[i] = string(b.Kind)
	}
	return strings.Join(words, ", ")
}

// badgeWords says a node's badges, with what there is to say of its state.
func badgeWords(n *mesh.Node) string {
	words := make([]string, len(n.Badges))
	for i, b := range n.Badges {
		words[i] = string(b.Kind)
		if b.Detail != "" && slices.Contains(stateBadges, b.Kind) {
			words[i] += " (" + b.Detail + ")"
		}
	}
	return strings.Join(words, ", ")
}

// istioWords says what configuration is behind a node's badges.
func istioWords(n *mesh.Node) string {
	var words []string
	for _, b := range n.Badges {
		if b.Detail != "" && !slices.Contains(stateBadges, b.Kind) {
			words = append(words, string(b.Kind)+": "+b.Detail)
		}
	}
	return strings.Join(words, "; ")
}

// stateMark stands before the title of what is not what it seems: dead, or out of the mesh.
// Of a namespace or a cluster the details tell how many.
func stateMark(n *mesh.Node) string {
	switch {
	case coarse(n.Kind):
	case badge(n, mesh.BadgeDead):
		return "✕ "
	case badge(n, mesh.BadgeMissingSidecar), badge(n, mesh.BadgeOutOfMesh):
		return "⊘ "
	}
	return ""
}

// stateWord says the same in the subtitle, which the panel cuts when it is long.
func stateWord(n *mesh.Node) string {
	if coarse(n.Kind) {
		return idleWord(n)
	}
	for _, kind := range []mesh.BadgeKind{mesh.BadgeDead, mesh.BadgeMissingSidecar, mesh.BadgeOutOfMesh} {
		if badge(n, kind) {
			return string(kind)
		}
	}
	return idleWord(n)
}

func idleWord(n *mesh.Node) string {
	if n.Idle {
		return string(mesh.BadgeIdle)
	}
	return ""
}

func coarse(kind mesh.Kind) bool { return kind == mesh.KindNamespace || kind == mesh.KindCluster }

// nodeIcon is what is drawn in the circle of an idle node. An icon takes the place of the
// stats, so that no other node has one.
func nodeIcon(n *mesh.Node) string {
	switch {
	case !n.Idle || n.Change == mesh.ChangeGone:
		return ""
	case !coarse(n.Kind) && badge(n, mesh.BadgeDead):
		return "times-circle"
	}
	return "pause-circle"
}

// healthWords says a node's health and, where its pods make it worse, why.
func healthWords(n *mesh.Node) string {
	if n.Why != "" {
		return string(n.Health) + " (" + n.Why + ")"
	}
	return string(n.Health)
}
