// Package applies tells which configuration of a cluster is for which of its services and
// workloads, and what a configuration is for. It looks at one cluster's inventory and at
// nothing else: the configuration of another cluster never applies here.
//
// An index is built once for a snapshot, in time that grows with the number of objects,
// and is read by many. What is the same for a whole namespace or the whole mesh is kept
// once, not once for each workload.
//
// To apply is not to take effect: where two objects contradict each other, both apply.
package applies
