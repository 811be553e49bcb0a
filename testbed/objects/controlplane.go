package objects

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// NewRoot makes a self-signed root certificate, in PEM, that is good for ten years.
func NewRoot(organisation string) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	root := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "Root CA", Organization: []string{organisation}},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}

// controlPlane is what an installation of Istio leaves in istio-system and at
// cluster level, but for istiod's deployment.
func (w *Writer) controlPlane(cluster scenario.Cluster) []runtime.Object {
	name := func(name string, labels map[string]string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: istioSystem, Labels: labels}
	}
	objects := []runtime.Object{
		&corev1.ConfigMap{ObjectMeta: name("istio-ca-root-cert", map[string]string{"istio.io/config": "true"}),
			Data: map[string]string{"root-cert.pem": string(w.Roots[cluster.Root])}},
		webhook(name("istio-sidecar-injector", map[string]string{"app": "sidecar-injector", revisionLabel: "default"})),
		webhook(name("istio-revision-tag-default", map[string]string{"app": "sidecar-injector", revisionLabel: "default", tagLabel: "default"})),
	}
	if cluster.Role != scenario.Primary {
		return objects
	}
	mesh := fmt.Sprintf("defaultConfig:\n  discoveryAddress: istiod.istio-system.svc:15012\n  meshId: %s\nrootNamespace: istio-system\ntrustDomain: %s\n",
		w.Scenario.Mesh, w.Scenario.TrustDomain)
	return append(objects,
		&corev1.ConfigMap{ObjectMeta: name("istio", map[string]string{revisionLabel: "default"}), Data: map[string]string{"mesh": mesh, "meshNetworks": "networks: {}"}},
		&corev1.ServiceAccount{ObjectMeta: name("istiod", nil)},
		&corev1.Service{ObjectMeta: name("istiod", istiodLabels()), Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "istiod", "istio": "pilot"},
			Ports: []corev1.ServicePort{{Name: "grpc-xds", Port: 15010}, {Name: "https-dns", Port: 15012}, {Name: "https-webhook", Port: 443}, {Name: "http-monitoring", Port: 15014}}}},
	)
}

// webhook is an injector's configuration. It has no rules: nobody answers here,
// and the API server would wait for an answer at every pod.
func webhook(meta metav1.ObjectMeta) runtime.Object {
	meta.Namespace = ""
	none := admissionv1.SideEffectClassNone
	return &admissionv1.MutatingWebhookConfiguration{ObjectMeta: meta, Webhooks: []admissionv1.MutatingWebhook{{
		Name: "rev.namespace.sidecar-injector.istio.io", SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
		ClientConfig: admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{Namespace: istioSystem, Name: "istiod"}},
	}}}
}

func istiodLabels() map[string]string {
	return map[string]string{"app": "istiod", "istio": "pilot", revisionLabel: "default", componentLabel: "Pilot"}
}

// istiod is the control plane's workload.
func (w *Writer) istiod(cluster scenario.Cluster) template {
	env := []corev1.EnvVar{{Name: "REVISION", Value: "default"}, {Name: "CLUSTER_ID", Value: cluster.Name}}
	for _, other := range w.Scenario.Clusters {
		if other.ManagedBy == cluster.Name {
			env = append(env, corev1.EnvVar{Name: "EXTERNAL_ISTIOD", Value: "true"})
			break
		}
	}
	return template{
		Workload:  scenario.Workload{Name: "istiod", Kind: "Deployment", App: "istiod", Account: "istiod", Replicas: 1},
		namespace: istioSystem, selector: map[string]string{"app": "istiod", "istio": "pilot"},
		pod: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: istiodLabels()}, Spec: corev1.PodSpec{ServiceAccountName: "istiod",
			Containers: []corev1.Container{{Name: "discovery", Image: "docker.io/istio/pilot:" + w.Scenario.Istio, Env: env,
				Args: []string{"discovery", "--monitoringAddr=:15014", "--domain", "cluster.local"}}}}},
	}
}
