package inventory

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// served are the versions of API groups that a cluster has; nil where that may not be
// asked, and then all count as served.
type served map[schema.GroupVersion]bool

// of are the versions of a kind that may be there, newest first.
func (s served) of(k kind) []string {
	if s == nil || !k.custom {
		return k.versions
	}
	var out []string
	for _, v := range k.versions {
		if s[schema.GroupVersion{Group: k.resource.Group, Version: v}] {
			out = append(out, v)
		}
	}
	return out
}

// servedVersions asks a cluster what it has, so that kinds that are not there cost no request.
func servedVersions(ctx context.Context, client rest.Interface) (served, error) {
	raw, err := client.Get().AbsPath("/apis").SetHeader("Accept", runtime.ContentTypeJSON).Do(ctx).Raw()
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var groups metav1.APIGroupList
	if err := json.Unmarshal(raw, &groups); err != nil {
		return nil, fault.BadGateway(err, "the server does not list its API groups; check that the address is an API server's")
	}
	have := served{}
	for _, g := range groups.Groups {
		for _, v := range g.Versions {
			if gv, err := schema.ParseGroupVersion(v.GroupVersion); err == nil {
				have[gv] = true
			}
		}
	}
	return have, nil
}

// discovery shares one question for what is served among the kinds that ask at the same time.
type discovery struct {
	client rest.Interface
	fresh  time.Duration // how long an answer counts

	mu    sync.Mutex // held while the cluster is asked: whoever waits wants the answer
	asked time.Time
	have  served
}

// versions are those that a kind can be read in; none means that it is not there.
func (d *discovery) versions(ctx context.Context, k kind) ([]string, error) {
	if !k.custom {
		return k.versions, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked.IsZero() || time.Since(d.asked) > d.fresh {
		ctx, cancel := context.WithTimeout(ctx, listTimeout)
		defer cancel()
		have, err := servedVersions(ctx, d.client)
		if err != nil {
			return nil, err
		}
		d.have, d.asked = have, time.Now()
	}
	return d.have.of(k), nil
}
