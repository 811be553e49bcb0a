package demo

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/picture"
)

const (
	mostRows  = 30 // of a table
	mostRunes = 44 // of a cell
)

// show prints the answer to one query: its error, its notices, its tables, and for
// a graph what it holds and where it is drawn.
func (w *walk) show(dashboard, panel string, answer backend.DataResponse) {
	if answer.Error != nil {
		w.fail(panel, answer.Error)
		return
	}
	if len(answer.Frames) == 0 {
		w.fail(panel, fmt.Errorf("the answer holds no frame"))
		return
	}
	for _, frame := range answer.Frames {
		if frame.Meta == nil {
			continue
		}
		for _, notice := range frame.Meta.Notices {
			fmt.Fprintf(w.out, "  notice (%s): %s\n", notice.Severity, notice.Text)
		}
	}
	if isGraph(answer.Frames) {
		w.drawGraph(dashboard, panel, answer.Frames)
		return
	}
	for _, frame := range answer.Frames {
		table(w.out, frame)
	}
}

func isGraph(frames data.Frames) bool {
	return len(frames) == 2 && frames[0].Meta != nil && frames[0].Meta.PreferredVisualization == data.VisTypeNodeGraph
}

func (w *walk) drawGraph(dashboard, panel string, frames data.Frames) {
	nodes, edges := frames[0], frames[1]
	file := filepath.Join(w.dir, slug(dashboard+" "+panel)+".svg")
	out, err := os.Create(file)
	if err != nil {
		w.fail(panel, err)
		return
	}
	err = picture.Write(out, panel, nodes, edges)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		w.fail(panel, err)
		return
	}
	w.graphs++
	fmt.Fprintf(w.out, "  graph: %d nodes, %d edges, %d of them across clusters, %d across networks, drawn in %s\n",
		drawn(nodes), drawn(edges),
		count(edges, "crosscluster", func(v any) bool { return v == true }),
		count(edges, "detail__networks", func(v any) bool { return v != "" }), file)
}

// drawn counts the rows that are not parts of boxes.
func drawn(f *data.Frame) int {
	return f.Rows() - count(f, "kind", func(v any) bool { return v == "box" })
}

// count counts the rows whose value in a column is as wanted; nulls are not.
func count(f *data.Frame, column string, wanted func(any) bool) int {
	field, _ := f.FieldByName(column)
	n := 0
	for row := 0; field != nil && row < field.Len(); row++ {
		if value, ok := field.ConcreteAt(row); ok && wanted(value) {
			n++
		}
	}
	return n
}

// slug makes a file name of a title.
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}

// table prints a frame with aligned columns.
func table(w io.Writer, frame *data.Frame) {
	var columns [][]string
	for _, field := range frame.Fields {
		column := []string{heading(field)}
		for row := range min(field.Len(), mostRows) {
			column = append(column, cell(field, row))
		}
		columns = append(columns, column)
	}
	printColumns(w, columns)
	if rows := frame.Rows(); rows > mostRows {
		fmt.Fprintf(w, "    … and %d more\n", rows-mostRows)
	}
}

func printColumns(w io.Writer, columns [][]string) {
	if len(columns) == 0 {
		return
	}
	for row := range columns[0] {
		var line strings.Builder
		for _, column := range columns {
			width := 0
			for _, text := range column {
				width = max(width, utf8.RuneCountInString(text))
			}
			line.WriteString("  " + column[row] + strings.Repeat(" ", width-utf8.RuneCountInString(column[row])))
		}
		fmt.Fprintln(w, "  "+strings.TrimRight(line.String(), " "))
	}
}

func heading(field *data.Field) string {
	name := field.Name
	if c := field.Config; c != nil {
		switch {
		case c.DisplayNameFromDS != "":
			name = c.DisplayNameFromDS
		case c.DisplayName != "":
			name = c.DisplayName
		}
		if c.Unit != "" {
			name += " [" + c.Unit + "]"
		}
	}
	if len(field.Labels) > 0 {
		name += " " + field.Labels.String()
	}
	return strings.ToUpper(name)
}

// cell writes a value; unknown is a dash.
func cell(field *data.Field, row int) string {
	value, known := field.ConcreteAt(row)
	if !known {
		return "–"
	}
	var text string
	switch v := value.(type) {
	case time.Time:
		text = v.UTC().Format(time.DateTime)
	case float64:
		text = strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", v), "0"), ".")
	default:
		text = strings.Join(strings.Fields(fmt.Sprintf("%v", v)), " ")
		if raw, ok := value.(interface{ MarshalJSON() ([]byte, error) }); ok {
			if data, err := raw.MarshalJSON(); err == nil {
				text = string(data)
			}
		}
	}
	if utf8.RuneCountInString(text) > mostRunes {
		text = string([]rune(text)[:mostRunes-1]) + "…"
	}
	return text
}
