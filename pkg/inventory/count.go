package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// listsAtOnce bounds the lists in flight to one cluster.
const listsAtOnce = 8

// istioConfig counts Istio's objects: one list of one object for each kind, which
// tells how many there are besides. A kind that is not installed counts as none.
func (p *prober) istioConfig(ctx context.Context) {
	served, err := servedVersions(ctx, p.core.RESTClient())
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
	for _, k := range istioKinds() {
		versions := served.of(k)
		if len(versions) == 0 {
			continue
		}
		lists.Go(func() error {
			n, err := p.count(ctx, k.resource.WithVersion(versions[0]))
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

// count tells how many objects there are, with a list of one.
func (p *prober) count(ctx context.Context, r schema.GroupVersionResource) (int64, error) {
	raw, err := p.core.RESTClient().Get().AbsPath("/apis", r.Group, r.Version, r.Resource).
		Param("limit", strconv.Itoa(1)).SetHeader("Accept", runtime.ContentTypeJSON).Do(ctx).Raw()
	if apierrors.IsNotFound(err) {
		return 0, nil // the kind is not installed
	}
	if err != nil {
		return 0, err
	}
	var list struct {
		Metadata struct{ RemainingItemCount int64 }
		Items    []struct{}
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return 0, fault.BadGateway(err, "the server's list of %s cannot be read; check that the address is an API server's", r.GroupResource())
	}
	return int64(len(list.Items)) + max(list.Metadata.RemainingItemCount, 0), nil
}
