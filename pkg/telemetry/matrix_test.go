package telemetry

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

var fourPoints = mesh.Times{From: time.Unix(1000, 0), To: time.Unix(1045, 0), Step: 15 * time.Second}

func matrixOf(result string) string {
	return `{"status":"success","data":{"resultType":"matrix","result":[` + result + `]},"warnings":["a store is missing"],"infos":["x"]}`
}

func TestAMatrixIsReadOntoTheGrid(t *testing.T) {
	body := matrixOf(`{"metric":{"part":"total","reporter":"source","source_cluster":"a\"b","destination_cluster_named":"west","le":"5","odd":"1"},
		"values":[[1000,"1.5"],[1015.0,"NaN"],[1029.999,"3e2"],[1060,"9"],[940,"9"]]},{"metric":{},"values":[[1045,"+Inf"]],"histograms":[[1000,{}]]}`)
	got, warnings, err := decodeMatrix(iotest.OneByteReader(strings.NewReader(body)), fourPoints)
	require.NoError(t, err)
	require.Equal(t, []string{"a store is missing"}, warnings)
	require.Len(t, got, 2)
	require.Equal(t, labels{reporter: "source", sourceCluster: `a"b`, destinationCluster: "west"}, got[0].labels)
	require.Equal(t, "total", got[0].part)
	require.Equal(t, []any{1.5, nil, 300.0, nil}, plainly(got[0].values))
	require.Equal(t, []any{nil, nil, nil, nil}, plainly(got[1].values), "an infinity is no value")
}

// plainly makes nil of what is absent.
func plainly(values []float64) []any {
	out := make([]any, len(values))
	for i, v := range values {
		if !isAbsent(v) {
			out[i] = v
		}
	}
	return out
}

func TestWhatIsNoMatrixIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"empty": ``, "HTML": `<html>`, "cut off": matrixOf(`{"metric":{},"values":[[1000,"1"]]}`)[:80], "a list": `[]`,
		"a vector": `{"data":{"resultType":"vector","result":[{"metric":{},"value":[1000,"1"]}]}}`,
		"a scalar": `{"data":{"resultType":"scalar","result":1}}`, "no number": matrixOf(`{"metric":{},"values":[[1000,"many"]]}`),
		"a label that is a number": matrixOf(`{"metric":{"part":5},"values":[]}`),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := decodeMatrix(strings.NewReader(body), fourPoints)
			require.Error(t, err)
			require.Contains(t, fault.Of(err).Sentence, "not one of a Prometheus-compatible store")
		})
	}
	broken := errors.New("the connection broke")
	_, _, err := decodeMatrix(io.MultiReader(strings.NewReader(`{"data":{"result":[{"metric":`), iotest.ErrReader(broken)), fourPoints)
	require.ErrorIs(t, err, broken)
}

func FuzzDecodeMatrix(f *testing.F) {
	f.Add(matrixOf(`{"metric":{"part":"total"},"values":[[1000,"1"],[1015,"NaN"]]}`))
	f.Add(`{"data":{"resultType":"matrix","result":null}}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, _, err := decodeMatrix(strings.NewReader(body), fourPoints)
		for _, s := range got {
			if err == nil && len(s.values) != 4 {
				t.Fatal("a series off the grid")
			}
		}
	})
}

// No more is kept of an answer than may be, and the rest is not read.
func TestTooManyValuesAreNotRead(t *testing.T) {
	day := mesh.Times{From: time.Unix(0, 0), To: time.Unix(9_999, 0), Step: time.Second}
	one := `{"metric":{},"values":[[1,"1"]]},`
	in := strings.NewReader(`{"data":{"resultType":"matrix","result":[` + strings.Repeat(one, maxValues/10_000+10_000) + `{}]}}`)
	got, _, err := decodeMatrix(in, day)
	require.ErrorIs(t, err, errTooManyValues)
	require.Empty(t, got)
	require.Positive(t, in.Len())
}

func TestTheGrid(t *testing.T) {
	s, err := NewStore(Config{ScrapeInterval: 15 * time.Second})
	require.NoError(t, err)
	at := func(seconds int64) time.Time { return time.Unix(1_700_000_000+seconds, 0).UTC() }
	for name, tt := range map[string]struct {
		length, interval time.Duration
		points           int64
		step, window     time.Duration
	}{
		"as the panel wants":           {time.Hour, time.Minute, 100, time.Minute, 75 * time.Second},
		"not finer than the scrapes":   {10 * time.Minute, time.Second, 43_200, 15 * time.Second, time.Minute},
		"not more points than wanted":  {time.Hour, time.Second, 10, 6 * time.Minute, 375 * time.Second},
		"whole seconds":                {time.Hour, 20500 * time.Millisecond, 0, 21 * time.Second, time.Minute},
		"an instant has a point still": {0, 0, 0, 15 * time.Second, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			times, err := s.times(Range{at(0), at(0).Add(tt.length)}, tt.interval, tt.points)
			require.NoError(t, err)
			require.Equal(t, tt.step, times.Step)
			require.Equal(t, tt.window, s.rateWindow(times.Step))
			require.Zero(t, times.From.Unix()%int64(tt.step.Seconds()))
			require.Zero(t, times.To.Unix()%int64(tt.step.Seconds()))
			require.Positive(t, times.Points())
			require.Len(t, times.Moments(), times.Points())
		})
	}
	_, err = s.times(Range{at(0), at(7 * 24 * 3600)}, time.Second, 1_000_000)
	require.Equal(t, 400, int(fault.Of(err).Status))
	require.ErrorContains(t, err, "more than the 11000")
	require.ErrorContains(t, err, "Min interval")
}
