package arrange

import "strings"

// demo is the mesh that the project shows itself with: Bookinfo, HelloWorld and
// payments over four clusters and two networks.
const demo = `
unknown > east/istio-system/istio-ingressgateway
unknown > west/istio-system/istio-ingressgateway
east/istio-system/istio-ingressgateway > east/bookinfo/productpage-v1
east/bookinfo/productpage-v1 > east/bookinfo/details-v1
east/bookinfo/productpage-v1 > west/bookinfo/details-v1
east/bookinfo/productpage-v1 > east/bookinfo/reviews-v1
east/bookinfo/productpage-v1 > west/bookinfo/reviews-v2
east/bookinfo/productpage-v1 > south/bookinfo/reviews-v3
east/bookinfo/productpage-v1 > unresolved-reviews
west/bookinfo/reviews-v2 > west/bookinfo/ratings-v2
west/bookinfo/reviews-v2 > east/bookinfo/ratings-v1
south/bookinfo/reviews-v3 > east/bookinfo/ratings-v1
east/bookinfo/ratings-v1 > south/bookinfo/mongodb-v1
west/bookinfo/ratings-v2 > south/bookinfo/mysqldb-v1
east/bookinfo/details-v1 > books.example.com
east/bookinfo/reviews-v1 > PassthroughCluster
east/sample/sleep > east/sample/helloworld-v1
east/sample/sleep > west/sample/helloworld-v2
west/sample/sleep > east/sample/helloworld-v1
west/sample/sleep > west/sample/helloworld-v2
west/istio-system/istio-ingressgateway > west/sample/helloworld-v2
south/sample/sleep > east/sample/helloworld-v1
south/sample/sleep > west/sample/helloworld-v2
north/sample/sleep > north/sample/helloworld-v2
north/sample/sleep > west/sample/helloworld-v2
east/bookinfo/productpage-v1 > east/payments/checkout-v2
east/payments/checkout-v2 > west/payments/ledger-v1
east/payments/nightly-batch > east/payments/checkout-v2
`

// demoAt draws the demo at a level: 1 cluster, 2 namespace, 3 workload.
func demoAt(level int) *mesh {
	networks := map[string]string{"east": "network1", "south": "network1", "west": "network2", "north": "network2"}
	m := &mesh{name: []string{"", "demo-cluster", "demo-namespace", "demo-workload"}[level]}
	known, drawn := map[string]int{}, map[Edge]bool{}
	node := func(path string) int {
		parts := strings.Split(path, "/")
		parts = parts[:min(level, len(parts))]
		path = strings.Join(parts, "/")
		if i, ok := known[path]; ok {
			return i
		}
		cluster, namespace := "", ""
		if networks[parts[0]] != "" {
			cluster = parts[0]
		}
		if len(parts) > 1 {
			namespace = parts[1]
		}
		known[path] = m.node(cluster, namespace, networks[cluster], parts[len(parts)-1])
		return known[path]
	}
	for line := range strings.Lines(strings.TrimSpace(demo)) {
		from, to, _ := strings.Cut(strings.TrimSpace(line), " > ")
		e := Edge{node(from), node(to)}
		if e.Source != e.Target && !drawn[e] {
			drawn[e] = true
			m.call(e.Source, e.Target, 1)
		}
	}
	return m
}
