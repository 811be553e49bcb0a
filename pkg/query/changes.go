package query

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// Changes asks what changed in the mesh, and when. Namespaces narrow what is in clusters
// and leave events of whole clusters in; names leave them out.
type Changes struct {
	Selection
	// Kinds are such as VirtualService, Deployment or Cluster; empty means all.
	Kinds []string
	// What are the events that are told; empty means all.
	What []mesh.What
}

func (Changes) isQuery() {}

func (d document) changes() (Query, error) {
	c := Changes{Selection: d.selection(), Kinds: clean(d.Kinds)}
	for _, name := range clean(d.What) {
		what, err := oneOf("what", name, mesh.Whats()...)
		if err != nil {
			return nil, err
		}
		c.What = append(c.What, what)
	}
	return c, nil
}
