package scenario

import "fmt"

const perNamespace = 10 // workloads in one namespace of a generated scenario

// Scale returns a generated mesh of n workloads, spread over the clusters in
// namespaces of ten. The same numbers always give the same mesh. A workload calls
// about 2.9 others: neighbours in its namespace, one in the next namespace of its
// cluster and, for some, one in another cluster.
//
// Clusters beyond the first are found by Kiali's secrets; the first is home.
func Scale(n, clusters int) (*Scenario, error) {
	if n < 1 || clusters < 1 {
		return nil, fmt.Errorf("scale: %d workloads in %d clusters: both must be at least 1", n, clusters)
	}
	s := &Scenario{
		Name: fmt.Sprintf("scale-%d", n), Mesh: "mesh1", TrustDomain: "cluster.local", Istio: "1.31.1",
		Buckets: []float64{5, 25, 100, 1000},
	}
	for c := range clusters {
		cluster := Cluster{Name: fmt.Sprintf("cluster-%02d", c), Network: fmt.Sprintf("network%d", c%2+1),
			Role: Primary, Home: c == 0, Namespaces: []Namespace{{Name: "istio-system"}}}
		if c > 0 {
			cluster.Found = ByKialiSecret
		}
		s.Clusters = append(s.Clusters, cluster)
	}
	ends := s.addWorkloads(n)
	for i := range ends {
		s.addCalls(ends, i)
	}
	s.fill()
	return s, s.check()
}

// addWorkloads fills namespaces one after another, each in the next cluster, and
// returns the workloads in the order of their making.
func (s *Scenario) addWorkloads(n int) []End {
	var ends []End
	for i := range n {
		group := i / perNamespace
		cluster := &s.Clusters[group%len(s.Clusters)]
		if i%perNamespace == 0 {
			cluster.Namespaces = append(cluster.Namespaces, Namespace{
				Name: fmt.Sprintf("team-%03d", group), Labels: map[string]string{"istio-injection": "enabled"}})
		}
		ns := &cluster.Namespaces[len(cluster.Namespaces)-1]
		app := fmt.Sprintf("app-%05d", i)
		ns.Workloads = append(ns.Workloads, Workload{Name: app + "-v1", App: app, Version: "v1", Account: "default"})
		ns.Services = append(ns.Services, Service{Name: app})
		ends = append(ends, At(cluster.Name, ns.Name, app+"-v1"))
	}
	return ends
}

// addCalls adds what workload i calls.
func (s *Scenario) addCalls(ends []End, i int) {
	n, first := len(ends), i-i%perNamespace
	targets := []int{ // two neighbours, in most cases one far away
		first + (i+1)%perNamespace,
		first + (i+3)%perNamespace,
	}
	if i%10 != 0 {
		targets = append(targets, i+perNamespace*len(s.Clusters)) // the next namespace of the same cluster
	}
	if i%10 == 0 {
		targets = append(targets, i+perNamespace) // the next cluster
	}
	if i%10 == 5 {
		targets = targets[:2]
	}
	called := map[End]bool{ends[i]: true} // nobody calls itself, or anyone twice
	for k, target := range targets {
		to := ends[target%n]
		if called[to] {
			continue
		}
		called[to] = true
		call := Call{From: ends[i], To: to, Rate: 1 + float64((i*7+k*3)%20), Latency: 4 + float64((i*13+k)%60)}
		if (i*3+k)%50 == 0 {
			call.Failures = []Failure{{Share: 0.05, Code: "500"}}
		}
		if (i*3+k)%97 == 0 {
			call.Protocol = "grpc"
		}
		s.Calls = append(s.Calls, call)
	}
}
