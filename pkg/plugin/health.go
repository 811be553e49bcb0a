package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fleet"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// health is the health check's detail, as JSON.
type health struct {
	Verbose    string          `json:"verboseMessage"`
	Prometheus storeHealth     `json:"prometheus"`
	Clusters   []clusterHealth `json:"clusters"`
}

type storeHealth struct {
	OK     bool   `json:"ok"`
	Series int    `json:"series"`
	Error  string `json:"error,omitempty"`
}

type clusterHealth struct {
	Name    mesh.ClusterName `json:"name"`
	Home    bool             `json:"home"`
	State   mesh.State       `json:"state"`
	Error   string           `json:"error,omitempty"`
	Missing []string         `json:"missingPermissions,omitempty"`
}

// CheckHealth asks the store and every cluster anew, side by side, and says which
// of them fails why. It never returns an error: Grafana would show that as its own.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if d.broken != nil {
		return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: d.broken.Error()}, nil
	}
	reporting := make(chan []fleet.Report, 1)
	go func() { reporting <- d.fleet.Health(ctx) }()
	h := health{Prometheus: d.storeHealth(ctx), Clusters: []clusterHealth{}}
	for _, r := range <-reporting {
		h.Clusters = append(h.Clusters, clusterHealth{r.Cluster.Name, r.Cluster.Home, r.Cluster.State, r.Error, r.Missing})
	}
	message, ok := h.message()
	h.Verbose = h.verbose()
	details, err := json.Marshal(h)
	if err != nil {
		return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: err.Error()}, nil
	}
	status := backend.HealthStatusOk
	if !ok {
		status = backend.HealthStatusError
	}
	return &backend.CheckHealthResult{Status: status, Message: message, JSONDetails: details}, nil
}

func (d *Datasource) storeHealth(ctx context.Context) storeHealth {
	ctx, cancel := context.WithTimeout(ctx, d.settings.Limits.StoreCheckTimeout())
	defer cancel()
	series, err := d.store.Check(ctx)
	switch {
	case err != nil:
		return storeHealth{Error: fault.Of(err).Sentence}
	case series == 0:
		return storeHealth{Error: "it answers, but holds no istio_requests_total or istio_tcp_sent_bytes_total; check that it scrapes the mesh, and the query scope"}
	}
	return storeHealth{OK: true, Series: series}
}

// message says the outcome in one line, and whether all is well.
func (h health) message() (string, bool) {
	ok := h.Prometheus.OK
	words := []string{fmt.Sprintf("Prometheus holds %d series of Istio traffic", h.Prometheus.Series)}
	if !ok {
		words = []string{"Prometheus: " + h.Prometheus.Error}
	}
	if len(h.Clusters) == 0 {
		words = append(words, "no cluster is configured: graphs and clusters are answered from telemetry alone")
		return strings.Join(words, "; "), ok
	}
	ready := 0
	var problems []string
	for _, c := range h.Clusters {
		switch {
		case c.State == mesh.StateNotAccessible:
			problems = append(problems, fmt.Sprintf("%s is listed as not accessible", c.Name))
			continue
		case c.State == mesh.StateReady:
			ready++
		}
		if c.Error != "" {
			ok = false
			problems = append(problems, fmt.Sprintf("%s: %s", c.Name, c.Error))
		}
		if len(c.Missing) > 0 {
			ok = false
			problems = append(problems, fmt.Sprintf("%s: not allowed to %s", c.Name, strings.Join(c.Missing, ", nor to ")))
		}
	}
	words = append(words, fmt.Sprintf("%d of %d clusters answer", ready, len(h.Clusters)))
	return strings.Join(append(words, problems...), "; "), ok
}

// verbose says it cluster by cluster, for the part that unfolds.
func (h health) verbose() string {
	lines := []string{"Prometheus: ok"}
	if !h.Prometheus.OK {
		lines = []string{"Prometheus: " + h.Prometheus.Error}
	}
	for _, c := range h.Clusters {
		line := fmt.Sprintf("%s: %s", c.Name, c.State)
		if c.Error != "" {
			line += ": " + c.Error
		}
		for _, missing := range c.Missing {
			line += "\n  missing permission: " + missing
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
