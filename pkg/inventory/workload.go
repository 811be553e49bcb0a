package inventory

import (
	"hash/fnv"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// controller is what is kept of a Deployment, StatefulSet or DaemonSet: the workload as
// far as it can be told without its pods.
type controller struct {
	mesh.Workload
	traits // of the template

	uid types.UID
	// template tells templates apart, images are those of its containers.
	template uint64
	images   string
}

func (c *controller) object() *mesh.Object { return &c.Object }

func readDeployment(o runtime.Object, t *texts) record {
	d, ok := o.(*appsv1.Deployment)
	if !ok {
		return nil
	}
	c := newController("Deployment", &d.ObjectMeta, &d.Spec.Template, t)
	c.counts(wantedReplicas(d.Spec.Replicas), d.Status.Replicas, d.Status.ReadyReplicas)
	return c
}

func readStatefulSet(o runtime.Object, t *texts) record {
	s, ok := o.(*appsv1.StatefulSet)
	if !ok {
		return nil
	}
	c := newController("StatefulSet", &s.ObjectMeta, &s.Spec.Template, t)
	c.counts(wantedReplicas(s.Spec.Replicas), s.Status.Replicas, s.Status.ReadyReplicas)
	return c
}

func readDaemonSet(o runtime.Object, t *texts) record {
	d, ok := o.(*appsv1.DaemonSet)
	if !ok {
		return nil
	}
	c := newController("DaemonSet", &d.ObjectMeta, &d.Spec.Template, t)
	c.counts(d.Status.DesiredNumberScheduled, d.Status.CurrentNumberScheduled, d.Status.NumberReady)
	return c
}

func newController(kind string, m *metav1.ObjectMeta, template *corev1.PodTemplateSpec, t *texts) *controller {
	c := &controller{
		traits: traitsOf(template.Labels, template.Annotations, &template.Spec),
		uid:    m.UID, template: fingerprint(template), images: t.text(imagesOf(&template.Spec)),
	}
	c.Object = t.object(m)
	c.Kind = kind
	c.App, c.Version = canonical(template.Labels, m.Name)
	c.App, c.Version = t.text(c.App), t.text(c.Version)
	c.PodLabels = t.labels(template.Labels)
	c.Accounts = addText(nil, t.text(accountOf(template.Spec.ServiceAccountName)))
	c.HealthRate = t.text(template.Annotations[healthRateAnnotation])
	c.Ignored = t.ignored(m)
	return c
}

// fingerprint tells templates apart. Kubernetes writes maps in the order of their keys,
// so that equal templates have one.
func fingerprint(template *corev1.PodTemplateSpec) uint64 {
	raw, err := template.Marshal()
	if err != nil {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write(raw) // which never fails
	return h.Sum64()
}

// imagesOf are the images of a template's containers, in their order.
func imagesOf(spec *corev1.PodSpec) string {
	images := make([]string, len(spec.Containers))
	for i := range spec.Containers {
		images[i] = spec.Containers[i].Image
	}
	return strings.Join(images, ", ")
}

// accountOf is the service account's name: pods that name none run as this one.
func accountOf(name string) string {
	if name == "" {
		return "default"
	}
	return name
}

// wantedReplicas is one where nobody said how many.
func wantedReplicas(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

func (c *controller) counts(desired, current, ready int32) {
	n := int(desired)
	c.Desired, c.Current, c.Ready = &n, int(current), int(ready)
}

// addText adds a text to a short sorted list that holds each once; empty ones are left out.
func addText(list []string, s string) []string {
	if s == "" {
		return list
	}
	at, known := slices.BinarySearch(list, s)
	if known {
		return list
	}
	return slices.Insert(list, at, s)
}
