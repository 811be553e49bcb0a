// Package scenario describes a mesh in words: its clusters, what runs in them and
// who calls whom. Everything else of the testbed (Kubernetes objects, remote
// secrets, telemetry, the data source's settings) is made from it.
//
// demo.yaml is the scenario that people read; Scale makes big ones.
package scenario
