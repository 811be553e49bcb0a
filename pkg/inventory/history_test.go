package inventory

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

const (
	eventsPath = "/api/v1/events"
)

// long ago nothing was watched.
func ago(d time.Duration) time.Time { return time.Now().UTC().Add(-d).Truncate(time.Second) }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// wanted is an object as metadata tells it: created long ago, changed now by a manager.
func wanted(generation int, spec object) object {
	return object{
		"generation": generation, "uid": "u1", "creationTimestamp": stamp(ago(time.Hour)), "spec": spec,
		"managedFields": []object{{"manager": "kubectl-edit", "operation": "Update", "time": stamp(time.Now())}},
	}
}

func deployment(generation, replicas, ready int, image string) object {
	o := wanted(generation, object{"replicas": replicas, "template": object{"spec": object{"containers": []object{{"name": "app", "image": image}}}}})
	o["status"] = object{"replicas": replicas, "readyReplicas": ready}
	return o
}

// told are the events of the last ten minutes, each as one text without its time.
func told(t *testing.T, w *Watches) (out []string) {
	t.Helper()
	for _, e := range w.History(t.Context(), ago(10*time.Minute), time.Now().Add(time.Minute), true).Events {
		require.WithinDuration(t, time.Now(), e.At, 10*time.Minute)
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s/%s %s %s %s", e.Kind, e.Namespace, e.Name, e.What, e.By, e.Text)))
	}
	return out
}

// soonTold waits until the newest events are these.
func soonTold(t *testing.T, w *Watches, want ...string) {
	t.Helper()
	var got []string
	require.Eventually(t, func() bool {
		got = told(t, w)
		return strings.Join(got, "\n") == strings.Join(want, "\n")
	}, soon, often, "%s", &lazy{&got})
}

type lazy struct{ of *[]string }

func (l *lazy) String() string { return strings.Join(*l.of, "\n") }

func TestChangesOfConfigurationAreNoted(t *testing.T) {
	c := newCluster(t)
	old := wanted(1, object{"hosts": []string{"one"}})
	old["managedFields"] = nil
	c.put(entriesPath, "a", "e", old)
	w := c.watches(Options{})
	require.Empty(t, told(t, w), "the first list tells of no changes")

	changed := wanted(2, object{"hosts": []string{"two"}})
	c.put(entriesPath, "a", "e", changed)
	soonTold(t, w, "ServiceEntry a/e changed kubectl-edit")

	// A status, or a label, is no change.
	changed["labels"], changed["status"] = map[string]string{"x": "y"}, object{"conditions": []object{{"type": "Reconciled", "status": "True"}}}
	c.put(entriesPath, "a", "e", changed)
	require.Eventually(t, func() bool {
		return len(w.Snapshot(t.Context(), mesh.NeedConfig).Config[0].Labels) == 1
	}, soon, often)
	require.Len(t, told(t, w), 1)

	fresh := wanted(1, object{"hosts": []string{"three"}})
	fresh["creationTimestamp"] = stamp(time.Now())
	c.put(entriesPath, "a", "f", fresh)
	soonTold(t, w, "ServiceEntry a/e changed kubectl-edit", "ServiceEntry a/f created kubectl-edit")
	c.remove(entriesPath, "a", "f")
	soonTold(t, w, "ServiceEntry a/e changed kubectl-edit", "ServiceEntry a/f created kubectl-edit", "ServiceEntry a/f deleted")
}

func TestChangesOfWorkloadsAreNoted(t *testing.T) {
	c := newCluster(t)
	first := deployment(1, 2, 2, "web:1")
	first["managedFields"] = nil
	c.put(deploymentsPath, "a", "web", first)
	w := c.watches(Options{Patience: time.Hour})
	require.Empty(t, told(t, w))

	c.put(deploymentsPath, "a", "web", deployment(2, 2, 2, "web:2"))
	soonTold(t, w, "Deployment a/web rolledOut kubectl-edit web:1 → web:2")
	c.put(deploymentsPath, "a", "web", deployment(3, 3, 2, "web:2"))
	want := []string{"Deployment a/web rolledOut kubectl-edit web:1 → web:2", "Deployment a/web scaled kubectl-edit from 2 to 3"}
	soonTold(t, w, want...)
	c.put(deploymentsPath, "a", "web", deployment(3, 3, 0, "web:2"))
	want = append(want, "Deployment a/web failing  0 of 3 pods ready")
	soonTold(t, w, want...)
	c.put(deploymentsPath, "a", "web", deployment(3, 3, 3, "web:2"))
	soonTold(t, w, append(want, "Deployment a/web recovered  3 of 3 pods ready")...)

	all := w.History(t.Context(), ago(time.Minute), time.Now(), true).Events
	failing, recovered := all[2], all[3]
	require.Equal(t, recovered.At, failing.Until, "a failure lasts until it is over")
}

func TestAFewPodsShortIsAFailureWhenItLasts(t *testing.T) {
	c := newCluster(t)
	first := deployment(1, 3, 3, "web:1")
	first["managedFields"] = nil
	c.put(deploymentsPath, "a", "web", first)
	w := c.watches(Options{Patience: 300 * time.Millisecond})
	require.Empty(t, told(t, w))
	first["status"] = object{"replicas": 3, "readyReplicas": 1}
	begun := time.Now()
	c.put(deploymentsPath, "a", "web", first)
	soonTold(t, w, "Deployment a/web failing  1 of 3 pods ready")
	require.Greater(t, time.Since(begun), 300*time.Millisecond)
	at := w.History(t.Context(), begun, time.Now(), true).Events[0].At
	require.Less(t, at.Sub(begun), time.Since(begun)-290*time.Millisecond, "it failed from its beginning")
}

func TestWhatFailsWhenTheWatchBeginsIsToldWhenItIsWell(t *testing.T) {
	c := newCluster(t)
	first := deployment(1, 3, 0, "web:1")
	first["managedFields"] = nil
	c.put(deploymentsPath, "a", "web", first)
	w := c.watches(Options{Patience: time.Millisecond})
	require.Empty(t, told(t, w))
	time.Sleep(5 * time.Millisecond)
	require.Empty(t, told(t, w), "nobody saw it begin")
	first["status"] = object{"replicas": 3, "readyReplicas": 3}
	c.put(deploymentsPath, "a", "web", first)
	soonTold(t, w, "Deployment a/web recovered  3 of 3 pods ready")
}

func TestAListAfterABrokenWatchTellsDifferencesAlone(t *testing.T) {
	c := newCluster(t)
	for _, name := range []string{"changed", "gone", "renewed", "same"} {
		o := wanted(1, object{"hosts": []string{"one"}})
		o["managedFields"] = nil
		c.put(entriesPath, "a", name, o)
	}
	w := c.watches(Options{Retry: 400 * time.Millisecond})
	require.Empty(t, told(t, w))
	c.breaks("", func(w http.ResponseWriter, _ *http.Request) { status(w, 500) })
	c.CloseClientConnections()
	require.Eventually(t, func() bool {
		return stateOf(t, w.Snapshot(t.Context(), mesh.NeedConfig), "serviceentries.networking.istio.io").Error != ""
	}, soon, often)
	changed := wanted(2, object{"hosts": []string{"two"}})
	changed["managedFields"] = nil
	renewed := wanted(1, object{"hosts": []string{"one"}})
	renewed["uid"], renewed["creationTimestamp"] = "u2", stamp(time.Now())
	c.put(entriesPath, "a", "changed", changed)
	c.remove(entriesPath, "a", "gone")
	c.put(entriesPath, "a", "renewed", renewed)
	c.breaks("", nil)
	soonTold(t, w, "ServiceEntry a/renewed created kubectl-edit", "ServiceEntry a/renewed deleted",
		"ServiceEntry a/changed changed  "+notedText, "ServiceEntry a/gone deleted  "+notedText)
}

func TestAKindOutOfSightForAMomentIsNotDeleted(t *testing.T) {
	c := newCluster(t)
	first := wanted(1, object{"hosts": []string{"one"}})
	first["managedFields"] = nil
	c.put(entriesPath, "a", "e", first)
	missing := func(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusNotFound) }
	absent := func(w *Watches) bool {
		return stateOf(t, w.Snapshot(t.Context(), mesh.NeedConfig), "serviceentries.networking.istio.io").Absent
	}
	w := c.watches(Options{Retry: 400 * time.Millisecond, Patience: 700 * time.Millisecond})
	require.Empty(t, told(t, w))
	c.breaks(entriesPath, missing)
	c.CloseClientConnections()
	require.Eventually(t, func() bool { return absent(w) }, soon, often)
	c.breaks(entriesPath, nil)
	require.Eventually(t, func() bool { return !absent(w) }, soon, often)
	require.Empty(t, told(t, w))
	c.breaks(entriesPath, missing)
	c.CloseClientConnections()
	soonTold(t, w, "ServiceEntry a/e deleted")
}

func TestBeforeTheWatchTheObjectsTell(t *testing.T) {
	c := newCluster(t)
	o := wanted(3, object{"hosts": []string{"one"}})
	o["creationTimestamp"] = stamp(ago(5 * time.Minute))
	o["managedFields"] = []object{
		{"manager": "kubectl-create", "operation": "Update", "time": stamp(ago(5 * time.Minute))},
		{"manager": "helm", "operation": "Update", "time": stamp(ago(3 * time.Minute))},
	}
	c.put(entriesPath, "a", "e", o)
	w := c.watches(Options{})
	require.Equal(t, []string{"ServiceEntry a/e created", "ServiceEntry a/e changed helm"}, told(t, w))
	require.Empty(t, w.History(t.Context(), ago(2*time.Minute), time.Now(), true).Events, "outside the time")
	require.Len(t, w.History(t.Context(), ago(4*time.Minute), time.Now(), true).Events, 1)
}

// kubernetesEvents answers lists of events as an API server does, by the reason asked for.
func kubernetesEvents(items ...object) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		list := []object{}
		for _, item := range items {
			if r.URL.Query().Get("fieldSelector") == "reason="+item["reason"].(string) {
				list = append(list, item)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(object{"kind": "EventList", "apiVersion": "v1", "metadata": object{}, "items": list})
	}
}

func TestKubernetesEventsAreJoined(t *testing.T) {
	c := newCluster(t)
	first := deployment(1, 2, 2, "web:1")
	first["managedFields"] = nil
	c.put(deploymentsPath, "a", "web", first)
	owner := object{"ownerReferences": []object{{"kind": "ReplicaSet", "name": "web-1", "controller": true, "apiVersion": "apps/v1", "uid": "x"}}, "labels": map[string]string{"pod-template-hash": "1"}}
	c.put(podsPath, "a", "web-1-x", owner)
	c.put(podsPath, "a", "web-1-y", owner)
	of := func(kind, name, reason, message string, first, last time.Duration) object {
		return object{"kind": "Event", "apiVersion": "v1", "metadata": object{"namespace": "a", "name": name + reason},
			"reason": reason, "message": message, "source": object{"component": "kubelet"},
			"involvedObject": object{"kind": kind, "namespace": "a", "name": name},
			"firstTimestamp": stamp(ago(first)), "lastTimestamp": stamp(ago(last))}
	}
	c.breaks(eventsPath, kubernetesEvents(
		of("Deployment", "web", "ScalingReplicaSet", "Scaled up replica set web-1 to 2 from 1", 5*time.Minute, 5*time.Minute),
		of("Deployment", "web", "ScalingReplicaSet", "in the watch's own time", -time.Minute/2, -time.Minute/2),
		of("Pod", "web-1-x", "BackOff", "Back-off restarting failed container", 4*time.Minute, 3*time.Minute),
		of("Pod", "web-1-y", "BackOff", "Back-off restarting failed container", 6*time.Minute, 2*time.Minute),
		of("Pod", "stray", "FailedScheduling", "0/3 nodes are available.", time.Minute, time.Minute),
		of("Pod", "other", "Pulled", "not told", time.Minute, time.Minute),
	))
	w := c.watches(Options{})
	history := w.History(t.Context(), ago(10*time.Minute), time.Now().Add(time.Minute), false)
	require.Empty(t, history.Gaps)
	var got []string
	for _, e := range history.Events {
		got = append(got, fmt.Sprintf("%s %s %s %s", e.Kind, e.Name, e.What, e.Text))
	}
	require.Equal(t, []string{
		"Deployment web failing BackOff: Back-off restarting failed container",
		"Deployment web scaled Scaled up replica set web-1 to 2 from 1",
		"Pod stray failing FailedScheduling: 0/3 nodes are available",
	}, got)
	require.Equal(t, 4*time.Minute, history.Events[0].Until.Sub(history.Events[0].At))

	// What the watch sees fail is told once, with the reason.
	first["status"] = object{"replicas": 2, "readyReplicas": 0}
	c.breaks(eventsPath, kubernetesEvents(of("Pod", "web-1-x", "Unhealthy", "Readiness probe failed", 0, 0)))
	c.put(deploymentsPath, "a", "web", first)
	require.Eventually(t, func() bool {
		all := w.History(t.Context(), ago(time.Minute), time.Now().Add(time.Minute), false).Events
		return len(all) == 1 && all[0].Text == "0 of 2 pods ready; Unhealthy: Readiness probe failed"
	}, soon, often)
}

func TestForbiddenKubernetesEventsCostThemselvesAlone(t *testing.T) {
	c := newCluster(t)
	c.put(entriesPath, "a", "e", wanted(2, object{}))
	c.breaks(eventsPath, forbidden)
	w := c.watches(Options{})
	history := w.History(t.Context(), ago(time.Minute), time.Now().Add(time.Minute), false)
	require.Len(t, history.Events, 1)
	require.Len(t, history.Gaps, 1)
	require.Contains(t, history.Gaps[0], "without Kubernetes' events: the Kubernetes API forbids to read")
	asked := c.requests(eventsPath)
	w.History(t.Context(), ago(time.Minute), time.Now(), true)
	require.Equal(t, asked, c.requests(eventsPath), "a silent cluster is not asked")
}

func TestTheJournalKeepsTheNewest(t *testing.T) {
	var j journal
	begin := time.Now()
	for i := range mostEvents + 10 {
		j.add(mesh.Event{At: begin.Add(time.Duration(i))})
	}
	all := j.until(begin.Add(time.Hour))
	require.Len(t, all, mostEvents)
	require.Equal(t, begin.Add(10), all[0].At)
	require.Equal(t, begin.Add(mostEvents+9), all[mostEvents-1].At)
	require.Len(t, j.until(begin.Add(20)), 11)
}
