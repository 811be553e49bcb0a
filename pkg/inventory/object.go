package inventory

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// record is what is kept of one object. It is not changed any more once it is kept.
type record interface{ object() *mesh.Object }

// reader cuts an object of Kubernetes' own kinds down to what is kept of it; nil when
// the object is of another kind.
type reader func(runtime.Object, *texts) record

// object reads what all objects have.
func (t *texts) object(m *metav1.ObjectMeta) mesh.Object {
	o := mesh.Object{
		Namespace: t.text(m.Namespace), Name: m.Name, Labels: t.labels(m.Labels),
		Created: m.CreationTimestamp.UTC(), Generation: m.Generation,
	}
	// The status is what controllers tell of the object, and no change to it.
	for i := range m.ManagedFields {
		f := &m.ManagedFields[i]
		if f.Subresource != "status" && f.Time != nil && f.Time.UTC().After(o.Changed) {
			o.Changed, o.ChangedBy = f.Time.UTC(), t.text(f.Manager)
		}
	}
	return o
}

// ignored are the findings that an object's annotation asks not to be told.
func (t *texts) ignored(m *metav1.ObjectMeta) mesh.Ignored {
	out := mesh.IgnoredBy(m.Annotations)
	for i := range out {
		out[i] = t.text(out[i])
	}
	return out
}

// exportTo reads the annotation of that name of services: namespaces, joined by commas.
func exportTo(text string) []string {
	var out []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
