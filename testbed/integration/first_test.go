package integration

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
)

// afresh lets a new plugin process, which knows of nothing yet, answer until the test ends.
func afresh(t *testing.T) {
	t.Helper()
	repo, err := parts.Repo()
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := ask.Start(running, filepath.Join(repo, ask.Binary()), nil)
	if err != nil {
		t.Fatal(err)
	}
	before := plugin
	plugin = fresh
	t.Cleanup(func() {
		fresh.Stop()
		plugin = before
	})
}

// listing are settings that list west once more, by a way that can be slow, and that let an
// answer wait for as long as is given.
func listing(t *testing.T, way *lab.Detour, timeout time.Duration) ask.Settings {
	t.Helper()
	s := mesh.Settings()
	listed, _ := s.JSON["clusters"].([]any)
	s.JSON["clusters"] = append(slices.Clone(listed), map[string]any{"name": crawl, "kubeconfig": true})
	s.Secure["kubeconfig."+crawl] = string(mesh.Cluster("west").KubeconfigAt(way.URL()))
	s.JSON["limits"] = map[string]any{"clusterTimeout": timeout.String()}
	return s
}

// TestTheFirstAnswerWaitsForASlowClusterOnce: it answers in time, which takes most of the
// time, and what is left is too short for its lists.
func TestTheFirstAnswerWaitsForASlowClusterOnce(t *testing.T) {
	want := quick(t)
	way, err := mesh.Cluster("west").Detour()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(way.Stop)
	way.SetDelay(time.Second / 2)

	afresh(t)
	begin := time.Now()
	all, _ := clusters(t, listing(t, way, time.Minute))
	contact := time.Since(begin)
	if all[crawl]["state"] != "ready" {
		t.Fatalf("the slow cluster is told as %v", all[crawl])
	}

	afresh(t)
	waits := contact * 3 / 2
	s := listing(t, way, waits)
	got := asks(t, s, "workloads")
	t.Logf("contact takes %s, an answer waits %s, and came after %s", contact, waits, got.took)
	if complaint := others(got, want["workloads"], waits+contact*3/4); complaint != "" {
		t.Error(complaint)
	}
	if !contains(got.notes, "Cluster "+crawl, "not read yet") {
		t.Errorf("nothing is told of the slow cluster: %v", got.notes)
	}
	all, _ = clusters(t, s)
	if all[crawl]["state"] != "ready" {
		t.Errorf("the slow cluster did not answer in time: %v", all[crawl])
	}
}

// TestASilentClusterTakesNoRowsOfOthersFromTheFirstAnswer: the time for its contact is over
// before anything else, and the others were asked meanwhile.
func TestASilentClusterTakesNoRowsOfOthersFromTheFirstAnswer(t *testing.T) {
	want := quick(t)
	way, err := mesh.Cluster("west").Detour()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(way.Stop)
	way.SetDelay(time.Minute)
	afresh(t)
	for queryType, got := range together(t, listing(t, way, waits)) {
		if complaint := others(got, want[queryType], waits+slack); complaint != "" {
			t.Errorf("%s: %s", queryType, complaint)
		}
		if !contains(got.notes, "Cluster "+crawl) {
			t.Errorf("%s tells nothing of the silent cluster: %v", queryType, got.notes)
		}
	}
}
