// Package expression reads the expressions of find and hide: what a person writes about
// the nodes and edges of a graph, such as
//
//	errorrate > 0.05 and rps >= 1
//	edge and source.cluster == "east" and target.cluster != "east"
//	name matches "^(cart|pay)" or "grpc" in protocol
//
// The library expr-lang/expr parses them; what they mean is decided here, because a graph
// needs two rules that the library's own evaluation does not have:
//
// A property that a thing lacks (an edge has no name, nobody reported this latency) is not
// known, and neither is anything computed from it: "latency > 100" and "not (latency >
// 100)" both match only edges whose latency is known, and "not crosscluster" matches no
// node. "and" and "or" work with what is known: "node or latency > 100" matches every
// node. What is not known in the end does not match. To ask whether a property is known,
// compare it with nil; to fill it in, write "rps ?? 0".
//
// And an expression comes from a stranger: it is checked as a whole before it runs, and
// what it can do takes time in proportion to its length. There are no loops, no variables
// and no calls but lower() and upper(); regular expressions are literal and bounded.
//
// The operators are and, or, not (also &&, ||, !), == != < <= > >=, in, contains,
// startsWith, endsWith, matches (each also after not), + - * / % and ??.
package expression
