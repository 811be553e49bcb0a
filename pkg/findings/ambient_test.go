package findings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/findings"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

const useWaypoint, waypointIn, dataplane = "istio.io/use-waypoint", "istio.io/use-waypoint-namespace", "istio.io/dataplane-mode"

// ofAll are the findings of namespaces, services and workloads, as "place/name code severity".
func ofAll(in []*mesh.Inventory) []string {
	report, out := findings.Of(in), []string{}
	add := func(name string, found []mesh.Finding) {
		for _, f := range found {
			out = append(out, name+" "+f.Code+" "+string(f.Severity))
		}
	}
	for _, i := range in {
		at := string(i.Cluster) + "/"
		for n := range i.Namespaces {
			add(at+i.Namespaces[n].Name, report.OfNamespace(&i.Namespaces[n]))
		}
		for n := range i.Services {
			add(at+i.Services[n].Name, report.OfService(&i.Services[n]))
		}
		for n := range i.Workloads {
			add(at+i.Workloads[n].Name, report.OfWorkload(&i.Workloads[n]))
		}
	}
	return out
}

func TestWaypointsOfLabels(t *testing.T) {
	waypoint := apiGateway("waypoint", "istio-waypoint")
	for name, tt := range map[string]struct {
		labels map[string]string // of the namespace books, its service and its workload
		config []mesh.Config
		want   []string // of each
	}{
		"no label":                {nil, nil, nil},
		"a waypoint":              {labels(useWaypoint, "waypoint"), all(waypoint), nil},
		"no waypoint":             {labels(useWaypoint, "waypoint"), nil, []string{"waypoint-not-found error"}},
		"none wanted":             {labels(useWaypoint, "none"), nil, nil},
		"of another namespace":    {labels(useWaypoint, "waypoint", waypointIn, "books"), all(waypoint), nil},
		"not of that namespace":   {labels(useWaypoint, "waypoint", waypointIn, "shop"), all(waypoint), []string{"waypoint-not-found error"}},
		"a gateway of Istio's":    {labels(useWaypoint, "waypoint"), all(istioGateway("books", "waypoint", nil)), []string{"waypoint-not-found error"}},
		"a namespace, no wayoint": {labels(waypointIn, "books"), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := twoClusters(tt.config...)
			in[0].Namespaces[0].Labels, in[0].Services[1].Labels, in[0].Workloads[0].PodLabels = tt.labels, tt.labels, tt.labels
			want := []string{}
			for _, one := range []string{"books", "reviews", "reviews-v1"} {
				for _, line := range tt.want {
					want = append(want, "east/"+one+" "+line)
				}
			}
			require.Equal(t, want, ofAll(in))
		})
	}
	in := twoClusters()
	in[0].Namespaces[0].Labels = labels(useWaypoint, "waypoint")
	in[1].Config = all(waypoint)
	require.Equal(t, []string{"east/books waypoint-not-found warning"}, ofAll(in), "one of another cluster alone")
	in[0].Kinds = known("gateways.gateway.networking.k8s.io")
	require.Equal(t, []string{"east/books waypoint-not-found info"}, ofAll(in), "it may be there")

	labelled := func(c mesh.Config) mesh.Config { c.Labels = labels(useWaypoint, "waypoint"); return c }
	machine := config("WorkloadEntry", networking, "books", "vm")
	tests{
		"a service entry":                   {all(labelled(entry("entry", mesh.ServiceEntry{}))), []string{"entry waypoint-not-found error"}},
		"a service entry with its waypoint": {all(labelled(entry("entry", mesh.ServiceEntry{})), waypoint), nil},
		"a machine":                         {all(labelled(machine)), []string{"vm waypoint-not-found error"}},
		"another kind":                      {all(labelled(rule("rule", mesh.DestinationRule{Host: "reviews"}))), nil},
	}.run(t)
}

func TestSidecarsInAmbientMode(t *testing.T) {
	found := []string{"east/reviews-v1 sidecar-in-ambient warning"}
	for name, tt := range map[string]struct {
		namespace, pod map[string]string
		change         func(*mesh.Workload)
		want           []string
	}{
		"not asked":                  {nil, nil, nil, []string{}},
		"by its own label":           {nil, labels(dataplane, "ambient"), nil, found},
		"by the namespace's":         {labels(dataplane, "ambient"), nil, nil, found},
		"left out":                   {labels(dataplane, "ambient"), labels(dataplane, "none"), nil, []string{}},
		"the namespace is left out":  {labels(dataplane, "none"), nil, nil, []string{}},
		"in ambient mode":            {labels(dataplane, "ambient"), labels(dataplane, "ambient"), func(w *mesh.Workload) { w.Mode = mesh.ModeAmbient }, []string{}},
		"a gateway":                  {labels(dataplane, "ambient"), nil, func(w *mesh.Workload) { w.Mode = mesh.ModeGateway }, []string{}},
		"without pods":               {labels(dataplane, "ambient"), nil, func(w *mesh.Workload) { w.Current = 0 }, []string{}},
		"a machine is never ambient": {labels(dataplane, "ambient"), nil, func(w *mesh.Workload) { w.Kind = "WorkloadGroup" }, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			in := twoClusters()
			w := &in[0].Workloads[0]
			in[0].Namespaces[0].Labels, w.PodLabels, w.Current = tt.namespace, tt.pod, 1
			if tt.change != nil {
				tt.change(w)
			}
			require.Equal(t, tt.want, ofAll(in))
		})
	}
	in := twoClusters()
	in[0].Namespaces[0].Labels, in[1].Workloads[1].Current = labels(dataplane, "ambient"), 1
	require.Equal(t, []string{}, ofAll(in), "the namespace is ambient in another cluster alone")
}

func TestPoliciesForHTTPInAmbientMode(t *testing.T) {
	asks := policy(mesh.AuthorizationPolicy{HTTP: true})
	plain := policy(mesh.AuthorizationPolicy{Namespaces: names("books")})
	request := config("RequestAuthentication", security, "books", "policy")
	plugin := config("WasmPlugin", "extensions.istio.io", "books", "policy")
	for_ := func(c mesh.Config, pairs ...string) mesh.Config { c.Selector = labels(pairs...); return c }
	in := func(namespace string, c mesh.Config) mesh.Config { c.Namespace = namespace; return c }
	at := func(c mesh.Config) mesh.Config {
		c.Targets = []mesh.Target{{Kind: "Service", Name: "reviews"}}
		return c
	}
	found := []string{"policy waypoint-needed warning"}
	audit := policy(mesh.AuthorizationPolicy{HTTP: true, Action: "AUDIT"})
	for name, tt := range map[string]struct {
		policy mesh.Config
		// What is told where reviews of east is in ambient mode, where it is and details has
		// a sidecar, and where reviews of west is in ambient mode alone.
		ambient, mixed, west []string
	}{
		"callers by HTTP":                  {asks, found, found, nil},
		"callers by HTTP, selected":        {for_(asks, "app", "reviews"), found, found, nil},
		"callers by HTTP, others selected": {for_(asks, "app", "details"), nil, nil, nil},
		"callers by HTTP, in the mesh":     {in("istio-system", asks), found, found, nil},
		"callers by HTTP, root, selected":  {in("istio-system", for_(asks, "app", "reviews")), found, found, nil},
		"callers by HTTP, elsewhere":       {in("shop", asks), nil, nil, nil},
		"callers by HTTP, at a waypoint":   {at(asks), nil, nil, nil},
		"callers by namespace":             {plain, nil, nil, nil},
		"callers that are noted":           {audit, found, nil, nil},
		"tokens":                           {request, found, nil, nil},
		"tokens, selected":                 {for_(request, "app", "reviews"), found, found, nil},
		"tokens in the mesh":               {in("istio-system", request), nil, nil, nil}, // there is a gateway
		"tokens at a waypoint":             {at(request), nil, nil, nil},
		"a plugin":                         {plugin, found, nil, nil},
		"a plugin, selected":               {for_(plugin, "app", "reviews"), found, found, nil},
		"mutual TLS, which ztunnel does":   {peers("books", "policy", "STRICT"), nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			details := deployment("books", "details", "v1")
			if tt.policy.Selector["app"] == "details" {
				details.Mode = mesh.ModeSidecar
			}
			mode := func(east, west mesh.Mode, more ...mesh.Workload) []*mesh.Inventory {
				in := twoClusters(tt.policy)
				in[0].Workloads[0].Mode, in[1].Workloads[1].Mode = east, west
				in[0].Workloads = append(in[0].Workloads, more...)
				if tt.policy.Selector["app"] == "details" && len(more) == 0 {
					in[1].Workloads = append(in[1].Workloads, details)
				}
				return in
			}
			require.ElementsMatch(t, tt.ambient, told(t, mode(mesh.ModeAmbient, mesh.ModeSidecar)))
			require.ElementsMatch(t, tt.mixed, told(t, mode(mesh.ModeAmbient, mesh.ModeSidecar, details)))
			if tt.policy.AuthorizationPolicy == nil && len(tt.policy.Selector) == 0 {
				waypoint := mesh.Workload{Object: object("books", "waypoint"), Kind: "Deployment", Mode: mesh.ModeWaypoint}
				require.Empty(t, told(t, mode(mesh.ModeAmbient, mesh.ModeSidecar, waypoint)), "some versions of Istio let the waypoint follow it")
			}
			require.ElementsMatch(t, tt.west, told(t, mode(mesh.ModeSidecar, mesh.ModeAmbient, details)))
		})
	}
}
