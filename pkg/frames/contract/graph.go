// Package contract checks frames by the rules that the node graph panel and saved
// dashboards rely on. Every test that makes a graph runs it.
package contract

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// The plain columns that dashboards rely on.
var (
	nodeColumns = []string{"kind", "cluster", "namespace", "name", "version", "health", "change", "rps", "errorrate", "rate4xx", "badges", "idle"}
	edgeColumns = []string{
		"kind", "sourcecluster", "sourcenamespace", "sourcename", "targetcluster", "targetnamespace", "targetname",
		"protocol", "rps", "errorrate", "rate4xx", "latency", "bytes", "mtls", "crosscluster", "change",
	}
)

// broken holds what the panel's references to ids cannot bear.
var broken = regexp.MustCompile(`[\s"'()#]`)

// CheckGraph returns all that is wrong with the frames of a node graph.
func CheckGraph(frames data.Frames) error {
	if len(frames) != 2 || frames[0].Name != "nodes" || frames[1].Name != "edges" {
		return fmt.Errorf("want exactly the frames nodes and edges, in this order, not %d frames", len(frames))
	}
	c := checker{nodes: frames[0], edges: frames[1]}
	c.frame(c.nodes, append([]string{"id", "title"}, nodeColumns...))
	c.frame(c.edges, append([]string{"id", "source", "target"}, edgeColumns...))
	if len(c.errs) == 0 {
		c.ids()
		c.ends()
		c.numbers(c.nodes)
		c.numbers(c.edges)
		c.arcs()
		c.boxes()
		c.icons()
	}
	return errors.Join(c.errs...)
}

// boxPart is the id of a box's corner or side.
var boxPart = regexp.MustCompile(`^box/[^\s"'()#]+(#(tl|tr|br|bl)| (tl-tr|tr-br|br-bl|bl-tl))$`)

type checker struct {
	nodes, edges *data.Frame
	errs         []error
}

func (c *checker) wrong(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

// frame checks a frame as a whole.
func (c *checker) frame(f *data.Frame, columns []string) {
	if f.Meta == nil || f.Meta.PreferredVisualization != data.VisTypeNodeGraph {
		c.wrong("%s: not marked as a node graph", f.Name)
	}
	if _, err := f.RowLen(); err != nil {
		c.wrong("%s: %w", f.Name, err)
	}
	seen := map[string]bool{}
	for _, field := range f.Fields {
		if field.Name != strings.ToLower(field.Name) {
			c.wrong("%s: column %q is not lower case", f.Name, field.Name)
		}
		if seen[field.Name] {
			c.wrong("%s: column %q is there twice", f.Name, field.Name)
		}
		seen[field.Name] = true
	}
	for _, name := range columns {
		if !seen[name] {
			c.wrong("%s: column %q is missing", f.Name, name)
		}
	}
}

func (c *checker) ids() {
	for _, f := range []*data.Frame{c.nodes, c.edges} {
		seen := map[string]bool{}
		for _, id := range Strings(f, "id") {
			if id == "" || seen[id] {
				c.wrong("%s: id %q is empty or there twice", f.Name, id)
			}
			// A box's corners are named with a #, and its sides with a space, which
			// costs the arrowhead: so it is meant.
			if broken.MatchString(id) && !boxPart.MatchString(id) {
				c.wrong("%s: id %q holds what the panel cannot refer to", f.Name, id)
			}
			seen[id] = true
		}
	}
}

func (c *checker) ends() {
	nodes := Strings(c.nodes, "id")
	known := make(map[string]bool, len(nodes))
	for _, id := range nodes {
		known[id] = true
	}
	sources, targets := Strings(c.edges, "source"), Strings(c.edges, "target")
	pairs := map[[2]string]bool{}
	for i, id := range Strings(c.edges, "id") {
		pair := [2]string{sources[i], targets[i]}
		switch {
		case !known[pair[0]] || !known[pair[1]]:
			c.wrong("edge %q lacks a node at an end", id)
		case pair[0] == pair[1]:
			c.wrong("edge %q leads to where it starts", id)
		case pairs[pair]:
			c.wrong("edge %q is not the only one of its pair", id)
		case id != pair[0]+"->"+pair[1] && !boxPart.MatchString(id):
			c.wrong("edge %q is not named after its ends", id)
		}
		pairs[pair] = true
	}
}

// ratios are the columns whose values lie between 0 and 1.
var ratios = []string{"errorrate", "rate4xx", "mtls"}

func (c *checker) numbers(f *data.Frame) {
	for _, field := range f.Fields {
		for i := range field.Len() {
			v, ok := number(field, i)
			switch {
			case !ok:
			case math.IsNaN(v) || math.IsInf(v, 0) || v < 0 && field.Name != "fixedx" && field.Name != "fixedy":
				c.wrong("%s: %s of row %d is %v", f.Name, field.Name, i, v)
			case slices.Contains(ratios, field.Name) && v > 1:
				c.wrong("%s: %s of row %d is %v, above 1", f.Name, field.Name, i, v)
			}
		}
	}
}

func (c *checker) arcs() {
	rows := c.nodes.Rows()
	sums := make([]float64, rows)
	for _, field := range c.nodes.Fields {
		if !strings.HasPrefix(field.Name, "arc__") {
			continue
		}
		for i := range rows {
			v, ok := number(field, i)
			if !ok {
				c.wrong("nodes: %s of row %d is null, which loses the ring", field.Name, i)
			}
			sums[i] += v
		}
	}
	for i, sum := range sums {
		if sum > 1+1e-9 {
			c.wrong("nodes: the arcs of row %d add up to %v", i, sum)
		}
	}
}

// boxes checks that the rows of boxes come first, that each box is whole, and that
// either all nodes have a place or none has.
func (c *checker) boxes() {
	others := false
	parts := map[string]int{}
	ids := Strings(c.nodes, "id")
	for i, kind := range Strings(c.nodes, "kind") {
		if kind != "box" {
			others = true
			continue
		}
		if others {
			c.wrong("nodes: row %d is a box's and comes after others", i)
		}
		box, _, _ := strings.Cut(ids[i], "#")
		parts[box]++
	}
	for box, n := range parts {
		if n != 5 {
			c.wrong("box %q has %d nodes, not four corners and a label", box, n)
		}
	}
	x, _ := c.nodes.FieldByName("fixedx")
	y, _ := c.nodes.FieldByName("fixedy")
	if (x == nil) != (y == nil) || x == nil && len(parts) > 0 {
		c.wrong("nodes: places are there in part")
	}
}

// icons checks that no icon takes the place of a stat.
func (c *checker) icons() {
	icons := Strings(c.nodes, "icon")
	for _, stat := range []string{"mainstat", "secondarystat"} {
		for i, words := range Strings(c.nodes, stat) {
			if words != "" && icons != nil && icons[i] != "" {
				c.wrong("nodes: the icon of row %d hides its %s", i, stat)
			}
		}
	}
}

// number is the float at a row; false when the column holds none or the value is null.
func number(field *data.Field, row int) (float64, bool) {
	if field.Type() != data.FieldTypeFloat64 && field.Type() != data.FieldTypeNullableFloat64 {
		return 0, false
	}
	v, ok := field.ConcreteAt(row)
	if !ok {
		return 0, false
	}
	return v.(float64), true
}

// Strings are the values of a column of strings; nil when there is no such column.
func Strings(f *data.Frame, column string) []string {
	field, _ := f.FieldByName(column)
	if field == nil || field.Type() != data.FieldTypeString {
		return nil
	}
	out := make([]string, field.Len())
	for i := range out {
		out[i] = field.At(i).(string)
	}
	return out
}
