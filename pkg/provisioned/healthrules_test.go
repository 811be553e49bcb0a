package provisioned

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

// healthRules is a file of alert rules, as far as Grafana reads it here.
type healthRules struct {
	APIVersion int `yaml:"apiVersion"`
	Groups     []struct {
		OrgID                  int `yaml:"orgId"`
		Name, Folder, Interval string
		Rules                  []struct {
			UID, Title, Condition, For string
			NoDataState                string `yaml:"noDataState"`
			ExecErrState               string `yaml:"execErrState"`
			Labels, Annotations        map[string]string
			Data                       []struct {
				RefID         string                 `yaml:"refId"`
				DatasourceUID string                 `yaml:"datasourceUid"`
				Range         struct{ From, To int } `yaml:"relativeTimeRange"`
				Model         map[string]any
			}
		}
	}
}

// labelOf finds the labels that a rule's words speak of.
var labelOf = regexp.MustCompile(`\$labels\.(\w+)`)

func TestRulesOfHealthReadOneMeasureEach(t *testing.T) {
	var file healthRules
	readYAML(t, &file, "provisioning", "alerting", "meshatlas-health.yaml")
	require.Equal(t, 1, file.APIVersion)
	var uids, sources []string
	for _, ds := range datasources(t) {
		sources = append(sources, ds.UID)
	}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			require.NotContains(t, uids, rule.UID)
			uids = append(uids, rule.UID)
			require.Equal(t, "Error", rule.ExecErrState, "what cannot be told as a whole is told")
			require.Len(t, rule.Data, 2)
			asked, judged := rule.Data[0], rule.Data[1]

			require.Contains(t, sources, asked.DatasourceUID)
			require.Equal(t, 300, asked.Range.From-asked.Range.To)
			raw, err := json.Marshal(asked.Model)
			require.NoError(t, err)
			decoded, err := query.Decode(asked.Model["queryType"].(string), raw)
			require.NoError(t, err)
			require.Len(t, decoded.(query.Health).Measures, 1, rule.UID)

			require.Equal(t, "__expr__", judged.DatasourceUID)
			require.Equal(t, asked.RefID, judged.Model["expression"])
			require.Equal(t, rule.Condition, judged.RefID)
			require.Equal(t, judged.RefID, judged.Model["refId"])
			for _, words := range rule.Annotations {
				for _, label := range labelOf.FindAllStringSubmatch(words, -1) {
					require.True(t, slices.Contains([]string{"cluster", "namespace", "name", "kind"}, label[1]), label[0])
				}
			}
		}
	}
	require.Len(t, uids, 3)
}
