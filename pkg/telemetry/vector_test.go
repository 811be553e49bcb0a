package telemetry

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

func TestDecodeVector(t *testing.T) {
	got, warnings, err := decodeVector(strings.NewReader(`{"status": "success", "warnings": ["partial"], "infos": ["x"],
		"data": {"result": [
			{"metric": {"reporter" : "source", "other": "x", "source_workload": ""}, "value": [1.5, "2.25"]},
			{"metric": {"source_workload": "a\"b\\n\u00e9", "destination_service_name": "c"}, "value": [1, "NaN"]},
			{"metric": {}, "value": [1, "+Inf"], "histogram": [1, {}]}
		], "resultType": "vector"}}`))
	require.NoError(t, err)
	require.Equal(t, []string{"partial"}, warnings)
	require.Len(t, got.samples, 3)
	require.Equal(t, labels{reporter: "source"}, got.labels(&got.samples[0]))
	require.InDelta(t, 2.25, got.samples[0].value, 0)
	require.Equal(t, labels{sourceWorkload: "a\"b\\né", service: "c"}, got.labels(&got.samples[1]))
	require.True(t, math.IsNaN(got.samples[1].value))
	require.True(t, math.IsInf(got.samples[2].value, 1))
	require.True(t, got.has("reporter"))
	require.False(t, got.has("destination_workload"))
}

func TestDecodeRefusesWhatIsNoVector(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": ``, "a page": `<html>`, "scalar": `{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`,
		"cut off":      `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"reporter":"so`,
		"too deep":     `{"data":{"result":` + strings.Repeat(`[`, 1_000_000),
		"two values":   `{"status":"success" "data":{}}`,
		"no value":     `{"status":,"data":{}}`,
		"not a number": `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"many"]}]}}`,
	} {
		_, _, err := decodeVector(strings.NewReader(body))
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
		got, _, err := decodeVector(iotest.OneByteReader(strings.NewReader(`{"status":"success","data":{"resultType":"vector","result":` + string(result) + `}}`)))
		require.NoError(t, err)
		require.Len(t, got.samples, 1)
		one := got.samples[0]
		require.Equal(t, string(want[0].Metric["source_cluster"]), got.text(one.sourceCluster))
		require.Equal(t, string(want[0].Metric["source_workload"]), got.text(one.sourceWorkload))
		require.True(t, one.value == float64(want[0].Value) || math.IsNaN(one.value) && math.IsNaN(float64(want[0].Value)))
	})
}
