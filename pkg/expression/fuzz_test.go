package expression_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/expression"
)

// Whatever is written, compiling and asking end without a panic, an error is one line that
// points into the expression, and nothing matches both an expression and its opposite.
func FuzzExpression(f *testing.F) {
	for _, source := range []string{
		`rps > 1 and not (errorrate >= 0.1)`, `"grpc" in protocol`, `name matches "^a+$"`, `source.name == target.name`,
		`latency / rps ?? 0 > 1`, `kind in ["workload", 'app']`, `not crosscluster or outside`, `1 < rps <= 5 != edge`,
		`lower(name) | upper() startsWith "A"`, `a ? b : c`, `let x = 1; x`, `{"a": [1..3]}`, "`raw` == name // end", `"\u{1F600}" in codes`,
		`map(protocol, {# + 1})`, `if rps > 1 { true } else { false }`, `name?.x[1:2]`, `b"x" == nil`, `1e999 > 0x1p4`, `"\xff`, `::len(name)`,
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		e, err := expression.Compile("find", source)
		if err != nil {
			var wrong *expression.Error
			switch {
			case !errors.As(err, &wrong):
				t.Fatalf("%q: an error of type %T", source, err)
			case strings.ContainsAny(err.Error(), "\n\r") || wrong.Reason == "":
				t.Fatalf("%q: not one line: %q", source, err)
			case wrong.Line > 1+strings.Count(source, "\n") || wrong.Column > 1+utf8.RuneCountInString(source):
				t.Fatalf("%q: line %d, column %d is not in it", source, wrong.Line, wrong.Column)
			}
			return
		}
		opposite, err := expression.Compile("find", "not (\n"+source+"\n)")
		if err != nil {
			return // too long by now, or a comment or a semicolon that cannot stand in parentheses
		}
		nodes, edges := things()
		for name, n := range nodes {
			if e.Node(n) && opposite.Node(n) {
				t.Fatalf("%q and its opposite match %s", source, name)
			}
		}
		for name, edge := range edges {
			if e.Edge(edge) && opposite.Edge(edge) {
				t.Fatalf("%q and its opposite match %s", source, name)
			}
		}
	})
}
