package telemetry

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// seriesOf reads series out of any text: lines of <label>=<value> pairs between tabs, after
// a number. Whatever a line has more, less or twice stays so.
func seriesOf(text string) []map[string]any {
	var out []map[string]any
	for line := range strings.Lines(text) {
		value, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			v = math.NaN()
		}
		metric := map[string]string{}
		for pair := range strings.SplitSeq(rest, "\t") {
			name, is, _ := strings.Cut(pair, "=")
			metric[name] = is
		}
		out = append(out, map[string]any{"metric": metric, "value": []any{1.5, strconv.FormatFloat(v, 'g', -1, 64)}})
	}
	return out
}

// odd are sets of labels that stores have been seen to hold, and some that nobody has.
var odd = []string{
	"5\treporter=source\tsource_cluster=east\tsource_workload_namespace=ns\tsource_workload=a\tdestination_cluster=east\tdestination_workload_namespace=ns\tdestination_workload=b\tmeasure=tcp_sent",
	"NaN\treporter=waypoint\n+Inf\treporter=destination\n-Inf\treporter=source\n-3\treporter=source\n0\t\n1e308\treporter=source\n1e308\treporter=source\tresponse_flags=UH,URX",
	"1\treporter=source\tdestination_service_name=istio-egressgateway.istio-system.svc.cluster.local\tdestination_service_namespace=unknown\tsource_workload=a\tsource_workload_namespace=ns\n" +
		"1\treporter=source\tdestination_service_name=203.0.113.7:80\tdestination_service_namespace=ns\n1\tdestination_service_name=.svc\n1\tdestination_service_name=a..svc\n1\tdestination_service_name=unknown\tdestination_service_namespace=unknown",
	"2\treporter=source\tdestination_service_name=PassthroughCluster\tdestination_service_namespace=unknown\tresponse_code=0\n2\treporter=\tresponse_code=\tgrpc_response_status=14\trequest_protocol=grpc",
	"1\tsource_cluster=\"\\\\\tsource_workload=a b#(c)\t=\tmeasure=request_bytes\trequest_protocol=\xff\tdestination_service=h\tsource_principal=spiffe://td/ns/a/sa/b\n",
}

// Whatever a store answers becomes traffic that holds together, at every level.
func FuzzTrafficOfOddSeries(f *testing.F) {
	for i, text := range odd {
		f.Add(text, uint8(i))
		f.Add(text, uint8(i+8))
	}
	levels := mesh.Levels()
	f.Fuzz(func(t *testing.T, text string, how uint8) {
		result, err := json.Marshal(seriesOf(text))
		require.NoError(t, err)
		store, err := NewStore(Config{URL: "http://store.example", Client: &http.Client{Transport: always(result)}, Aliases: map[string]mesh.ClusterName{"east": "west"}})
		require.NoError(t, err)
		q := Question{
			Range: Range{time.Unix(0, 0), time.Unix(3600, 0)}, Level: levels[int(how)%len(levels)], Services: how&8 != 0,
			Protocols: mesh.Protocols(), Latency: "0.95", Details: true,
		}
		got, err := store.Traffic(t.Context(), q)
		require.NoError(t, err)
		holdsTogether(t, got.Traffic)
		again, err := store.Traffic(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, got.Traffic, again.Traffic)
		_, _, err = store.FinestLevel(t.Context(), q, 1)
		require.NoError(t, err)
	})
}

// always answers every query in the same way.
type always []byte

func (a always) RoundTrip(*http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":%s}}`, orEmpty(a))
	return w.Result(), nil
}

func orEmpty(result []byte) string {
	if string(result) == "null" {
		return "[]"
	}
	return string(result)
}

func holdsTogether(t *testing.T, traffic mesh.Traffic) {
	t.Helper()
	require.True(t, slices.IsSortedFunc(traffic.Calls, func(a, b mesh.Call) int {
		return cmp.Or(a.Pair.Compare(b.Pair), cmp.Compare(a.Protocol, b.Protocol))
	}))
	for i, c := range traffic.Calls {
		if i > 0 && traffic.Calls[i-1].Pair == c.Pair {
			require.NotEqual(t, traffic.Calls[i-1].Protocol, c.Protocol, "one call for each pair and protocol")
		}
		require.NotEmpty(t, c.Source.Kind)
		require.NotEmpty(t, c.Destination.Kind)
		require.Equal(t, c.Protocol == mesh.TCP, c.Bytes != nil)
		require.Equal(t, c.Protocol != mesh.TCP, c.Requests != nil)
		for _, v := range []*float64{
			c.Requests, c.Failed, c.ClientErrors, c.Bytes, c.Secure, c.Plain, c.BytesSent, c.BytesReceived, c.Opened, c.Closed,
			c.RequestMessages, c.ResponseMessages, c.RequestBytes, c.ResponseBytes,
		} {
			require.True(t, v == nil || *v >= 0 && !math.IsInf(*v, 0))
		}
		if c.Requests != nil {
			require.LessOrEqual(t, *c.Failed+*c.ClientErrors, *c.Requests*(1+1e-9))
		}
		for _, r := range c.Responses {
			require.True(t, r.Rate >= 0 && !math.IsInf(r.Rate, 0))
		}
	}
	for _, v := range traffic.Latency {
		require.True(t, v >= 0 && !math.IsInf(v, 0))
	}
}

// A stream that breaks off is told as such, and one that never ends is left when its time
// is over.
func TestABrokenStreamIsNoWrongAnswer(t *testing.T) {
	broken := func(r io.Reader) error {
		_, _, err := decodeVector(r)
		return err
	}
	begin := `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"reporter":"sou`
	require.ErrorIs(t, broken(io.MultiReader(strings.NewReader(begin), failing{io.ErrUnexpectedEOF})), io.ErrUnexpectedEOF)
	require.ErrorContains(t, broken(strings.NewReader(begin)), "too early")
	require.ErrorIs(t, broken(failing{nil}), io.ErrNoProgress)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
