package traffic

import (
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// addControlPlane adds what a primary cluster's istiod reports.
func (e *Exporter) addControlPlane(m mesh, c scenario.Cluster, epoch time.Time) {
	p := e.page(c.Name)
	istiod := func(more ...Label) []Label {
		return append([]Label{{"app", "istiod"}, {"namespace", "istio-system"}}, more...)
	}
	managed, proxies := 0, 0
	for _, other := range m.Clusters {
		if other.Name != c.Name && other.ManagedBy != c.Name {
			continue
		}
		if other.Name != c.Name {
			managed++
		}
		for _, ns := range other.Namespaces {
			for _, w := range ns.Workloads {
				if w.HasSidecar() {
					proxies += w.Replicas
				}
			}
		}
	}
	pushes := &flow{rate: 0.4, since: epoch}
	p.add("istio_build", nil, 1, istiod(Label{"component", "pilot"}, Label{"tag", m.Istio})...)
	p.add("pilot_info", nil, 1, istiod(Label{"version", m.Istio})...)
	p.add("pilot_xds", nil, float64(proxies), istiod(Label{"version", m.Istio})...)
	for _, kind := range []string{"cds", "eds", "lds", "rds"} {
		p.add("pilot_xds_pushes", pushes, 1, istiod(Label{"type", kind})...)
	}
	p.add("pilot_total_xds_rejects", nil, 0, istiod()...)
	p.histogram("pilot_proxy_convergence_time", pushes, 1, 0.05, []float64{0.1, 0.5, 1, 3, 5, 10, 20, 30}, istiod()...)
	p.add("citadel_server_root_cert_expiry_timestamp", nil, float64(epoch.AddDate(10, 0, 0).Unix()), istiod()...)
	p.add("istiod_managed_clusters", nil, 1, istiod(Label{"cluster_type", "local"})...)
	p.add("istiod_managed_clusters", nil, float64(managed), istiod(Label{"cluster_type", "remote"})...)
}
