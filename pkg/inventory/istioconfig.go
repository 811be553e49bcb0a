package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"golang.org/x/sync/errgroup"
	istio "istio.io/client-go/pkg/clientset/versioned"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// listsAtOnce bounds the lists in flight to one cluster.
const listsAtOnce = 8

// istioConfig counts Istio's objects: one list of one object for each kind, which
// tells how many there are besides. A kind that is not installed counts as none.
func (p *prober) istioConfig(ctx context.Context) {
	served, err := p.served(ctx)
	if err != nil {
		p.gap("Istio configuration", err)
		return
	}
	var mu sync.Mutex
	var total int64
	var forbidden []string
	complete := true
	var lists errgroup.Group
	lists.SetLimit(listsAtOnce)
	for _, k := range kinds() {
		list := k.choose(served)
		if list == nil {
			continue
		}
		lists.Go(func() error {
			n, err := count(ctx, list(p.istio))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				total += n
			case apierrors.IsForbidden(err):
				complete = false
				forbidden = append(forbidden, k.resource.String())
			default:
				complete = false
				p.gap(k.resource.String(), err)
			}
			return nil
		})
	}
	_ = lists.Wait() // every error has become a gap
	if len(forbidden) > 0 {
		slices.Sort(forbidden)
		p.set(func(f *mesh.ClusterFacts) { f.Gaps = append(f.Gaps, forbiddenGap(forbidden)) })
	}
	if complete {
		p.set(func(f *mesh.ClusterFacts) { f.IstioConfig = &total })
	}
}

func forbiddenGap(resources []string) string {
	return fmt.Sprintf("Istio configuration: it is forbidden to list %s; apply deploy/reader to that cluster, or bind its cluster role to the account in use",
		strings.Join(resources, ", "))
}

// lister lists objects of one kind.
type lister func(context.Context, metav1.ListOptions) (runtime.Object, error)

// listOf makes a lister of a typed client.
func listOf[L runtime.Object](client interface {
	List(context.Context, metav1.ListOptions) (L, error)
}) lister {
	return func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) { return client.List(ctx, o) }
}

// count tells how many objects there are, with a list of one.
func count(ctx context.Context, list lister) (int64, error) {
	objects, err := list(ctx, metav1.ListOptions{Limit: 1})
	if apierrors.IsNotFound(err) {
		return 0, nil // the kind is not installed
	}
	if err != nil {
		return 0, err
	}
	n := int64(meta.LenList(objects))
	page, err := meta.ListAccessor(objects)
	if err != nil {
		return 0, err
	}
	if rest := page.GetRemainingItemCount(); rest != nil {
		n += max(*rest, 0)
	}
	return n, nil
}

// served tells which versions of which API groups the cluster has, so that kinds
// that are not there cost no request. Where that may not be asked, all count as served.
func (p *prober) served(ctx context.Context) (func(schema.GroupVersion) bool, error) {
	raw, err := p.core.RESTClient().Get().AbsPath("/apis").SetHeader("Accept", runtime.ContentTypeJSON).Do(ctx).Raw()
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		return func(schema.GroupVersion) bool { return true }, nil
	}
	if err != nil {
		return nil, err
	}
	var groups metav1.APIGroupList
	if err := json.Unmarshal(raw, &groups); err != nil {
		return nil, fault.BadGateway(err, "the server does not list its API groups; check that the address is an API server's")
	}
	have := map[string]bool{}
	for _, g := range groups.Groups {
		for _, v := range g.Versions {
			have[v.GroupVersion] = true
		}
	}
	return func(gv schema.GroupVersion) bool { return have[gv.String()] }, nil
}

// list is how one version of a kind is listed.
type list struct {
	version string
	in      func(*istio.Clientset) lister
}

// kind is one kind of Istio's objects, with the versions that it can be read in, newest first.
type kind struct {
	resource schema.GroupResource
	lists    []list
}

// choose takes the newest version that is served; nil when none is.
func (k kind) choose(served func(schema.GroupVersion) bool) func(*istio.Clientset) lister {
	for _, l := range k.lists {
		if served(schema.GroupVersion{Group: k.resource.Group, Version: l.version}) {
			return l.in
		}
	}
	return nil
}
