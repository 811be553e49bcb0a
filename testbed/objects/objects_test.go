package objects

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

func TestDefinitionsOfBothModules(t *testing.T) {
	repo, err := parts.Repo()
	if err != nil {
		t.Fatal(err)
	}
	definitions, err := Definitions(t.Context(), repo)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, d := range definitions {
		names[d.GetName()] = true
	}
	for _, want := range []string{"virtualservices.networking.istio.io", "peerauthentications.security.istio.io",
		"telemetries.telemetry.istio.io", "wasmplugins.extensions.istio.io", "httproutes.gateway.networking.k8s.io"} {
		if !names[want] {
			t.Errorf("there is no definition of %s", want)
		}
	}
}

func TestDeployHoldsReadingOnly(t *testing.T) {
	repo, err := parts.Repo()
	if err != nil {
		t.Fatal(err)
	}
	for folder, secrets := range map[string]bool{"reader": false, "home": true} {
		objects, err := Kustomization(filepath.Join(repo, "deploy", folder))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, o := range objects {
			rules, _ := o.Object["rules"].([]any)
			for _, rule := range rules {
				r := rule.(map[string]any)
				for _, verb := range r["verbs"].([]any) {
					if verb != "get" && verb != "list" && verb != "watch" {
						t.Errorf("%s: %s %s may %s", folder, o.GetKind(), o.GetName(), verb)
					}
				}
				for _, resource := range r["resources"].([]any) {
					if resource == "secrets" {
						found = true
						if o.GetKind() != "Role" {
							t.Errorf("%s: a %s gives secrets of all namespaces", folder, o.GetKind())
						}
					}
				}
			}
		}
		if found != secrets {
			t.Errorf("%s gives secrets: %v, want %v", folder, found, secrets)
		}
	}
}

func TestKustomizationRefusesMoreThanResources(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte("kind: Kustomization\nnamePrefix: x-\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Kustomization(dir); err == nil || !strings.Contains(err.Error(), "namePrefix") {
		t.Errorf("the error is %v", err)
	}
}

func TestTemplates(t *testing.T) {
	w := &Writer{Scenario: &scenario.Scenario{Istio: "1.31.1"}}
	cluster, ns := scenario.Cluster{Name: "east", Network: "n1"}, scenario.Namespace{Name: "ns"}
	base := scenario.Workload{Name: "w-v1", Kind: "Deployment", App: "w", Version: "v1", Replicas: 3, NotReady: 1}
	for name, tc := range map[string]struct {
		change     func(*scenario.Workload)
		containers string
		meshed     bool
	}{
		"sidecar":    {func(*scenario.Workload) {}, "w,istio-proxy", true},
		"no sidecar": {func(w *scenario.Workload) { w.NoSidecar = true }, "w", false},
		"gateway":    {func(w *scenario.Workload) { w.Gateway = scenario.EastWest }, "istio-proxy", true},
	} {
		workload := base
		tc.change(&workload)
		got := w.template(cluster, ns, workload)
		var names []string
		for _, c := range got.pod.Spec.Containers {
			names = append(names, c.Name)
		}
		if strings.Join(names, ",") != tc.containers {
			t.Errorf("%s: containers are %v, want %s", name, names, tc.containers)
		}
		if _, meshed := got.pod.Labels[canonicalName]; meshed != tc.meshed {
			t.Errorf("%s: labels are %v", name, got.pod.Labels)
		}
	}
	got := w.template(cluster, ns, base)
	ready := 0
	for i := range base.Replicas {
		if pod := got.podObject("w", i, metav1.OwnerReference{}); pod.Status.Conditions[0].Status == corev1.ConditionTrue {
			ready++
		}
	}
	status := got.object().(*appsv1.Deployment).Status
	if ready != 2 || status.ReadyReplicas != 2 || status.UnavailableReplicas != 1 {
		t.Errorf("%d pods are ready, the deployment says %d and %d not", ready, status.ReadyReplicas, status.UnavailableReplicas)
	}
}

func TestRootsAreCertificates(t *testing.T) {
	text, err := NewRoot("cluster.local")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !root.IsCA || root.CheckSignatureFrom(root) != nil {
		t.Errorf("%v is no self-signed root (%v)", root.Subject, err)
	}
}

func TestBlank(t *testing.T) {
	if !blank(map[string]any{"a": map[string]any{}, "b": nil, "c": []any{}}) {
		t.Error("a status of empty values is not blank")
	}
	if blank(map[string]any{"a": map[string]any{"n": int64(0)}}) {
		t.Error("a status with a number is blank")
	}
}
