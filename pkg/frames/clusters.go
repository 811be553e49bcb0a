package frames

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Clusters makes the table of clusters, in the order given. Those that cannot be
// reached, and what could not be read of the others, are told in notices as well.
func Clusters(clusters []mesh.Cluster, l Links, now time.Time) data.Frames {
	f := frame("clusters", clusters, clusterColumns(l))
	f.Meta = table(nil)
	f.AppendNotices(clusterNotices(clusters, now)...)
	return data.Frames{f}
}

func clusterColumns(l Links) []column[mesh.Cluster] {
	type cluster = mesh.Cluster
	state := titled("State")
	state.Mappings, state.Custom = stateColors, colorText
	name := titled("Cluster")
	name.Links = l.rowDashboards(mesh.KindCluster, map[string]string{"cluster": "name"})
	links := titled("Links")
	links.Links = []data.DataLink{{Title: "Open", URL: field("linkurl"), TargetBlank: true}}
	return []column[cluster]{
		col("name", name, func(c *cluster) string { return string(c.Name) }),
		col("home", titled("Home"), func(c *cluster) bool { return c.Home }),
		col("state", state, func(c *cluster) string { return string(c.State) }),
		col("access", titled("Access"), func(c *cluster) string { return string(c.Access) }),
		col("foundin", titled("Found in"), func(c *cluster) string { return joined(": ", string(c.Origin), c.Source) }),
		col("apiversion", titled("Kubernetes"), fact(func(f *mesh.ClusterFacts) string { return f.APIVersion })),
		col("istioversion", titled("Istio"), fact(func(f *mesh.ClusterFacts) string { return strings.Join(f.IstioVersions, ", ") })),
		col("revision", titled("Revision"), fact(func(f *mesh.ClusterFacts) string { return strings.Join(f.Revisions, ", ") })),
		col("network", titled("Network"), fact(func(f *mesh.ClusterFacts) string { return f.Network })),
		col("istioconfig", titled("Istio config"), func(c *cluster) *int64 {
			if c.Facts == nil {
				return nil
			}
			return c.Facts.IstioConfig
		}),
		col("lastcontact", titled("Last contact"), func(c *cluster) *time.Time {
			if c.LastContact.IsZero() {
				return nil
			}
			return &c.LastContact
		}),
		col("error", titled("Error"), func(c *cluster) string { return c.Error }),
		col("links", links, linkTitles),
		col("linkurl", hidden("Link"), func(c *cluster) string {
			if len(c.Links) == 0 {
				return ""
			}
			return c.Links[0].URL
		}),
	}
}

// fact reads a fact; empty and unknown facts are null, since nobody told them.
func fact(read func(*mesh.ClusterFacts) string) func(*mesh.Cluster) *string {
	return func(c *mesh.Cluster) *string {
		if c.Facts == nil {
			return nil
		}
		if s := read(c.Facts); s != "" {
			return &s
		}
		return nil
	}
}

// linkTitles names a cluster's links. A table's cell opens one link, the first; the
// addresses of further ones are written out.
func linkTitles(c *mesh.Cluster) string {
	var words []string
	for i, l := range c.Links {
		if i == 0 {
			words = append(words, l.Title)
		} else {
			words = append(words, l.Title+" "+l.URL)
		}
	}
	return strings.Join(words, ", ")
}

var stateColors = colored(map[string]string{
	string(mesh.StateReady): green, string(mesh.StateConnecting): orange,
	string(mesh.StateUnreachable): red, string(mesh.StateRefused): red,
	string(mesh.StateNotAccessible): grey, string(mesh.StateTelemetryOnly): grey,
})

// clusterNotices name what is missing from the answer, cluster by cluster: the
// reason, and the age of what is shown in its place.
func clusterNotices(clusters []mesh.Cluster, now time.Time) []data.Notice {
	var out []data.Notice
	warn := func(format string, args ...any) {
		out = append(out, data.Notice{Severity: data.NoticeSeverityWarning, Text: fmt.Sprintf(format, args...)})
	}
	for _, c := range clusters {
		if c.Error != "" {
			shown := "nothing is known of it yet"
			if !c.LastContact.IsZero() {
				shown = "what is shown was read " + age(now.Sub(c.LastContact))
			}
			warn("Cluster %s: %s (%s)", c.Name, strings.TrimSuffix(c.Error, "."), shown)
		}
		if c.Facts == nil {
			continue
		}
		for _, gap := range c.Facts.Gaps {
			warn("Cluster %s: %s", c.Name, gap)
		}
	}
	return out
}
