package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// matches tells what Prometheus does with a matcher.
func (m matcher) matches(value string) bool {
	switch m.op {
	case "=":
		return value == m.value
	case "!=":
		return value != m.value
	}
	matched := regexp.MustCompile("^(?s:" + m.value + ")$").MatchString(value)
	return matched == (m.op == "=~")
}

// The store classes responses as the graph does, and counts none twice.
func TestOutcomesInPromQLAreThoseOfTheGraph(t *testing.T) {
	parts := map[result]string{failed: partFailed, clientError: partClientErrors}
	for _, code := range []string{"", "0", "200", "301", "400", "404", "429", "499", "500", "503", "599"} {
		for _, status := range []string{"", "0", "1", "5", "14", "16"} {
			values := map[string]string{labelCode: code, labelGRPCStatus: status}
			for _, name := range []string{partTotal, partFailed, partClientErrors} {
				times := 0
				for _, alternative := range outcomes[name] {
					matched := true
					for _, m := range alternative {
						matched = matched && m.matches(values[m.label])
					}
					if matched {
						times++
					}
				}
				want := 0
				if name == partTotal || parts[outcome(code, status)] == name {
					want = 1
				}
				require.Equal(t, want, times, "code %q, gRPC status %q as %s", code, status, name)
			}
		}
	}
}

func TestWhatNeverArrivedIsKnownByItsFlags(t *testing.T) {
	promQL := ratesComposer{by: mesh.ByCluster, side: mesh.SideDestination, window: time.Minute}.requests([]string{partTotal})
	pattern := regexp.MustCompile(`response_flags=~"([^"]+)"`).FindStringSubmatch(promQL)
	require.NotNil(t, pattern)
	for _, flags := range []string{"", "-", "UF", "URX,UF", "UF,URX", "UT", "DC", "RLSE", "RL", "XRL", "NR,DPE"} {
		require.Equal(t, neverArrived(flags), matcher{labelFlags, "=~", pattern[1]}.matches(flags), flags)
	}
}

// What lies outside of the mesh serves nothing in it.
func TestHostsOutsideAreNotAsked(t *testing.T) {
	c := ratesComposer{by: mesh.ByNamespace, side: mesh.SideDestination}
	for _, host := range []struct{ namespace, name string }{
		{"ns", "reviews"}, {"ns", "api.example.com"}, {"unknown", "PassthroughCluster"}, {"unknown", "x"}, {"ns", "BlackHoleCluster"}, {"ns", "1.2.3.4:80"},
	} {
		asked := true
		for _, m := range c.asked(c.ways()[1]) {
			switch m.label {
			case labelDestSvcNs:
				asked = asked && m.matches(host.namespace)
			case labelDestService:
				asked = asked && m.matches(host.name)
			}
		}
		require.Equal(t, !calledBy(host.namespace, host.name).outside, asked, "%v", host)
	}
}

func TestASelectionNarrowsTheAskedSide(t *testing.T) {
	c := ratesComposer{
		by: mesh.ByApp, side: mesh.SideSource, window: time.Minute, names: aliases{"Kubernetes": "east"}, scope: scopeMatchers(map[string]string{"mesh_id": "m"}),
		selection: Selection{Clusters: []mesh.ClusterName{"east"}, Namespaces: []string{"a"}, Names: []string{`we"b`}}, protocol: protocolMatchers(false, true),
	}
	for _, promQL := range []string{c.requests([]string{partTotal, partFailed}), c.latency("0.95", true), c.latency(LatencyAvg, false)} {
		for _, selector := range regexp.MustCompile(`\{[^}]*\}`).FindAllString(promQL, -1) {
			require.Contains(t, selector, `source_cluster=~"east|Kubernetes",source_workload_namespace="a",source_canonical_service="we\"b",request_protocol="grpc"`)
			require.Contains(t, selector, `mesh_id="m"`)
			require.NotContains(t, selector, `destination_cluster`)
		}
	}
	require.NotContains(t, c.bytes(), "request_protocol", "TCP has none")
	c.side = mesh.SideDestination
	require.Contains(t, c.requests([]string{partTotal}), `destination_service_name="we\"b"`)
}

// store answers range queries by their part, and counts them.
func ratesStore(t *testing.T, answers map[string]string) (*Store, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		promQL := r.FormValue("query")
		mu.Lock()
		asked = append(asked, r.Method+" "+r.URL.Path)
		mu.Unlock()
		for part, answer := range answers {
			if strings.Contains(promQL, `"part", "`+part+`"`) {
				if code := 0; strings.HasPrefix(answer, "status ") {
					_, err := fmt.Sscanf(answer, "status %d", &code)
					require.NoError(t, err)
					w.WriteHeader(code)
					return
				}
				fmt.Fprint(w, strings.Replace(matrixOf(answer), `"warnings":["a store is missing"],`, "", 1))
				return
			}
		}
		fmt.Fprint(w, `{"data":{"resultType":"matrix","result":[]}}`)
	}))
	t.Cleanup(server.Close)
	s, err := NewStore(Config{URL: server.URL, ScrapeInterval: 15 * time.Second})
	require.NoError(t, err)
	return s, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return asked
	}
}

func row(part, cluster, namespace string, values ...string) string {
	var pairs []string
	for i, v := range values {
		if v != "" {
			pairs = append(pairs, fmt.Sprintf(`[%d,%q]`, 1_700_000_010+15*i, v))
		}
	}
	return fmt.Sprintf(`{"metric":{"part":%q,"reporter":"source","destination_cluster":%q,"destination_workload_namespace":%q},"values":[%s]}`,
		part, cluster, namespace, strings.Join(pairs, ","))
}

var aMinute = Range{From: time.Unix(1_700_000_010, 0), To: time.Unix(1_700_000_055, 0)}

func question(signals ...mesh.Signal) RatesQuestion {
	return RatesQuestion{Range: aMinute, By: mesh.ByNamespace, Side: mesh.SideDestination, Signals: signals, Protocols: mesh.Protocols(), Latency: "0.95"}
}

func values(s mesh.Series) []any {
	out := make([]any, len(s.Values))
	for i, v := range s.Values {
		if v != nil {
			out[i] = *v
		}
	}
	return out
}

func TestSharesAreOfWhatWasAsked(t *testing.T) {
	s, asked := ratesStore(t, map[string]string{
		partTotal: strings.Join([]string{
			row(partTotal, "east", "a", "10", "0", "", "4"), row(partFailed, "east", "a", "1", "0", "2", "8"),
			row(partTotal, "west", "b", "20", "20", "20", "20"), // nothing of it ever failed
			row(partTotal, "west", "idle", "0", "0", "0", "0"),
		}, ","),
	})
	got, err := s.Rates(t.Context(), question(mesh.SignalRequests, mesh.SignalErrorRatio))
	require.NoError(t, err)
	require.Equal(t, []string{"POST /api/v1/query_range"}, asked())
	var told []any
	for _, one := range got.Series {
		told = append(told, one.Of.Destination.Namespace, one.Signal, values(one))
	}
	require.Equal(t, []any{
		"b", mesh.SignalRequests, []any{20.0, 20.0, 20.0, 20.0}, "b", mesh.SignalErrorRatio, []any{0.0, 0.0, 0.0, 0.0},
		"a", mesh.SignalRequests, []any{10.0, 0.0, nil, 4.0}, "a", mesh.SignalErrorRatio, []any{0.1, nil, nil, 1.0},
		"idle", mesh.SignalRequests, []any{0.0, 0.0, 0.0, 0.0}, // no share of no requests
	}, told)
	require.Contains(t, got.Series[0].PromQL, `destination_cluster="west",destination_workload_namespace="b"}[1m]`)
}

func TestTheBusiestAreKept(t *testing.T) {
	s, _ := ratesStore(t, map[string]string{
		partTotal: row(partTotal, "east", "a", "1") + "," + row(partTotal, "east", "b", "3") + "," + row(partTotal, "east", "c", "3"),
		partBytes: row(partBytes, "east", "d", "9000") + "," + row(partBytes, "east", "e", "90000") + "," + row(partBytes, "east", "a", "5"),
	})
	q := question(mesh.SignalRequests, mesh.SignalBytes)
	order := func() (out []string) {
		got, err := s.Rates(t.Context(), q)
		require.NoError(t, err)
		for _, one := range got.Series {
			out = append(out, one.Of.Destination.Namespace+" "+string(one.Signal))
		}
		require.Equal(t, 5, got.Things)
		return append(out, fmt.Sprintf("%d left out", got.LeftOut))
	}
	require.Equal(t, []string{"b requests", "c requests", "a requests", "a bytes", "e bytes", "d bytes", "0 left out"}, order())
	q.Limit = 3
	require.Equal(t, []string{"b requests", "c requests", "a requests", "a bytes", "2 left out"}, order())
}

// Latency alone is still sorted by how busy things are, without a second query.
func TestLatencyIsTheCallers(t *testing.T) {
	byDestination := func(row string) string { return strings.Replace(row, `"source"`, `"destination"`, 1) }
	s, asked := ratesStore(t, map[string]string{partLatency: strings.Join([]string{
		row(partLatency, "east", "a", "50", "NaN"), byDestination(row(partLatency, "east", "a", "40", "41")),
		byDestination(row(partLatency, "east", "b", "70")), row(partWeight, "east", "a", "1"), byDestination(row(partWeight, "east", "b", "8")),
		row(partLatency, "east", "idle", "NaN"),
	}, ",")})
	got, err := s.Rates(t.Context(), question(mesh.SignalLatency))
	require.NoError(t, err)
	require.Len(t, asked(), 1)
	require.Len(t, got.Series, 2)
	require.Equal(t, "b", got.Series[0].Of.Destination.Namespace)
	require.Equal(t, []any{50.0, nil, nil, nil}, values(got.Series[1]))
	require.Contains(t, got.Series[0].PromQL, "histogram_quantile(0.95, sum by (le,reporter)")
}

// Two answers about one thing, by workload and by service, become one.
func TestWaysToTellOfOneThingAreAddedUp(t *testing.T) {
	byService := strings.Replace(row(partTotal, "east", "a", "2", "2"), "destination_workload_namespace", "destination_service_namespace", 1)
	s, _ := ratesStore(t, map[string]string{partTotal: row(partTotal, "east", "a", "1", "") + "," + byService})
	got, err := s.Rates(t.Context(), question(mesh.SignalRequests))
	require.NoError(t, err)
	require.Len(t, got.Series, 1)
	require.Equal(t, []any{3.0, 2.0, nil, nil}, values(got.Series[0]))
}

func TestWhatFailsOfSeveralIsTold(t *testing.T) {
	s, _ := ratesStore(t, map[string]string{partTotal: row(partTotal, "east", "a", "1"), partLatency: "status 500", partBytes: "status 503"})
	got, err := s.Rates(t.Context(), question(mesh.SignalRequests, mesh.SignalLatency))
	require.NoError(t, err)
	require.Len(t, got.Series, 1)
	require.Equal(t, whatLatency, got.Missing[0].What)
	_, err = s.Rates(t.Context(), question(mesh.SignalLatency, mesh.SignalBytes))
	require.Contains(t, fault.Of(err).Sentence, "failed with status 500")

	none, err := NewStore(Config{})
	require.NoError(t, err)
	_, err = none.Rates(t.Context(), question(mesh.SignalRequests))
	require.ErrorIs(t, err, ErrNoURL)
}

// Whoever gives up waits no longer, however slow the store is.
func TestRatesEndWithTheirQuestion(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	s, err := NewStore(Config{URL: server.URL})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Rates(ctx, question(mesh.SignalRequests))
	require.ErrorIs(t, err, context.Canceled)
}

func TestStoresThatTakeNoPostAreAskedByGet(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method)
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		fmt.Fprint(w, matrixOf(row(partTotal, "east", "a", "1")))
	}))
	t.Cleanup(server.Close)
	s, err := NewStore(Config{URL: server.URL, ScrapeInterval: 15 * time.Second})
	require.NoError(t, err)
	got, err := s.Rates(t.Context(), question(mesh.SignalRequests))
	require.NoError(t, err)
	require.Equal(t, []string{"POST", "GET"}, asked)
	require.Len(t, got.Series, 1)
	require.Equal(t, []string{"a store is missing"}, got.Warnings)
}
