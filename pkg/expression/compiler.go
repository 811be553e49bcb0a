package expression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// compiler turns what the parser read into terms, and says where that is not possible.
type compiler struct {
	source string
	// patterns is the size that is left for regular expressions.
	patterns int
}

func (c *compiler) wrong(at ast.Node, format string, args ...any) *Error {
	e := placed(c.source, at.Location())
	e.Reason = fmt.Sprintf(format, args...)
	return e
}

// term compiles one part and all that it holds. Each kind of part is named here: one that
// a later version of the library adds is refused until somebody has thought about it.
func (c *compiler) term(node ast.Node) (term, *Error) {
	switch n := node.(type) {
	case *ast.NilNode:
		return constant(nothing, nil), nil
	case *ast.BoolNode:
		return constant(truth, n.Value), nil
	case *ast.IntegerNode:
		return constant(number, float64(n.Value)), nil
	case *ast.FloatNode:
		return constant(number, n.Value), nil
	case *ast.StringNode:
		return constant(text, n.Value), nil
	case *ast.ArrayNode:
		return c.list(n)
	case *ast.IdentifierNode:
		return c.property(n, n.Value)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, callee.Value, n.Arguments)
		}
	}
	return term{}, c.wrong(node, "this cannot be used here; write comparisons of properties, such as rps > 10, tied by and, or, not")
}

func (c *compiler) property(at ast.Node, name string) (term, *Error) {
	if i := slices.IndexFunc(properties, func(p property) bool { return p.name == name }); i >= 0 {
		return term{properties[i].is, properties[i].eval}, nil
	}
	if parts := partsOf(name); len(parts) > 0 {
		return term{}, c.wrong(at, "%s is one end of an edge; ask for %s", name, strings.Join(parts, ", "))
	}
	if end, _, ok := strings.Cut(name, "."); ok {
		return term{}, c.wrong(at, "unknown name %q; known are %s", name, strings.Join(partsOf(end), ", "))
	}
	var known []string
	for _, p := range properties {
		known = append(known, p.name)
	}
	return term{}, c.wrong(at, "unknown name %q; known are %s", name, strings.Join(known, ", "))
}

// partsOf lists the properties of one end of an edge; none when there is no such end.
func partsOf(end string) []string {
	var parts []string
	for _, p := range properties {
		if strings.HasPrefix(p.name, end+".") {
			parts = append(parts, p.name)
		}
	}
	return parts
}

func (c *compiler) member(n *ast.MemberNode) (term, *Error) {
	end, isName := n.Node.(*ast.IdentifierNode)
	part, isText := n.Property.(*ast.StringNode)
	if !isName || !isText || n.Method || len(partsOf(end.Value)) == 0 {
		return term{}, c.wrong(n, "only source and target have parts, such as source.name")
	}
	return c.property(n, end.Value+"."+part.Value)
}

func (c *compiler) list(n *ast.ArrayNode) (term, *Error) {
	words := make([]string, len(n.Nodes))
	for i, node := range n.Nodes {
		word, ok := node.(*ast.StringNode)
		if !ok {
			return term{}, c.wrong(node, `a list holds texts in quotes, such as ["a", "b"]`)
		}
		words[i] = word.Value
	}
	return constant(list, words), nil
}

func (c *compiler) unary(n *ast.UnaryNode) (term, *Error) {
	v, err := c.term(n.Node)
	if err != nil {
		return term{}, err
	}
	switch n.Operator {
	case "not", "!":
		if v.is != truth {
			return term{}, c.wrong(n, "%s needs a yes or no after it and finds %s; put what it is about in parentheses: not (rps > 10)", n.Operator, v.is)
		}
		return term{truth, not(v.eval)}, nil
	case "-", "+":
		if v.is != number {
			return term{}, c.wrong(n, "%s needs a number after it and finds %s", n.Operator, v.is)
		}
		sign := 1.0
		if n.Operator == "-" {
			sign = -1
		}
		return term{number, both(v.eval, constant(number, sign).eval, func(a, b float64) any { return a * b })}, nil
	}
	return term{}, c.wrong(n, "the operator %s is not available", n.Operator)
}

// call compiles the functions that there are.
func (c *compiler) call(at ast.Node, name string, arguments []ast.Node) (term, *Error) {
	var of func(string) string
	switch name {
	case "lower":
		of = strings.ToLower
	case "upper":
		of = strings.ToUpper
	default:
		return term{}, c.wrong(at, "there is no function %s; there are lower and upper", oneLine(name))
	}
	if len(arguments) != 1 {
		return term{}, c.wrong(at, "%s takes one text, such as %s(name)", name, name)
	}
	v, err := c.term(arguments[0])
	switch {
	case err != nil:
		return term{}, err
	case v.is != text:
		return term{}, c.wrong(at, "%s takes a text and finds %s", name, v.is)
	}
	return term{text, func(t thing) any {
		if s, ok := v.eval(t).(string); ok {
			return of(s)
		}
		return nil
	}}, nil
}
