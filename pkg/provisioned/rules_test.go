package provisioned

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

// ruleFile is a file of alert rules, as far as Grafana reads it here.
type ruleFile struct {
	APIVersion int `yaml:"apiVersion"`
	Groups     []struct {
		OrgID                  int `yaml:"orgId"`
		Name, Folder, Interval string
		Rules                  []rule
	}
}

// rule is one alert rule.
type rule struct {
	UID, Title, Condition, For string
	NoDataState                string `yaml:"noDataState"`
	ExecErrState               string `yaml:"execErrState"`
	Labels, Annotations        map[string]string
	Data                       []step
}

// step is a query of a rule, or an expression over the steps before it.
type step struct {
	RefID         string                 `yaml:"refId"`
	DatasourceUID string                 `yaml:"datasourceUid"`
	Range         struct{ From, To int } `yaml:"relativeTimeRange"`
	Model         map[string]any
}

// labelOf finds the labels that a rule's words speak of.
var labelOf = regexp.MustCompile(`\$labels\.(\w+)`)

func TestRulesReadOneMeasureEach(t *testing.T) {
	var sources, uids, titles, groups []string
	for _, ds := range datasources(t) {
		sources = append(sources, ds.UID)
	}
	for name, wanted := range map[string]int{"meshatlas-health.yaml": 3, "meshatlas-rates.yaml": 2} {
		var file ruleFile
		readYAML(t, &file, "provisioning", "alerting", name)
		require.Equal(t, 1, file.APIVersion)
		count := 0
		for _, group := range file.Groups {
			require.NotContains(t, groups, group.Name, "Grafana knows groups of a folder by their names")
			groups = append(groups, group.Name)
			for _, r := range group.Rules {
				require.NotContains(t, uids, r.UID)
				require.NotContains(t, titles, r.Title, "Grafana takes a title once in a folder")
				uids, titles = append(uids, r.UID), append(titles, r.Title)
				require.Contains(t, sources, r.Data[0].DatasourceUID)
				checkRule(t, r)
				count++
			}
		}
		require.Equal(t, wanted, count, name)
	}
}

func checkRule(t *testing.T, r rule) {
	t.Helper()
	require.Equal(t, "Error", r.ExecErrState, "what cannot be told as a whole is told")
	require.Equal(t, "OK", r.NoDataState, r.UID)
	asked := r.Data[0]
	require.Equal(t, 300, asked.Range.From-asked.Range.To)
	require.Equal(t, asked.RefID, asked.Model["refId"])
	raw, err := json.Marshal(asked.Model)
	require.NoError(t, err)
	decoded, err := query.Decode(asked.Model["queryType"].(string), raw)
	require.NoError(t, err)

	var labels, expressions []string
	switch q := decoded.(type) {
	case query.Health:
		require.Len(t, q.Measures, 1, r.UID)
		labels, expressions = []string{"cluster", "namespace", "name", "kind"}, []string{"threshold"}
	case query.Rates:
		require.Len(t, q.Measures, 1, r.UID)
		require.False(t, q.LimitGiven, "a rule judges everything")
		labels, expressions = labelsOfRates(t, q), []string{"reduce", "threshold"}
	default:
		t.Fatalf("%s reads a %T", r.UID, decoded)
	}
	checkExpressions(t, r, expressions)
	for _, words := range r.Annotations {
		for _, label := range labelOf.FindAllStringSubmatch(words, -1) {
			require.True(t, slices.Contains(labels, label[1]), label[0])
		}
	}
}

// labelsOfRates are the labels of the series of the groupings that rules use.
func labelsOfRates(t *testing.T, q query.Rates) []string {
	t.Helper()
	switch q.By {
	case mesh.ByNamespace:
		return []string{"cluster", "namespace"}
	case mesh.ByClusterPair:
		return []string{"source_cluster", "destination_cluster"}
	}
	t.Fatalf("say here which labels series by %s have", q.By)
	return nil
}

// checkExpressions requires that each expression reads the step before it, and that the
// last one is the condition.
func checkExpressions(t *testing.T, r rule, types []string) {
	t.Helper()
	require.Len(t, r.Data, 1+len(types), r.UID)
	for i, kind := range types {
		expression := r.Data[i+1]
		require.Equal(t, "__expr__", expression.DatasourceUID)
		require.Equal(t, kind, expression.Model["type"], r.UID)
		require.Equal(t, r.Data[i].RefID, expression.Model["expression"], r.UID)
		require.Equal(t, expression.RefID, expression.Model["refId"])
		if kind == "reduce" {
			require.Equal(t, map[string]any{"mode": "dropNN"}, expression.Model["settings"], "a moment that nobody told of must not hide the others")
		}
	}
	require.Equal(t, r.Condition, r.Data[len(types)].RefID)
}
