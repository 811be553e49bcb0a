package integration

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

const (
	// waits is how long an answer waits for one cluster: the setting's default.
	waits = 5 * time.Second
	// slack is what an answer may take besides on a busy machine.
	slack = 3 * time.Second
	// crawl is the name of the cluster below that is slow: west by another way.
	crawl = "crawl"
)

// tablesWhenSlow are the tables that are asked for, by query type.
var tablesWhenSlow = map[string]map[string]any{
	"workloads":   nil,
	"istioConfig": nil,
	"health":      {"of": "workloads", "measures": []string{"score", "readyratio", "reachable", "age"}},
}

// detour adds west once more, by a way that can be slow, until the test ends.
func detour(t *testing.T, delay time.Duration) *lab.Detour {
	t.Helper()
	west := mesh.Cluster("west")
	way, err := west.Detour()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(way.Stop)
	way.SetDelay(delay)
	added(t, "secret-of-"+crawl, crawl, west.KubeconfigAt(way.URL()))
	within(t, effect, func() string {
		if all, _ := clusters(t, mesh.Settings()); all[crawl] == nil {
			return "there is no cluster " + crawl
		}
		return ""
	})
	return way
}

// held are the rows of a table by cluster and by what they are of, and its notices.
type held struct {
	rows  map[string]map[string]row
	own   map[string]bool // clusters that have a row that says that not all is known
	notes []string
	took  time.Duration
}

// of are what rows of a cluster are of, sorted.
func (h held) of(cluster string) []string { return slices.Sorted(maps.Keys(h.rows[cluster])) }

// asks asks for one table.
func asks(t *testing.T, s ask.Settings, queryType string) held {
	t.Helper()
	begin := time.Now()
	table := answer(t, s, ask.Query{Type: queryType, Fields: tablesWhenSlow[queryType]})[0]
	h := heldBy(table)
	h.took = time.Since(begin)
	return h
}

// together asks for all tables in one request, as a dashboard may.
func together(t *testing.T, s ask.Settings) map[string]held {
	t.Helper()
	var queries []ask.Query
	for queryType, fields := range tablesWhenSlow {
		queries = append(queries, ask.Query{RefID: queryType, Type: queryType, Fields: fields})
	}
	begin := time.Now()
	responses, err := plugin.Query(t.Context(), s, queries...)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(begin)
	out := map[string]held{}
	for queryType := range tablesWhenSlow {
		if err := responses[queryType].Error; err != nil {
			t.Fatalf("%s: %v", queryType, err)
		}
		h := heldBy(responses[queryType].Frames[0])
		h.took = took
		out[queryType] = h
	}
	return out
}

func heldBy(table *data.Frame) held {
	h := held{rows: map[string]map[string]row{}, own: map[string]bool{}, notes: notices(table)}
	for _, r := range rows(table) {
		cluster := r["cluster"].(string)
		if r["kind"] == "cluster" {
			h.own[cluster] = true
			continue
		}
		if h.rows[cluster] == nil {
			h.rows[cluster] = map[string]row{}
		}
		h.rows[cluster][fmt.Sprint(r["kind"], " ", r["namespace"], "/", r["name"])] = r
	}
	return h
}

// others complains where a table does not hold all that the other clusters hold, or came late.
func others(got, want held, within time.Duration) string {
	for _, cluster := range []string{"east", "south", "west"} {
		if !slices.Equal(got.of(cluster), want.of(cluster)) {
			return fmt.Sprintf("cluster %s has rows of %v, not of %v; notices %v", cluster, got.of(cluster), want.of(cluster), got.notes)
		}
	}
	if got.took > within {
		return fmt.Sprintf("the answer took %s", got.took)
	}
	return ""
}

// quick are the tables while all clusters are quick.
func quick(t *testing.T) map[string]held {
	t.Helper()
	out := map[string]held{}
	within(t, 2*effect, func() string {
		for queryType := range tablesWhenSlow {
			got := asks(t, mesh.Settings(), queryType)
			for _, cluster := range []string{"east", "south", "west"} {
				if len(got.rows[cluster]) == 0 || contains(got.notes, "Cluster "+cluster) {
					return fmt.Sprintf("%s of %s: %d rows, notices %v", queryType, cluster, len(got.rows[cluster]), got.notes)
				}
			}
			out[queryType] = got
		}
		return ""
	})
	return out
}

// arrive waits until the slow cluster, quick again, has the rows of the cluster that it is.
func arrive(t *testing.T, want map[string]held) {
	t.Helper()
	within(t, 20*time.Second, func() string {
		for queryType := range tablesWhenSlow {
			got := asks(t, mesh.Settings(), queryType)
			if !slices.Equal(got.of(crawl), want[queryType].of("west")) || contains(got.notes, "Cluster "+crawl) {
				return fmt.Sprintf("%s has rows of %v, not of %v; notices %v", queryType, got.of(crawl), want[queryType].of("west"), got.notes)
			}
		}
		return ""
	})
	state(t, mesh.Settings(), crawl, "ready", effect)
}

// TestASlowClusterCostsItsOwnRows: a cluster from which not even one answer comes in time, and
// one that answers, but whose lists take longer than a table waits.
func TestASlowClusterCostsItsOwnRows(t *testing.T) {
	for name, tt := range map[string]struct {
		delay      time.Duration
		state      string
		lacks      string // what notices say that is not there
		checked    string // what the health check says
		reachable  *float64
		facts, err bool // are told of it in the table of clusters
	}{
		"no answer comes in time":          {6 * time.Second, "unreachable", "nothing is known of what it holds", "crawl: ", the(0), false, true},
		"lists take longer than is waited": {600 * time.Millisecond, "ready", "not read yet", "crawl: ", the(1), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := mesh.Settings()
			state(t, s, "west", "ready", effect)
			want := quick(t)
			way := detour(t, tt.delay)
			for queryType, got := range together(t, s) {
				if complaint := others(got, want[queryType], waits+slack); complaint != "" {
					t.Errorf("%s: %s", queryType, complaint)
				}
				if !contains(got.notes, "Cluster "+crawl, "not read yet") && !contains(got.notes, "Cluster "+crawl, tt.lacks) {
					t.Errorf("%s tells nothing of the slow cluster: %v", queryType, got.notes)
				}
				if queryType == "health" && !got.own[crawl] {
					t.Errorf("no row says that not all is known of the slow cluster: %v", got.rows[crawl])
				}
			}
			all, notes := clusters(t, s)
			slow := all[crawl]
			if slow["state"] != tt.state || (slow["error"] != "") != tt.err || (slow["apiversion"] != nil) != tt.facts {
				t.Errorf("the slow cluster is told as %v", slow)
			}
			if !contains(notes, "Cluster "+crawl, "no answer from ", "in time") {
				t.Errorf("no notice says what is not known of the slow cluster: %v", notes)
			}
			for _, name := range []string{"east", "south", "west"} {
				if all[name]["state"] != "ready" {
					t.Errorf("%s is %v beside a slow cluster", name, all[name]["state"])
				}
			}
			if got := ruled(t, "clusters", "reachable", backend.TimeRange{})[crawl]; got == nil || *got != *tt.reachable {
				t.Errorf("an alert rule is told %v of whether the slow cluster can be reached", got)
			}
			checked, err := plugin.CheckHealth(t.Context(), s)
			if err != nil || checked.Status != backend.HealthStatusError || !strings.Contains(checked.Message, tt.checked) ||
				strings.Contains(checked.Message, "west:") {
				t.Errorf("the health check says %v: %s (%v)", checked.Status, checked.Message, err)
			}
			way.SetDelay(0)
			arrive(t, want)
		})
	}
}

// TestTheFirstAnswerBesideASlowCluster: of a data source that has no connection yet.
func TestTheFirstAnswerBesideASlowCluster(t *testing.T) {
	want := quick(t)
	detour(t, 6*time.Second)
	s := mesh.Settings()
	s.UID = "first" // of its own, as it waits less long
	s.JSON["limits"] = map[string]any{"clusterTimeout": "3s"}
	got := asks(t, s, "workloads")
	if complaint := others(got, want["workloads"], 3*time.Second+slack); complaint != "" {
		t.Error(complaint)
	}
	t.Logf("after %s", got.took)
	if !contains(got.notes, "Cluster "+crawl, "nothing is known of what it holds") {
		t.Errorf("nothing is told of the slow cluster: %v", got.notes)
	}
	if got = asks(t, s, "workloads"); got.took > slack {
		t.Errorf("a cluster that does not answer in time holds up the next answer for %s", got.took)
	}
}
