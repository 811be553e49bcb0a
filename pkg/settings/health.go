package settings

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// rateJSON is one entry of health.rates.
type rateJSON struct {
	Cluster   string   `json:"cluster"`
	Namespace string   `json:"namespace"`
	Kind      string   `json:"kind"`
	Name      string   `json:"name"`
	Direction string   `json:"direction"`
	Protocol  string   `json:"protocol"`
	Code      string   `json:"code"`
	Degraded  *float64 `json:"degraded"`
	Failure   *float64 `json:"failure"`
}

// What the patterns of an entry are matched with; one that fits none of these is a mistake.
var (
	directions = []string{string(mesh.Inbound), string(mesh.Outbound)}
	protocols  = []string{string(mesh.HTTP), string(mesh.GRPC)}
	kinds      = []string{
		string(mesh.KindCluster), string(mesh.KindNamespace), string(mesh.KindApp), string(mesh.KindWorkload),
		string(mesh.KindService), string(mesh.KindOther), string(mesh.KindExternal), string(mesh.KindUnknown),
	}
)

// tolerances reads health.rates.
func (d *decoder) tolerances(rates []rateJSON) mesh.Tolerances {
	list := make([]mesh.Tolerance, len(rates))
	for i, r := range rates {
		at := fmt.Sprintf("health.rates[%d]", i)
		list[i] = mesh.Tolerance{
			Cluster:   d.pattern(at+".cluster", r.Cluster, nil),
			Namespace: d.pattern(at+".namespace", r.Namespace, nil),
			Kind:      d.pattern(at+".kind", r.Kind, kinds),
			Name:      d.pattern(at+".name", r.Name, nil),
			Direction: d.pattern(at+".direction", r.Direction, directions),
			Protocol:  d.pattern(at+".protocol", r.Protocol, protocols),
		}
		var err error
		if list[i].Code, err = mesh.NewCodePattern(r.Code); err != nil {
			d.badPattern(at+".code", r.Code, err)
		}
		list[i].Degraded, list[i].Failure = d.shares(at, r)
	}
	return mesh.NewTolerances(list...)
}

// pattern reads a regular expression, which must match one of the options where there are any.
func (d *decoder) pattern(setting, expression string, options []string) mesh.Pattern {
	p, err := mesh.NewPattern(expression)
	switch {
	case err != nil:
		d.badPattern(setting, expression, err)
	case options != nil && !slices.ContainsFunc(options, p.Match):
		d.wrong(setting, "%q matches none of %q", expression, options)
	}
	return p
}

func (d *decoder) badPattern(setting, expression string, err error) {
	if why := (*syntax.Error)(nil); errors.As(err, &why) {
		d.wrong(setting, "%q is not a regular expression: %s", expression, why.Code)
		return
	}
	d.wrong(setting, "%q is not a regular expression: %v", expression, err)
}

// shares reads from which share of requests on an entry is degraded, and failing.
func (d *decoder) shares(at string, r rateJSON) (degraded, failure float64) {
	if r.Degraded != nil {
		degraded = *r.Degraded
	}
	if r.Failure == nil {
		d.wrong(at+".failure", "is missing; give the percentage of requests from which on it is a failure")
		return degraded, failure
	}
	failure = *r.Failure
	fine := true
	for _, share := range []struct {
		name    string
		percent float64
	}{{"degraded", degraded}, {"failure", failure}} {
		if share.percent < 0 || share.percent > 100 {
			fine = false
			d.wrong(at+"."+share.name, "%v is not a percentage between 0 and 100", share.percent)
		}
	}
	if fine && failure < degraded {
		d.wrong(at+".failure", "%v is below degraded, %v", failure, degraded)
	}
	return degraded, failure
}
