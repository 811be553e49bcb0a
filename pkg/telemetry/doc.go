// Package telemetry asks a Prometheus-compatible store for the traffic of the
// mesh and turns the answer into mesh values.
//
// An answer costs a constant number of PromQL queries, whatever the number of
// clusters and namespaces: one for requests, two for TCP bytes, one for latency (two
// where services stand between), sent side by side. Each is grouped by the labels that the level draws and by
// those that tell reports and responses apart, so the store does the adding up.
//
// Sidecars on both ends report the same request. How the two reports become one
// is told in merge.go.
package telemetry
