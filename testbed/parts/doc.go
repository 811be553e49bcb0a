// Package parts builds and runs the real programs that the testbed stands on:
// kube-apiserver, etcd and Prometheus, each from its upstream module.
//
// Building happens once, into a cache directory, keyed by the module files and
// the Go version. Running happens in a temporary directory, on loopback, and
// ends with the context that it was started with.
package parts
