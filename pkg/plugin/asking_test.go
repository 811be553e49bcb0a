package plugin

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
)

// isPresence reports whether PromQL is the question by which a level is chosen.
func isPresence(promQL string) bool {
	return strings.HasPrefix(promQL, "group by (") && !strings.Contains(promQL, "principal")
}

// The second time the level is asked for beside the traffic: it is answered only after the
// traffic was asked for.
func TestTheLevelIsAskedForBesideTheTraffic(t *testing.T) {
	workloads, again := atomic.Int32{}, atomic.Bool{}
	workloads.Store(2)
	traffic := make(chan struct{}, 100)
	calls := requestsOf("a>b 5")
	answer := func(promQL string) (string, int) {
		if !isPresence(promQL) {
			traffic <- struct{}{}
			return calls(promQL)
		}
		if again.Load() {
			select {
			case <-traffic:
			case <-time.After(10 * time.Second):
				return "", http.StatusGatewayTimeout
			}
		}
		var found []string
		for i := range workloads.Load() {
			found = append(found, fmt.Sprintf(`{"metric":{"destination_cluster":"east","destination_workload_namespace":"a","destination_workload":"w%d","destination_canonical_service":"w%[1]d"},"value":[1,"1"]}`, i))
		}
		return strings.Join(found, ","), http.StatusOK
	}
	url, asked := aged(t, answer, answer)
	d := instance(t, url, ``)
	moment := time.Unix(1_700_000_000, 0)
	ids := func() []string {
		moment = moment.Add(time.Minute)
		got := askAt(t, d, moment, map[string]string{"A": `{"queryType":"trafficGraph","level":"auto"}`})["A"]
		require.NoError(t, got.Error)
		return contract.Strings(got.Frames[0], "id")
	}
	require.Equal(t, []string{"workload/east/a/a", "workload/east/b/b"}, ids())
	once := asked.Load()

	again.Store(true)
	drain(traffic)
	require.Equal(t, []string{"workload/east/a/a", "workload/east/b/b"}, ids())
	require.Equal(t, 2*once, asked.Load(), "what was asked for ahead is the answer")

	workloads.Store(500)
	drain(traffic)
	require.Equal(t, []string{"namespace/east/a", "namespace/east/b"}, ids(), "the level that was asked for ahead does not do any more")
}

func drain(c <-chan struct{}) {
	for {
		select {
		case <-c:
		default:
			return
		}
	}
}
