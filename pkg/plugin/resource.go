package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// editorRange is how far back the editors' lists look: they know no time range.
const editorRange = time.Hour

// CallResource answers the lists that the editors offer.
func (d *Datasource) CallResource(ctx context.Context, req *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	if d.broken != nil {
		return sender.Send(problem(d.broken))
	}
	return d.resource.CallResource(d.fleet.Begin(ctx), req, sender)
}

func resources(d *Datasource) backend.CallResourceHandler {
	mux := http.NewServeMux()
	serve := func(pattern string, answer func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			body, err := answer(r)
			if err != nil {
				p := problem(err)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(p.Status)
				_, _ = w.Write(p.Body)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(body)
		})
	}
	serve("GET /clusters", d.clusterList)
	serve("GET /namespaces", func(r *http.Request) (any, error) {
		return d.list(r, query.OfNamespaces)
	})
	serve("GET /names", func(r *http.Request) (any, error) {
		return d.list(r, query.Of(r.URL.Query().Get("of")))
	})
	return httpadapter.New(mux)
}

// problem is an error as the editors read it.
func problem(err error) *backend.CallResourceResponse {
	f := fault.Of(asFault(err))
	body, _ := json.Marshal(map[string]string{"message": f.Sentence})
	return &backend.CallResourceResponse{
		Status:  int(f.Status),
		Headers: map[string][]string{"Content-Type": {"application/json"}},
		Body:    body,
	}
}

func lately() telemetry.Range {
	now := time.Now()
	return telemetry.Range{From: now.Add(-editorRange), To: now}
}

// listedCluster is a cluster in the editors' list.
type listedCluster struct {
	Name  mesh.ClusterName `json:"name"`
	Home  bool             `json:"home"`
	State mesh.State       `json:"state"`
	Error string           `json:"error"`
}

func (d *Datasource) clusterList(r *http.Request) (any, error) {
	known, err := d.knownClusters(r.Context(), d.fleet.Clusters, lately())
	if err != nil && len(known) == 0 {
		return nil, err
	}
	out := make([]listedCluster, len(known))
	for i, c := range known {
		out[i] = listedCluster{c.Name, c.Home, c.State, c.Error}
	}
	return out, nil
}

// list answers the values that a variable of the same kind would have. The kinds
// and names are checked as a query's are.
func (d *Datasource) list(r *http.Request, of query.Of) (any, error) {
	params := r.URL.Query()
	raw, err := json.Marshal(map[string]any{"of": of, "clusters": params["cluster"], "namespaces": params["namespace"]})
	if err != nil {
		return nil, err
	}
	asked, err := query.Decode(query.TypeVariable, raw)
	if err != nil {
		return nil, err
	}
	values, _, err := d.values(r.Context(), asked.(query.Variable), lately())
	if values == nil {
		values = []string{}
	}
	return values, err
}
