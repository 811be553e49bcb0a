package arrange

import (
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var pictures = flag.String("pictures", "", "folder to draw layouts into, as SVG")

// TestPictures draws layouts as the panel does, for people to look at; without a
// folder given, into one that goes away.
func TestPictures(t *testing.T) {
	dir := *pictures
	if dir == "" {
		dir = t.TempDir()
	}
	draw := func(name string, m *mesh, o Options) {
		t.Helper()
		svg := picture(m, Arrange(m.nodes, m.edges, o))
		if got := strings.Count(svg, "<circle"); got != len(m.nodes) {
			t.Errorf("%s: %d circles drawn for %d nodes", name, got, len(m.nodes))
		}
		if err := os.WriteFile(filepath.Join(dir, name+".svg"), []byte(svg), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	draw("demo-workload", demoAt(3), both)
	draw("demo-workload-clusters", demoAt(3), Options{Clusters: true})
	draw("demo-workload-namespaces", demoAt(3), Options{Namespaces: true})
	draw("demo-namespace", demoAt(2), Options{Clusters: true})
	draw("demo-cluster", demoAt(1), Options{})
	draw("shaped-40", shaped(1, 3, 4, 40), both)
	draw("shaped-40-four", shaped(2, 4, 3, 40), both)
	draw("shaped-10", shaped(7, 3, 3, 10), both)
	draw("shaped-200", shaped(1, 6, 6, 200), both)
	for i, m := range many(8) {
		draw(fmt.Sprint("generated-", i), m, both)
	}
}

// picture draws straight edges beneath circles, texts below the circles, and
// boxes with their names on the upper side.
func picture(m *mesh, l Layout) string {
	var b strings.Builder
	left, top, width, height := -650.0, -400.0, 1300.0, 800.0
	for _, p := range l.Nodes { // zoom out as far as it takes
		for max(p.X, -p.X)+80 > width/2 || max(p.Y, -p.Y)+80 > height/2 {
			left, top, width, height = left*1.1, top*1.1, width*1.1, height*1.1
		}
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="1300" height="800" viewBox="%g %g %g %g" font-family="sans-serif" font-size="11" text-anchor="middle">`, left, top, width, height)
	fmt.Fprintf(&b, `<defs><marker id="a" orient="auto" markerWidth="8" markerHeight="8" refX="8" refY="4"><path d="M0,0L8,4L0,8z" fill="#7c7"/></marker></defs>`)
	fmt.Fprintf(&b, `<rect x="%g" y="%g" width="%g" height="%g" fill="#181b1f"/><rect x="-600" y="-350" width="1200" height="700" fill="none" stroke="#333"/>`, left, top, width, height)
	for _, box := range l.Boxes {
		colour, name, r := `stroke="#58f"`, box.Cluster, box.Rect
		if box.Namespace != "" {
			colour, name = `stroke="#888" stroke-dasharray="4 4"`, box.Namespace
		}
		fmt.Fprintf(&b, `<rect x="%g" y="%g" width="%g" height="%g" fill="none" %s/>`, r.Left, r.Top, r.Right-r.Left, r.Bottom-r.Top, colour)
		fmt.Fprintf(&b, `<text x="%g" y="%g" fill="#ccc">%s</text><text x="%g" y="%g" fill="#888">54 req/s</text>`, (r.Left+r.Right)/2, r.Top+4, html.EscapeString(name), (r.Left+r.Right)/2, r.Top+19)
	}
	for _, e := range m.edges {
		p, q := l.Nodes[e.Source], l.Nodes[e.Target]
		d := distance(p, q)
		dx, dy := (q.X-p.X)/d*(defaultRadius+5), (q.Y-p.Y)/d*(defaultRadius+5)
		fmt.Fprintf(&b, `<line x1="%g" y1="%g" x2="%g" y2="%g" stroke="#7c7" stroke-width="1.5" marker-end="url(#a)"/>`, p.X+dx, p.Y+dy, q.X-dx, q.Y-dy)
	}
	for i, p := range l.Nodes {
		name := m.nodes[i].ID[strings.LastIndex(m.nodes[i].ID, "/")+1:]
		fmt.Fprintf(&b, `<circle cx="%g" cy="%g" r="%d" fill="#22252b" stroke="#7c7" stroke-width="2"/>`, p.X, p.Y, defaultRadius)
		fmt.Fprintf(&b, `<text x="%g" y="%g" fill="#ccc">%s</text><text x="%g" y="%g" fill="#777">%s</text>`, p.X, p.Y+defaultRadius+16, html.EscapeString(name), p.X, p.Y+defaultRadius+31, []string{"subtitle", ""}[m.nodes[i].Lines%2])
	}
	b.WriteString("</svg>")
	return b.String()
}
