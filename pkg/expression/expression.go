package expression

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// What an expression may take: its length in bytes, and the operators, names and values
// that it is made of.
const (
	maxLength = 2000
	maxParts  = 500
)

// Expression says yes or no to nodes and edges. It does not change and may be used by
// several goroutines at once.
type Expression struct {
	source  string
	matches eval
}

// Compile reads an expression; field is the query's field that holds it, for errors.
// Errors are of type *Error.
func Compile(field, source string) (*Expression, error) {
	term, err := compile(source)
	if err != nil {
		err.Field = field
		return nil, err
	}
	return &Expression{source: source, matches: term.eval}, nil
}

// Node reports whether the expression matches a node.
func (e *Expression) Node(n *mesh.Node) bool { return e.matches(thing{node: n}) == true }

// Edge reports whether the expression matches an edge.
func (e *Expression) Edge(edge *mesh.Edge) bool { return e.matches(thing{edge: edge}) == true }

// String is the expression as it was written.
func (e *Expression) String() string { return e.source }

// Error says what is wrong with an expression, and where.
type Error struct {
	// Field is the query's field that holds the expression.
	Field string
	// Line and Column count characters from 1; 0 when the whole expression is at fault.
	Line, Column int
	// Reason is one line and says what would be right.
	Reason string
}

// Error is one line: the field, the place and the reason.
func (e *Error) Error() string { return e.Field + ": " + e.Place() + e.Reason }

// Place says where the error is, such as "at column 7: "; empty when it is everywhere.
func (e *Error) Place() string {
	switch {
	case e.Line == 0:
		return ""
	case e.Line == 1:
		return fmt.Sprintf("at column %d: ", e.Column)
	}
	return fmt.Sprintf("at line %d, column %d: ", e.Line, e.Column)
}

func compile(source string) (term, *Error) {
	switch {
	case len(source) > maxLength:
		return term{}, &Error{Reason: fmt.Sprintf("the expression is %d bytes long; at most %d are taken", len(source), maxLength)}
	case !utf8.ValidString(source):
		return term{}, &Error{Reason: "the expression is not valid UTF-8 text"}
	case strings.TrimSpace(source) == "":
		return term{}, &Error{Reason: "the expression is empty; write one such as rps > 10, or leave it out"}
	}
	config := conf.CreateNew()
	config.MaxNodes = maxParts
	tree, err := parser.ParseWithConfig(source, config)
	if err != nil {
		return term{}, unread(source, err)
	}
	c := compiler{source: source, patterns: maxPatterns}
	whole, wrong := c.term(tree.Node)
	switch {
	case wrong != nil:
		return term{}, wrong
	case whole.is != truth:
		return term{}, &Error{Reason: fmt.Sprintf("the expression is %s; it must say yes or no, such as rps > 10", whole.is)}
	}
	return whole, nil
}

// unread says in one line what the parser could not read.
func unread(source string, err error) *Error {
	var at *file.Error
	if !errors.As(err, &at) {
		return &Error{Reason: oneLine(err.Error())}
	}
	e := placed(source, at.Location)
	switch {
	case strings.HasSuffix(at.Message, "token EOF"):
		e.Reason = "the expression ends too early"
	case strings.Contains(at.Message, "maximum allowed nodes"):
		e.Reason = fmt.Sprintf("the expression has more than %d parts; make it shorter", maxParts)
	case strings.HasSuffix(at.Message, `token Operator("=")`):
		e.Reason = "= does not compare; write =="
	default:
		e.Reason = oneLine(unexpected.ReplaceAllString(at.Message, "$1 does not fit here"))
	}
	return e
}

// unexpected is how the parser says that a token surprised it.
var unexpected = regexp.MustCompile(`^unexpected token \w+\((".*")\)$`)

// placed is an error at a place that the parser counts in characters from the start.
func placed(source string, at file.Location) *Error {
	e := &Error{Line: 1, Column: 1}
	for i, r := range []rune(source) {
		if i >= at.From {
			break
		}
		e.Column++
		if r == '\n' {
			e.Line, e.Column = e.Line+1, 1
		}
	}
	return e
}

// oneLine keeps an outside message from breaking out of its line.
func oneLine(message string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, message)
}
