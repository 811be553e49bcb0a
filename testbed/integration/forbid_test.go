package integration

import (
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// forbid takes from the plugin, in a cluster, what narrow takes from each rule of its
// role; rules without resources go. What it gives allows all again, which the end of the
// test does too. The API server takes a moment to hear of either.
func forbid(t *testing.T, cluster string, narrow func(*rbacv1.PolicyRule)) (allow func()) {
	t.Helper()
	roles := mesh.Cluster(cluster).Clients.RbacV1().ClusterRoles()
	role, err := roles.Get(t.Context(), "meshatlas-reader", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	whole := role.DeepCopy().Rules
	for i := range role.Rules {
		narrow(&role.Rules[i])
	}
	role.Rules = slices.DeleteFunc(role.Rules, func(r rbacv1.PolicyRule) bool { return len(r.Resources) == 0 })
	if role, err = roles.Update(t.Context(), role, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	allow = func() {
		wider := role.DeepCopy()
		wider.Rules = whole
		updated, err := roles.Update(afterwards(t), wider, metav1.UpdateOptions{})
		if err != nil {
			t.Error(err)
			return
		}
		role = updated
	}
	t.Cleanup(allow)
	return allow
}

// but narrows rules by one resource.
func but(resource string) func(*rbacv1.PolicyRule) {
	return func(rule *rbacv1.PolicyRule) {
		rule.Resources = slices.DeleteFunc(rule.Resources, func(r string) bool { return r == resource })
	}
}
