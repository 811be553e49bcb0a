package bench

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

func TestALineNamesWhatIsNotKept(t *testing.T) {
	var out strings.Builder
	var names []string
	for _, r := range []row{
		{subject: subject{name: "fast", ratio: 1.3, queries: 8}, floor: 100, plugin: 130, asked: 8},
		{subject: subject{name: "slow", ratio: 1.3, queries: 8}, floor: 100, plugin: 131, asked: 8},
		{subject: subject{name: "curious", ratio: 1.3, queries: 8}, floor: 100, plugin: 100, asked: 9},
		{subject: subject{name: "warm", most: 20 * time.Millisecond}, plugin: 19 * time.Millisecond},
		{subject: subject{name: "cold", most: 20 * time.Millisecond}, plugin: 20 * time.Millisecond},
		{subject: subject{name: "light", ratio: 1.3, beside: 20}, floor: 100, plugin: 150},
		{subject: subject{name: "heavy", ratio: 1.3, beside: 20}, floor: 100, plugin: 151},
		{subject: subject{name: "free"}, floor: 1, plugin: 1000},
	} {
		if failed := line(&out, r); failed != "" {
			name, _, _ := strings.Cut(failed, " (")
			names = append(names, name)
		}
	}
	if want := []string{"slow", "curious", "cold", "heavy"}; !reflect.DeepEqual(names, want) {
		t.Errorf("failed are %v, want %v\n%s", names, want, &out)
	}
	if got := strings.Count(out.String(), "PASS"); got != 3 {
		t.Errorf("%d passes, want 3\n%s", got, &out)
	}
}

func TestWhatGrows(t *testing.T) {
	steady := func(memory int64, goroutines int) []usage {
		var out []usage
		for i := range 20 {
			out = append(out, usage{memory + int64(i%4), goroutines + i%4*30})
		}
		return out
	}
	if got := grown(steady(100, 50)); got != nil {
		t.Errorf("what stays is told to grow: %v", got)
	}
	more := steady(100, 50)
	for i := range more {
		more[i].memory += int64(2 * i)
		more[i].goroutines += 2 * i
	}
	if got := grown(more); len(got) != 2 {
		t.Errorf("memory and goroutines grow, and this is told: %v", got)
	}
}

func TestMetric(t *testing.T) {
	const text = "# TYPE go_goroutines gauge\ngo_goroutines 42\ngo_goroutines_max 77\n"
	if got, err := metric(text, "go_goroutines"); got != 42 || err != nil {
		t.Errorf("%v %v", got, err)
	}
	if _, err := metric(text, "go_threads"); err == nil {
		t.Error("a metric that is not there is told")
	}
}

func TestTenClustersOfWhichFewAnswer(t *testing.T) {
	s, err := meshOf(400)
	if err != nil {
		t.Fatal(err)
	}
	open := 0
	for _, c := range s.Clusters {
		if c.Accessible() {
			open++
		}
	}
	if len(s.Clusters) != 10 || open != apiServers {
		t.Errorf("%d clusters, %d of them with an API server", len(s.Clusters), open)
	}
}

// No round of one subject looks at the moment of another that sends the same PromQL.
func TestSlotsDoNotMeet(t *testing.T) {
	const rounds = 21
	for _, s := range subjects() {
		oldest := time.Duration(s.slot)*slot(rounds) + time.Duration(warmUp+rounds)*step
		if s.slot >= slots || oldest >= time.Duration(s.slot+1)*slot(rounds) || oldest+window > ago(rounds) {
			t.Errorf("%s looks back %s, into the next slot", s.name, oldest)
		}
	}
}

func TestACrowdedMesh(t *testing.T) {
	s, err := crowded(leastPods)
	if err != nil {
		t.Fatal(err)
	}
	pods, configs := 0, 0
	for _, c := range s.Clusters {
		if !c.Accessible() {
			t.Errorf("%s cannot be asked", c.Name)
		}
		for _, ns := range c.Namespaces {
			configs += len(ns.Objects)
			for _, w := range ns.Workloads {
				pods += w.Replicas
			}
		}
		if last := c.Namespaces[len(c.Namespaces)-1]; len(last.Workloads) == 0 {
			t.Errorf("%s has nothing that can be scaled", c.Name)
		}
	}
	if pods != leastPods || configs != 2*leastPods/perWorkload {
		t.Errorf("%d pods and %d objects of Istio's", pods, configs)
	}
}

func TestMedian(t *testing.T) {
	if got := median([]time.Duration{9, 1, 5}); got != 5 {
		t.Errorf("the median is %d", got)
	}
}

func TestFloorSendsAllSideBySide(t *testing.T) {
	var asked atomic.Int32
	both := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("query") == "bad" {
			http.Error(w, "cannot parse", http.StatusBadRequest)
			return
		}
		if asked.Add(1) == 2 {
			close(both)
		}
		select {
		case <-both:
		case <-time.After(5 * time.Second):
			t.Error("the second query waits for the first")
		}
	}))
	defer server.Close()
	if _, err := floor(t.Context(), server.URL, []lab.Asked{{PromQL: "a"}, {PromQL: "b"}}); err != nil {
		t.Error(err)
	}
	if _, err := floor(t.Context(), server.URL, []lab.Asked{{PromQL: "bad"}}); err == nil || !strings.Contains(err.Error(), "cannot parse") {
		t.Errorf("the error is %v", err)
	}
}

func TestTooFewRounds(t *testing.T) {
	for _, o := range []Options{{Rounds: 3}, {Rounds: 15, Refreshes: 10}, {Rounds: 15, Pods: 1}} {
		if err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "too few") {
			t.Errorf("the error is %v", err)
		}
	}
}
