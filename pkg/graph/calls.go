package graph

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// host tells of a host outside the mesh.
func (b *badger) host(ref mesh.Ref, cluster Cluster) {
	for _, c := range cluster.Host(ref.Name) {
		if b.told(c, ref, "") {
			b.config(c, nil)
		}
	}
}

// call is a service that a node is, or serves.
type call struct {
	of                 mesh.Ref
	cluster            Cluster
	namespace, service string
	by                 []*mesh.Workload // of a node that serves it: what answers
}

// calls tells what configuration does with calls to a service.
func (b *badger) calls(c call) {
	routed := c.cluster.Routed(c.namespace, c.service)
	for _, config := range routed {
		if b.told(config, c.of, c.namespace) {
			b.config(config, c.by)
		}
	}
	for _, config := range c.cluster.Copied(c.namespace, c.service) {
		if !slices.Contains(routed, config) && b.told(config, c.of, c.namespace) {
			b.add(mesh.BadgeMirroring, "copies by "+named(config))
		}
	}
}

// told reports whether anybody that calls a node is told of a configuration: callers of its
// cluster as far as they are known, and proxies in its own namespace.
func (b *badger) told(c *mesh.Config, ref mesh.Ref, own string) bool {
	if applies.Public(c) {
		return true
	}
	b.own = true
	callers := b.callers()[ref]
	if len(callers) == 0 || own != "" && applies.Visible(c, own) {
		return true
	}
	return slices.ContainsFunc(callers, func(namespace string) bool { return applies.Visible(c, namespace) })
}

// serving are the services that select any of some workloads, each once.
func serving(list []*mesh.Workload, cluster Cluster) []*mesh.Service {
	if len(list) == 1 {
		return cluster.ServicesOf(list[0])
	}
	var out []*mesh.Service
	for _, w := range list {
		for _, s := range cluster.ServicesOf(w) {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// undrawn tells of calls to the services that a node serves and that are not drawn beside it.
func (b *badger) undrawn(ref mesh.Ref, cluster Cluster) []mesh.Badge {
	b.found = b.found[:0]
	list := cluster.workloads(ref)
	for _, s := range serving(list, cluster) {
		if !b.drawn[serviceRef(ref.Cluster, s)] {
			b.calls(call{of: ref, cluster: cluster, namespace: s.Namespace, service: s.Name, by: list})
		}
	}
	return b.badges()
}
