// Package catalog lists what runs where: the namespaces, workloads, applications,
// services, pods and configuration of all clusters, as rows of tables. It is pure: it
// joins what the clusters hold (mesh.Inventory) with how that does (mesh.Vitals) and with
// what is wrong with it (mesh.Finding), and asks nobody.
//
// Rows are in one order always: the home cluster's first, then the other clusters' by
// name; within a cluster by namespace, name and kind. A number that is not known is nil,
// which is not the same as none: a cluster that does not let its pods be listed has no
// count of pods.
package catalog
