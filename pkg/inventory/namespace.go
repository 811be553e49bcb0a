package inventory

import (
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// injectionLabel asks for sidecars in a namespace ("enabled"), or forbids them ("disabled").
const injectionLabel = "istio-injection"

// namespace is what is kept of a namespace.
type namespace struct {
	mesh.Namespace
	forbids bool // no pod gets a sidecar, whatever its own labels say
	ambient bool // its pods are in the ambient mesh unless they say otherwise
}

func (n *namespace) object() *mesh.Object { return &n.Object }

func readNamespace(o runtime.Object, t *texts) record {
	ns, ok := o.(*corev1.Namespace)
	if !ok {
		return nil
	}
	n := &namespace{
		Namespace: mesh.Namespace{Object: t.object(&ns.ObjectMeta), Phase: t.text(string(ns.Status.Phase)), Ignored: t.ignored(&ns.ObjectMeta)},
		forbids:   ns.Labels[injectionLabel] == "disabled",
		ambient:   ns.Labels[label.IoIstioDataplaneMode.Name] == "ambient",
	}
	n.Injection, n.Revision = injection(ns.Labels)
	n.Revision = t.text(n.Revision)
	return n
}

// injection is what a namespace's labels ask for, and by which revision. The older
// label wins over the one that names a revision, and sidecars win over ambient.
func injection(labels map[string]string) (mode mesh.Mode, revision string) {
	rev := labels[label.IoIstioRev.Name]
	switch {
	case labels[injectionLabel] == "enabled":
		return mesh.ModeSidecar, "default"
	case labels[injectionLabel] != "disabled" && rev != "":
		return mesh.ModeSidecar, rev
	case labels[label.IoIstioDataplaneMode.Name] == "ambient":
		return mesh.ModeAmbient, rev
	}
	return mesh.ModeNone, ""
}
