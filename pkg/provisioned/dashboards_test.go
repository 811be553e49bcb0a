package provisioned

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

// reference names a data source in a dashboard.
type reference struct{ Type, UID string }

type target struct {
	Datasource reference
	RefID      string
	QueryType  string
	Expr       string
	raw        []byte
}

func (q *target) UnmarshalJSON(raw []byte) error {
	type plain target // without this method
	q.raw = bytes.Clone(raw)
	return json.Unmarshal(raw, (*plain)(q))
}

type variable struct {
	Name, Type string
	Datasource reference
	Query      json.RawMessage
	Current    struct{ Value json.RawMessage }
}

// dashboardLink is a link at the top of a dashboard.
type dashboardLink struct {
	Type                  string
	Tags                  []string
	KeepTime, IncludeVars bool
}

type dashboard struct {
	UID, Title, Description string
	Tags                    []string
	Links                   []dashboardLink
	Templating              struct{ List []variable }
	// Annotations are queries that belong to no panel.
	Annotations struct {
		List []struct {
			Name       string
			Datasource reference
			Target     target
		}
	}
	Panels []panel
}

type panel struct {
	ID                 int
	Title, Description string
	Type               string
	Datasource         reference
	GridPos            struct{ X, Y, W, H int }
	Transformations    []transformation
	Targets            []target
	Options            struct {
		SortBy []struct{ DisplayName string }
	}
}

// transformation is one of a panel, as far as the dashboards use them.
type transformation struct {
	ID      string
	Options struct {
		Include struct{ Names []string }
		Fields  map[string]struct{ Operation string }
	}
}

func dashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "provisioning", "dashboards", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	out := map[string]dashboard{}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		var d dashboard
		require.NoError(t, json.Unmarshal(raw, &d), path)
		require.NotEmpty(t, d.UID, path)
		require.NotEmpty(t, d.Panels, path)
		out[filepath.Base(path)] = d
	}
	return out
}

// choices are values that a person can choose for a variable. A variable's query
// gives names; "custom" ones are listed in the dashboard.
func choices(t *testing.T, v variable) []string {
	t.Helper()
	if v.Type != "custom" {
		return []string{"one", ""}
	}
	var listed string
	require.NoError(t, json.Unmarshal(v.Query, &listed))
	values := strings.Split(listed, ",")
	for i, choice := range values {
		if _, value, named := strings.Cut(choice, " : "); named {
			values[i] = value
		}
	}
	return values
}

func TestEveryQueryOfOursDecodes(t *testing.T) {
	ours := reference{pluginID(t), only(t, pluginID(t)).UID}
	for name, d := range dashboards(t) {
		decoded := 0
		for _, panel := range d.Panels {
			for _, q := range panel.Targets {
				if q.Datasource != ours {
					continue
				}
				for _, v := range d.Templating.List {
					for _, value := range choices(t, v) {
						raw := replace(q.raw, d.Templating.List, map[string]string{v.Name: value})
						require.NotContains(t, string(raw), "$", "%s: %s: a variable that the dashboard does not have", name, panel.Title)
						_, err := query.Decode(q.QueryType, raw)
						require.NoError(t, err, "%s: %s: %s=%s", name, panel.Title, v.Name, value)
						decoded++
					}
				}
			}
		}
		for _, a := range d.Annotations.List {
			require.Equal(t, ours, a.Datasource, "%s: annotation %s", name, a.Name)
			require.NotEmpty(t, a.Target.RefID, "%s: annotation %s", name, a.Name)
			for _, value := range []string{"one", ""} {
				values := map[string]string{}
				for _, v := range d.Templating.List {
					values[v.Name] = value
				}
				raw := replace(a.Target.raw, d.Templating.List, values)
				require.NotContains(t, string(raw), "$", "%s: annotation %s: a variable that the dashboard does not have", name, a.Name)
				_, err := query.Decode(a.Target.QueryType, raw)
				require.NoError(t, err, "%s: annotation %s", name, a.Name)
				decoded++
			}
		}
		for _, v := range d.Templating.List {
			if v.Datasource == ours {
				var q target
				require.NoError(t, json.Unmarshal(v.Query, &q), v.Name)
				_, err := query.Decode(q.QueryType, replace(q.raw, d.Templating.List, nil))
				require.NoError(t, err, "%s: variable %s", name, v.Name)
				decoded++
			}
		}
		require.NotZero(t, decoded, name)
	}
}

// replace replaces the dashboard's variables by the values given; by nothing, if none is.
func replace(raw []byte, list []variable, values map[string]string) []byte {
	for _, v := range list {
		raw = bytes.ReplaceAll(raw, []byte("$"+v.Name), []byte(values[v.Name]))
	}
	return raw
}

func TestDashboardsNameDataSourcesAndVariablesThatExist(t *testing.T) {
	var provisioned []reference
	for _, d := range datasources(t) {
		provisioned = append(provisioned, reference{d.Type, d.UID})
	}
	used := regexp.MustCompile(`\$(\w+)`)
	for name, d := range dashboards(t) {
		names := []string{"__rate_interval"} // Grafana's own
		for _, v := range d.Templating.List {
			names = append(names, v.Name)
		}
		ids := map[int]bool{}
		for _, panel := range d.Panels {
			require.False(t, ids[panel.ID], "%s: %s: its id is taken", name, panel.Title)
			ids[panel.ID] = true
			require.LessOrEqual(t, panel.GridPos.X+panel.GridPos.W, 24, "%s: %s: is too wide", name, panel.Title)
			require.NotEmpty(t, panel.Targets, "%s: %s", name, panel.Title)
			for _, q := range panel.Targets {
				require.Contains(t, provisioned, q.Datasource, "%s: %s", name, panel.Title)
				require.Equal(t, panel.Datasource, q.Datasource, "%s: %s", name, panel.Title)
				for _, m := range used.FindAllStringSubmatch(string(q.raw), -1) {
					require.Contains(t, names, m[1], "%s: %s", name, panel.Title)
				}
				if q.Datasource.Type == "prometheus" {
					require.NotEmpty(t, q.Expr, "%s: %s", name, panel.Title)
				}
			}
		}
	}
}

// Links that the click menu has lead to dashboards that are provisioned, and set variables
// that those have.
func TestLinksOfTheClickMenuLead(t *testing.T) {
	byUID := map[string]dashboard{}
	for _, d := range dashboards(t) {
		byUID[d.UID] = d
	}
	require.NotEmpty(t, frames.Dashboards())
	for _, linked := range frames.Dashboards() {
		to, ok := byUID[linked.UID]
		require.True(t, ok, "a link leads to %s, which is not there", linked.UID)
		require.NotEmpty(t, linked.Variables, linked.UID)
		for kind, set := range linked.Variables {
			for _, v := range set {
				require.True(t, slices.ContainsFunc(to.Templating.List, func(has variable) bool { return has.Name == v.Name }),
					"the link of a %s sets the variable %s, which %s has not", kind, v.Name, linked.UID)
			}
		}
	}
}

// Links inside a dashboard name a dashboard that is provisioned, and variables that it has.
func TestLinksBetweenDashboardsLead(t *testing.T) {
	byUID := map[string]dashboard{}
	for _, d := range dashboards(t) {
		byUID[d.UID] = d
	}
	link := regexp.MustCompile(`"/d/([\w-]+)\?([^"]*)"`)
	for name, d := range dashboards(t) {
		require.True(t, slices.ContainsFunc(d.Links, func(l dashboardLink) bool {
			return l.Type == "dashboards" && l.KeepTime && l.IncludeVars && slices.Equal(l.Tags, []string{"mesh-atlas"})
		}), "%s leads to none of the others", name)
		require.Contains(t, d.Tags, "mesh-atlas", "none of the others leads to %s", name)
		for _, m := range link.FindAllStringSubmatch(string(read(t, "provisioning", "dashboards", name)), -1) {
			to, ok := byUID[m[1]]
			require.True(t, ok, "%s leads to %s, which is not there", name, m[1])
			for _, parameter := range strings.Split(m[2], "&") {
				key, _, _ := strings.Cut(parameter, "=")
				set, isVariable := strings.CutPrefix(key, "var-")
				require.True(t, !isVariable || slices.ContainsFunc(to.Templating.List, func(v variable) bool { return v.Name == set }),
					"%s sets the variable %s, which %s has not", name, set, m[1])
			}
		}
	}
}
