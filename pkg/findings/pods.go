package findings

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// pods finds the workloads of the whole mesh by the labels of their pods.
type pods struct {
	clusters []*cluster
	members  map[string][]member           // by namespace
	labelled map[string]map[label][]member // by namespace, made when the first selector of it comes
	everyone map[label][]member
}

// member is a workload of a cluster.
type member struct {
	in *cluster
	*mesh.Workload
}

type label struct{ key, value string }

func newPods(clusters []*cluster) pods {
	p := pods{clusters: clusters, members: map[string][]member{}, labelled: map[string]map[label][]member{}}
	for _, c := range clusters {
		for i := range c.Workloads {
			w := &c.Workloads[i]
			p.members[w.Namespace] = append(p.members[w.Namespace], member{c, w})
		}
	}
	return p
}

// in are the workloads of a namespace by their labels.
func (p *pods) in(namespace string) map[label][]member {
	of, ok := p.labelled[namespace]
	if !ok {
		of = map[label][]member{}
		for _, m := range p.members[namespace] {
			enter(of, m)
		}
		p.labelled[namespace] = of
	}
	return of
}

// anywhere are all workloads by their labels. Few selectors look there.
func (p *pods) anywhere() map[label][]member {
	if p.everyone == nil {
		p.everyone = map[label][]member{}
		for _, c := range p.clusters {
			for i := range c.Workloads {
				enter(p.everyone, member{c, &c.Workloads[i]})
			}
		}
	}
	return p.everyone
}

func enter(of map[label][]member, m member) {
	for k, v := range m.PodLabels {
		of[label{k, v}] = append(of[label{k, v}], m)
	}
}

// selected are the workloads that have all labels of a selector: those with the rarest of
// the labels are looked through.
func selected(of map[label][]member, selector map[string]string) []member {
	var fewest []member
	first := true
	for k, v := range selector {
		if with := of[label{k, v}]; first || len(with) < len(fewest) {
			fewest, first = with, false
		}
	}
	var out []member
	for _, m := range fewest {
		if applies.Selects(selector, m.Workload) {
			out = append(out, m)
		}
	}
	return out
}

// The labels that Istio itself gives to endpoints; of them a pod has the last at most.
const (
	labelCluster  = "topology.istio.io/cluster"
	labelTopology = "topology."
	labelHostname = "kubernetes.io/hostname"
	labelTLS      = "security.istio.io/tlsMode"
)

// subset are the workloads of a namespace that have the labels of a subset, and those of a
// service's selector. Labels that Istio gives to endpoints are taken to match, but for the
// cluster's.
func (p *pods) subset(namespace string, selector, labels map[string]string) []member {
	wanted, only := make(map[string]string, len(selector)+len(labels)), ""
	for k, v := range labels {
		switch {
		case k == labelCluster:
			only = v
		case strings.HasPrefix(k, labelTopology) || k == labelHostname || k == labelTLS:
		default:
			wanted[k] = v
		}
	}
	for k, v := range selector {
		if other, ok := wanted[k]; ok && other != v {
			return nil
		}
		wanted[k] = v
	}
	all := selected(p.in(namespace), wanted)
	if only == "" {
		return all
	}
	var out []member
	for _, m := range all {
		if string(m.in.Cluster) == only {
			out = append(out, m)
		}
	}
	return out
}
