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

// noticed is how soon a change is told.
const noticed = 2 * time.Second

// changesSince are the changes from a moment until now, the newest first, with the notices.
func changesSince(t *testing.T, since time.Time, fields map[string]any) ([]row, []string) {
	t.Helper()
	q := ask.Query{Type: "changes", Fields: fields, Range: backend.TimeRange{From: since, To: time.Now().Add(time.Second)}}
	f := answer(t, mesh.Settings(), q)[0]
	return rows(f), notices(f)
}

// tells waits until the newest change of a selection is this, and gives it.
func tells(t *testing.T, since time.Time, limit time.Duration, fields map[string]any, title string, texts ...string) row {
	t.Helper()
	var newest row
	within(t, limit, func() string {
		all, _ := changesSince(t, since, fields)
		if len(all) == 0 || all[0]["title"] != title {
			return fmt.Sprintf("%q is not the newest of %v", title, all)
		}
		newest = all[0]
		for _, text := range texts {
			if !strings.Contains(newest["text"].(string), text) {
				return fmt.Sprintf("%q does not say %q", newest["text"], text)
			}
		}
		return ""
	})
	return newest
}

func TestChangesOfConfigurationAreTold(t *testing.T) {
	since := time.Now().Truncate(time.Second)
	of := map[string]any{"clusters": []string{"west"}, "kinds": []string{"ServiceEntry"}, "names": []string{"told"}}
	if all, _ := changesSince(t, since, of); len(all) != 0 {
		t.Fatalf("changes before there were any: %v", all)
	}
	west, entry := mesh.Cluster("west"), serviceEntry("told", "one.example.com")
	write := func(host string) {
		t.Helper()
		entry.Object["spec"].(map[string]any)["hosts"] = []any{host}
		if _, err := west.Objects.Apply(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
	}
	write("one.example.com")
	tells(t, since, noticed, of, "ServiceEntry sample/told created", "in cluster west by ")
	time.Sleep(time.Second) // times are whole seconds
	write("two.example.com")
	changed := tells(t, since, noticed, of, "ServiceEntry sample/told changed", "in cluster west by ")
	if changed["tags"] != "changed,ServiceEntry,west,sample" || changed["by"] == nil || changed["timeEnd"] != nil {
		t.Errorf("the annotation is %v", changed)
	}
	if err := west.Objects.Delete(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	tells(t, since, noticed, of, "ServiceEntry sample/told deleted")
	all, _ := changesSince(t, since, of)
	if len(all) != 3 {
		t.Errorf("%d changes, want 3: %v", len(all), all)
	}
	for _, narrow := range []map[string]any{
		{"what": []string{"deleted"}}, {"clusters": []string{"east"}}, {"namespaces": []string{"bookinfo"}}, {"kinds": []string{"VirtualService"}},
	} {
		got, _ := changesSince(t, since, narrow)
		for _, r := range got {
			for column, field := range map[string]string{"what": "what", "cluster": "clusters", "namespace": "namespaces", "kind": "kinds"} {
				wanted, _ := narrow[field].([]string)
				if len(wanted) > 0 && !slices.Contains(wanted, r[column].(string)) && r["kind"] != "Cluster" {
					t.Errorf("%v gives %v", narrow, r)
				}
			}
		}
	}
	if created, _ := changesSince(t, ready.Add(-time.Hour), map[string]any{"clusters": []string{"east"}, "kinds": []string{"VirtualService"}, "names": []string{"reviews"}}); len(created) == 0 || created[len(created)-1]["what"] != "created" {
		t.Errorf("nobody tells when the virtual service was created: %v", created)
	}
}

func TestChangesOfWorkloadsAreTold(t *testing.T) {
	since := time.Now().Truncate(time.Second)
	of := map[string]any{"clusters": []string{"west"}, "kinds": []string{"Deployment"}, "names": []string{"sleep"}}
	changesSince(t, since, of)
	deployments := mesh.Cluster("west").Clients.AppsV1().Deployments("sample")
	before, err := deployments.Get(t.Context(), "sleep", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if before.Status.ReadyReplicas == 0 || *before.Spec.Replicas != 1 {
		t.Fatalf("sleep is not well to begin with: %+v", before.Status)
	}
	patch := func(raw string, sub ...string) {
		t.Helper()
		if _, err := deployments.Patch(afterwards(t), "sleep", types.MergePatchType, []byte(raw), metav1.PatchOptions{}, sub...); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		patch(`{"spec":{"replicas":1,"template":{"metadata":{"annotations":{"told":null}}}}}`)
		patch(`{"status":{"replicas":1,"readyReplicas":1,"availableReplicas":1,"unavailableReplicas":0}}`, "status")
	})
	patch(`{"spec":{"replicas":3}}`)
	tells(t, since, noticed, of, "Deployment sample/sleep scaled", "from 1 to 3")
	patch(`{"status":{"readyReplicas":0,"availableReplicas":0}}`, "status")
	tells(t, since, noticed, of, "Deployment sample/sleep failing", "0 of 3 pods ready")
	patch(`{"status":{"replicas":3,"readyReplicas":3}}`, "status")
	tells(t, since, noticed, of, "Deployment sample/sleep recovered", "3 of 3 pods ready")
	failing, _ := changesSince(t, since, map[string]any{"clusters": []string{"west"}, "names": []string{"sleep"}, "what": []string{"failing"}})
	if len(failing) != 1 || failing[0]["timeEnd"] == nil {
		t.Errorf("the failure does not end: %v", failing)
	}
	time.Sleep(time.Second)
	patch(`{"spec":{"template":{"metadata":{"annotations":{"told":"yes"}}}}}`)
	rolled := map[string]any{"clusters": []string{"west"}, "names": []string{"sleep"}, "what": []string{"rolledOut"}}
	tells(t, since, noticed, rolled, "Deployment sample/sleep rolled out", "new pods of the same images")
}

func TestAClusterIsToldToBeLostAndBack(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "west", "ready", effect)
	since := time.Now() // objects' times are whole seconds: what came before stays out
	of := map[string]any{"clusters": []string{"west"}, "kinds": []string{"Cluster"}}
	changesSince(t, since, nil) // the watches stand
	west := mesh.Cluster("west")
	west.Kill()
	tells(t, since, noticed, of, "Cluster west lost", "connection")
	_, notes := changesSince(t, since, nil)
	if !contains(notes, "Cluster west") || contains(notes, "Cluster east") {
		t.Errorf("the notices are %v", notes)
	}
	if err := west.Start(running); err != nil {
		t.Fatal(err)
	}
	tells(t, since, 15*time.Second, of, "Cluster west back")
	lost, _ := changesSince(t, since, map[string]any{"clusters": []string{"west"}, "what": []string{"lost"}})
	if len(lost) != 1 || lost[0]["timeEnd"] == nil {
		t.Errorf("the loss does not end: %v", lost)
	}
	// What the server holds has not changed meanwhile, also when its watches stand again.
	within(t, 40*time.Second, func() string {
		if _, notes := changesSince(t, since, of); contains(notes, "Cluster west") {
			return fmt.Sprint(notes)
		}
		return ""
	})
	if all, _ := changesSince(t, since, map[string]any{"clusters": []string{"west"}, "what": []string{"created", "deleted", "changed", "scaled", "rolledOut"}}); len(all) != 0 {
		t.Errorf("a new list is told as changes: %v", all)
	}
}

func TestForbiddenEventsCostThemselvesAlone(t *testing.T) {
	since := time.Now().Add(-time.Hour)
	of := map[string]any{"clusters": []string{"south"}}
	if _, notes := changesSince(t, since, of); contains(notes, "events") {
		t.Fatalf("events cannot be read to begin with: %v", notes)
	}
	forbidEvents(t, "south")
	within(t, 10*time.Second, func() string {
		all, notes := changesSince(t, since, of)
		if len(all) == 0 || !contains(notes, "Cluster south", "without Kubernetes' events", "forbids", "deploy/reader") || len(notes) != 1 {
			return fmt.Sprintf("%d changes, notices %q", len(all), notes)
		}
		return ""
	})
}
