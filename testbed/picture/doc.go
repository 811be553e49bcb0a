// Package picture draws a node graph's two frames as an SVG that stands alone, by
// the rules of Grafana's Node graph panel and in its dark colours: rings from arc__
// fields, stats inside, two lines below, straight edges beneath the nodes, and the
// same refusals (an edge without its node, positions for some nodes only).
//
// Without fixed positions it lays the nodes out in layers from left to right (its
// own small layering: see layout.go).
package picture
