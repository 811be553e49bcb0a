// Package findings tells what is wrong with the configuration of a mesh: hosts and
// subsets that nobody has, selectors that match nothing, objects that stand in each
// other's way, what controllers have refused.
//
// The whole mesh is looked at, not one cluster: a host is known when any cluster has its
// service or its ServiceEntry, and a subset when a workload of any cluster bears its
// labels. What one control plane reads of its own cluster alone (gateways, subsets of
// DestinationRules, parents of routes, grants, waypoints) is looked for there.
//
// Nothing is called missing that may merely be unseen. Where a cluster could not be read,
// or may have changed unseen, a finding that depends on what it lacks is no more than an
// information, and names that cluster.
//
// An object is silent about what its annotation asks not to be told.
//
// The cost grows with the number of objects: each check groups them by what they could
// clash over and looks at each group once.
package findings
