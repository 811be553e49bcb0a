package plugin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
)

// aged answers queries about the moment that ask asks about, and those about earlier ones,
// each in its own way: the vector, or a status other than 200.
func aged(t *testing.T, now, then func(promQL string) (vector string, status int)) (url string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path != "/api/v1/query" {
			fmt.Fprint(w, `{"status":"success","data":["east","west"]}`)
			return
		}
		asked.Add(1)
		answer := now
		if at, err := strconv.ParseFloat(r.FormValue("time"), 64); err != nil || at < 1_700_000_000-3600 {
			answer = then
		}
		vector, status := answer(r.FormValue("query"))
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"vector","result":[%s]}}`, vector)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// requestsOf answers the question about requests with calls from namespace to namespace,
// such as "a>b 5", and all others with nothing.
func requestsOf(calls ...string) func(string) (string, int) {
	var samples []string
	for _, c := range calls {
		var from, to, rate string
		_, err := fmt.Sscanf(strings.Replace(c, ">", " ", 1), "%s %s %s", &from, &to, &rate)
		if err != nil {
			panic(err)
		}
		samples = append(samples, fmt.Sprintf(`{"metric":{"reporter":"source","request_protocol":"http","response_code":"200","response_flags":"-","connection_security_policy":"unknown","source_cluster":"east",
			"source_workload_namespace":"%[1]s","source_workload":"%[1]s","destination_cluster":"east","destination_workload_namespace":"%[2]s","destination_workload":"%[2]s"},"value":[1,"%[3]s"]}`, from, to, rate))
	}
	return func(promQL string) (string, int) {
		if strings.Contains(promQL, "istio_requests_total") {
			return strings.Join(samples, ","), http.StatusOK
		}
		return "", http.StatusOK
	}
}

// changes reads the marks of a graph, such as "namespace/east/a gone".
func changes(frames data.Frames) []string {
	var out []string
	for _, f := range frames {
		ids := contract.Strings(f, "id")
		for row, change := range contract.Strings(f, "change") {
			if change != "" {
				out = append(out, ids[row]+" "+change)
			}
		}
	}
	return out
}

func notices(frames data.Frames) string {
	var words []string
	for _, n := range frames[0].Meta.Notices {
		words = append(words, n.Text)
	}
	return strings.Join(words, "\n")
}

func TestTheGraphIsComparedWithThePast(t *testing.T) {
	url, asked := aged(t, requestsOf("a>b 5", "b>c 1"), requestsOf("a>b 1", "b>d 1"))
	d := instance(t, url, ``)
	got := ask(t, d, map[string]string{"A": `{"queryType":"trafficGraph","level":"namespace","compareTo":"1d"}`})["A"]
	require.NoError(t, got.Error)
	require.NoError(t, contract.CheckGraph(got.Frames))
	require.Equal(t, []string{
		"namespace/east/a changed", "namespace/east/b changed", "namespace/east/c new", "namespace/east/d gone",
		"namespace/east/a->namespace/east/b changed", "namespace/east/b->namespace/east/c new", "namespace/east/b->namespace/east/d gone",
	}, changes(got.Frames))
	require.EqualValues(t, 6, asked.Load(), "each question twice")
	require.Empty(t, notices(got.Frames))
	require.Contains(t, got.Frames[0].Meta.ExecutedQueryString, "1d ago")
	for _, f := range got.Frames {
		changes, promQL := contract.Strings(f, "change"), contract.Strings(f, "promql")
		for row := range changes {
			require.Equal(t, changes[row] == "gone", strings.Contains(promQL[row], "] offset 1d))"), promQL[row])
		}
	}

	url, asked = aged(t, requestsOf("a>b 5"), requestsOf("a>b 1"))
	got = ask(t, instance(t, url, ``), map[string]string{"A": `{"queryType":"trafficGraph","compareTo":"1d"}`})["A"]
	require.NoError(t, got.Error)
	require.EqualValues(t, 8, asked.Load(), "the level is decided once, and of the past no principals are asked for")
}

func TestAPastThatCannotBeHadCostsTheMarksAlone(t *testing.T) {
	now := requestsOf("a>b 5")
	fails := func(string) (string, int) { return "", http.StatusServiceUnavailable }
	for name, tt := range map[string]struct {
		now, then func(string) (string, int)
		notice    string
	}{
		"it fails":    {now, fails, "Not compared with 1d ago: "},
		"it is empty": {now, requestsOf(), "knows of no traffic then"},
		"without TCP": {now, withoutTCP(requestsOf("a>c 1")), "Not compared with 1d ago: the TCP traffic is missing"},
		"TCP of now":  {withoutTCP(now), requestsOf("a>c 1"), "Not compared with 1d ago: the TCP traffic is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := aged(t, tt.now, tt.then)
			got := ask(t, instance(t, url, ``), map[string]string{"A": `{"queryType":"trafficGraph","level":"namespace","compareTo":"24h"}`})["A"]
			require.NoError(t, got.Error)
			require.Empty(t, changes(got.Frames))
			require.Equal(t, 2, got.Frames[0].Rows())
			require.Contains(t, notices(got.Frames), tt.notice)
		})
	}
	url, _ := aged(t, fails, now)
	require.Error(t, ask(t, instance(t, url, ``), map[string]string{"A": `{"queryType":"traffic","level":"namespace","compareTo":"1d"}`})["A"].Error)
}

func withoutTCP(answer func(string) (string, int)) func(string) (string, int) {
	return func(promQL string) (string, int) {
		if strings.Contains(promQL, "istio_tcp") {
			return "", http.StatusServiceUnavailable
		}
		return answer(promQL)
	}
}

// Each of both questions waits for the other to arrive.
func TestNowAndThenAreAskedSideBySide(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	met := make(chan struct{})
	go func() { both.Wait(); close(met) }()
	meet := func(answer func(string) (string, int)) func(string) (string, int) {
		return func(promQL string) (string, int) {
			if strings.Contains(promQL, "istio_requests_total") {
				both.Done()
				select {
				case <-met:
				case <-time.After(10 * time.Second):
					return "", http.StatusGatewayTimeout
				}
			}
			return answer(promQL)
		}
	}
	url, _ := aged(t, meet(requestsOf("a>b 5")), meet(requestsOf("a>c 5")))
	got := ask(t, instance(t, url, ``), map[string]string{"A": `{"queryType":"traffic","level":"namespace","compareTo":"1d","latency":"none"}`})["A"]
	require.NoError(t, got.Error)
	require.Equal(t, []string{"new", "gone"}, contract.Strings(got.Frames[0], "change"))
}

func TestHidingFoldingAndFindingSeeThePast(t *testing.T) {
	now := []string{"front>busy 900", "front>quiet 0.5", "quiet>least 0.2"}
	then := []string{"front>busy 900", "front>quiet 3", "quiet>least 0.2", "front>old 50"}
	url, _ := aged(t, requestsOf(now...), requestsOf(then...))
	d := instance(t, url, ``)
	graph := func(options string) backend.DataResponse {
		got := ask(t, d, map[string]string{"A": `{"queryType":"trafficGraph","level":"namespace","compareTo":"1d"` + options + `}`})["A"]
		require.NoError(t, got.Error)
		require.NoError(t, contract.CheckGraph(got.Frames))
		return got
	}
	require.Equal(t, []string{"namespace/east/front->namespace/east/old", "namespace/east/front->namespace/east/quiet"},
		contract.Strings(graph(`,"hideIf":"edge and change == nil"`).Frames[1], "id"))
	require.NotContains(t, contract.Strings(graph(`,"hideIf":"rps < 1"`).Frames[0], "id"), "namespace/east/quiet",
		"what is there now is hidden by what it is now")
	found, _ := graph(`,"find":"change == \"gone\""`).Frames[0].FieldByName("highlighted")
	marked := 0
	for row := range found.Len() {
		if found.At(row).(bool) {
			marked++
		}
	}
	require.Equal(t, 1, marked)
	require.Equal(t, []string{"namespace/east/front", "namespace/east/old"},
		contract.Strings(graph(`,"focus":{"namespace":"old"}`).Frames[0], "id"), "what is gone can be in focus")
}

func TestTheFocusNeverFolds(t *testing.T) {
	var calls []string
	for i := range 6 {
		calls = append(calls, fmt.Sprintf("front>w%d %d", i, 1+i*100))
	}
	inOne := func(answer func(string) (string, int)) func(string) (string, int) {
		return func(promQL string) (string, int) {
			vector, status := answer(promQL)
			for i := range 6 {
				vector = strings.ReplaceAll(vector, fmt.Sprintf(`_namespace":"w%d"`, i), `_namespace":"shop"`)
			}
			return vector, status
		}
	}
	url, _ := aged(t, inOne(requestsOf(calls...)), inOne(requestsOf(append(calls, "front>w0 9")...)))
	got := ask(t, instance(t, url, ``), map[string]string{
		"A": `{"queryType":"trafficGraph","level":"workload","maxNodes":3,"compareTo":"1d","focus":{"name":"w0","hops":5}}`,
	})["A"]
	require.NoError(t, got.Error)
	require.Equal(t, []string{"workload/east/front/front", "other/east/shop", "workload/east/shop/w0"}, contract.Strings(got.Frames[0], "id"))
	require.Contains(t, notices(got.Frames), "5 least busy of 7 nodes")
	require.Contains(t, changes(got.Frames), "workload/east/shop/w0 changed")
}

func TestDurationsAreSaidShortly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "1d", 7 * 24 * time.Hour: "7d", 36 * time.Hour: "36h", 90 * time.Minute: "1h30m",
		time.Hour: "1h", 5 * time.Minute: "5m", 90 * time.Second: "1m30s", 10 * time.Second: "10s",
	} {
		require.Equal(t, want, inDays(d))
	}
}

func TestTheSettingsTolerancesJudge(t *testing.T) {
	url, _ := store(t, aCall+","+strings.ReplaceAll(aCall, `"200"`, `"500"`))
	health := func(jsonData string) []string {
		got := ask(t, instance(t, url, jsonData), map[string]string{"A": `{"queryType":"trafficGraph","level":"namespace","protocols":["http"],"latency":"none"}`})["A"]
		require.NoError(t, got.Error)
		return contract.Strings(got.Frames[0], "health")
	}
	require.Equal(t, []string{"failure", "failure"}, health(``))
	require.Equal(t, []string{"failure", "degraded"}, health(`{"health":{"rates":[{"cluster":"west","direction":"inbound","code":"5XX","degraded":50,"failure":90}]}}`))
}
