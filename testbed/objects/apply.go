package objects

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const (
	atOnce      = 16 // requests to one API server at a time
	istioSystem = "istio-system"
)

var getOptions = metav1.GetOptions{}

// Writer writes the clusters of one scenario.
type Writer struct {
	Scenario    *scenario.Scenario
	Repo        string // root of the repository, for deploy/
	Definitions []*unstructured.Unstructured
	Roots       map[string][]byte // root certificate in PEM, by scenario.Cluster.Root
}

// Write writes all objects of one cluster. Progress is called as it goes, from
// several goroutines.
func (w *Writer) Write(ctx context.Context, client *Client, cluster scenario.Cluster, progress func(done, total int)) error {
	if err := client.define(ctx, w.Definitions); err != nil {
		return err
	}
	if err := each(ctx, w.namespaces(cluster), client.write); err != nil {
		return err
	}
	if err := w.writeRights(ctx, client, cluster); err != nil {
		return err
	}
	jobs := w.jobs(client, cluster)
	var done atomic.Int64
	return each(ctx, jobs, func(ctx context.Context, job func(context.Context) error) error {
		err := job(ctx)
		progress(int(done.Add(1)), len(jobs))
		return err
	})
}

// jobs are what can be written in any order once the namespaces are there.
func (w *Writer) jobs(client *Client, cluster scenario.Cluster) []func(context.Context) error {
	var jobs []func(context.Context) error
	object := func(o runtime.Object) {
		jobs = append(jobs, func(ctx context.Context) error { return client.write(ctx, o) })
	}
	for _, o := range w.controlPlane(cluster) {
		object(o)
	}
	if cluster.Role == scenario.Primary {
		jobs = append(jobs, func(ctx context.Context) error { return client.writeWorkload(ctx, w.istiod(cluster)) })
	}
	for _, ns := range cluster.Namespaces {
		for _, o := range accounts(ns) {
			object(o)
		}
		for _, workload := range ns.Workloads {
			jobs = append(jobs, func(ctx context.Context) error {
				return client.writeWorkload(ctx, w.template(cluster, ns, workload))
			})
			if workload.Gateway != "" {
				object(gatewayService(cluster, ns, workload))
			}
		}
		for _, service := range ns.Services {
			object(newService(ns, service))
		}
		for _, content := range ns.Objects {
			o := &unstructured.Unstructured{Object: runtime.DeepCopyJSON(content)}
			o.SetNamespace(ns.Name)
			object(o)
		}
	}
	return jobs
}

func (c *Client) write(ctx context.Context, o runtime.Object) error {
	_, err := c.Apply(ctx, o)
	return err
}

// namespaces of a cluster; istio-system carries what the mesh's topology is read from.
func (w *Writer) namespaces(cluster scenario.Cluster) []runtime.Object {
	all := map[string]*corev1.Namespace{}
	for _, ns := range append([]scenario.Namespace{{Name: istioSystem}}, cluster.Namespaces...) {
		all[ns.Name] = &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns.Name, Labels: ns.Labels}}
	}
	system := all[istioSystem]
	system.Labels = merge(system.Labels, map[string]string{networkLabel: cluster.Network})
	if cluster.Role == scenario.Remote {
		system.Annotations = map[string]string{"topology.istio.io/controlPlaneClusters": cluster.ManagedBy}
	}
	var objects []runtime.Object
	for _, ns := range all {
		objects = append(objects, ns)
	}
	return objects
}

// writeRights applies deploy/home or deploy/reader as they are.
func (w *Writer) writeRights(ctx context.Context, client *Client, cluster scenario.Cluster) error {
	folder := "reader"
	if cluster.Home {
		folder = "home"
	}
	objects, err := Kustomization(filepath.Join(w.Repo, "deploy", folder))
	if err != nil {
		return err
	}
	return each(ctx, objects, func(ctx context.Context, o *unstructured.Unstructured) error { return client.write(ctx, o) })
}

// Kustomization reads the resources of a kustomization that does nothing but list
// files and other kustomizations.
func Kustomization(dir string) ([]*unstructured.Unstructured, error) {
	file := filepath.Join(dir, "kustomization.yaml")
	list, err := ReadYAML(file)
	if err != nil {
		return nil, err
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("%s: %d documents, want one", file, len(list))
	}
	var kustomization struct {
		APIVersion, Kind string
		Resources        []string
	}
	data, err := yaml.Marshal(list[0].Object)
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalStrict(data, &kustomization); err != nil {
		return nil, fmt.Errorf("%s: the testbed applies resources only: %w", file, err)
	}
	var all []*unstructured.Unstructured
	for _, resource := range kustomization.Resources {
		read := ReadYAML
		if filepath.Ext(resource) == "" {
			read = Kustomization
		}
		objects, err := read(filepath.Join(dir, resource))
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

// each calls do for every item, sixteen at a time, and stops at the first error.
func each[T any](ctx context.Context, items []T, do func(context.Context, T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, item := range items {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return do(ctx, item)
		})
	}
	return group.Wait()
}

// merge returns a new map with the entries of all; later ones win.
func merge(maps ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range maps {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}
