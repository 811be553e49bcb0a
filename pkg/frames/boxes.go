package frames

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The core Node graph panel knows no groups. It draws boxes all the same when the
// frames say so: four nodes of radius 1 as corners, edges between them as borders,
// and a label node in the middle of the upper side whose details and links are the
// box's own. These rows come first, so that everything else is drawn over them.

const (
	boxRadius   = 1.0
	nodeRadius  = 27.0 // two lines of stats still fit
	labelAbove  = 14.0 // of the label node, over the upper side
	borderDash  = "3 4"
	borderThick = 1.5
	kindBox     = "box"
)

// NodesPerBox is how many nodes a box adds to what the panel draws.
const NodesPerBox = 5

// boxColors tell clusters apart.
var boxColors = []string{"#5794F2", "#B877D9", "#FF9830", "#5CC8C8", "#E5C04A", "#D683CE", "#8AB8FF", "#A0C55F"}

// corner is one of a box's corners, as ids name them.
type corner struct {
	name string
	at   func(mesh.Box) mesh.Point
}

var corners = []corner{
	{"tl", func(b mesh.Box) mesh.Point { return mesh.Point{X: b.Left, Y: b.Top} }},
	{"tr", func(b mesh.Box) mesh.Point { return mesh.Point{X: b.Right, Y: b.Top} }},
	{"br", func(b mesh.Box) mesh.Point { return mesh.Point{X: b.Right, Y: b.Bottom} }},
	{"bl", func(b mesh.Box) mesh.Point { return mesh.Point{X: b.Left, Y: b.Bottom} }},
}

// boxNode is a corner of a box, or, without a name, its label.
type boxNode struct {
	mesh.Box
	corner string
	at     mesh.Point
	color  string
}

// boxEdge is one side of a box.
type boxEdge struct {
	mesh.Box
	from, to string
	color    string
}

// boxID is a box's id; its corners and sides are named after it.
func boxID(b mesh.Box) string {
	id := kindBox + "/" + url.PathEscape(string(b.Cluster))
	if b.Namespace != "" {
		id += "/" + url.PathEscape(b.Namespace)
	}
	return id
}

func boxRows(a *mesh.Arrangement) ([]boxNode, []boxEdge) {
	var nodes []boxNode
	var edges []boxEdge
	colors := clusterColors(a.Boxes)
	for _, b := range a.Boxes {
		color := colors[b.Cluster]
		for i, c := range corners {
			next := corners[(i+1)%len(corners)]
			nodes = append(nodes, boxNode{b, c.name, c.at(b), color})
			edges = append(edges, boxEdge{b, c.name, next.name, color})
		}
		nodes = append(nodes, boxNode{b, "", mesh.Point{X: (b.Left + b.Right) / 2, Y: b.Top - labelAbove}, color})
	}
	return nodes, edges
}

// clusterColors gives each cluster its colour, the same whichever others there are
// unless two want the same one.
func clusterColors(boxes []mesh.Box) map[mesh.ClusterName]string {
	out, taken := map[mesh.ClusterName]string{}, map[uint32]bool{}
	for _, b := range boxes {
		if _, done := out[b.Cluster]; done {
			continue
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte(b.Cluster))
		at := h.Sum32() % uint32(len(boxColors))
		for len(taken) < len(boxColors) && taken[at] {
			at = (at + 1) % uint32(len(boxColors))
		}
		taken[at] = true
		out[b.Cluster] = boxColors[at]
	}
	return out
}

func boxNodeColumns(level mesh.Level, o GraphOptions) []column[boxNode] {
	// A corner says nothing: what there is to say stands at the label.
	label := func(value func(mesh.Box) string) func(*boxNode) string {
		return func(n *boxNode) string {
			if n.corner != "" {
				return ""
			}
			return value(n.Box)
		}
	}
	columns := []column[boxNode]{
		col("id", nil, func(n *boxNode) string {
			if n.corner == "" {
				return boxID(n.Box)
			}
			return boxID(n.Box) + "#" + n.corner
		}),
		col("title", nil, label(func(b mesh.Box) string { return boxTitle(b, o.Home) })),
		col("subtitle", nil, label(boxSubtitle)),
		col("color", nil, func(n *boxNode) string { return n.color }),
		col("noderadius", nil, func(*boxNode) float64 { return boxRadius }),
		col("fixedx", nil, func(n *boxNode) float64 { return n.at.X }),
		col("fixedy", nil, func(n *boxNode) float64 { return n.at.Y }),
		col("kind", nil, func(*boxNode) string { return kindBox }),
		col("cluster", nil, func(n *boxNode) string { return string(n.Cluster) }),
		col("namespace", nil, func(n *boxNode) string { return n.Namespace }),
		col("name", nil, label(func(b mesh.Box) string { return boxTitle(b, "") })),
		col("promql", nil, func(n *boxNode) string { return o.behindBox(n.Box) }),
	}
	columns = append(columns, menuColumns(o.menu, func(n *boxNode) place { return boxPlace(level, n.Box) })...)
	for _, d := range boxDetails {
		columns = append(columns, col("detail__"+d.name, nil, label(d.value)))
	}
	return columns
}

func boxEdgeColumns(o GraphOptions) []column[boxEdge] {
	columns := []column[boxEdge]{
		// The space keeps the panel from drawing an arrowhead.
		col("id", nil, func(e *boxEdge) string { return boxID(e.Box) + " " + e.from + "-" + e.to }),
		col("source", nil, func(e *boxEdge) string { return boxID(e.Box) + "#" + e.from }),
		col("target", nil, func(e *boxEdge) string { return boxID(e.Box) + "#" + e.to }),
		col("color", nil, func(e *boxEdge) string { return e.color }),
		col("thickness", nil, func(*boxEdge) float64 { return borderThick }),
		col("strokedasharray", nil, func(e *boxEdge) string {
			if e.Namespace != "" {
				return borderDash
			}
			return ""
		}),
		col("kind", nil, func(*boxEdge) string { return kindBox }),
		col("promql", nil, func(e *boxEdge) string { return o.behindBox(e.Box) }),
	}
	for _, d := range boxDetails {
		columns = append(columns, col("detail__"+d.name, nil, func(e *boxEdge) string { return d.value(e.Box) }))
	}
	return columns
}

func boxTitle(b mesh.Box, home mesh.ClusterName) string {
	switch {
	case b.Namespace != "":
		return b.Namespace
	case !b.Cluster.Known():
		return "unresolved cluster"
	case b.Cluster == home:
		return "★ " + string(b.Cluster)
	}
	return string(b.Cluster)
}

// boxSubtitle tells a box's traffic, and a cluster's network. The panel cuts what is long:
// what is wrong comes before what is where.
func boxSubtitle(b mesh.Box) string {
	served := b.Served()
	network := ""
	if b.Namespace == "" {
		network = b.Network
	}
	return joined(" · ", mainStat(served), positive(served.ErrorRatio()), network)
}

// boxDetails are what a click on a box's name or side tells.
var boxDetails = []struct {
	name, title string
	value       func(mesh.Box) string
}{
	{"boxcluster", "Cluster", func(b mesh.Box) string { return joined(", ", string(b.Cluster), b.Network) }},
	{"boxnamespace", "Namespace", func(b mesh.Box) string { return b.Namespace }},
	{"boxholds", "Holds", func(b mesh.Box) string {
		if b.Namespace != "" || b.Namespaces == 0 {
			return fmt.Sprintf("%d nodes", b.Nodes)
		}
		return fmt.Sprintf("%d namespaces, %d nodes", b.Namespaces, b.Nodes)
	}},
	{"boxhealth", "Health", healths},
	{"boxin", "In", func(b mesh.Box) string { return joined(", ", requests(b.In.Requests), bytesRate(b.In.Bytes)) }},
	{"boxout", "Out", func(b mesh.Box) string { return joined(", ", requests(b.Out.Requests), bytesRate(b.Out.Bytes)) }},
	{"boxinside", "Inside", func(b mesh.Box) string {
		return joined(", ", requests(b.Inside.Requests), bytesRate(b.Inside.Bytes))
	}},
	{"boxprotocols", "Protocols", func(b mesh.Box) string { return protocols(b.Protocols) }},
	{"boxresponses", "Responses", func(b mesh.Box) string { return responses(b.Responses) }},
	{"boxthroughput", "Throughput", func(b mesh.Box) string { return throughput(b.Served().Volume) }},
	{"boxconnections", "TCP connections", func(b mesh.Box) string { return connections(b.Served().Volume) }},
	{"boxmtls", "Mutual TLS", func(b mesh.Box) string { return percent(b.Served().MTLSRatio()) }},
	{"boxclusters", "Talks to clusters", func(b mesh.Box) string { return commas(b.Clusters) }},
	{"boxnetworks", "Talks to networks", func(b mesh.Box) string { return commas(b.Networks) }},
}

// healths says how many nodes are how well, worst first.
func healths(b mesh.Box) string {
	var words []string
	for _, h := range mesh.Healths() {
		if n := b.Healths[h]; n > 0 && h != mesh.HealthNone {
			words = append(words, fmt.Sprintf("%d %s", n, h))
		}
	}
	return strings.Join(words, ", ")
}

func commas[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

// placed adds to the columns of nodes what boxes need: a radius, a place, and the
// boxes' details, of which a node has none.
func placed(columns []column[mesh.Node], a *mesh.Arrangement) []column[mesh.Node] {
	columns = append(columns,
		col("noderadius", nil, func(*mesh.Node) float64 { return nodeRadius }),
		col("fixedx", nil, func(n *mesh.Node) float64 { return a.Nodes[n.Ref].X }),
		col("fixedy", nil, func(n *mesh.Node) float64 { return a.Nodes[n.Ref].Y }),
	)
	for _, d := range boxDetails {
		columns = append(columns, col("detail__"+d.name, shown(d.title), func(*mesh.Node) string { return "" }))
	}
	return columns
}

// stack puts the rows of first above those of second, which says the columns. What
// first has no column for is empty, null or zero.
func stack(first, second *data.Frame) *data.Frame {
	above := first.Rows()
	out := data.NewFrame(second.Name)
	for _, field := range second.Fields {
		stacked := data.NewFieldFromFieldType(field.Type(), above+field.Len())
		stacked.Name, stacked.Labels, stacked.Config = field.Name, field.Labels, field.Config
		if i := slices.IndexFunc(first.Fields, func(f *data.Field) bool { return f.Name == field.Name }); i >= 0 {
			for row := range above {
				stacked.Set(row, first.Fields[i].At(row))
			}
		}
		for row := range field.Len() {
			stacked.Set(above+row, field.At(row))
		}
		out.Fields = append(out.Fields, stacked)
	}
	return out
}
