package expression

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// binary compiles an operator with its two sides.
func (c *compiler) binary(n *ast.BinaryNode) (term, *Error) {
	a, err := c.term(n.Left)
	if err != nil {
		return term{}, err
	}
	if n.Operator == "matches" {
		return c.pattern(n, a)
	}
	b, err := c.term(n.Right)
	if err != nil {
		return term{}, err
	}
	switch n.Operator {
	case "and", "&&", "or", "||":
		if a.is != truth || b.is != truth {
			return term{}, c.misfit(n, a, b, "a yes or no on both sides, such as rps > 10 "+n.Operator+" outside")
		}
		return term{truth, either(a.eval, b.eval, n.Operator == "or" || n.Operator == "||")}, nil
	case "==", "!=":
		return c.equal(n, a, b)
	case "<", "<=", ">", ">=":
		return c.order(n, a, b)
	case "in":
		if a.is != text || b.is != list {
			return term{}, c.misfit(n, a, b, `a text on its left and a list on its right, such as "grpc" in protocol, or name in ["a", "b"]`)
		}
		return term{truth, both(a.eval, b.eval, func(s string, in []string) any { return slices.Contains(in, s) })}, nil
	case "contains", "startsWith", "endsWith":
		return c.part(n, a, b)
	case "+", "-", "*", "/", "%":
		return c.arithmetic(n, a, b)
	case "??":
		return c.fill(n, a, b)
	}
	return term{}, c.wrong(n, "the operator %s is not available", n.Operator)
}

// misfit says what an operator needs and what it found.
func (c *compiler) misfit(n *ast.BinaryNode, a, b term, wanted string) *Error {
	if n.Operator != "in" && (a.is == list || b.is == list) {
		return c.wrong(n, `%s does not take a list; ask with in, such as "grpc" in protocol`, n.Operator)
	}
	return c.wrong(n, "%s needs %s; it finds %s and %s", n.Operator, wanted, a.is, b.is)
}

// equal compiles == and !=. With nil on a side it asks whether the other is known, which
// is the one question that always has an answer.
func (c *compiler) equal(n *ast.BinaryNode, a, b term) (term, *Error) {
	var same eval
	switch {
	case b.is == nothing:
		same = func(t thing) any { return a.eval(t) == nil }
	case a.is == nothing:
		same = func(t thing) any { return b.eval(t) == nil }
	case a.is != b.is || a.is == list:
		return term{}, c.misfit(n, a, b, "the same on both sides")
	default:
		same = both(a.eval, b.eval, func(x, y any) any { return x == y })
	}
	if n.Operator == "!=" {
		same = not(same)
	}
	return term{truth, same}, nil
}

// order compiles the comparisons by size; texts are compared by their letters.
func (c *compiler) order(n *ast.BinaryNode, a, b term) (term, *Error) {
	holds := func(order int) any {
		switch n.Operator {
		case "<":
			return order < 0
		case "<=":
			return order <= 0
		case ">":
			return order > 0
		}
		return order >= 0
	}
	switch {
	case a.is == number && b.is == number:
		return term{truth, both(a.eval, b.eval, func(x, y float64) any { return holds(cmp.Compare(x, y)) })}, nil
	case a.is == text && b.is == text:
		return term{truth, both(a.eval, b.eval, func(x, y string) any { return holds(cmp.Compare(x, y)) })}, nil
	}
	return term{}, c.misfit(n, a, b, "two numbers or two texts")
}

// part compiles the questions about a part of a text.
func (c *compiler) part(n *ast.BinaryNode, a, b term) (term, *Error) {
	if a.is != text || b.is != text {
		return term{}, c.misfit(n, a, b, "a text on both sides")
	}
	holds := map[string]func(s, part string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[n.Operator]
	return term{truth, both(a.eval, b.eval, func(s, part string) any { return holds(s, part) })}, nil
}

func (c *compiler) arithmetic(n *ast.BinaryNode, a, b term) (term, *Error) {
	if a.is != number || b.is != number {
		return term{}, c.misfit(n, a, b, "a number on both sides")
	}
	of := map[string]func(x, y float64) float64{
		"+": func(x, y float64) float64 { return x + y },
		"-": func(x, y float64) float64 { return x - y },
		"*": func(x, y float64) float64 { return x * y },
		"/": func(x, y float64) float64 { return x / y },
		"%": math.Mod,
	}[n.Operator]
	return term{number, both(a.eval, b.eval, func(x, y float64) any { return finite(of(x, y)) })}, nil
}

// fill compiles ??: the left side where it is known, else the right one.
func (c *compiler) fill(n *ast.BinaryNode, a, b term) (term, *Error) {
	if a.is != b.is {
		return term{}, c.misfit(n, a, b, "the same on both sides, such as rps ?? 0")
	}
	return term{a.is, func(t thing) any {
		if v := a.eval(t); v != nil {
			return v
		}
		return b.eval(t)
	}}, nil
}
