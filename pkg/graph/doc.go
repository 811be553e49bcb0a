// Package graph turns traffic into a graph, as a pipeline of small passes: fold
// calls into edges, add up the nodes, mark what the selection does not match,
// judge the health. It talks to nobody and needs nothing but mesh values.
package graph
