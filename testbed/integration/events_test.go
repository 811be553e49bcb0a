package integration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

const (
	oldSet, newSet = "shop-5c6bd9f7c4", "shop-7d9f8c6b5x"
	byControllers  = "deployment-controller"
)

// story is what Kubernetes tells of the hour before anybody asked.
type story struct {
	t    *testing.T
	base time.Time
}

// at is a time in it, in minutes.
func (s story) at(minutes float64) time.Time {
	return s.base.Add(time.Duration(minutes * float64(time.Minute)))
}

// changes are those in a part of the hour, the newest first, each as one text, with its times
// in minutes; those of the last minutes happen now. Notices are those of the answer.
func (s story) changes(from, to time.Time, fields map[string]any) (out, notes []string) {
	s.t.Helper()
	f := answer(s.t, mesh.Settings(), ask.Query{Type: "changes", Fields: fields, Range: backend.TimeRange{From: from, To: to}})[0]
	ids := map[any]bool{}
	for _, r := range rows(f) {
		if ids[r["id"]] {
			s.t.Errorf("the id %v is there twice", r["id"])
		}
		ids[r["id"]] = true
		when := s.minutes(r["time"].(time.Time))
		if end, lasts := r["timeEnd"].(time.Time); lasts {
			when += "-" + s.minutes(end)
		}
		if want := fmt.Sprintf("%s,%s,%s,%s", r["what"], r["kind"], r["cluster"], r["namespace"]); r["tags"] != want {
			s.t.Errorf("the tags are %v, not %s", r["tags"], want)
		}
		out = append(out, fmt.Sprintf("%s %s | %s", when, r["title"], r["text"]))
	}
	return out, notices(f)
}

func (s story) minutes(at time.Time) string {
	m := at.Sub(s.base).Minutes()
	if m > 45 {
		return "now"
	}
	return fmt.Sprintf("%g", m)
}

func (s story) want(got, want []string) {
	s.t.Helper()
	if !slices.Equal(got, want) {
		s.t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// tell writes what happened to the Deployment shop and the StatefulSet db of west, and a
// little of what happened in south.
func (s story) tell() {
	west, south := reports(s.t, "west"), reports(s.t, "south")
	scaled := func(r *reporter, count int32, first, last float64, how, set string, from, to int) {
		r.counted(byControllers, "Deployment", "shop", "ScalingReplicaSet",
			fmt.Sprintf("Scaled %s replica set %s from %d to %d", how, set, from, to), count, s.at(first), s.at(last))
	}
	scaled(west, 2, 2, 5, "up", oldSet, 1, 3)
	scaled(west, 1, 15, 15, "up", newSet, 0, 1)
	scaled(west, 1, 15.5, 15.5, "down", oldSet, 3, 2)
	scaled(west, 1, 15.5, 15.5, "up", newSet, 1, 2)
	scaled(west, 1, 16, 16, "down", oldSet, 2, 0)
	west.counted("replicaset-controller", "ReplicaSet", newSet, "FailedCreate",
		`Error creating: pods "`+newSet+`-" is forbidden: exceeded quota: small`, 5, s.at(20), s.at(22))
	west.counted("kubelet", "Pod", newSet+"-x7k2p", "BackOff", "Back-off restarting failed container shop", 20, s.at(25), s.at(30))
	west.counted("kubelet", "Pod", oldSet+"-zz9xk", "BackOff", "Back-off restarting failed container shop", 3, s.at(24), s.at(26))
	west.noted("default-scheduler", "Pod", "db-0", "FailedScheduling", "0/3 nodes are available: 3 Insufficient memory.", 4, s.at(30), s.at(33))
	west.serial("kubelet", "Pod", "db-0", "Unhealthy", "Readiness probe failed: timeout", 7, s.at(34), s.at(36))
	west.counted("statefulset-controller", "StatefulSet", "db", "FailedCreate", "create Pod db-1 in StatefulSet db failed error: forbidden", 1, s.at(38), s.at(38))
	west.noted("default-scheduler", "Pod", "stranger-1", "FailedScheduling", "no nodes available", 1, s.at(40), s.at(40))
	west.counted("kubelet", "Pod", newSet+"-x7k2p", "Pulled", "Container image is present", 1, s.at(41), s.at(41))
	west.counted("replicaset-controller", "ReplicaSet", newSet, "SuccessfulCreate", "Created pod: "+newSet+"-x7k2p", 1, s.at(41), s.at(41))
	scaled(south, 1, 7, 7, "down", oldSet, 4, 2)
	south.serial("kubelet", "Pod", oldSet+"-zz9xk", "FailedMount", "MountVolume.SetUp failed", 2, s.at(8), s.at(9))
}

// westBefore and southBefore are what is told of it, the newest first.
func westBefore() []string {
	return []string{
		"40 Pod sample/stranger-1 failing | in cluster west by default-scheduler: FailedScheduling: no nodes available",
		"38 StatefulSet sample/db failing | in cluster west by statefulset-controller: FailedCreate: create Pod db-1 in StatefulSet db failed error: forbidden",
		"34-36 StatefulSet sample/db failing | in cluster west by kubelet: Unhealthy: Readiness probe failed: timeout",
		"30-33 StatefulSet sample/db failing | in cluster west by default-scheduler: FailedScheduling: 0/3 nodes are available: 3 Insufficient memory",
		"24-30 Deployment sample/shop failing | in cluster west by kubelet: BackOff: Back-off restarting failed container shop",
		"20-22 Deployment sample/shop failing | in cluster west by replicaset-controller: FailedCreate: Error creating: pods \"" + newSet + "-\" is forbidden: exceeded quota: small",
		"15 Deployment sample/shop rolled out | in cluster west by deployment-controller: replica set " + newSet + " in place of " + oldSet,
		"5 Deployment sample/shop scaled | in cluster west by deployment-controller: Scaled up replica set " + oldSet + " from 1 to 3",
		"2 Deployment sample/shop scaled | in cluster west by deployment-controller: Scaled up replica set " + oldSet + " from 1 to 3",
	}
}

func southBefore() []string {
	return []string{
		"8-9 Deployment sample/shop failing | in cluster south by kubelet: FailedMount: MountVolume.SetUp failed",
		"7 Deployment sample/shop scaled | in cluster south by deployment-controller: Scaled down replica set " + oldSet + " from 4 to 2",
	}
}

// TestKubernetesEventsAreToldOnce: what API servers keep of the time before the first
// question, and what the watches see afterwards.
func TestKubernetesEventsAreToldOnce(t *testing.T) {
	s := story{t, time.Now().Add(-55 * time.Minute).Truncate(time.Second)}
	place(t, "west", podOf("shop", strings.TrimPrefix(newSet, "shop-"), "x7k2p"))
	place(t, "west", controller("StatefulSet", "db", 1))
	place(t, "south", controller("Deployment", "shop", 2))
	s.tell()
	// What the objects tell of themselves, Kubernetes tells as well: it gives a new Deployment
	// its first pods, and then one more.
	west := reports(t, "west")
	place(t, "west", controller("Deployment", "shop", 2))
	west.counted(byControllers, "Deployment", "shop", "ScalingReplicaSet", "Scaled up replica set "+newSet+" from 0 to 2", 1, time.Now(), time.Now())
	time.Sleep(2100 * time.Millisecond)
	patched(t, `{"spec":{"replicas":3}}`)
	west.counted(byControllers, "Deployment", "shop", "ScalingReplicaSet", "Scaled up replica set "+newSet+" from 2 to 3", 1, time.Now(), time.Now())
	patched(t, `{"status":{"replicas":3,"readyReplicas":3}}`, "status")
	time.Sleep(1100 * time.Millisecond) // the watch begins in a later second

	afresh(t)
	mine := map[string]any{"namespaces": []string{"sample"}, "names": []string{"shop", "db", "stranger-1"}}
	narrowed := func(field string, values ...string) map[string]any {
		return map[string]any{"namespaces": []string{"sample"}, "names": mine["names"], field: values}
	}
	got, notes := s.changes(s.base, time.Now(), narrowed("clusters", "west"))
	s.want(got, append([]string{
		"now Deployment sample/shop scaled | in cluster west by integration.test: Scaled up replica set " + newSet + " from 2 to 3",
		"now Deployment sample/shop created | in cluster west",
		"now StatefulSet sample/db created | in cluster west by integration.test",
	}, westBefore()...))
	if len(notes) != 0 {
		t.Errorf("the notices are %v", notes)
	}
	got, _ = s.changes(s.base, time.Now(), narrowed("clusters", "south"))
	s.want(got, append([]string{"now Deployment sample/shop created | in cluster south by integration.test"}, southBefore()...))

	before := s.at(45) // what follows was before that
	for name, tt := range map[string]struct {
		from, to time.Time
		fields   map[string]any
		want     []string
	}{
		"two clusters":       {s.base, before, mine, append(westBefore(), southBefore()...)},
		"a kind":             {s.base, before, narrowed("kinds", "StatefulSet"), westBefore()[1:4]},
		"pods without owner": {s.base, before, narrowed("kinds", "pod"), westBefore()[:1]},
		"what":               {s.base, before, narrowed("what", "rolledOut"), westBefore()[6:7]},
		"a name":             {s.base, before, map[string]any{"names": []string{"db"}}, westBefore()[1:4]},
		"another namespace":  {s.base, before, map[string]any{"names": mine["names"], "namespaces": []string{"bookinfo"}}, nil},
		"other clusters":     {s.base, before, narrowed("clusters", "east"), nil},
		"what lasts":         {s.at(21), s.at(21.5), mine, westBefore()[5:6]},
		"a part of the time": {s.at(3), s.at(16), narrowed("clusters", "west"), westBefore()[6:8]},
	} {
		t.Run(name, func(t *testing.T) {
			s := story{t, s.base}
			got, _ := s.changes(tt.from, tt.to, tt.fields)
			if name == "two clusters" { // which come mixed
				slices.Sort(got)
				slices.Sort(tt.want)
			}
			s.want(got, tt.want)
		})
	}
	s.whileWatched(west)
}

// patched changes the Deployment shop of west.
func patched(t *testing.T, raw string, sub ...string) {
	t.Helper()
	deployments := mesh.Cluster("west").Clients.AppsV1().Deployments("sample")
	if _, err := deployments.Patch(t.Context(), "shop", types.MergePatchType, []byte(raw), metav1.PatchOptions{}, sub...); err != nil {
		t.Fatal(err)
	}
}

// whileWatched: the watches tell at once, Kubernetes later, and it is one change. A failure
// that is known gets its reason.
func (s story) whileWatched(west *reporter) {
	t, since := s.t, time.Now().Truncate(time.Second)
	time.Sleep(time.Until(since.Add(time.Second)))
	since = since.Add(time.Second)
	patched(t, `{"spec":{"replicas":4}}`)
	west.counted(byControllers, "Deployment", "shop", "ScalingReplicaSet", "Scaled up replica set "+newSet+" from 3 to 4", 1, time.Now(), time.Now())
	patched(t, `{"status":{"replicas":4,"readyReplicas":0}}`, "status")
	west.serial("kubelet", "Pod", newSet+"-x7k2p", "Unhealthy", "Readiness probe failed: refused", 2, time.Now(), time.Now().Add(time.Second))
	want := []string{
		"now Deployment sample/shop failing | in cluster west: 0 of 4 pods ready; Unhealthy: Readiness probe failed: refused",
		"now Deployment sample/shop scaled | in cluster west by integration.test: from 3 to 4",
	}
	var got []string
	within(t, 5*noticed, func() string { // an answer about events counts for two seconds
		got, _ = s.changes(since, time.Now().Add(time.Minute), map[string]any{"names": []string{"shop"}})
		if !slices.Equal(got, want) {
			return strings.Join(got, "\n")
		}
		return ""
	})
	removed(t, mesh.Cluster("west"), controller("Deployment", "shop", 4))
	within(t, noticed, func() string {
		got, _ = s.changes(since, time.Now().Add(time.Minute), map[string]any{"names": []string{"shop"}, "what": []string{"deleted"}})
		if len(got) != 1 {
			return fmt.Sprint(got)
		}
		return ""
	})
}

// TestForbiddenEventsLeaveAllElse: the objects of that cluster, and the events of another one.
func TestForbiddenEventsLeaveAllElse(t *testing.T) {
	s := story{t, time.Now().Add(-55 * time.Minute).Truncate(time.Second)}
	place(t, "west", controller("Deployment", "shop", 2))
	place(t, "west", controller("StatefulSet", "db", 1))
	place(t, "south", controller("Deployment", "shop", 2))
	s.tell()
	forbidEvents(t, "south")
	afresh(t)
	of := map[string]any{"names": []string{"shop"}, "clusters": []string{"west", "south"}}
	within(t, effect, func() string {
		got, notes := s.changes(s.base, time.Now(), of)
		var south, west int
		for _, text := range got {
			if strings.Contains(text, "in cluster south") {
				south++
			}
			if strings.Contains(text, "in cluster west") {
				west++
			}
		}
		if south != 1 || !contains(got, "now Deployment sample/shop created | in cluster south") || west != 6 {
			return strings.Join(got, "\n")
		}
		if len(notes) != 1 || !contains(notes, "Cluster south", "without Kubernetes' events", "forbids", "deploy/reader") {
			return fmt.Sprintf("the notices are %q", notes)
		}
		return ""
	})
}
