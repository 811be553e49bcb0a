package lab

import (
	"cmp"
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// SecretName is the name under which a cluster's kubeconfig lies in the home
// cluster: the scenario's, or what the tool that writes it would choose.
func SecretName(c scenario.Cluster) string {
	switch c.Found {
	case scenario.ByKialiSecret:
		return cmp.Or(c.SecretName, "kiali-remote-cluster-secret-"+c.Name)
	case scenario.ByIstioSecret:
		return cmp.Or(c.SecretName, "istio-remote-secret-"+c.Name)
	}
	return cmp.Or(c.SecretName, "remote-"+c.Name)
}

// Secret makes the remote secret of a cluster in the shape that its tool writes.
// Clusters may share a secret of Istio's form: give it more than one kubeconfig.
func Secret(found scenario.Found, name, cluster string, kubeconfigs map[string][]byte) *corev1.Secret {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: system,
		Labels: map[string]string{}, Annotations: map[string]string{}}, Data: kubeconfigs}
	switch found {
	case scenario.ByKialiSecret:
		secret.Labels["kiali.io/multiCluster"] = "true"
		secret.Annotations["kiali.io/cluster"] = cluster
	case scenario.ByIstioSecret:
		secret.Labels["istio/multiCluster"] = "true"
		secret.Annotations["networking.istio.io/cluster"] = cluster
	}
	return secret
}

// writeRemoteSecrets puts every remote cluster's kubeconfig where the scenario says
// that the data source finds it.
func (l *Lab) writeRemoteSecrets(ctx context.Context) error {
	secrets := map[string]*corev1.Secret{}
	for _, c := range l.Scenario.Clusters {
		if c.Home || c.Found == scenario.Inline || c.Found == scenario.ByNobody {
			continue
		}
		name := SecretName(c)
		if secrets[name] == nil {
			secrets[name] = Secret(c.Found, name, c.Name, map[string][]byte{})
		}
		secrets[name].Data[c.Name] = l.clusters[c.Name].Kubeconfig()
	}
	for _, secret := range secrets {
		if err := l.PutSecret(ctx, secret); err != nil {
			return err
		}
	}
	return nil
}

// PutSecret creates or replaces a secret in the home cluster.
func (l *Lab) PutSecret(ctx context.Context, secret *corev1.Secret) error {
	if _, err := l.Home().Objects.Apply(ctx, secret); err != nil {
		return fmt.Errorf("home cluster: %w", err)
	}
	return nil
}

// DeleteSecret deletes a secret of istio-system in the home cluster.
func (l *Lab) DeleteSecret(ctx context.Context, name string) error {
	if err := l.Home().Clients.CoreV1().Secrets(system).Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
		return fmt.Errorf("home cluster: delete secret %s: %w", name, err)
	}
	return nil
}
