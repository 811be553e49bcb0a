package picture

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

type node struct {
	id, title, subtitle string
	stats               [2]string
	icon, color         string
	radius              float64
	highlighted         bool
	arcs                []arc
	x, y                float64
}

type arc struct {
	share float64 // of the ring
	color string
}

type edge struct {
	id              string
	source, target  *node
	color, dash     string
	thickness       float64
	main, secondary string
}

// legendEntry explains a colour, or a stat when there is no colour.
type legendEntry struct{ color, text string }

type graph struct {
	nodes  []*node
	edges  []edge
	legend []legendEntry
	placed bool // by the frames themselves
}

const defaultRadius = 40

// columns finds fields of a frame by name, whatever the case.
type columns map[string]*data.Field

func columnsOf(frame *data.Frame) columns {
	c := columns{}
	for _, f := range frame.Fields {
		c[strings.ToLower(f.Name)] = f
	}
	return c
}

// text returns a value as the panel shows it: strings as they are, numbers with two
// decimals (or as many as configured) and the unit. Unknown is empty.
func (c columns) text(name string, row int) string {
	field := c[name]
	if field == nil {
		return ""
	}
	value, ok := field.ConcreteAt(row)
	if !ok {
		return ""
	}
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	}
	number, err := field.FloatAt(row)
	if err != nil {
		return fmt.Sprint(value)
	}
	decimals, unit := 2, ""
	if field.Config != nil {
		unit = field.Config.Unit
		if d := field.Config.Decimals; d != nil && *d != 0 {
			decimals = int(*d)
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%.*f %s", decimals, number, unit))
}

// number returns a number; ok is false when it is unknown or not finite.
func (c columns) number(name string, row int) (v float64, ok bool) {
	field := c[name]
	if field == nil {
		return 0, false
	}
	if _, known := field.ConcreteAt(row); !known {
		return 0, false
	}
	v, err := field.FloatAt(row)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

func read(nodes, edges *data.Frame) (*graph, error) {
	g := &graph{}
	byID := map[string]*node{}
	c := columnsOf(nodes)
	if c["id"] == nil {
		return nil, fmt.Errorf("the nodes frame has no field id")
	}
	positions := 0
	for row := range nodes.Rows() {
		n := readNode(nodes, c, row)
		if byID[n.id] != nil {
			return nil, fmt.Errorf("node id %q stands there twice", n.id)
		}
		x, hasX := c.number("fixedx", row)
		y, hasY := c.number("fixedy", row)
		if n.x, n.y = x, y; hasX && hasY {
			positions++
		}
		byID[n.id] = n
		g.nodes = append(g.nodes, n)
	}
	if positions != 0 && positions != len(g.nodes) {
		return nil, fmt.Errorf("%d of %d nodes have a fixed position: the panel wants all or none", positions, len(g.nodes))
	}
	g.placed = positions > 0
	if err := g.readEdges(edges, byID); err != nil {
		return nil, err
	}
	g.readLegend(nodes)
	return g, nil
}

func readNode(frame *data.Frame, c columns, row int) *node {
	n := &node{id: c.text("id", row), title: c.text("title", row), subtitle: c.text("subtitle", row), icon: c.text("icon", row),
		stats: [2]string{c.text("mainstat", row), c.text("secondarystat", row)},
		color: cmp.Or(c.text("color", row), "gray"), radius: defaultRadius}
	if r, ok := c.number("noderadius", row); ok && r > 0 {
		n.radius = r
	}
	n.highlighted = c.text("highlighted", row) == "true"
	total := 0.0
	for _, field := range frame.Fields {
		if !strings.HasPrefix(field.Name, "arc__") {
			continue
		}
		share, ok := c.number(strings.ToLower(field.Name), row)
		if share = min(share, 1-total); ok && share > 0 {
			n.arcs = append(n.arcs, arc{share, fixedColor(field)})
			total += share
		}
	}
	return n
}

func (g *graph) readEdges(frame *data.Frame, nodes map[string]*node) error {
	c := columnsOf(frame)
	seen := map[string]bool{}
	for row := range frame.Rows() {
		e := edge{id: c.text("id", row), source: nodes[c.text("source", row)], target: nodes[c.text("target", row)],
			color: cmp.Or(c.text("color", row), "#999"), dash: c.text("strokedasharray", row), thickness: 1,
			main: c.text("mainstat", row), secondary: c.text("secondarystat", row)}
		if e.source == nil || e.target == nil {
			return fmt.Errorf("edge %q goes from %q to %q, which are not both nodes: the panel would show an error", e.id, c.text("source", row), c.text("target", row))
		}
		if e.id == "" || seen[e.id] {
			return fmt.Errorf("edge id %q is empty or stands there twice", e.id)
		}
		seen[e.id] = true
		if t, ok := c.number("thickness", row); ok && t > 0 {
			e.thickness = t
		}
		g.edges = append(g.edges, e)
	}
	return nil
}

func (g *graph) readLegend(nodes *data.Frame) {
	for _, field := range nodes.Fields {
		name := field.Name
		if field.Config != nil && field.Config.DisplayName != "" {
			name = field.Config.DisplayName
		}
		switch {
		case strings.HasPrefix(field.Name, "arc__"):
			g.legend = append(g.legend, legendEntry{fixedColor(field), name})
		case field.Name == "mainstat" || field.Name == "secondarystat":
			g.legend = append(g.legend, legendEntry{"", name})
		}
	}
}

// fixedColor is the colour that a field's config fixes.
func fixedColor(field *data.Field) string {
	if field.Config != nil {
		if name, ok := field.Config.Color["fixedColor"].(string); ok {
			return cmp.Or(palette[name], name)
		}
	}
	return "gray"
}

// palette is what names of Grafana's visualisation colours mean in the dark theme.
var palette = map[string]string{
	"dark-red": "#C4162A", "semi-dark-red": "#E02F44", "red": "#F2495C", "light-red": "#FF7383", "super-light-red": "#FFA6B0",
	"dark-orange": "#FA6400", "semi-dark-orange": "#FF780A", "orange": "#FF9830", "light-orange": "#FFB357", "super-light-orange": "#FFCB7D",
	"dark-yellow": "#E0B400", "semi-dark-yellow": "#F2CC0C", "yellow": "#FADE2A", "light-yellow": "#FFEE52", "super-light-yellow": "#FFF899",
	"dark-green": "#37872D", "semi-dark-green": "#56A64B", "green": "#73BF69", "light-green": "#96D98D", "super-light-green": "#C8F2C2",
	"dark-blue": "#1F60C4", "semi-dark-blue": "#3274D9", "blue": "#5794F2", "light-blue": "#8AB8FF", "super-light-blue": "#C0D8FF",
	"dark-purple": "#8F3BB8", "semi-dark-purple": "#A352CC", "purple": "#B877D9", "light-purple": "#CA95E5", "super-light-purple": "#DEB6F2",
}
