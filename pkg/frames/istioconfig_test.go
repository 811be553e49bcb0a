package frames_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// configRows are an object of which all is told and one of which nothing is.
func configRows() []catalog.Config {
	asOf := then
	rule := object("shop", "cart")
	rule.Generation, rule.Changed, rule.ChangedBy = 3, then.Add(-time.Hour), "kubectl"
	return []catalog.Config{
		{
			Where: catalog.Where{Cluster: "east", AsOf: &asOf},
			Config: &mesh.Config{
				Object: rule, Kind: "DestinationRule", Group: "networking.istio.io", Version: "v1", ExportTo: []string{".", "front"},
				Conditions:      []mesh.Condition{{Type: "Accepted", Status: "True"}, {Type: "ResolvedRefs", Status: "False", Reason: "BackendNotFound"}},
				DestinationRule: &mesh.DestinationRule{Host: "cart"},
			},
			AppliesTo: []mesh.Ref{{Kind: mesh.KindService, Cluster: "east", Namespace: "shop", Name: "cart"}},
			Findings: []mesh.Finding{
				{Code: "references-not-resolved", Severity: mesh.SeverityError, Message: "The first"},
				{Code: "subset-no-workload", Severity: mesh.SeverityWarning, Message: "The second"},
				{Code: "subset-no-workload", Severity: mesh.SeverityWarning, Message: "The third"},
				{Code: "export-namespace-not-found", Severity: mesh.SeverityInfo, Message: "The fourth"},
			},
		},
		{Where: catalog.Where{Cluster: "west"}, Config: &mesh.Config{Object: mesh.Object{Name: "istio"}, Kind: "GatewayClass", Group: "gateway.networking.k8s.io", Version: "v1"}},
	}
}

func TestIstioConfigGolden(t *testing.T) {
	golden(t, "istioconfig", frames.IstioConfig(configRows(), frames.ConfigOptions{
		Links: tableOptions().Links, Documents: []string{"kind: DestinationRule\n", ""},
	}))
}

func TestIstioConfigIsATable(t *testing.T) {
	f := frames.IstioConfig(nil, frames.ConfigOptions{})[0]
	require.Zero(t, f.Rows())
	require.EqualValues(t, data.VisTypeTable, f.Meta.PreferredVisualization)
	field, _ := f.FieldByName("yaml")
	require.Nil(t, field)
	f = frames.IstioConfig(configRows(), frames.ConfigOptions{Documents: []string{}})[0]
	require.True(t, f.Fields[len(f.Fields)-2].NilAt(1), "fewer documents than rows")
}

func TestCellsOfConfiguration(t *testing.T) {
	cell := func(column string, change func(*catalog.Config)) string {
		t.Helper()
		row := catalog.Config{Config: &mesh.Config{}}
		change(&row)
		field, _ := frames.IstioConfig([]catalog.Config{row}, frames.ConfigOptions{})[0].FieldByName(column)
		value, _ := field.ConcreteAt(0)
		return value.(string)
	}
	conditions := func(c ...mesh.Condition) func(*catalog.Config) {
		return func(r *catalog.Config) { r.Conditions = c }
	}
	is := func(kind, status, reason string) mesh.Condition {
		return mesh.Condition{Type: kind, Status: status, Reason: reason}
	}
	for want, c := range map[string]func(*catalog.Config){
		"Accepted, Programmed":                        conditions(is("Accepted", "True", "A"), is("Programmed", "True", "P"), is("Accepted", "True", "B")),
		"not ResolvedRefs: RefNotPermitted, Accepted": conditions(is("Accepted", "True", "A"), is("ResolvedRefs", "False", "RefNotPermitted")),
		"not Accepted, Programmed unknown":            conditions(is("Programmed", "Unknown", "Pending"), is("Accepted", "False", "")),
	} {
		require.Equal(t, want, cell("conditions", c))
	}
	for want, refs := range map[string][]mesh.Ref{
		"the whole cluster":               {{Kind: mesh.KindCluster}},
		"namespace shop, api.example.com": {{Kind: mesh.KindNamespace, Namespace: "shop"}, {Kind: mesh.KindExternal, Name: "api.example.com"}},
		"workload a/0, workload a/1, workload a/2, workload a/3 and 2 more": func() (out []mesh.Ref) {
			for i := range 6 {
				out = append(out, mesh.Ref{Kind: mesh.KindWorkload, Namespace: "a", Name: fmt.Sprint(i)})
			}
			return out
		}(),
	} {
		require.Equal(t, want, cell("appliesto", func(r *catalog.Config) { r.AppliesTo = refs }))
	}
	for want, c := range map[string]*mesh.Config{
		"a, b":  {Routing: &mesh.Routing{Hosts: []string{"a", "b"}}},
		"entry": {ServiceEntry: &mesh.ServiceEntry{Hosts: []string{"entry"}}},
		"x, y":  {Gateway: &mesh.Gateway{Servers: []mesh.GatewayServer{{Hosts: []string{"x", "y"}}, {Hosts: []string{"x"}}}}},
	} {
		require.Equal(t, want, cell("hosts", func(r *catalog.Config) { r.Config = c }))
	}
}
