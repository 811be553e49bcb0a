package picture

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Grafana's dark theme.
const (
	background = "#181b1f"
	foreground = "#ccccdc"
	faint      = "#9b9ba8"
	font       = "Inter, Helvetica, Arial, sans-serif"
)

// Write draws the graph of the two frames. It fails where the panel would.
func Write(w io.Writer, title string, nodes, edges *data.Frame) error {
	g, err := read(nodes, edges)
	if err != nil {
		return fmt.Errorf("%s: %w", title, err)
	}
	if !g.placed {
		g.layout()
	}
	var b strings.Builder
	left, top, width, height := g.bounds()
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="%s %s %s %s" width="%s" height="%s" font-family="%s" font-size="12">`+"\n",
		f(left), f(top), f(width), f(height), f(width), f(height), font)
	fmt.Fprintf(&b, `<rect x="%s" y="%s" width="100%%" height="100%%" fill="%s"/>`+"\n", f(left), f(top), background)
	fmt.Fprintf(&b, `<text x="%s" y="%s" fill="%s" font-size="16" font-weight="500">%s</text>`+"\n", f(left+16), f(top+28), foreground, escape(title))
	for i, e := range g.edges {
		e.draw(&b, i)
	}
	for _, n := range g.nodes {
		n.draw(&b)
	}
	g.drawLegend(&b, left+16, top+height-20)
	b.WriteString("</svg>\n")
	_, err = io.WriteString(w, b.String())
	return err
}

// bounds returns the drawing's left and upper end and its size.
func (g *graph) bounds() (left, top, width, height float64) {
	minX, minY, maxX, maxY := 0.0, 0.0, 0.0, 0.0
	for i, n := range g.nodes {
		if i == 0 {
			minX, minY, maxX, maxY = n.x, n.y, n.x, n.y
		}
		minX, maxX = min(minX, n.x), max(maxX, n.x)
		minY, maxY = min(minY, n.y), max(maxY, n.y)
	}
	left, top = minX-120, minY-100
	return left, top, max(maxX+120-left, 480), max(maxY+130-top, 240)
}

// draw draws a straight line from ring to ring and an arrowhead. The panel finds
// arrowheads by the edge's id inside url(#…), where some characters cannot stand:
// such an edge has none.
func (e edge) draw(b *strings.Builder, number int) {
	dx, dy := e.target.x-e.source.x, e.target.y-e.source.y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return
	}
	ux, uy := dx/length, dy/length
	size := 10 + 2*e.thickness
	fromGap, toGap := e.source.radius+5, e.target.radius+5
	arrow := !strings.ContainsAny(e.id, " \t\n\"'()")
	if !arrow { // a box's border runs from corner to corner
		fromGap, toGap, size = 0, 0, 0
	}
	x1, y1 := e.source.x+ux*fromGap, e.source.y+uy*fromGap
	x2, y2 := e.target.x-ux*(toGap+size), e.target.y-uy*(toGap+size)
	fmt.Fprintf(b, `<g stroke="%s" stroke-width="%s"><title>%s</title><line x1="%s" y1="%s" x2="%s" y2="%s"`,
		escape(e.color), f(e.thickness), escape(e.tooltip()), f(x1), f(y1), f(x2), f(y2))
	if e.dash != "" {
		fmt.Fprintf(b, ` stroke-dasharray="%s"`, escape(e.dash))
	}
	b.WriteString("/>")
	if arrow {
		tipX, tipY, half := x2+ux*size, y2+uy*size, size/2.5
		fmt.Fprintf(b, `<path d="M%s %sL%s %sL%s %sZ" fill="%s" stroke="none"/>`, f(tipX), f(tipY),
			f(x2-uy*half), f(y2+ux*half), f(x2+uy*half), f(y2-ux*half), escape(e.color))
	}
	b.WriteString("</g>\n")
}

// tooltip is what the panel shows on hover.
func (e edge) tooltip() string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s → %s %s %s", e.source.id, e.target.id, e.main, e.secondary)), " ")
}

func (n *node) draw(b *strings.Builder) {
	fill := background
	if n.highlighted {
		fill = "#a00"
	}
	ring := math.Ceil(n.radius * 0.075)
	fmt.Fprintf(b, `<g text-anchor="middle"><title>%s</title><circle cx="%s" cy="%s" r="%s" fill="%s"/>`,
		escape(n.id), f(n.x), f(n.y), f(n.radius), fill)
	n.drawRing(b, ring)
	line := func(dy float64, size int, color, text string, most int) {
		if text != "" {
			fmt.Fprintf(b, `<text x="%s" y="%s" fill="%s" font-size="%d">%s</text>`, f(n.x), f(n.y+dy), color, size, escape(shorten(text, most)))
		}
	}
	switch {
	case n.icon != "": // hides both stats
		line(4, 10, faint, n.icon, 11)
	case n.stats[1] == "":
		line(4, 11, foreground, n.stats[0], 11)
	default:
		line(-3, 11, foreground, n.stats[0], 11)
		line(12, 11, foreground, n.stats[1], 11)
	}
	// The panel puts a shade behind each line below a node, which dims what is under it.
	for i, text := range []string{n.title, n.subtitle} {
		if text != "" {
			fmt.Fprintf(b, `<rect x="%s" y="%s" width="140" height="16" fill="%s" fill-opacity="0.6"/>`, f(n.x-70), f(n.y+n.radius+3+15*float64(i)), background)
		}
	}
	line(n.radius+15, 12, foreground, n.title, 22)
	line(n.radius+30, 12, foreground, n.subtitle, 22)
	b.WriteString("</g>\n")
}

// drawRing draws the arcs clockwise from the top, or the whole ring in the node's
// colour when there is none.
func (n *node) drawRing(b *strings.Builder, width float64) {
	r := n.radius - width/2
	if len(n.arcs) == 0 || n.arcs[0].share >= 0.9999 {
		color := n.color
		if len(n.arcs) > 0 {
			color = n.arcs[0].color
		}
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="%s" fill="none" stroke="%s" stroke-width="%s"/>`, f(n.x), f(n.y), f(r), escape(color), f(width))
		return
	}
	at := func(share float64) (x, y float64) {
		angle := 2*math.Pi*share - math.Pi/2
		return n.x + r*math.Cos(angle), n.y + r*math.Sin(angle)
	}
	begin := 0.0
	for _, a := range n.arcs {
		end := min(begin+a.share, 0.9999)
		x1, y1 := at(begin)
		x2, y2 := at(end)
		large := 0
		if end-begin > 0.5 {
			large = 1
		}
		fmt.Fprintf(b, `<path d="M%s %sA%s %s 0 %d 1 %s %s" fill="none" stroke="%s" stroke-width="%s"/>`,
			f(x1), f(y1), f(r), f(r), large, f(x2), f(y2), escape(a.color), f(width))
		begin = end
	}
}

func (g *graph) drawLegend(b *strings.Builder, x, y float64) {
	for _, entry := range g.legend {
		color := entry.color
		if color == "" {
			color = "gray"
		}
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="14" height="4" rx="2" fill="%s"/><text x="%s" y="%s" fill="%s">%s</text>`,
			f(x), f(y-5), escape(color), f(x+20), f(y), faint, escape(entry.text))
		x += 44 + 7*float64(len([]rune(entry.text)))
	}
	b.WriteByte('\n')
}

// shorten cuts text to at most n characters, with an ellipsis.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// f writes a coordinate.
func f(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}
