package fleet

import (
	"testing"

	"github.com/stretchr/testify/require"
	authv1 "k8s.io/api/authorization/v1"
)

func TestPermissionsAreToldTogether(t *testing.T) {
	need := func(verb, group, resource, namespace string) authv1.ResourceAttributes {
		return authv1.ResourceAttributes{Verb: verb, Group: group, Resource: resource, Namespace: namespace}
	}
	require.Empty(t, permissions(nil))
	require.Equal(t, []string{
		"list and watch pods, deployments.apps",
		"watch services, secrets",
		"list secrets in namespace istio-system",
		"list and watch secrets in namespace vault",
	}, permissions([]authv1.ResourceAttributes{
		need("list", "", "pods", ""), need("watch", "", "pods", ""),
		need("watch", "", "services", ""),
		need("list", "apps", "deployments", ""), need("watch", "apps", "deployments", ""),
		need("watch", "", "secrets", ""),
		need("list", "", "secrets", "istio-system"),
		need("list", "", "secrets", "vault"), need("watch", "", "secrets", "vault"),
	}))
}
