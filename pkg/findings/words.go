package findings

import (
	"maps"
	"slices"
	"strings"
)

// written are labels as selectors write them.
func written(labels map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, k+"="+labels[k])
	}
	return strings.Join(out, ",")
}

// mostRunes bounds what is repeated of what others wrote.
const mostRunes = 200

// short is a text on one line, cut off where it is long.
func short(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	if runes := []rune(text); len(runes) > mostRunes {
		return string(runes[:mostRunes]) + "…"
	}
	return text
}
