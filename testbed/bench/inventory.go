package bench

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const (
	perWorkload = 4 // pods
	changes     = 20
	leastPods   = 10 * perWorkload * apiServers // a namespace in each cluster

	mostTable  = 50 * time.Millisecond // of a warm table without traffic
	mostUnseen = 2 * time.Second       // from a change to the table that shows it
	mostMemory = 8                     // MB for 1,000 pods
	lookEvery  = 10 * time.Millisecond
)

// inventory measures what is kept of clusters' objects: the memory it takes, how soon a
// change shows, and the tables that are made of it. It returns the limits that were not
// kept.
func inventory(ctx context.Context, o Options) (failed []string, err error) {
	s, err := crowded(o.Pods)
	if err != nil {
		return nil, err
	}
	b, stop, err := start(ctx, o, s)
	if err != nil {
		return nil, err
	}
	defer func() {
		if stopErr := stop(); err == nil {
			err = stopErr
		}
	}()
	workloads := o.Pods / perWorkload
	fmt.Fprintf(o.Out, "\ninventory: %d workloads with %d pods, and two objects of Istio's for each service, in %d API servers\n\n",
		workloads, o.Pods, len(s.Clusters))
	memory, err := b.objectsMemory(ctx, o, workloads)
	if err != nil {
		return nil, err
	}
	failed = append(failed, memory...)
	unseen, err := b.unseen(ctx)
	if err != nil {
		return nil, err
	}
	most := slices.Max(unseen)
	fmt.Fprintf(o.Out, "A change shows in the table of workloads after %s at the median of %d, %s at the most: %s, limit %s\n\n",
		ms(median(unseen)), len(unseen), ms(most), verdict(most < mostUnseen), mostUnseen)
	if most >= mostUnseen {
		failed = append(failed, fmt.Sprintf("a change shows after %s (limit %s)", ms(most), mostUnseen))
	}
	header(o.Out)
	for slot, t := range tables() {
		missed, err := b.table(ctx, o, t, slot)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.queryType, err)
		}
		failed = append(failed, missed...)
	}
	return failed, nil
}

// table is a query type whose rows are made of objects.
type table struct {
	queryType string
	bare      map[string]any // the query that asks the store for nothing
	traffic   bool           // otherwise it asks
}

func tables() []table {
	without := map[string]any{"traffic": false}
	return []table{
		{"namespaces", without, true}, {"applications", without, true}, {"workloads", without, true}, {"services", without, true},
		{"pods", nil, false}, {"istioConfig", nil, false},
		{"health", map[string]any{"measures": []string{"reachable"}}, true},
	}
}

// table measures one table without traffic and, where it has any, with it: the traffic is
// to add little more than its PromQL takes.
func (b *run) table(ctx context.Context, o Options, t table, slot int) (failed []string, err error) {
	bare, err := b.measure(ctx, subject{name: t.queryType + ", no traffic", slot: slot, most: mostTable, query: ask.Query{Type: t.queryType, Fields: t.bare}})
	if err != nil {
		return nil, err
	}
	if missed := line(o.Out, bare); missed != "" {
		failed = append(failed, missed)
	}
	if !t.traffic {
		return failed, nil
	}
	full, err := b.measure(ctx, subject{name: t.queryType, slot: slot, ratio: mostRatio, queries: mostAsked, beside: bare.plugin, query: ask.Query{Type: t.queryType}})
	if err != nil {
		return nil, err
	}
	if missed := line(o.Out, full); missed != "" {
		failed = append(failed, missed)
	}
	return failed, nil
}

// objectsMemory prints what the plugin's process grows by when it begins to keep the pods
// of all clusters, and then everything else.
func (b *run) objectsMemory(ctx context.Context, o Options, workloads int) (failed []string, err error) {
	if _, _, err := b.ask(ctx, b.direct(), ask.Query{Type: "clusters"}); err != nil {
		return nil, err
	}
	before, err := b.plugin.Memory()
	if err != nil {
		return nil, err
	}
	took, pods, err := b.first(ctx, map[string]int{"pods": o.Pods})
	if err != nil {
		return nil, err
	}
	each := megabytes(pods-before) * 1000 / float64(o.Pods)
	fmt.Fprintf(o.Out, "All pods for the first time: %s. The plugin grows from %.0f MB to %.0f MB: %.1f MB for 1,000 pods: %s, limit %d MB\n",
		took, megabytes(before), megabytes(pods), each, verdict(each <= mostMemory), mostMemory)
	if each > mostMemory {
		failed = append(failed, fmt.Sprintf("%.1f MB for 1,000 pods (limit %d MB)", each, mostMemory))
	}
	took, all, err := b.first(ctx, map[string]int{"workloads": workloads, "services": workloads, "istioConfig": 2 * workloads})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(o.Out, "All other tables for the first time: %s. The plugin grows to %.0f MB: %.1f MB for 1,000 pods and all that comes with them\n",
		took, megabytes(all), megabytes(all-before)*1000/float64(o.Pods))
	return failed, nil
}

// first asks tables for the first time, each of which has so many rows at the least, and
// gives the memory that the plugin's process has then.
func (b *run) first(ctx context.Context, least map[string]int) (took time.Duration, memory int64, err error) {
	begin := time.Now()
	for _, table := range slices.Sorted(maps.Keys(least)) {
		answer, _, err := b.ask(ctx, b.direct(), ask.Query{Type: table, Fields: map[string]any{"traffic": false}})
		if err != nil {
			return 0, 0, fmt.Errorf("table of %s: %w", table, err)
		}
		if rows(answer) < least[table] {
			return 0, 0, fmt.Errorf("the table of %s has %d rows, and there are %d", table, rows(answer), least[table])
		}
	}
	took = time.Since(begin).Round(time.Millisecond)
	memory, err = b.plugin.Memory()
	return took, memory, err
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// unseen scales workloads, in one cluster after the other, and tells how long each change
// was not to be seen in the table of workloads.
func (b *run) unseen(ctx context.Context) ([]time.Duration, error) {
	var out []time.Duration
	for i := range changes {
		cluster := b.mesh.Scenario.Clusters[i%len(b.mesh.Scenario.Clusters)]
		ns := cluster.Namespaces[len(cluster.Namespaces)-1]
		took, err := b.scale(ctx, cluster.Name, ns.Name, ns.Workloads[0].Name, int32(perWorkload+1+i))
		if err != nil {
			return nil, err
		}
		out = append(out, took)
	}
	return out, nil
}

// scale scales one deployment and waits until the table of workloads tells so.
func (b *run) scale(ctx context.Context, cluster, namespace, name string, replicas int32) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	deployments := b.mesh.Cluster(cluster).Clients.AppsV1().Deployments(namespace)
	scale, err := deployments.GetScale(ctx, name, metav1.GetOptions{})
	if err != nil {
		return 0, err
	}
	scale.Spec.Replicas = replicas
	if _, err := deployments.UpdateScale(ctx, name, scale, metav1.UpdateOptions{}); err != nil {
		return 0, err
	}
	begin := time.Now()
	one := ask.Query{Type: "workloads", Fields: map[string]any{"traffic": false, "clusters": []string{cluster}, "namespaces": []string{namespace}, "names": []string{name}}}
	for {
		answer, _, err := b.ask(ctx, b.direct(), one)
		if err != nil {
			return 0, err
		}
		desired, _ := answer.Frames[0].FieldByName("desired")
		if desired == nil || desired.Len() != 1 {
			return 0, fmt.Errorf("the table of workloads does not tell how many pods %s/%s/%s is to have", cluster, namespace, name)
		}
		if told, _ := desired.FloatAt(0); told == float64(replicas) {
			return time.Since(begin), nil
		}
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("%s/%s/%s was scaled %s ago, and the table of workloads does not tell", cluster, namespace, name, time.Since(begin).Round(time.Second))
		case <-time.After(lookEvery):
		}
	}
}

// crowded is a mesh of that many pods, all of whose clusters can be asked.
func crowded(pods int) (*scenario.Scenario, error) {
	s, err := scenario.Scale(pods/perWorkload, apiServers)
	if err != nil {
		return nil, err
	}
	for c := range s.Clusters {
		for n := range s.Clusters[c].Namespaces {
			ns := &s.Clusters[c].Namespaces[n]
			for w := range ns.Workloads {
				ns.Workloads[w].Replicas = perWorkload
			}
			for _, service := range ns.Services {
				ns.Objects = append(ns.Objects, route(service.Name), subsets(service.Name))
			}
		}
	}
	return s, nil
}

// route and subsets are what many services have: a VirtualService and a DestinationRule.
func route(service string) map[string]any {
	return object("VirtualService", service, map[string]any{
		"hosts": []any{service},
		"http":  []any{map[string]any{"timeout": "5s", "route": []any{map[string]any{"destination": map[string]any{"host": service, "subset": "v1"}}}}},
	})
}

func subsets(service string) map[string]any {
	return object("DestinationRule", service, map[string]any{
		"host":          service,
		"trafficPolicy": map[string]any{"outlierDetection": map[string]any{"consecutive5xxErrors": int64(5)}},
		"subsets":       []any{map[string]any{"name": "v1", "labels": map[string]any{"version": "v1"}}},
	})
}

func object(kind, name string, spec map[string]any) map[string]any {
	return map[string]any{"apiVersion": "networking.istio.io/v1", "kind": kind, "metadata": map[string]any{"name": name}, "spec": spec}
}

func verdict(kept bool) string {
	if kept {
		return "PASS"
	}
	return "FAIL"
}
