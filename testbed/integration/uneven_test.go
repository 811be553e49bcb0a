package integration

import (
	"fmt"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// uneven is a generated mesh over four clusters, of which the home cluster alone has an
// API server, and one has another name in telemetry. Its proxies do not agree: some send
// requests again, which the called side sees twice; some workloads have no sidecar; some
// requests never arrive; some leave the mesh; some pass a waypoint before a sidecar, so that
// three report them.
func uneven(t *testing.T) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Scale(90, 4)
	if err != nil {
		t.Fatal(err)
	}
	s.Name = "uneven"
	for c := range s.Clusters {
		if c > 0 {
			s.Clusters[c].Found = scenario.ByNobody
		}
		for n := range s.Clusters[c].Namespaces {
			for w := range s.Clusters[c].Namespaces[n].Workloads {
				s.Clusters[c].Namespaces[n].Workloads[w].NoSidecar = w == 7 && n%2 == 1
				if n == 1 {
					s.Clusters[c].Namespaces[n].Workloads[w].Waypointed = w < 4
				}
				if n == 1 && w == 4 {
					s.Clusters[c].Namespaces[n].Workloads[w].Gateway = scenario.Waypoint
				}
			}
		}
	}
	s.Clusters[2].Telemetry = "Kubernetes"
	for i := range s.Calls {
		call := &s.Calls[i]
		if i%13 == 0 {
			call.Protocol, call.Failures = "tcp", nil
			continue
		}
		if i%3 == 0 {
			call.Retries = 0.1
		}
		if i%17 == 0 {
			call.Protocol, call.Failures = "grpc", []scenario.Failure{{Share: 0.08, Code: "200", GRPC: "14"}, {Share: 0.04, Code: "0", GRPC: "13"}}
		}
		if i%7 == 0 && call.Protocol == "http" {
			call.Failures = []scenario.Failure{{Share: 0.03, Code: "503", Flags: "UF,URX", Lost: true}, {Share: 0.02, Code: "504", Flags: "UT"}, {Share: 0.1, Code: "404"}}
		}
	}
	// Two callers without a sidecar are one to whom they call.
	strangers, workloads := map[scenario.End]bool{}, s.Workloads()
	for _, call := range s.Calls {
		strangers[call.To] = strangers[call.To] || workloads[call.From].NoSidecar
	}
	for i := range 9 {
		from := s.Calls[i*29].From
		s.Calls = append(s.Calls,
			scenario.Call{From: from, To: scenario.End{Kind: scenario.AtExternal, Name: fmt.Sprintf("api-%d.example.com", i%2)}, Protocol: "http", Rate: float64(2 + i), Latency: 80},
			scenario.Call{From: from, To: scenario.End{Kind: scenario.AtNowhere, Namespace: from.Namespace, Name: "missing"}, Protocol: "http", Rate: 1.5, Latency: 1,
				Failures: []scenario.Failure{{Share: 1, Code: "503", Flags: "UH", Lost: true}}},
		)
		if !strangers[from] && !workloads[from].NoSidecar {
			strangers[from] = true
			s.Calls = append(s.Calls, scenario.Call{From: scenario.End{Kind: scenario.AtUnknown, Cluster: from.Cluster}, To: from, Protocol: "http", Rate: 30, Latency: 5, PlainText: true})
		}
	}
	s.Calls = append(s.Calls, scenario.Call{From: s.Calls[1].From, To: scenario.End{Kind: scenario.AtPassthrough, Name: "203.0.113.7"}, Protocol: "http", Rate: 3, Latency: 9})
	return s
}
