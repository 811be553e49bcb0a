package expression

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// What the regular expressions of an expression may take. Go's never go astray, they take
// time in proportion to the text and to their own size; their size is where a short one
// such as x{1000} is large, so that is bounded: by the length of one pattern, before it is
// read, and by the instructions of all of them together.
const (
	maxPattern  = 500
	maxPatterns = 500
)

// pattern compiles matches, whose right side has to be written out: it is read once here
// rather than for each node.
func (c *compiler) pattern(n *ast.BinaryNode, a term) (term, *Error) {
	if a.is != text {
		return term{}, c.wrong(n, "matches needs a text on its left and finds %s", a.is)
	}
	literal, ok := n.Right.(*ast.StringNode)
	switch {
	case !ok:
		return term{}, c.wrong(n.Right, `matches needs a pattern in quotes on its right, such as name matches "^cart"`)
	case len(literal.Value) > maxPattern:
		return term{}, c.wrong(n.Right, "the pattern is %d bytes long; at most %d are taken", len(literal.Value), maxPattern)
	}
	size, err := instructions(literal.Value)
	if err != nil {
		return term{}, c.wrong(n.Right, "not a regular expression: %s", oneLine(strings.TrimPrefix(err.Error(), "error parsing regexp: ")))
	}
	if c.patterns -= size; c.patterns < 0 {
		return term{}, c.wrong(n.Right, "the regular expressions are too large together; use smaller counts in {…}, or fewer alternatives")
	}
	re, err := regexp.Compile(literal.Value)
	if err != nil {
		return term{}, c.wrong(n.Right, "not a regular expression: %s", oneLine(err.Error()))
	}
	return term{truth, func(t thing) any {
		if s, ok := a.eval(t).(string); ok {
			return re.MatchString(s)
		}
		return nil
	}}, nil
}

// instructions is how large a pattern is once compiled.
func instructions(pattern string) (int, error) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0, err
	}
	return len(program.Inst), nil
}
