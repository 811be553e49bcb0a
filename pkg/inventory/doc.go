// Package inventory reads the objects of one cluster and gives them as mesh values.
//
// Probe is the first contact and some of the later ones: a handful of small requests,
// side by side, that tell what the cluster is. Ping is a contact in between.
//
// Watch keeps the objects themselves: each kind is listed and watched from the first
// time that somebody needs it, and let go when nobody has for a while. What arrives is
// cut down at once to what is used (pod.go, workload.go, service.go, config.go), and
// kept sorted (store.go). Snapshot joins what is kept to parts of a mesh.Inventory
// (parts.go), each of which is made again only when one of its kinds has changed.
//
// Needs lists what a reader has to be allowed to list and watch for all of it to be known.
package inventory
