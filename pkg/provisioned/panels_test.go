package provisioned

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
)

func TestDashboardsAreToldApart(t *testing.T) {
	uids, titles := map[string]string{}, map[string]string{}
	for name, d := range dashboards(t) {
		require.Equal(t, d.UID+".json", name)
		require.Empty(t, uids[d.UID], "%s has the uid of %s", name, uids[d.UID])
		require.Empty(t, titles[d.Title], "%s has the title of %s", name, titles[d.Title])
		uids[d.UID], titles[d.Title] = name, name
		require.NotEmpty(t, d.Description, name)
		require.Contains(t, d.Tags, "istio", name)
	}
}

func TestPanelsSayWhatTheyShowAndDoNotOverlap(t *testing.T) {
	for name, d := range dashboards(t) {
		for i, p := range d.Panels {
			require.NotEmpty(t, p.Title, "%s: panel %d", name, p.ID)
			require.NotEmpty(t, p.Description, "%s: %s", name, p.Title)
			require.Positive(t, p.GridPos.W*p.GridPos.H, "%s: %s", name, p.Title)
			for _, o := range d.Panels[:i] {
				a, b := p.GridPos, o.GridPos
				apart := a.X+a.W <= b.X || b.X+b.W <= a.X || a.Y+a.H <= b.Y || b.Y+b.H <= a.Y
				require.True(t, apart, "%s: %s lies over %s", name, p.Title, o.Title)
			}
		}
	}
}

// columnsOf are the columns of a table, the titles by their names; nil of what is no table.
func columnsOf(queryType string) map[string]string {
	o := frames.TableOptions{Traffic: true, LatencyName: "p95"}
	made := map[string]func() data.Frames{
		"clusters":     func() data.Frames { return frames.Clusters(nil, frames.Links{}, time.Time{}) },
		"namespaces":   func() data.Frames { return frames.Namespaces(nil, o) },
		"applications": func() data.Frames { return frames.Applications(nil, o) },
		"workloads":    func() data.Frames { return frames.Workloads(nil, o) },
		"services":     func() data.Frames { return frames.Services(nil, o) },
		"pods":         func() data.Frames { return frames.Pods(nil, o) },
		"istioConfig":  func() data.Frames { return frames.IstioConfig(nil, frames.ConfigOptions{}) },
	}[queryType]
	if made == nil {
		return nil
	}
	out := map[string]string{}
	for _, field := range made()[0].Fields {
		out[field.Name] = field.Config.DisplayNameFromDS
	}
	return out
}

// readsColumn finds the columns that a link of a row reads.
var readsColumn = regexp.MustCompile(`__data\.fields\.(\w+)`)

// A column that a table has not would be left out in silence. Columns are kept by their
// names, grouped and sorted by their titles.
func TestPanelsNameColumnsThatTheirTablesHave(t *testing.T) {
	checked := 0
	for name, d := range dashboards(t) {
		for _, p := range d.Panels {
			columns := columnsOf(p.Targets[0].QueryType)
			if columns == nil {
				require.Empty(t, p.Transformations, "%s: %s", name, p.Title)
				continue
			}
			var titles []string
			for _, title := range columns {
				titles = append(titles, title)
			}
			for _, by := range p.Transformations {
				for _, column := range by.Options.Include.Names {
					require.Contains(t, columns, column, "%s: %s", name, p.Title)
					checked++
				}
				for title := range by.Options.Fields {
					require.Contains(t, titles, title, "%s: %s", name, p.Title)
					checked++
				}
			}
			for _, by := range p.Options.SortBy {
				title, _, _ := strings.Cut(by.DisplayName, " (")
				require.Contains(t, titles, title, "%s: %s", name, p.Title)
			}
		}
	}
	require.NotZero(t, checked)
}

// What a link of a row reads must be among the columns that a panel keeps.
func TestPanelsKeepTheColumnsThatLinksRead(t *testing.T) {
	of := map[string]*data.Frame{}
	o := frames.TableOptions{Links: frames.Links{UID: "meshatlas", Dashboards: true}}
	of["namespaces"], of["applications"] = frames.Namespaces(nil, o)[0], frames.Applications(nil, o)[0]
	of["workloads"], of["services"] = frames.Workloads(nil, o)[0], frames.Services(nil, o)[0]
	of["pods"], of["clusters"] = frames.Pods(nil, o)[0], frames.Clusters(nil, o.Links, time.Time{})[0]
	of["istioConfig"] = frames.IstioConfig(nil, frames.ConfigOptions{Links: o.Links})[0]
	for name, d := range dashboards(t) {
		for _, p := range d.Panels {
			table := of[p.Targets[0].QueryType]
			if table == nil || len(p.Transformations) != 1 || p.Transformations[0].ID != "filterFieldsByName" {
				continue
			}
			kept := p.Transformations[0].Options.Include.Names
			for _, field := range table.Fields {
				if !slices.Contains(kept, field.Name) {
					continue
				}
				raw, err := data.FrameToJSON(data.NewFrame("", field), data.IncludeSchemaOnly)
				require.NoError(t, err)
				for _, m := range readsColumn.FindAllStringSubmatch(string(raw), -1) {
					require.Contains(t, kept, m[1], "%s: %s: the links of %s read it", name, p.Title, field.Name)
				}
			}
		}
	}
}
