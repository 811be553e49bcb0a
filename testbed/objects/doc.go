// Package objects makes the Kubernetes objects of a scenario's clusters and writes
// them to API servers: Istio's and the Gateway API's resource definitions as they
// are published, namespaces, control planes, gateways, workloads with their pods,
// services, Istio objects, and the rights of deploy/ as they stand there.
//
// No controller and no kubelet runs, so what those would report (replica sets,
// pods, status) is written as well.
package objects
