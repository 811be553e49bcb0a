package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestAClusterThatBecomesSlow shows its rows as old as they are: of what is shown without a
// change that has happened, nothing is said to be known at a later time.
func TestAClusterThatBecomesSlow(t *testing.T) {
	for name, tt := range map[string]struct{ delay, after time.Duration }{
		// The change falls between the question and the answer of a contact, which there is
		// 9 to 11 s after the one before, and whose answer is of two pieces. What the watches
		// are told of the change comes after that.
		"it answers":                 {2200 * time.Millisecond, 11500 * time.Millisecond},
		"it does not answer in time": {6 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := mesh.Settings()
			want := quick(t)
			way := detour(t, 0)
			arrive(t, want)
			last := contacted(t)
			way.SetDelay(tt.delay)
			time.Sleep(time.Until(last.Add(tt.after)))
			place(t, "west", istioObject("networking.istio.io/v1beta1", "ProxyConfig", "sample", "late", map[string]any{}))
			place(t, "west", deployment("late"))
			changed := time.Now()
			if looked := lateUntil(t, want, changed); looked == 0 {
				t.Error("the change was never late: nothing was looked at")
			}
			if tt.delay > waits {
				state(t, s, crawl, "unreachable", 20*time.Second)
				for queryType, got := range together(t, s) {
					if !contains(got.notes, "Cluster "+crawl+": shown as of ", " ago: no answer from ") {
						t.Errorf("%s: no notice tells of the age of what is shown: %v", queryType, got.notes)
					}
				}
				if got := ruled(t, "clusters", "reachable", backend.TimeRange{})[crawl]; got == nil || *got != 0 {
					t.Errorf("an alert rule is told %v of whether the slow cluster can be reached", got)
				}
			}
			way.SetDelay(0)
			arrive(t, quick(t))
		})
	}
}

// contacted waits for the next contact with the slow cluster, and tells when it was.
func contacted(t *testing.T) time.Time {
	t.Helper()
	last := func() time.Time {
		all, _ := clusters(t, mesh.Settings())
		at, _ := all[crawl]["lastcontact"].(time.Time)
		return at
	}
	before := last()
	within(t, 15*time.Second, func() string {
		if !last().After(before) {
			return fmt.Sprintf("no contact since %s", before)
		}
		return ""
	})
	return last()
}

// lateUntil looks at all tables until a change is in each of them, or for a while. It counts
// those that did not show it, of which none may tell more than it knows.
func lateUntil(t *testing.T, want map[string]held, changed time.Time) (looked int) {
	t.Helper()
	const moment = time.Second // after which the server has told its watches of a change
	for late := true; late && time.Since(changed) < 20*time.Second; {
		late = false
		for queryType, got := range together(t, mesh.Settings()) {
			if got.took > waits+slack {
				t.Errorf("%s took %s", queryType, got.took)
			}
			if len(got.of(crawl)) < len(want[queryType].of("west")) {
				t.Fatalf("%s has lost rows: %v; notices %v", queryType, got.of(crawl), got.notes)
			}
			if slices.ContainsFunc(got.of(crawl), func(of string) bool { return strings.HasSuffix(of, "/late") }) {
				continue // the change has arrived
			}
			looked, late = looked+1, true
			for of, r := range got.rows[crawl] {
				if asOf := shownAsOf(t, queryType, r); asOf.After(changed.Add(moment)) {
					t.Fatalf("%s shows %s as of %s, and not what was changed at %s; notices %v", queryType, of, asOf, changed, got.notes)
				}
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return looked
}

// deployment is one that wants no pods.
func deployment(name string) *unstructured.Unstructured {
	labels := map[string]any{"app": name}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"namespace": "sample", "name": name},
		"spec": map[string]any{"replicas": int64(0), "selector": map[string]any{"matchLabels": labels}, "template": map[string]any{
			"metadata": map[string]any{"labels": labels},
			"spec":     map[string]any{"containers": []any{map[string]any{"name": name, "image": name}}},
		}},
	}}
}

// shownAsOf is when a row is said to have been so.
func shownAsOf(t *testing.T, queryType string, r row) time.Time {
	t.Helper()
	if queryType == "health" {
		age, told := r["age"].(float64)
		if !told {
			t.Fatalf("no age is told: %v", r)
		}
		return time.Now().Add(-time.Duration(age * float64(time.Second)))
	}
	asOf, told := r["asof"].(time.Time)
	if !told {
		t.Fatalf("no time is told: %v", r)
	}
	return asOf
}
