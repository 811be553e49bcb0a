package inventory

import (
	"regexp"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// pod is what is kept of a pod.
type pod struct {
	mesh.Pod // its mode is not yet that of an ambient namespace
	traits
	// ready is the condition Ready, by which services choose.
	ready bool
	// finished pods have run to their end, or have failed for good.
	finished   bool
	healthRate string
}

func (p *pod) object() *mesh.Object { return &p.Object }

func readPod(o runtime.Object, t *texts) record {
	k, ok := o.(*corev1.Pod)
	if !ok {
		return nil
	}
	p := &pod{traits: traitsOf(k.Labels, k.Annotations, &k.Spec), healthRate: t.text(k.Annotations[healthRateAnnotation])}
	p.Object = t.object(&k.ObjectMeta)
	p.Workload = workloadOf(k, t)
	p.App, p.Version = canonical(k.Labels, p.Workload.Name)
	p.App, p.Version = t.text(p.App), t.text(p.Version)
	p.Node, p.IP = t.text(k.Spec.NodeName), k.Status.PodIP
	p.Network = t.text(k.Labels[label.TopologyNetwork.Name])
	p.Account = t.text(k.Spec.ServiceAccountName)
	p.Mode = p.traits.mode
	if image, proxied := proxyImage(&k.Spec); proxied {
		p.ProxyVersion = t.text(tidy(imageVersion(image)))
		p.Revision = t.text(tidy(revision(k.Labels, k.Annotations)))
	}
	p.finished = k.Status.Phase == corev1.PodSucceeded || k.Status.Phase == corev1.PodFailed
	p.Phase = t.text(tidy(phase(k)))
	for _, c := range k.Status.Conditions {
		p.ready = p.ready || c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	}
	p.containers(k)
	return p
}

// containers counts the containers that are to go on running: the pod's own, and those
// of its init containers that restart, as native sidecars are.
func (p *pod) containers(k *corev1.Pod) {
	p.Containers = len(k.Spec.Containers)
	lasting := map[string]bool{}
	for i := range k.Spec.InitContainers {
		c := &k.Spec.InitContainers[i]
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			p.Containers++
			lasting[c.Name] = true
		}
	}
	count := func(s *corev1.ContainerStatus) {
		if s.Ready {
			p.Ready++
		}
		p.Restarts += int(s.RestartCount)
	}
	for i := range k.Status.ContainerStatuses {
		count(&k.Status.ContainerStatuses[i])
	}
	for i := range k.Status.InitContainerStatuses {
		if s := &k.Status.InitContainerStatuses[i]; lasting[s.Name] {
			count(s)
		}
	}
}

// phase is the pod's phase, or why it does not run: of several reasons the first container's.
func phase(k *corev1.Pod) string {
	if k.DeletionTimestamp != nil {
		return "Terminating"
	}
	if k.Status.Reason != "" { // such as Evicted
		return k.Status.Reason
	}
	for _, list := range [][]corev1.ContainerStatus{k.Status.InitContainerStatuses, k.Status.ContainerStatuses} {
		for i := range list {
			state := &list[i].State
			switch {
			case state.Waiting != nil && state.Waiting.Reason != "" && state.Waiting.Reason != "PodInitializing":
				return state.Waiting.Reason
			case state.Terminated != nil && state.Terminated.ExitCode != 0 && state.Terminated.Reason != "":
				return state.Terminated.Reason
			}
		}
	}
	return string(k.Status.Phase)
}

// ofCronJob are the names of a CronJob's jobs, which end with the time.
var ofCronJob = regexp.MustCompile(`^(.+)-\d{8,10}$`)

// workloadOf is what a pod belongs to, by the rules by which Istio names workloads in
// its telemetry: a Deployment stands behind a ReplicaSet whose name ends with the hash
// of the pod's template, a CronJob behind a Job whose name ends with a time.
func workloadOf(k *corev1.Pod, t *texts) mesh.Owner {
	for i := range k.OwnerReferences {
		o := &k.OwnerReferences[i]
		if o.Controller == nil || !*o.Controller || o.Kind == "Node" { // a node owns what its kubelet starts by itself
			continue
		}
		kind, name := o.Kind, o.Name
		switch kind {
		case "ReplicaSet":
			if n, ok := without(name, k.Labels["pod-template-hash"]); ok {
				kind, name = "Deployment", n
			} else if n, ok := without(name, k.Labels["rollouts-pod-template-hash"]); ok {
				kind, name = "Rollout", n
			}
		case "ReplicationController":
			if n := k.Labels["deploymentconfig"]; n != "" {
				kind, name = "DeploymentConfig", n
			}
		case "Job":
			if n := ofCronJob.FindStringSubmatch(name); n != nil {
				kind, name = "CronJob", n[1]
			}
		}
		return mesh.Owner{Kind: t.text(kind), Name: t.text(name)}
	}
	return mesh.Owner{Kind: "Pod", Name: k.Name}
}

// without takes a hash off the end of a name, and reports whether it was there.
func without(name, hash string) (string, bool) {
	if hash == "" {
		return "", false
	}
	return strings.CutSuffix(name, "-"+hash)
}
