// Package fleet keeps the connections to the clusters of a mesh.
//
// It answers where kubeconfigs come from (settings, and secrets of the home
// cluster), which of them are refused, and how a connection is born, observed,
// replaced and closed:
//
//   - Parse turns an untrusted kubeconfig into a client configuration, field by field.
//   - A Pool holds the connections of the whole process. Equal server and credentials
//     are one connection, leased by whoever needs it, closed when nobody did for a while.
//   - A Fleet is one data source's view: which clusters there are and which
//     connection serves each. It starts with the first question and stops by itself
//     when nobody asks any more.
//
// A cluster that cannot be reached costs its own row, and one goroutine.
package fleet
