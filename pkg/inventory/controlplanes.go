package inventory

import (
	"context"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"istio.io/api/label"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// rootNamespace is where Istio's control plane lives and where it is told the
	// cluster's network.
	rootNamespace = "istio-system"
	// maxControlPlanes bounds what is read; a cluster has a few.
	maxControlPlanes = 200
)

// controlPlanes reads versions and revisions of the control planes that run in the
// cluster, in whatever namespace; where only the root namespace may be read, there.
func (p *prober) controlPlanes(ctx context.Context) {
	options := metav1.ListOptions{LabelSelector: "app=istiod", Limit: maxControlPlanes}
	found, err := p.apps.Deployments(metav1.NamespaceAll).List(ctx, options)
	if apierrors.IsForbidden(err) {
		everywhere := err
		if found, err = p.apps.Deployments(rootNamespace).List(ctx, options); err == nil && len(found.Items) == 0 {
			err = everywhere // there may be one elsewhere
		}
	}
	if err != nil {
		p.gap("control planes", err)
		return
	}
	var versions, revisions []string
	for i := range found.Items {
		versions = append(versions, istioVersion(&found.Items[i]))
		revisions = append(revisions, tidy(found.Items[i].Labels[label.IoIstioRev.Name]))
	}
	p.set(func(f *mesh.ClusterFacts) { f.IstioVersions, f.Revisions = distinct(versions), distinct(revisions) })
}

// versionLabels tell the version of a control plane, as Istio's charts and its operator write it.
var versionLabels = []string{"app.kubernetes.io/version", "operator.istio.io/version"}

// istioVersion is the version of a control plane: what its labels say, else its image.
func istioVersion(d *appsv1.Deployment) string {
	for _, l := range versionLabels {
		if v := d.Labels[l]; v != "" && v != mesh.Unknown {
			return tidy(v)
		}
	}
	for _, c := range d.Spec.Template.Spec.Containers {
		if c.Name == "discovery" {
			return tidy(imageVersion(c.Image))
		}
	}
	return ""
}

// imageVersion is the tag of an image without the word for the kind of base image:
// "1.28.0" of "docker.io/istio/pilot:1.28.0-distroless@sha256:…". Empty without a tag.
func imageVersion(image string) string {
	image, _, _ = strings.Cut(image, "@")
	at := strings.LastIndex(image, ":")
	if at < 0 || strings.Contains(image[at:], "/") { // the colon is that of a registry's port
		return ""
	}
	tag := image[at+1:]
	for _, base := range []string{"-distroless", "-debug"} {
		tag = strings.TrimSuffix(tag, base)
	}
	return tag
}

// distinct are the values that say something, each once, sorted.
func distinct(in []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(in, func(s string) bool { return s == "" }))))
}

// network reads the cluster's network from the root namespace.
func (p *prober) network(ctx context.Context) {
	ns, err := p.core.Namespaces().Get(ctx, rootNamespace, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err): // no Istio, no network
	case err != nil:
		p.gap("network", err)
	default:
		p.set(func(f *mesh.ClusterFacts) { f.Network = tidy(ns.Labels[label.TopologyNetwork.Name]) })
	}
}
