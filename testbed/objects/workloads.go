package objects

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// template is one workload with all that its pods share.
type template struct {
	scenario.Workload
	namespace string
	selector  map[string]string
	pod       corev1.PodTemplateSpec
}

// template makes the workload's pod template: its own container, and the sidecar
// that injection would have added.
func (w *Writer) template(cluster scenario.Cluster, ns scenario.Namespace, workload scenario.Workload) template {
	labels := map[string]string{"app": workload.App}
	if workload.Version != "" {
		labels["version"] = workload.Version
	}
	t := template{Workload: workload, namespace: ns.Name, selector: merge(labels)}
	proxy := corev1.Container{Name: "istio-proxy", Image: "docker.io/istio/proxyv2:" + w.Scenario.Istio,
		Env: []corev1.EnvVar{{Name: "ISTIO_META_CLUSTER_ID", Value: cluster.Name}, {Name: "ISTIO_META_NETWORK", Value: cluster.Network}}}
	app := corev1.Container{Name: workload.App, Image: "registry.example.com/" + workload.App + ":" + cmp.Or(workload.Version, "latest")}
	mesh := map[string]string{revisionLabel: "default", tlsModeLabel: "istio", networkLabel: cluster.Network,
		canonicalName: workload.App, canonicalRevision: cmp.Or(workload.Version, "latest")}
	containers := []corev1.Container{app, proxy}
	var annotations map[string]string
	switch {
	case workload.Gateway != "":
		containers, labels = []corev1.Container{proxy}, merge(labels, mesh, gatewayLabels(workload))
	case workload.Ambient:
		containers, labels = []corev1.Container{app}, merge(labels, map[string]string{networkLabel: cluster.Network,
			canonicalName: workload.App, canonicalRevision: cmp.Or(workload.Version, "latest")})
		annotations = map[string]string{"ambient.istio.io/redirection": "enabled"}
	case workload.NoSidecar:
		containers = []corev1.Container{app}
	default:
		labels = merge(labels, mesh)
	}
	t.pod = corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels, Annotations: annotations},
		Spec: corev1.PodSpec{ServiceAccountName: workload.Account, Containers: containers}}
	return t
}

// writeWorkload writes the workload, for a Deployment its replica set, and the pods.
func (c *Client) writeWorkload(ctx context.Context, t template) error {
	owner, err := c.Apply(ctx, t.object())
	if err != nil {
		return err
	}
	reference := metav1.OwnerReference{APIVersion: "apps/v1", Kind: t.Kind, Name: t.Name, UID: owner.GetUID(), Controller: ptr(true)}
	prefix := t.Name
	if t.Kind == "Deployment" {
		set := t.replicaSet(reference)
		t.pod.Labels = set.Spec.Template.Labels // with the hash, by which Istio finds the deployment's name
		if owner, err = c.Apply(ctx, set); err != nil {
			return err
		}
		prefix = set.Name
		reference = metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: set.Name, UID: owner.GetUID(), Controller: ptr(true)}
	}
	for i := range t.Replicas {
		if err := c.write(ctx, t.podObject(prefix, i, reference)); err != nil {
			return err
		}
	}
	return nil
}

// object is the Deployment, StatefulSet or DaemonSet with its status.
func (t template) object() runtime.Object {
	meta := metav1.ObjectMeta{Name: t.Name, Namespace: t.namespace, Labels: t.pod.Labels}
	selector := &metav1.LabelSelector{MatchLabels: t.selector}
	all, ready := int32(t.Replicas), int32(t.Replicas-t.NotReady)
	switch t.Kind {
	case "StatefulSet":
		return &appsv1.StatefulSet{ObjectMeta: meta,
			Spec:   appsv1.StatefulSetSpec{Replicas: &all, Selector: selector, Template: t.pod, ServiceName: t.App},
			Status: appsv1.StatefulSetStatus{ObservedGeneration: 1, Replicas: all, ReadyReplicas: ready, AvailableReplicas: ready, CurrentReplicas: all, UpdatedReplicas: all}}
	case "DaemonSet":
		return &appsv1.DaemonSet{ObjectMeta: meta,
			Spec:   appsv1.DaemonSetSpec{Selector: selector, Template: t.pod},
			Status: appsv1.DaemonSetStatus{ObservedGeneration: 1, DesiredNumberScheduled: all, CurrentNumberScheduled: all, NumberReady: ready, NumberAvailable: ready, UpdatedNumberScheduled: all}}
	}
	return &appsv1.Deployment{ObjectMeta: meta,
		Spec:   appsv1.DeploymentSpec{Replicas: &all, Selector: selector, Template: t.pod},
		Status: appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: all, ReadyReplicas: ready, AvailableReplicas: ready, UpdatedReplicas: all, UnavailableReplicas: all - ready}}
}

func (t template) replicaSet(owner metav1.OwnerReference) *appsv1.ReplicaSet {
	hash := fnv.New32a()
	hash.Write([]byte(t.namespace + "/" + t.Name))
	suffix := strconv.FormatUint(uint64(hash.Sum32()), 36)
	labels := map[string]string{"pod-template-hash": suffix}
	all, ready := int32(t.Replicas), int32(t.Replicas-t.NotReady)
	pod := *t.pod.DeepCopy()
	pod.Labels = merge(pod.Labels, labels)
	return &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Name: t.Name + "-" + suffix, Namespace: t.namespace, Labels: pod.Labels, OwnerReferences: []metav1.OwnerReference{owner}},
		Spec:       appsv1.ReplicaSetSpec{Replicas: &all, Selector: &metav1.LabelSelector{MatchLabels: merge(t.selector, labels)}, Template: pod},
		Status:     appsv1.ReplicaSetStatus{ObservedGeneration: 1, Replicas: all, ReadyReplicas: ready, AvailableReplicas: ready},
	}
}

// podObject is pod number i. The first ones are those that are not ready.
func (t template) podObject(prefix string, i int, owner metav1.OwnerReference) *corev1.Pod {
	ready := i >= t.NotReady
	started := metav1.NewTime(time.Now().Add(-time.Hour).Truncate(time.Second))
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", prefix, i), Namespace: t.namespace, Labels: t.pod.Labels, OwnerReferences: []metav1.OwnerReference{owner}},
		Spec:       *t.pod.Spec.DeepCopy(),
		Status: corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &started, PodIP: "10.244.0.10", PodIPs: []corev1.PodIP{{IP: "10.244.0.10"}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: condition(ready)}, {Type: corev1.ContainersReady, Status: condition(ready)}}},
	}
	for n, container := range t.pod.Spec.Containers {
		status := corev1.ContainerStatus{Name: container.Name, Image: container.Image, Ready: ready || n > 0, Started: ptr(true),
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}}}
		if !status.Ready {
			status.Started, status.RestartCount = ptr(false), 7
			status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff", Message: "back-off restarting failed container"}}
		}
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, status)
	}
	return pod
}

func condition(ok bool) corev1.ConditionStatus {
	if ok {
		return corev1.ConditionTrue
	}
	return corev1.ConditionFalse
}

func ptr[T any](v T) *T { return &v }
