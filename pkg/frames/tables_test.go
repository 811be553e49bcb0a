package frames_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/applies"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

var fieldRead = regexp.MustCompile(`__data\.fields\.(\w+)`)

var then = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func object(namespace, name string) mesh.Object {
	return mesh.Object{Namespace: namespace, Name: name, Created: then.Add(-24 * time.Hour), Labels: map[string]string{"team": "shop", "env": "test"}}
}

func kinds(asOf time.Time) []mesh.KindState {
	var out []mesh.KindState
	for _, resource := range []string{
		"deployments.apps", "destinationrules.networking.istio.io", "namespaces", "peerauthentications.security.istio.io",
		"pods", "serviceentries.networking.istio.io", "services", "workloadentries.networking.istio.io",
	} {
		out = append(out, mesh.KindState{Resource: resource, Known: true, AsOf: asOf})
	}
	return out
}

// atlas is a mesh of a cluster in which all is told and one of which little is known.
func atlas() catalog.Catalog {
	cart := mesh.Workload{
		Object: object("shop", "cart-v1"), Kind: "Deployment", App: "cart", Version: "v1", Accounts: []string{"cart"},
		PodLabels: map[string]string{"app": "cart", "version": "v1"}, Desired: ptr(3), Current: 3, Ready: 2,
		Mode: mesh.ModeSidecar, ProxyVersions: []string{"1.30.2", "1.31.1"}, Revisions: []string{"default"},
	}
	legacy := mesh.Workload{Object: object("shop", "legacy"), Kind: "DaemonSet", App: "legacy", Version: "latest", Current: 1, Ready: 1, Mode: mesh.ModeNone, MissingSidecar: true}
	east := &mesh.Inventory{
		Cluster: "east", Kinds: kinds(then),
		Namespaces: []mesh.Namespace{{Object: object("", "istio-system")}, {Object: object("", "shop"), Injection: mesh.ModeSidecar, Revision: "default"}},
		Workloads:  []mesh.Workload{cart, legacy},
		Services: []mesh.Service{
			{
				Object: object("shop", "cart"), Type: "ClusterIP", Selector: map[string]string{"app": "cart"}, ExportTo: []string{"."},
				Ports: []mesh.Port{{Name: "http", Number: 80, Protocol: "HTTP"}, {Name: "grpc", Number: 9090, Protocol: "GRPC"}}, Endpoints: ptr(3), Ready: ptr(2),
			},
			{Object: object("shop", "db"), Type: "ExternalName", ExternalName: "db.example.com"},
		},
		Pods: []mesh.Pod{
			{
				Object: object("shop", "cart-v1-1"), Workload: mesh.Owner{Kind: "Deployment", Name: "cart-v1"}, App: "cart", Version: "v1", Phase: "CrashLoopBackOff",
				Containers: 2, Ready: 1, Restarts: 7, Node: "node-1", IP: "10.0.0.1", Network: "network1", Account: "cart", Mode: mesh.ModeSidecar, ProxyVersion: "1.30.2", Revision: "default",
			},
			{Object: object("shop", "legacy-1"), Workload: mesh.Owner{Kind: "DaemonSet", Name: "legacy"}, App: "legacy", Version: "latest", Phase: "Running", Containers: 1, Ready: 1, Mode: mesh.ModeNone},
		},
		Config: []mesh.Config{
			{Object: object("istio-system", "default"), Kind: "PeerAuthentication", PeerAuthentication: &mesh.PeerAuthentication{Mode: "STRICT"}},
			{Object: object("shop", "apis"), Kind: "ServiceEntry", ServiceEntry: &mesh.ServiceEntry{Hosts: []string{"api.example.com"}, External: true, Ports: []mesh.Port{{Number: 443, Protocol: "TLS"}}}},
		},
	}
	west := &mesh.Inventory{
		Cluster: "west", Kinds: []mesh.KindState{
			{Resource: "deployments.apps", Known: true, AsOf: then.Add(-time.Minute)}, {Resource: "namespaces", Known: true, AsOf: then},
			{Resource: "pods", Error: "not allowed"}, {Resource: "services", Known: true, AsOf: then},
		},
		Namespaces: []mesh.Namespace{{Object: mesh.Object{Name: "shop"}}},
		Workloads:  []mesh.Workload{{Object: mesh.Object{Namespace: "shop", Name: "cart-v2"}, Kind: "Deployment", App: "cart", Version: "v2", Desired: ptr(1)}},
		Services:   []mesh.Service{{Object: mesh.Object{Namespace: "shop", Name: "cart"}, Type: "Headless"}},
	}
	busy := mesh.Vitals{
		In:      mesh.Rates{Requests: ptr(20.0), Failed: ptr(5.0), ClientErrors: ptr(1.0), Bytes: ptr(1000.0)},
		Out:     mesh.Rates{Requests: ptr(4.0), Failed: ptr(0.0)},
		Latency: ptr(12.5), Health: mesh.HealthFailure,
	}
	ref := func(kind mesh.Kind, namespace, name string) mesh.Ref {
		return mesh.Ref{Kind: kind, Cluster: "east", Namespace: namespace, Name: name}
	}
	return catalog.Catalog{
		Judged: &catalog.Judged{
			Indexes: map[mesh.ClusterName]*applies.Index{"east": applies.New(east), "west": applies.New(west)},
			Findings: func(c *mesh.Config) []mesh.Finding {
				if c.Name == "default" {
					return []mesh.Finding{{Code: "several-for-namespace", Severity: mesh.SeverityError, Message: "There are two"}}
				}
				return nil
			},
			OfNamespace: func(n *mesh.Namespace) []mesh.Finding { return labelled(n.Name) },
			OfService:   func(s *mesh.Service) []mesh.Finding { return labelled(s.Name) },
			OfWorkload:  func(w *mesh.Workload) []mesh.Finding { return labelled(w.Name) },
		},
		Clusters: []catalog.Cluster{
			{Cluster: mesh.Cluster{Name: "west", State: mesh.StateReady}, Inventory: west},
			{Cluster: mesh.Cluster{Name: "east", Home: true, State: mesh.StateReady}, Inventory: east},
		},
		Vitals: map[mesh.Ref]mesh.Vitals{
			ref(mesh.KindNamespace, "shop", ""): busy, ref(mesh.KindWorkload, "shop", "cart-v1"): busy, ref(mesh.KindApp, "shop", "cart"): busy,
			ref(mesh.KindService, "shop", "cart"): busy, ref(mesh.KindExternal, "", "api.example.com"): {In: mesh.Rates{Bytes: ptr(5.0)}, Health: mesh.HealthHealthy},
		},
	}
}

// labelled are the findings of things of some names.
func labelled(name string) []mesh.Finding {
	if name != "shop" && name != "db" && name != "legacy" {
		return nil
	}
	return []mesh.Finding{{Code: "waypoint-not-found", Severity: mesh.SeverityError, Message: "There is no waypoint"}, {Code: "sidecar-in-ambient", Severity: mesh.SeverityWarning, Message: "There is a sidecar"}}
}

func tableOptions() frames.TableOptions {
	return frames.TableOptions{Links: frames.Links{UID: "meshatlas", Name: "Mesh Atlas"}, Traffic: true, LatencyName: "p95", Queries: []string{"first"}}
}

// tables makes each table.
func tables(c catalog.Catalog, o frames.TableOptions) map[string]func() data.Frames {
	all := catalog.Selection{}
	return map[string]func() data.Frames{
		"namespaces":   func() data.Frames { return frames.Namespaces(c.Namespaces(all), o) },
		"workloads":    func() data.Frames { return frames.Workloads(c.Workloads(all), o) },
		"applications": func() data.Frames { return frames.Applications(c.Applications(all), o) },
		"services":     func() data.Frames { return frames.Services(c.Services(all), o) },
		"pods":         func() data.Frames { return frames.Pods(c.Pods(all), o) },
		"istioconfig": func() data.Frames {
			var rows []catalog.Config
			if c.Judged != nil {
				rows = c.Configs(catalog.ConfigSelection{})
			}
			return frames.IstioConfig(rows, frames.ConfigOptions{Links: o.Links})
		},
	}
}

func TestTablesGolden(t *testing.T) {
	for name, made := range tables(atlas(), tableOptions()) {
		if name == "istioconfig" {
			continue // has one of its own
		}
		t.Run(name, func(t *testing.T) { golden(t, name, made()) })
	}
}

// What panels and dashboards rely on holds for every table, also for an empty one.
func TestTablesAreTables(t *testing.T) {
	quiet := tableOptions()
	quiet.Traffic = false
	for _, c := range []catalog.Catalog{atlas(), {}} {
		for name, made := range tables(c, quiet) {
			t.Run(name, func(t *testing.T) {
				f := made()[0]
				require.EqualValues(t, data.VisTypeTable, f.Meta.PreferredVisualization)
				seen := map[string]bool{}
				for _, field := range f.Fields {
					require.False(t, seen[field.Name], field.Name)
					seen[field.Name] = true
					require.NotContains(t, []string{"id", "source", "target"}, field.Name, "the Node graph panel takes such a frame for its own")
					require.NotEmpty(t, field.Config.DisplayNameFromDS, field.Name)
					require.True(t, field.Config.Custom["width"] != nil || field.Config.Custom["hidden"] == true, field.Name)
				}
				require.True(t, seen["cluster"] && seen["namespace"] && seen["asof"])
				require.False(t, seen["rps"] || seen["latency"] || seen["errorrate"])
			})
		}
	}
}

// Every column that a link reads is there.
func TestLinksOfRowsReadTheirColumns(t *testing.T) {
	for name, made := range tables(atlas(), tableOptions()) {
		t.Run(name, func(t *testing.T) {
			f, links := made()[0], 0
			for _, field := range f.Fields {
				for _, link := range field.Config.Links {
					links++
					for _, read := range fieldsRead(link.Internal.Query) {
						got, _ := f.FieldByName(read)
						require.NotNil(t, got, read)
					}
				}
			}
			require.Equal(t, 1, links)
		})
	}
}

func TestInventoryNotices(t *testing.T) {
	now := then.Add(3 * time.Minute)
	of := func(state mesh.State, err string, kinds ...mesh.KindState) catalog.Cluster {
		c := catalog.Cluster{Cluster: mesh.Cluster{Name: "west", State: state, Error: err}}
		if kinds != nil {
			c.Inventory = &mesh.Inventory{Kinds: kinds}
		}
		return c
	}
	known := mesh.KindState{Resource: "deployments.apps", Known: true, AsOf: then}
	broken := mesh.KindState{Resource: "pods", Known: true, AsOf: then.Add(time.Minute), Error: "the watch broke."}
	forbidden := func(resource string) mesh.KindState {
		return mesh.KindState{Resource: resource, Error: "not allowed to list it; grant that."}
	}
	tests := map[string]struct {
		cluster catalog.Cluster
		want    []string
	}{
		"all is well":         {of(mesh.StateReady, "", known), nil},
		"other kinds are not": {of(mesh.StateReady, "", known, forbidden("services")), nil},
		"a kind is not there": {of(mesh.StateReady, "", known, mesh.KindState{Resource: "pods", Absent: true}), nil},
		"unreachable": {of(mesh.StateUnreachable, "no route; see to it.", known),
			[]string{"warning: Cluster west: shown as of 3 min ago: no route; see to it"}},
		"unreachable from the start": {of(mesh.StateUnreachable, "no route."),
			[]string{"warning: Cluster west: nothing is known of what it holds: no route"}},
		"not answered yet": {of(mesh.StateConnecting, ""),
			[]string{"warning: Cluster west: nothing is known of what it holds: it has not answered yet"}},
		"being read": {of(mesh.StateReady, "", mesh.KindState{Resource: "pods"}),
			[]string{"warning: Cluster west: nothing is known of what it holds: not read yet"}},
		"a watch is broken": {of(mesh.StateReady, "", known, broken),
			[]string{"warning: Cluster west: shown as of 2 min ago: the watch broke"}},
		"kinds are forbidden": {of(mesh.StateReady, "", known, forbidden("pods"), forbidden("statefulsets.apps")),
			[]string{"warning: Cluster west: without pods, statefulsets: not allowed to list it; grant that"}},
		"many kinds are forbidden": {of(mesh.StateReady, "", known, forbidden("a.apps"), forbidden("b.apps"), forbidden("c.apps"), forbidden("d.apps"), forbidden("e.apps")),
			[]string{"warning: Cluster west: without a, b, c and 2 other kinds: not allowed to list it; grant that"}},
		"everything is forbidden": {of(mesh.StateReady, "", forbidden("pods")),
			[]string{"warning: Cluster west: nothing is known of what it holds: not allowed to list it; grant that"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, n := range frames.InventoryNotices([]catalog.Cluster{tt.cluster}, mesh.NeedWorkloads, now) {
				got = append(got, n.Severity.String()+": "+n.Text)
			}
			require.Equal(t, tt.want, got)
		})
	}
	closed := catalog.Cluster{Cluster: mesh.Cluster{Name: "north", State: mesh.StateNotAccessible}}
	also := catalog.Cluster{Cluster: mesh.Cluster{Name: "south", State: mesh.StateNotAccessible}}
	require.Equal(t, []data.Notice{{Severity: data.NoticeSeverityInfo, Text: "The settings say not to reach north, south: nothing is shown of what is there"}},
		frames.InventoryNotices([]catalog.Cluster{closed, also}, mesh.NeedAll, now), "once for all")
}

// fieldsRead are the columns that a link's query reads.
func fieldsRead(query any) []string {
	var out []string
	for _, found := range fieldRead.FindAllStringSubmatch(fmt.Sprint(query), -1) {
		out = append(out, found[1])
	}
	return out
}

// BenchmarkTables makes the tables of a mesh of three clusters with 2,400 workloads and
// services and 4,800 pods: rows and frames.
func BenchmarkTables(b *testing.B) {
	const perCluster, namespaces = 800, 40
	var c catalog.Catalog
	for _, cluster := range []mesh.ClusterName{"east", "south", "west"} {
		in := &mesh.Inventory{Cluster: cluster, Kinds: kinds(then)}
		for n := range namespaces {
			namespace := fmt.Sprintf("namespace-%02d", n)
			in.Namespaces = append(in.Namespaces, mesh.Namespace{Object: object("", namespace), Injection: mesh.ModeSidecar})
			in.Config = append(in.Config, mesh.Config{Object: object(namespace, "default"), PeerAuthentication: &mesh.PeerAuthentication{Mode: "STRICT"}})
			for i := range perCluster / namespaces {
				name := fmt.Sprintf("workload-%02d", i)
				labels := map[string]string{"app": name, "version": "v1", "team": "shop", "pod-template-hash": "abc"}
				in.Workloads = append(in.Workloads, mesh.Workload{
					Object: object(namespace, name), Kind: "Deployment", App: name, Version: "v1", PodLabels: labels, Desired: ptr(2), Current: 2, Ready: 2,
					Mode: mesh.ModeSidecar, Accounts: []string{name}, ProxyVersions: []string{"1.31.1"}, Revisions: []string{"default"},
				})
				in.Services = append(in.Services, mesh.Service{
					Object: object(namespace, name), Type: "ClusterIP", Selector: map[string]string{"app": name}, Ports: []mesh.Port{{Number: 80, Protocol: "HTTP"}}, Endpoints: ptr(2), Ready: ptr(2),
				})
				for p := range 2 {
					in.Pods = append(in.Pods, mesh.Pod{
						Object: object(namespace, fmt.Sprintf("%s-%d", name, p)), Workload: mesh.Owner{Kind: "Deployment", Name: name}, App: name, Version: "v1",
						Phase: "Running", Containers: 2, Ready: 2, Node: "node-1", IP: "10.0.0.1", Mode: mesh.ModeSidecar, ProxyVersion: "1.31.1", Revision: "default",
					})
				}
			}
		}
		c.Clusters = append(c.Clusters, catalog.Cluster{Cluster: mesh.Cluster{Name: cluster, State: mesh.StateReady}, Inventory: in})
	}
	o := tableOptions()
	o.Traffic = false
	for name, made := range tables(c, o) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				made()
			}
		})
	}
	workloads := tables(c, o)["workloads"]()
	b.Run("encode workloads", func(b *testing.B) {
		for b.Loop() {
			if _, err := workloads[0].MarshalArrow(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
