package plugin

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
)

// rangeStore answers the range queries of rates with a hundred namespaces, and the
// part that failing names with status 500.
func rangeStore(t *testing.T, failing, warning string) (url string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if failing != "" && strings.Contains(r.FormValue("query"), `"part", "`+failing+`"`) {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		var rows []string
		for i := range 100 {
			rows = append(rows, fmt.Sprintf(`{"metric":{"part":"total","destination_cluster":"east","destination_workload_namespace":"ns-%d"},"values":[[%s,"%d"]]}`,
				i, r.FormValue("end"), i))
		}
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":[%s]},"warnings":[%s]}`, strings.Join(rows, ","), warning)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// askAs asks one query of type rates, as an alert rule or as a panel.
func askAs(t *testing.T, d *Datasource, alert bool, raw string) backend.DataResponse {
	t.Helper()
	now := time.Unix(1_700_000_000, 0)
	req := &backend.QueryDataRequest{Queries: []backend.DataQuery{{
		RefID: "A", QueryType: "rates", JSON: []byte(raw), TimeRange: backend.TimeRange{From: now.Add(-10 * time.Minute), To: now},
		Interval: time.Second, MaxDataPoints: 43_200,
	}}}
	if alert {
		req.Headers = map[string]string{"FromAlert": "true"}
	}
	response, err := d.QueryData(context.Background(), req)
	require.NoError(t, err)
	return response.Responses["A"]
}

func TestPanelsSeeTheBusiestAndAlertRulesSeeAll(t *testing.T) {
	url, _ := rangeStore(t, "", "")
	d := instance(t, url, ``)
	for _, tt := range []struct {
		alert  bool
		raw    string
		series int
		notice string
	}{
		{false, `{}`, 50, "The 50 busiest of 100 are shown, 50 are left out"},
		{false, `{"limit": 200}`, 100, ""},
		{true, `{}`, 100, ""},
		{true, `{"limit": 10}`, 10, "The 10 busiest"},
	} {
		got := askAs(t, d, tt.alert, tt.raw)
		require.NoError(t, got.Error)
		numbers, err := contract.CheckSeries(got.Frames)
		require.NoError(t, err)
		require.Len(t, numbers, tt.series)
		require.Equal(t, "east / ns-99", got.Frames[0].Name)
		if tt.notice == "" {
			require.Empty(t, got.Frames[0].Meta.Notices)
		} else {
			require.Contains(t, got.Frames[0].Meta.Notices[0].Text, tt.notice)
		}
	}
}

// A rule does not see notices: what a panel is told by one is an error of the rule.
func TestAlertRulesTakeNoPartForTheWhole(t *testing.T) {
	for name, tt := range map[string]struct{ failing, warning, raw, want string }{
		"a part fails":  {"latency", "", `{"measures": ["requests", "latency"]}`, "failed with status 500"},
		"store's words": {"", `"a store is missing"`, `{}`, "a store is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := rangeStore(t, tt.failing, tt.warning)
			d := instance(t, url, ``)
			shown := askAs(t, d, false, tt.raw)
			require.NoError(t, shown.Error)
			require.Contains(t, shown.Frames[0].Meta.Notices[0].Text, tt.want)
			ruled := askAs(t, d, true, tt.raw)
			require.ErrorContains(t, ruled.Error, tt.want)
			require.Empty(t, ruled.Frames)
			require.Equal(t, backend.ErrorSourceDownstream, ruled.ErrorSource)
		})
	}
}

func TestTheNumberOfRangeQueriesIsConstant(t *testing.T) {
	for raw, want := range map[string]int32{
		`{}`: 1,
		`{"by": "workload", "measures": ["requests", "errorratio", "clienterrorratio"], "namespaces": ["a", "b"]}`: 1,
		`{"measures": ["latency"]}`: 1,
		`{"by": "clusterPair", "measures": ["requests", "errorratio", "clienterrorratio", "latency", "bytes"]}`: 3,
	} {
		url, asked := rangeStore(t, "", "")
		require.NoError(t, askAs(t, instance(t, url, ``), false, raw).Error)
		require.Equal(t, want, asked.Load(), raw)
	}
}

func TestAnAlertRuleIsToldThatGraphsAreNotForIt(t *testing.T) {
	url, asked := rangeStore(t, "", "")
	d := instance(t, url, ``)
	response, err := d.QueryData(t.Context(), &backend.QueryDataRequest{
		Headers: map[string]string{"FromAlert": "true"},
		Queries: []backend.DataQuery{{RefID: "A", QueryType: "trafficGraph", JSON: []byte(`{}`)}},
	})
	require.NoError(t, err)
	require.ErrorContains(t, response.Responses["A"].Error, `an alert rule cannot read a graph; take "rates"`)
	require.Zero(t, asked.Load())
}
