package frames_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
)

// Every measure that a query can ask for is a column of numbers, and none of them is ever
// what a rule cannot judge.
func TestEveryMeasureIsANumberOrNull(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	nan, inf, errors, no := math.NaN(), math.Inf(1), 2, false
	odd := mesh.Vitals{In: mesh.Rates{Requests: &inf, Failed: &nan, Secure: &nan, Plain: &nan}, Latency: &nan}
	later := now.Add(time.Hour)
	rows := []catalog.Health{
		{Ref: mesh.Ref{Kind: mesh.KindCluster, Cluster: "east"}, Health: mesh.HealthNone},
		{Ref: mesh.Ref{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "a", Name: "b"}, Health: mesh.HealthNotReady, Vitals: &odd, ReadyRatio: &nan, ConfigErrors: &errors, Reachable: &no, AsOf: &later},
	}
	want := map[query.Measure]float64{query.MeasureScore: 0.75, query.MeasureConfigErrors: 2, query.MeasureReachable: 0, query.MeasureAge: 0}
	for _, m := range query.Measures() {
		read, err := contract.Numbers(frames.Health(rows, frames.HealthOptions{Measures: []string{string(m)}, Now: now}))
		require.NoError(t, err, m)
		require.Len(t, read, 2, m)
		require.Nil(t, read[0].Value, "nothing is known of the cluster as a whole")
		if v, known := want[m]; known {
			require.Equal(t, &v, read[1].Value, m)
		} else {
			require.Nil(t, read[1].Value, m)
		}
	}
}
