// Package arrange places the nodes of a graph inside the boxes of their
// namespaces and clusters. It is pure and knows nothing of traffic: only what
// there is and what calls what decides, so that a refresh with other rates
// draws the same picture.
//
//  1. Nodes are sorted by cluster, namespace and id, edges by their ends; the
//     caller's order is gone from here on (scene.go).
//  2. The nodes of a namespace, which stand in one block, are ranked by who calls
//     whom, callers first. Cycles are broken, each within itself (rank.go).
//  3. Ranks become columns from left to right, high ones several. Barycentre
//     sweeps order them. Every second column stands lower, so that texts may be
//     wider than columns and an edge over two columns misses the one between.
//     Then nodes trade seats until few edges pass through circles, callers still
//     left of callees (fill.go, grid.go). Those without calls fill the grid, each
//     in the seat that its name draws, so that one more moves few. Of up to 48
//     nodes, narrower and lower seatings are looked for as well (grids.go).
//  4. A cluster's blocks are stacked in columns, callers left of callees: of all
//     ways the one with the least width and the least that is disliked, in the
//     height that is the cluster's share (flow.go, fit.go). Clusters stand in
//     columns by their number alone, those of one network side by side, so that
//     what happens in one leaves the others alone (even.go). Only when the picture
//     cannot be seen whole so, and another can, are all looked at together.
//  5. Nodes of no cluster stand outside: callers left, all else right (free.go).
//  6. Where an edge passes through the circle of a third node, nodes trade seats,
//     or nodes and boxes move by less than a circle is wide. What is in nobody's way
//     stays (refine.go, moves.go, cost.go). The work is bounded: very large graphs
//     skip it.
//
// Why not a library of layered layouts: they route bent edges around nodes, while
// the panel draws straight ones; they know no boxes in boxes, or do and let them
// grow as wide as the longest path; and none keeps places when a node comes or
// goes. What remains of such a layout here, ranks and sweeps, is short.
//
// Distances suit circles of radius 27 with one or two lines of text below, and boxes
// whose name stands on their upper side with a second line below (gauge.go). Small
// graphs have more air. Forty nodes in three clusters, with a box around each of about
// nine namespaces, are seen at once without moving the view.
package arrange
