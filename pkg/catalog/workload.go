package catalog

import (
	"strconv"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Workload is a workload of a cluster.
type Workload struct {
	Where
	*mesh.Workload
	// Pods counts the pods that are there, also those that are ending; nil when pods
	// cannot be listed.
	Pods   *int
	Vitals *mesh.Vitals
	// Applied is the configuration for its proxies.
	Applied Applied
	// Findings are what is wrong with the labels of its pods, the worst first.
	Findings []mesh.Finding
	// Health is the worse of what its pods and what its traffic say, Why what is
	// wrong; empty when nothing is.
	Health mesh.Health
	Why    string
}

// Workloads lists workloads.
func (c *Catalog) Workloads(s Selection) []Workload {
	var out []Workload
	for _, in := range c.selected(s) {
		where, pods := in.where(mesh.NeedWorkloads), in.podCounts()
		for i := range in.Inventory.Workloads {
			w := &in.Inventory.Workloads[i]
			if !s.has(w.Namespace, w.Name) {
				continue
			}
			row := Workload{Where: where, Workload: w}
			if pods != nil {
				n := pods[owned{w.Namespace, mesh.Owner{Kind: w.Kind, Name: w.Name}}]
				row.Pods = &n
			}
			row.Vitals = c.vitals(mesh.Ref{Kind: mesh.KindWorkload, Cluster: in.Name, Namespace: w.Namespace, Name: w.Name})
			row.Health, row.Why = health(w, row.Vitals)
			row.Applied = c.applied(&in, func(x *applies.Index) []*mesh.Config { return x.Workload(w.Namespace, w.Name) })
			row.Findings = c.Judged.workload(w)
			out = append(out, row)
		}
	}
	return out
}

type owned struct {
	namespace string
	mesh.Owner
}

// podCounts counts the pods of each workload; nil when pods cannot be listed.
func (in *Cluster) podCounts() map[owned]int {
	if !in.knowsKind("pods") {
		return nil
	}
	out := make(map[owned]int, len(in.Inventory.Workloads))
	for i := range in.Inventory.Pods {
		p := &in.Inventory.Pods[i]
		out[owned{p.Namespace, p.Workload}]++
	}
	return out
}

// health judges a workload by its pods and its traffic, and says what is wrong. When
// both are equally bad, both are said.
func health(w *mesh.Workload, v *mesh.Vitals) (worst mesh.Health, why string) {
	pods := w.PodHealth()
	traffic := trafficHealth(v)
	worst = pods.Worse(traffic)
	if pods == worst && wrong(pods) {
		why = w.PodWords()
	}
	if traffic == worst && wrong(traffic) {
		why = both(why, trafficWords(v))
	}
	return worst, why
}

// wrong reports whether a health is one to give a reason for.
func wrong(h mesh.Health) bool { return h != mesh.HealthHealthy && h != mesh.HealthNone }

// trafficWords say what is wrong with traffic that is not healthy.
func trafficWords(v *mesh.Vitals) string {
	failed, client := v.In.ErrorRatio(), v.In.ClientErrorRatio()
	switch {
	case failed != nil && *failed > 0:
		return percent(*failed) + " of the requests it serves fail"
	case client != nil && *client > 0:
		return percent(*client) + " of the requests it serves end with 4xx"
	}
	if failed = v.Out.ErrorRatio(); failed != nil && *failed > 0 {
		return percent(*failed) + " of the requests it sends fail"
	}
	return "requests that it sends fail"
}

// percent says a ratio.
func percent(ratio float64) string {
	const digits = 3
	if ratio < 0.0001 {
		return "less than 0.01 %"
	}
	return strconv.FormatFloat(100*ratio, 'g', digits, 64) + " %"
}

// both says one thing after the other.
func both(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
