package integration

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

// reporter writes events to the namespace sample of one cluster, as Kubernetes' own parts do
// that do not run here.
type reporter struct {
	t       *testing.T
	cluster *lab.Cluster
	written int
}

func reports(t *testing.T, cluster string) *reporter {
	return &reporter{t: t, cluster: mesh.Cluster(cluster)}
}

// counted writes an event in the form of the controllers and the kubelet: it is counted, with
// the first time and the last, which are whole seconds.
func (r *reporter) counted(component, kind, name, reason, message string, count int32, first, last time.Time) {
	r.t.Helper()
	kindOf := corev1.EventTypeWarning
	if reason == "ScalingReplicaSet" || reason == "SuccessfulCreate" || reason == "Pulled" {
		kindOf = corev1.EventTypeNormal
	}
	e := &corev1.Event{
		ObjectMeta:     r.meta(name, first),
		InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: "sample", Name: name},
		Reason:         reason, Message: message, Type: kindOf, Count: count,
		Source: corev1.EventSource{Component: component}, ReportingController: component,
		FirstTimestamp: metav1.NewTime(first), LastTimestamp: metav1.NewTime(last),
	}
	if component == "kubelet" {
		e.Source.Host, e.ReportingInstance = "node-1", "node-1"
	}
	r.create(e)
}

// serial writes an event with a series, which has times of its own, by the older API.
func (r *reporter) serial(component, kind, name, reason, message string, count int32, first, last time.Time) {
	r.t.Helper()
	r.create(&corev1.Event{
		ObjectMeta:     r.meta(name, first),
		InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: "sample", Name: name},
		Reason:         reason, Message: message, Type: corev1.EventTypeWarning, Action: "Act",
		ReportingController: component, ReportingInstance: component + "-1",
		EventTime: metav1.NewMicroTime(first),
		Series:    &corev1.EventSeries{Count: count, LastObservedTime: metav1.NewMicroTime(last)},
	})
}

// noted writes an event by the newer API, as the scheduler does; the first of a kind has no
// series yet.
func (r *reporter) noted(component, kind, name, reason, note string, count int32, first, last time.Time) {
	r.t.Helper()
	e := &eventsv1.Event{
		ObjectMeta: r.meta(name, first),
		Regarding:  corev1.ObjectReference{Kind: kind, Namespace: "sample", Name: name},
		Reason:     reason, Note: note, Type: corev1.EventTypeWarning, Action: "Scheduling",
		ReportingController: component, ReportingInstance: component + "-1",
		EventTime: metav1.NewMicroTime(first),
	}
	if count > 1 {
		e.Series = &eventsv1.EventSeries{Count: count, LastObservedTime: metav1.NewMicroTime(last)}
	}
	if _, err := r.cluster.Clients.EventsV1().Events("sample").Create(r.t.Context(), e, metav1.CreateOptions{}); err != nil {
		r.t.Fatal(err)
	}
	r.forget(e.Name)
}

func (r *reporter) create(e *corev1.Event) {
	r.t.Helper()
	if _, err := r.cluster.Clients.CoreV1().Events("sample").Create(r.t.Context(), e, metav1.CreateOptions{}); err != nil {
		r.t.Fatal(err)
	}
	r.forget(e.Name)
}

// forget deletes an event after the test.
func (r *reporter) forget(name string) {
	r.t.Cleanup(func() {
		if err := r.cluster.Clients.CoreV1().Events("sample").Delete(afterwards(r.t), name, metav1.DeleteOptions{}); err != nil {
			r.t.Error(err)
		}
	})
}

// meta names an event as its writers do, by the time.
func (r *reporter) meta(name string, at time.Time) metav1.ObjectMeta {
	r.written++
	return metav1.ObjectMeta{Namespace: "sample", Name: fmt.Sprintf("%s.%x", name, at.UnixNano()+int64(r.written))}
}

// controller is a Deployment or a StatefulSet all of whose pods are ready.
func controller(kind, name string, replicas int64) *unstructured.Unstructured {
	labels := map[string]any{"app": name}
	spec := map[string]any{"replicas": replicas, "selector": map[string]any{"matchLabels": labels}, "template": map[string]any{
		"metadata": map[string]any{"labels": labels},
		"spec":     map[string]any{"containers": []any{map[string]any{"name": name, "image": name + ":1"}}},
	}}
	if kind == "StatefulSet" {
		spec["serviceName"] = name
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": kind, "metadata": map[string]any{"namespace": "sample", "name": name},
		"spec": spec, "status": map[string]any{"replicas": replicas, "readyReplicas": replicas},
	}}
}

// podOf is a pod of a Deployment's replica set.
func podOf(deployment, hash, suffix string) *unstructured.Unstructured {
	set := deployment + "-" + hash
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{
			"namespace": "sample", "name": set + "-" + suffix, "labels": map[string]any{"app": deployment, "pod-template-hash": hash},
			"ownerReferences": []any{map[string]any{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": set, "uid": "1-2-3", "controller": true}},
		},
		"spec": map[string]any{"containers": []any{map[string]any{"name": deployment, "image": deployment + ":1"}}},
	}}
}

// forbidEvents takes the right to list events away from a cluster's account, until the test
// ends. The API server lets that take effect within a moment.
func forbidEvents(t *testing.T, cluster string) {
	t.Helper()
	t.Cleanup(func() { // after all is allowed again
		within(t, effect, func() string {
			if _, notes := changesSince(t, time.Now().Add(-time.Hour), nil); contains(notes, "events") {
				return fmt.Sprintf("events are forbidden still: %v", notes)
			}
			return ""
		})
	})
	forbid(t, cluster, but("events"))
}

// removed deletes what a runtime object names.
func removed(t *testing.T, cluster *lab.Cluster, o runtime.Object) {
	t.Helper()
	if err := cluster.Objects.Delete(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}
