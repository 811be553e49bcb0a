package inventory

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// podsEach is how many pods a workload of the benchmarks has.
const podsEach = 10

// somePod is pod n of a mesh of many, as an API server gives it.
func somePod(n int) *corev1.Pod {
	workload := fmt.Sprintf("app-%05d-v1", n/podsEach)
	hash := fmt.Sprintf("%x", 0x5d89c7f7+n/podsEach)
	yes := true
	p := &corev1.Pod{}
	p.Namespace, p.Name = fmt.Sprintf("team-%03d", n/podsEach/10), fmt.Sprintf("%s-%s-%05x", workload, hash, n)
	p.CreationTimestamp = metav1.NewTime(time.Unix(1_700_000_000, 0))
	p.Labels = map[string]string{
		"app": fmt.Sprintf("app-%05d", n/podsEach), "version": "v1", "pod-template-hash": hash,
		"security.istio.io/tlsMode": "istio", "service.istio.io/canonical-name": fmt.Sprintf("app-%05d", n/podsEach),
		"service.istio.io/canonical-revision": "v1", "topology.istio.io/network": "network1", "istio.io/rev": "default",
	}
	p.OwnerReferences = []metav1.OwnerReference{{Kind: "ReplicaSet", Name: workload + "-" + hash, Controller: &yes}}
	p.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kube-controller-manager", Time: &p.CreationTimestamp, FieldsV1: metav1.NewFieldsV1(strings.Repeat("x", 2000))}}
	p.Spec.NodeName, p.Spec.ServiceAccountName = fmt.Sprintf("node-%03d.example.com", n%100), "default"
	p.Spec.Containers = []corev1.Container{{Name: "app", Image: "registry.example.com/app:v1"}, {Name: "istio-proxy", Image: "docker.io/istio/proxyv2:1.31.1"}}
	p.Status.Phase, p.Status.PodIP = corev1.PodRunning, fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255)
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "app", Ready: true}, {Name: "istio-proxy", Ready: true}}
	return p
}

// large are watches of a cluster with so many pods, as if they had just been listed.
func large(t testing.TB, pods int) *Watches {
	ctx, cancel := context.WithCancel(t.Context())
	w, err := Watch(ctx, &rest.Config{Host: "http://127.0.0.1:1"}, http.DefaultClient, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel() // nothing is asked for: the keepers are made by hand
	<-w.Done()
	for i := range w.kinds {
		k := &keeper{kind: w.kinds[i], watches: w, tried: make(chan struct{}), change: w.changes.Add(1)}
		w.keepers[i] = k
		var all []record
		switch k.kind.resource.Resource {
		case "namespaces":
			for n := range pods / podsEach / 10 {
				ns := &corev1.Namespace{}
				ns.Name, ns.Labels = fmt.Sprintf("team-%03d", n), map[string]string{"istio-injection": "enabled"}
				all = append(all, readNamespace(ns, w.texts))
			}
		case "pods":
			for n := range pods {
				all = append(all, readPod(somePod(n), w.texts))
			}
		case "deployments":
			for n := 0; n < pods; n += podsEach {
				p := somePod(n)
				d := &appsv1.Deployment{}
				d.Namespace, d.Name = p.Namespace, fmt.Sprintf("app-%05d-v1", n/podsEach)
				d.Spec.Template.Labels, d.Spec.Template.Spec = p.Labels, p.Spec
				all = append(all, readDeployment(d, w.texts))
			}
		case "services":
			for n := 0; n < pods; n += podsEach {
				p := somePod(n)
				s := &corev1.Service{}
				s.Namespace, s.Name = p.Namespace, fmt.Sprintf("app-%05d", n/podsEach)
				s.Spec.Selector = map[string]string{"app": p.Labels["app"]}
				s.Spec.Ports = []corev1.ServicePort{{Name: "http", Port: 80}}
				all = append(all, readService(s, w.texts))
			}
		case "virtualservices":
			for n := range pods / podsEach {
				all = append(all, &config{Config: mesh.Config{Object: mesh.Object{Namespace: fmt.Sprintf("team-%03d", n/10), Name: fmt.Sprint("app-", n)}, Kind: "VirtualService"}})
			}
		}
		k.listed(all, time.Now(), true)
	}
	return w
}

// BenchmarkWarmSnapshot asks again when nothing has changed.
func BenchmarkWarmSnapshot(b *testing.B) {
	w := large(b, 10_000)
	w.Snapshot(b.Context(), mesh.NeedAll)
	b.ReportAllocs()
	for b.Loop() {
		w.Snapshot(b.Context(), mesh.NeedAll)
	}
}

// BenchmarkSnapshotAfterAChange asks after one of 10,000 pods has changed.
func BenchmarkSnapshotAfterAChange(b *testing.B) {
	w := large(b, 10_000)
	w.Snapshot(b.Context(), mesh.NeedAll)
	pods := w.need(mesh.NeedWorkloads)
	var k *keeper
	for _, one := range pods {
		if one != nil && one.kind.resource.Resource == "pods" {
			k = one
		}
	}
	changed := somePod(4711)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		changed.Status.ContainerStatuses[0].RestartCount = int32(n + 1)
		k.update((*store).put, readPod(changed, w.texts))
		w.Snapshot(b.Context(), mesh.NeedAll)
	}
}

// BenchmarkArrival cuts one pod down to what is kept.
func BenchmarkArrival(b *testing.B) {
	t, p := newTexts(), somePod(1)
	b.ReportAllocs()
	for b.Loop() {
		readPod(p, t)
	}
}
