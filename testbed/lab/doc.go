// Package lab runs a scenario: one real API server per cluster with the scenario's
// objects, a real Prometheus with its traffic, the accounts, kubeconfigs and remote
// secrets that tie them together, and switches for what can go wrong.
package lab
