package integration

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestThousandsOfEventsAreRead: an API server gives them in pages, in the order of their
// names.
func TestThousandsOfEventsAreRead(t *testing.T) {
	const many = 3000
	s := story{t, time.Now().Add(-55 * time.Minute).Truncate(time.Second)}
	events := mesh.Cluster("south").Clients.CoreV1().Events("sample")
	t.Cleanup(func() {
		if err := events.DeleteCollection(afterwards(t), metav1.DeleteOptions{}, metav1.ListOptions{FieldSelector: "reason=FailedScheduling"}); err != nil {
			t.Error(err)
		}
	})
	begin := time.Now()
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(16)
	for i := range many {
		group.Go(func() error {
			at := metav1.NewTime(s.base.Add(time.Duration((i*7)%many) * time.Second)) // no order of names
			_, err := events.Create(ctx, &corev1.Event{
				ObjectMeta:     metav1.ObjectMeta{Namespace: "sample", Name: fmt.Sprintf("crowd-%04d.1", i)},
				InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: "sample", Name: fmt.Sprintf("crowd-%04d", i)},
				Reason:         "FailedScheduling", Message: "0/3 nodes are available", Type: corev1.EventTypeWarning,
				FirstTimestamp: at, LastTimestamp: at, Count: 1, Source: corev1.EventSource{Component: "default-scheduler"},
			}, metav1.CreateOptions{})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("written in %s", time.Since(begin))
	afresh(t)
	of := map[string]any{"clusters": []string{"south"}, "kinds": []string{"Pod"}, "namespaces": []string{"sample"}}
	begin = time.Now()
	got, notes := s.changes(s.base, s.at(50), of)
	t.Logf("first told after %s", time.Since(begin))
	if len(got) != 500 || len(notes) != 1 || !contains(notes, fmt.Sprintf("Only the newest 500 of %d changes are shown", many)) {
		t.Errorf("%d changes, and the notices %q", len(got), notes)
	}
	for i, text := range got {
		if want := s.minutes(s.base.Add(time.Duration(many-1-i) * time.Second)); !strings.HasPrefix(text, want+" Pod sample/crowd-") {
			t.Fatalf("change %d is not the one of %s: %s", i, want, text)
		}
	}
	if got, notes = s.changes(s.base, s.base.Add(99*time.Second), of); len(got) != 100 || len(notes) != 0 {
		t.Errorf("%d changes in the first 100 seconds, and the notices %q", len(got), notes)
	}
}
