// Package inventory reads the objects of one cluster and gives them as mesh values.
//
// Probe is the first contact and every later one: a handful of small requests, side
// by side, that tell what the cluster is. Needs lists what a reader has to be
// allowed to list for all of it to be known.
package inventory
