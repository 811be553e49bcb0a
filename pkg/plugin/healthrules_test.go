package plugin

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// ended is requests from a-v1 to b-v1, both of namespace a in cluster east, that ended in
// one way, as both sides report them.
func ended(protocol, code, grpc string, rate float64) string {
	var both []string
	for _, reporter := range []string{"source", "destination"} {
		labels, _ := json.Marshal(map[string]string{
			"reporter": reporter, "request_protocol": protocol, "response_code": code, "grpc_response_status": grpc, "response_flags": "-",
			"source_cluster": "east", "source_workload_namespace": "a", "source_workload": "a-v1", "source_canonical_service": "a",
			"destination_cluster": "east", "destination_workload_namespace": "a", "destination_workload": "b-v1", "destination_canonical_service": "b",
		})
		both = append(both, fmt.Sprintf(`{"metric":%s,"value":[1,"%v"]}`, labels, rate))
	}
	return strings.Join(both, ",")
}

// connected is TCP bytes between the same two.
func connected() string {
	return strings.ReplaceAll(ended("tcp", "", "", 100), `{"metric":{`, `{"metric":{"measure":"tcp_sent",`)
}

// pair is a cluster with the workloads a-v1 and b-v1; b has the pods given.
func pair(desired *int, current, ready int, annotation string) catalog.Cluster {
	c := held("east")
	one := 1
	object := func(name string) mesh.Object { return mesh.Object{Namespace: "a", Name: name} }
	c.Inventory.Workloads = []mesh.Workload{
		{Object: object("a-v1"), Kind: "Deployment", App: "a", Desired: &one, Current: 1, Ready: 1},
		{Object: object("b-v1"), Kind: "Deployment", App: "b", Desired: desired, Current: current, Ready: ready, HealthRate: annotation},
	}
	return c
}

// The rules that Kiali documents, from the metrics and the pods to the number that an alert
// rule reads.
func TestScoresFollowTheRules(t *testing.T) {
	two := func() *int { n := 2; return &n }
	none := func() *int { n := 0; return &n }
	http := func(code string, share float64) string {
		return ended("http", "200", "", 100-share) + "," + ended("http", code, "", share)
	}
	grpc := func(status string, share float64) string {
		return ended("grpc", "200", "0", 100-share) + "," + ended("grpc", "200", status, share)
	}
	well := pair(two(), 2, 2, "")
	tests := map[string]struct {
		cluster  catalog.Cluster
		traffic  string
		settings string
		score    float64
		caller   float64 // the score of a-v1, which sends the traffic and whose pods are well
	}{
		"all pods ready, no traffic":           {well, ``, ``, 1, 1},
		"no pods wanted":                       {pair(none(), 0, 0, ""), ``, ``, 0.75, 1},
		"some pods ready":                      {pair(two(), 2, 1, ""), ``, ``, 0.5, 1},
		"some pods there":                      {pair(two(), 1, 1, ""), ``, ``, 0.5, 1},
		"no pod ready":                         {pair(two(), 2, 0, ""), ``, ``, 0, 1},
		"more pods than wanted":                {pair(two(), 3, 2, ""), ``, ``, 0, 1},
		"requests that succeed":                {well, http("302", 50), ``, 1, 1},
		"any 5xx":                              {well, http("500", 0.1), ``, 0.5, 0.5},
		"5xx below a tenth":                    {well, http("503", 9.9), ``, 0.5, 0.5},
		"5xx of a tenth":                       {well, http("503", 10), ``, 0, 0},
		"4xx below a tenth":                    {well, http("404", 9.9), ``, 1, 1},
		"4xx of a tenth":                       {well, http("404", 10), ``, 0.5, 0.5},
		"4xx below a fifth":                    {well, http("404", 19.9), ``, 0.5, 0.5},
		"4xx of a fifth":                       {well, http("404", 20), ``, 0, 0},
		"4xx and 5xx, each by its own":         {well, ended("http", "200", "", 90) + "," + ended("http", "404", "", 9) + "," + ended("http", "500", "", 1), ``, 0.5, 0.5},
		"no response":                          {well, http("0", 1), ``, 0.5, 0.5},
		"no response of a tenth":               {well, http("0", 10), ``, 0, 0},
		"gRPC that succeeds":                   {well, grpc("0", 50), ``, 1, 1},
		"any gRPC failure":                     {well, grpc("1", 0.1), ``, 0.5, 0.5},
		"gRPC failures of a tenth":             {well, grpc("16", 10), ``, 0, 0},
		"each protocol by its own":             {well, http("200", 1) + "," + ended("grpc", "200", "0", 9) + "," + ended("grpc", "200", "14", 1), ``, 0, 0},
		"connections":                          {well, connected(), ``, 1, 1},
		"pods worse than traffic":              {pair(two(), 2, 0, ""), http("500", 1), ``, 0, 0.5},
		"traffic worse than pods":              {pair(two(), 2, 1, ""), http("500", 50), ``, 0, 0},
		"no pods wanted, traffic that fails":   {pair(none(), 0, 0, ""), http("500", 1), ``, 0.5, 0.5},
		"an annotation tolerates":              {pair(two(), 2, 2, "5XX,20,40,http,inbound"), http("500", 19), ``, 1, 0},
		"an annotation for another direction":  {pair(two(), 2, 2, "5XX,20,40,http,outbound"), http("500", 19), ``, 0, 0},
		"an annotation, and its failure":       {pair(two(), 2, 2, "5XX,20,40,http,inbound"), http("500", 40), ``, 0, 0},
		"an annotation that cannot be read":    {pair(two(), 2, 2, "5XX,20"), http("500", 1), ``, 0.5, 0.5},
		"the settings come before":             {pair(two(), 2, 2, "5XX,0,1,http,inbound"), http("500", 19), `,"health":{"rates":[{"namespace":"a","code":"5XX","degraded":20,"failure":40}]}`, 1, 1},
		"the settings are for another cluster": {well, http("500", 19), `,"health":{"rates":[{"cluster":"west","code":"5XX","degraded":20,"failure":40}]}`, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			url, _ := store(t, tt.traffic)
			d := instance(t, url, strings.TrimSuffix(listed, "}")+tt.settings+"}")
			d.contents = contain(tt.cluster)
			require.Equal(t, map[string]*float64{"workload/east/a/a-v1": &tt.caller, "workload/east/a/b-v1": &tt.score}, numbers(t, d, `{"of":"workloads"}`))
			worst := min(tt.score, tt.caller)
			require.Equal(t, map[string]*float64{"namespace/east/a/a": &worst}, numbers(t, d, `{}`), "a namespace is as well as its worst workload")
			got := numbers(t, d, `{"of":"clusters","clusters":["east"],"measures":["score"]}`)
			require.Equal(t, map[string]*float64{"cluster/east": &worst}, got)
			require.Equal(t, map[string]*float64{"app/east/a/a": &tt.caller, "app/east/a/b": &tt.score}, numbers(t, d, `{"of":"applications"}`))
		})
	}
}
