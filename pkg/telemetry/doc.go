// Package telemetry asks a Prometheus-compatible store for the traffic of the
// mesh and turns the answer into mesh values.
//
// An answer costs a constant number of PromQL queries, whatever the number of
// clusters and namespaces: one each for requests, for latency, for how much calls carry,
// and for principals and hosts, sent side by side. Each is grouped by the labels that the
// level draws and by those that tell reports and responses apart, so the store does the
// adding up.
//
// Proxies at both ends and on the way report the same request. How their reports become
// one is told in report.go.
package telemetry
