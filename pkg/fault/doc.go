// Package fault turns every error from outside (a Kubernetes API, a
// Prometheus-compatible store, the network, the clock) into one value: an HTTP-like
// status, whose fault it is, and one sentence for a person that says what happened
// and what to do.
//
// A sentence is safe to show: it is one line, and holds no token, no password and
// nothing of a kubeconfig. The error that was classified stays wrapped, for
// errors.Is and errors.As; it must not be shown.
package fault
