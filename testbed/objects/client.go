package objects

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// Client writes objects of any kind to one cluster.
type Client struct {
	dynamic dynamic.Interface
	mapper  meta.ResettableRESTMapper
}

// Connect makes a client; it asks the cluster nothing yet.
func Connect(config *rest.Config) (*Client, error) {
	dyn, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	disc, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	return &Client{dynamic: dyn, mapper: restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(disc))}, nil
}

// Apply creates an object, or replaces it when it is there, and then writes its
// status when it has one. It returns the object as the cluster has it.
func (c *Client) Apply(ctx context.Context, object runtime.Object) (*unstructured.Unstructured, error) {
	want, err := toUnstructured(object)
	if err != nil {
		return nil, err
	}
	where := fmt.Sprintf("%s %s/%s", want.GetKind(), want.GetNamespace(), want.GetName())
	resource, err := c.resource(want)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	got, err := resource.Create(ctx, want, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		var old *unstructured.Unstructured
		if old, err = resource.Get(ctx, want.GetName(), metav1.GetOptions{}); err == nil {
			want.SetResourceVersion(old.GetResourceVersion())
			got, err = resource.Update(ctx, want, metav1.UpdateOptions{})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", where, err)
	}
	if status := want.Object["status"]; !blank(status) {
		got.Object["status"] = status
		if got, err = resource.UpdateStatus(ctx, got, metav1.UpdateOptions{}); err != nil {
			return nil, fmt.Errorf("write status of %s: %w", where, err)
		}
	}
	return got, nil
}

// Delete deletes an object; one that is not there is no error.
func (c *Client) Delete(ctx context.Context, object runtime.Object) error {
	o, err := toUnstructured(object)
	if err != nil {
		return err
	}
	resource, err := c.resource(o)
	if err != nil {
		return err
	}
	err = resource.Delete(ctx, o.GetName(), metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func (c *Client) resource(o *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := o.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		return c.dynamic.Resource(mapping.Resource).Namespace(o.GetNamespace()), nil
	}
	return c.dynamic.Resource(mapping.Resource), nil
}

// toUnstructured also fills in apiVersion and kind of typed objects.
func toUnstructured(object runtime.Object) (*unstructured.Unstructured, error) {
	if u, ok := object.(*unstructured.Unstructured); ok {
		return u.DeepCopy(), nil
	}
	kinds, _, err := scheme.Scheme.ObjectKinds(object)
	if err != nil {
		return nil, err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(kinds[0])
	return u, nil
}

// blank tells whether a value holds nothing, however deep.
func blank(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for _, inner := range v {
			if !blank(inner) {
				return false
			}
		}
		return true
	case []any:
		return len(v) == 0
	case string:
		return v == ""
	}
	return false
}
