package frames

import (
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// The Node graph panel shows the links of all fields of a frame in the menu of each
// row. Where a link goes, and whether there is one, differs from row to row: a host
// outside the mesh has no logs. So a link reads hidden columns of its row. The panel
// leaves out a link of which a variable is not defined, and takes a variable for not
// defined when it stands for its own name: that is what the column of a row without
// the link holds.

// linkPrefix begins the names of the columns that links read.
const linkPrefix = "link_"

// linkField reads a column of links, as it is.
func linkField(column string) string { return "${__data.fields." + linkPrefix + column + ":raw}" }

// place is what a row of the nodes stands for, as links see it.
type place struct {
	// Ref is the node. A box is the cluster or the namespace that it is drawn around,
	// and what is folded is its namespace.
	mesh.Ref
	level mesh.Level
	// gone says that there is nothing of it now.
	gone bool
}

func nodePlace(level mesh.Level, n *mesh.Node) place {
	p := place{Ref: n.Ref, level: level, gone: n.Change == mesh.ChangeGone}
	if p.Kind == mesh.KindOther {
		p.Kind = mesh.KindNamespace
	}
	return p
}

func boxPlace(level mesh.Level, b mesh.Box) place {
	p := place{Ref: mesh.Ref{Kind: mesh.KindCluster, Cluster: b.Cluster}, level: level}
	if b.Namespace != "" {
		p.Kind, p.Namespace = mesh.KindNamespace, b.Namespace
	}
	return p
}

// entry is one link of the menu, with the columns that it reads.
type entry struct {
	data.DataLink
	// column is the one that says whether a row has the link: where has is empty, it has not.
	column string
	has    func(place) string
	// more are the other columns that the link reads.
	more []linkColumn
}

type linkColumn struct {
	name string
	of   func(place) string
}

// menu is the click menu of a graph's nodes and boxes.
type menu struct {
	links   []data.DataLink
	columns []linkColumn
}

// menuOf makes the menu for the nodes and boxes of a graph. A link that none of them
// has is left out.
func (o GraphOptions) menuOf(g mesh.Graph) menu {
	places := make([]place, 0, len(g.Nodes))
	for i := range g.Nodes {
		places = append(places, nodePlace(g.Level, &g.Nodes[i]))
	}
	if o.Arrangement != nil {
		for _, b := range o.Arrangement.Boxes {
			places = append(places, boxPlace(g.Level, b))
		}
	}
	var m menu
	m.add(places, o.Links.below())
	m.add(places, o.Links.dashboards()...)
	m.links = append(m.links, o.Links.metrics("Metrics/PromQL of this node")...)
	m.add(places, o.Links.logsAndTraces(places)...)
	return m
}

func (m *menu) add(places []place, entries ...entry) {
	for _, e := range entries {
		if !slices.ContainsFunc(places, func(p place) bool { return e.has(p) != "" }) {
			continue
		}
		m.links = append(m.links, e.DataLink)
		m.columns = append(m.columns, linkColumn{e.column, func(p place) string {
			if value := e.has(p); value != "" {
				return value
			}
			return linkField(e.column)
		}})
		m.columns = append(m.columns, e.more...)
	}
}

// menuColumns are the hidden columns of rows of any kind.
func menuColumns[R any](m menu, at func(*R) place) []column[R] {
	columns := make([]column[R], len(m.columns))
	for i, c := range m.columns {
		columns[i] = col(linkPrefix+c.name, nil, func(row *R) string { return c.of(at(row)) })
	}
	return columns
}

// below opens in Explore what a node or a box holds, one level down.
func (l Links) below() entry {
	return entry{
		DataLink: data.DataLink{
			Title: "Mesh/Open " + linkField("open"),
			Internal: &data.InternalDataLink{DatasourceUID: l.UID, DatasourceName: l.Name, Query: map[string]any{
				"refId": "A", "queryType": "trafficGraph", "level": linkField("level"),
				"clusters": []string{field("cluster")}, "namespaces": []string{field("namespace")}, "names": []string{linkField("name")},
			}},
		},
		column: "open",
		has:    func(p place) string { words, _, _ := opens(p); return words },
		more: []linkColumn{
			{"level", func(p place) string { _, level, _ := opens(p); return string(level) }},
			{"name", func(p place) string { _, _, name := opens(p); return name }},
		},
	}
}

// opens says what is one level down: in words, its level, and the name that narrows it,
// empty where cluster and namespace do. Empty words where nothing is finer.
func opens(p place) (words string, level mesh.Level, name string) {
	switch {
	case p.Kind == mesh.KindCluster:
		return "namespaces", mesh.LevelNamespace, ""
	case p.Kind == mesh.KindNamespace:
		return "workloads", mesh.LevelWorkload, ""
	case p.Kind == mesh.KindApp && p.Version == "":
		return "versions", mesh.LevelVersionedApp, p.Name
	}
	return "", "", ""
}
