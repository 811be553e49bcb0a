package frames_test

import (
	"regexp"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// rowColumn is a link's variable that stands for a column of the row, for an address.
var rowColumn = regexp.MustCompile(`\$\{__data\.fields\.(\w+):percentencode\}`)

// addresses are the links of the first row of a frame, by title, with its columns read.
// Links that open Explore have none.
func addresses(t *testing.T, f *data.Frame, name string) map[string]string {
	t.Helper()
	out := map[string]string{}
	field, _ := f.FieldByName(name)
	require.NotNil(t, field, name)
	for _, link := range field.Config.Links {
		out[link.Title] = rowColumn.ReplaceAllStringFunc(link.URL, func(found string) string {
			read, _ := f.FieldByName(rowColumn.FindStringSubmatch(found)[1])
			require.NotNil(t, read, "%s: a column that the table has not", found)
			value, known := read.ConcreteAt(0)
			require.True(t, known, found)
			return value.(string)
		})
	}
	return out
}

func TestRowsLeadToDashboards(t *testing.T) {
	on := tableOptions()
	on.Links.Dashboards = true
	const during = "&${__url_time_range}"
	in := "var-cluster=east&var-namespace=shop"
	for name, want := range map[string]struct {
		column string
		links  map[string]string
	}{
		"applications": {"name", map[string]string{
			"Application dashboard": "/d/meshatlas-application?" + in + "&var-application=cart" + during,
			"Traffic dashboard":     "/d/meshatlas-traffic?var-level=app&" + in + during,
			"Traffic graph":         "",
		}},
		"workloads": {"name", map[string]string{
			"Workload dashboard": "/d/meshatlas-workload?" + in + "&var-workload=cart-v1" + during,
			"Traffic dashboard":  "/d/meshatlas-traffic?var-level=workload&" + in + during,
			"Traffic graph":      "",
		}},
		"services": {"name", map[string]string{
			"Service dashboard": "/d/meshatlas-service?" + in + "&var-service=api.example.com" + during,
			"Traffic dashboard": "/d/meshatlas-traffic?var-level=service&" + in + during,
			"Traffic graph":     "",
		}},
		"pods": {"workload", map[string]string{
			"Workload dashboard": "/d/meshatlas-workload?" + in + "&var-workload=cart-v1" + during,
			"Traffic dashboard":  "/d/meshatlas-traffic?var-level=workload&" + in + during,
			"Traffic graph":      "",
		}},
		"namespaces": {"namespace", map[string]string{
			"Namespace dashboard":    "/d/meshatlas-namespace?var-cluster=east&var-namespace=istio-system" + during,
			"Traffic dashboard":      "/d/meshatlas-traffic?var-level=workload&var-cluster=east&var-namespace=istio-system" + during,
			"Istio config dashboard": "/d/meshatlas-istio-config?var-cluster=east&var-namespace=istio-system" + during,
			"Traffic graph":          "",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, want.links, addresses(t, tables(atlas(), on)[name]()[0], want.column))
			require.Equal(t, map[string]string{"Traffic graph": ""}, addresses(t, tables(atlas(), tableOptions())[name]()[0], want.column), "the settings leave dashboards out")
		})
	}
	clusters := []mesh.Cluster{{Name: "east"}}
	require.Equal(t, map[string]string{
		"Overview dashboard":     "/d/meshatlas-overview?var-cluster=east" + during,
		"Traffic dashboard":      "/d/meshatlas-traffic?var-level=namespace&var-cluster=east&var-namespace=%24__all" + during,
		"Istio config dashboard": "/d/meshatlas-istio-config?var-cluster=east&var-namespace=%24__all" + during,
	}, addresses(t, frames.Clusters(clusters, frames.Links{Dashboards: true}, then)[0], "name"))
	require.Empty(t, addresses(t, frames.Clusters(clusters, frames.Links{}, then)[0], "name"))
}
