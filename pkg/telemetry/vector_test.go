package telemetry

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

func TestDecodeVector(t *testing.T) {
	samples, warnings, err := decodeVector([]byte(`{"status": "success", "warnings": ["partial"], "infos": ["x"],
		"data": {"result": [
			{"metric": {"reporter" : "source", "other": "x", "source_workload": ""}, "value": [1.5, "2.25"]},
			{"metric": {"source_workload": "a\"b\\n\u00e9", "destination_service_name": "c"}, "value": [1, "NaN"]},
			{"metric": {}, "value": [1, "+Inf"], "histogram": [1, {}]}
		], "resultType": "vector"}}`))
	require.NoError(t, err)
	require.Equal(t, []string{"partial"}, warnings)
	require.Len(t, samples, 3)
	require.Equal(t, sample{labels: labels{reporter: "source"}, value: 2.25}, samples[0])
	require.Equal(t, labels{sourceWorkload: "a\"b\\né", service: "c"}, samples[1].labels)
	require.True(t, math.IsNaN(samples[1].value))
	require.True(t, math.IsInf(samples[2].value, 1))
}

func TestDecodeRefusesWhatIsNoVector(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": ``, "a page": `<html>`, "scalar": `{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`,
		"cut off":      `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"reporter":"so`,
		"not a number": `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"many"]}]}}`,
	} {
		_, _, err := decodeVector([]byte(body))
		require.Error(t, err, name)
	}
}

// What Prometheus' own decoder reads is read alike, whatever the names hold.
func FuzzDecodeVector(f *testing.F) {
	f.Add("east", "a\"b", 1.5)
	f.Add("\\", "{,}:[\"]", math.Inf(-1))
	f.Fuzz(func(t *testing.T, cluster, workload string, value float64) {
		metric := model.Metric{"source_cluster": model.LabelValue(cluster), "le": "1", "source_workload": model.LabelValue(workload)}
		result, err := json.Marshal(model.Vector{{Metric: metric, Value: model.SampleValue(value), Timestamp: 1}})
		require.NoError(t, err)
		var want model.Vector
		require.NoError(t, json.Unmarshal(result, &want))
		got, _, err := decodeVector([]byte(`{"status":"success","data":{"resultType":"vector","result":` + string(result) + `}}`))
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, string(want[0].Metric["source_cluster"]), got[0].sourceCluster)
		require.Equal(t, string(want[0].Metric["source_workload"]), got[0].sourceWorkload)
		require.True(t, got[0].value == float64(want[0].Value) || math.IsNaN(got[0].value) && math.IsNaN(float64(want[0].Value)))
	})
}
