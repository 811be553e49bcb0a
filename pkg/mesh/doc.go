// Package mesh is the vocabulary of Mesh Atlas: the names of things (clusters,
// namespaces, workloads, services), the traffic between them, and what is known
// of each cluster. It holds values and the rules that need nothing else; it
// imports no other package of this project and talks to nobody.
//
// Two conventions hold everywhere: a value that nobody reported is nil (never 0
// or NaN), and everything that is listed is listed in a fixed order.
package mesh
