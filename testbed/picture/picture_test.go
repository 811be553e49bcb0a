package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func frames(ids []string, pairs [][2]string) (nodes, edges *data.Frame) {
	var names, sources, targets []string
	for _, p := range pairs {
		names, sources, targets = append(names, p[0]+"->"+p[1]), append(sources, p[0]), append(targets, p[1])
	}
	return data.NewFrame("nodes", data.NewField("id", nil, ids), data.NewField("title", nil, ids)),
		data.NewFrame("edges", data.NewField("id", nil, names), data.NewField("source", nil, sources), data.NewField("target", nil, targets))
}

// elements parses an SVG and counts its elements.
func elements(t *testing.T, svg string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return counts
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		if start, ok := token.(xml.StartElement); ok {
			counts[start.Name.Local]++
		}
	}
}

func draw(t *testing.T, nodes, edges *data.Frame) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, "A <graph> & more", nodes, edges); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDrawsNodesEdgesAndText(t *testing.T) {
	nodes, edges := frames([]string{"a", `b"<&`}, [][2]string{{"a", `b"<&`}})
	rate, unknown := 12.345, (*float64)(nil)
	nodes.Fields = append(nodes.Fields,
		data.NewField("mainstat", nil, []*float64{&rate, unknown}).SetConfig(&data.FieldConfig{Unit: "req/s", DisplayName: "Requests"}),
		data.NewField("arc__ok", nil, []float64{0.75, 1}).SetConfig(&data.FieldConfig{DisplayName: "Success", Color: map[string]any{"fixedColor": "green"}}),
		data.NewField("arc__bad", nil, []float64{0.25, 0}).SetConfig(&data.FieldConfig{DisplayName: "Errors", Color: map[string]any{"fixedColor": "#ff0000"}}))
	edges.Fields = append(edges.Fields, data.NewField("strokedasharray", nil, []string{"6 4"}), data.NewField("color", nil, []string{"#123456"}))
	svg := draw(t, nodes, edges)
	counts := elements(t, svg)
	if counts["line"] != 1 || counts["circle"] != 3 {
		t.Errorf("%d lines and %d circles, want 1 and 3 (two nodes, one full ring)", counts["line"], counts["circle"])
	}
	for _, want := range []string{"12.35 req/s", "A &lt;graph&gt; &amp; more", "#73BF69", "#ff0000", `stroke-dasharray="6 4"`, "#123456", "Success", "Requests"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the drawing lacks %q", want)
		}
	}
}

func TestRefusesWhatThePanelRefuses(t *testing.T) {
	some := 1.0
	for name, tc := range map[string]struct {
		change func(nodes, edges *data.Frame)
		want   string
	}{
		"edge without node": {func(_, e *data.Frame) { e.Fields[2].Set(0, "nobody") }, "not both nodes"},
		"same node twice":   {func(n, _ *data.Frame) { n.Fields[0].Set(1, "a") }, "stands there twice"},
		"no edge id":        {func(_, e *data.Frame) { e.Fields[0].Set(0, "") }, "edge id"},
		"no node id":        {func(n, _ *data.Frame) { n.Fields = n.Fields[1:] }, "no field id"},
		"some positions": {func(n, _ *data.Frame) {
			n.Fields = append(n.Fields, data.NewField("fixedx", nil, []*float64{&some, nil}), data.NewField("fixedy", nil, []*float64{&some, nil}))
		}, "all or none"},
	} {
		nodes, edges := frames([]string{"a", "b"}, [][2]string{{"a", "b"}})
		tc.change(nodes, edges)
		if err := Write(io.Discard, "x", nodes, edges); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: the error is %v, want %q in it", name, err, tc.want)
		}
	}
}

func TestLayoutPutsCallersLeft(t *testing.T) {
	ids := []string{"d", "c", "b", "a", "lonely", "x", "y"}
	nodes, edges := frames(ids, [][2]string{{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "d"}, {"d", "b"}, {"x", "y"}, {"y", "x"}, {"a", "a"}})
	g, err := read(nodes, edges)
	if err != nil {
		t.Fatal(err)
	}
	g.layout()
	at := map[string]*node{}
	for _, n := range g.nodes {
		at[n.id] = n
	}
	for _, pair := range [][2]string{{"a", "b"}, {"b", "c"}, {"c", "d"}} {
		if at[pair[0]].x >= at[pair[1]].x {
			t.Errorf("%s is not left of %s", pair[0], pair[1])
		}
	}
	for i, n := range g.nodes {
		for _, m := range g.nodes[i+1:] {
			if math.Hypot(n.x-m.x, n.y-m.y) < 2*defaultRadius {
				t.Errorf("%s and %s overlap", n.id, m.id)
			}
		}
	}
}

func TestKeepsFixedPositionsAndDrawsBoxesWithoutArrows(t *testing.T) {
	nodes, edges := frames([]string{"box/east#tl", "box/east#tr"}, [][2]string{{"box/east#tl", "box/east#tr"}})
	nodes.Fields = append(nodes.Fields, data.NewField("fixedx", nil, []float64{-600, 600}), data.NewField("fixedy", nil, []float64{-300, -300}), data.NewField("noderadius", nil, []float64{1, 1}))
	edges.Fields[0].Set(0, "box/east tl-tr")
	svg := draw(t, nodes, edges)
	if !strings.Contains(svg, `x1="-600" y1="-300" x2="600" y2="-300"`) {
		t.Errorf("the border does not run from corner to corner:\n%s", svg)
	}
	if counts := elements(t, svg); counts["path"] != 0 {
		t.Errorf("%d paths, want none: a border has no arrowhead", counts["path"])
	}
}

func TestEmptyGraph(t *testing.T) {
	nodes, edges := frames(nil, nil)
	elements(t, draw(t, nodes, edges))
}
