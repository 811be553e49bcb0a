package lab

import (
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// Settings returns the data source's settings for the scenario: Prometheus behind
// the lab's proxy, the home cluster by kubeconfig, the others as they are found.
// The caller may change what it gets.
func (l *Lab) Settings() ask.Settings {
	home := l.Scenario.Home()
	secure := map[string]string{"homeKubeconfig": string(l.HomeKubeconfig())}
	var clusters []any
	aliases := map[string]any{}
	for _, c := range l.Scenario.Clusters {
		entry := map[string]any{"name": c.Name}
		switch {
		case c.Found == scenario.ByNamedSecret:
			entry["secret"] = map[string]any{"namespace": system, "name": SecretName(c)}
		case c.Found == scenario.Inline:
			entry["kubeconfig"] = true
			secure["kubeconfig."+c.Name] = string(l.clusters[c.Name].Kubeconfig())
		case c.Found == scenario.ByNobody:
			entry["accessible"] = false
		}
		if len(c.Links) > 0 {
			var links []any
			for _, link := range c.Links {
				links = append(links, map[string]any{"title": link.Title, "url": link.URL})
			}
			entry["links"] = links
		}
		if len(entry) > 1 {
			clusters = append(clusters, entry)
		}
		if c.MetricsName() != c.Name {
			aliases[c.MetricsName()] = c.Name
		}
	}
	return ask.Settings{URL: l.Store.URL(), Secure: secure, JSON: map[string]any{
		"homeCluster":    map[string]any{"name": home.Name, "access": "kubeconfig"},
		"remoteSecrets":  map[string]any{"enabled": true},
		"clusters":       clusters,
		"clusterAliases": aliases,
		"queryScope":     map[string]any{"mesh_id": l.Scenario.Mesh},
		"timeInterval":   l.ScrapeInterval().String(),
	}}
}
