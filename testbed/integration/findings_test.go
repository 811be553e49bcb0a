package integration

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// What another cluster alone has is there, and what nothing in the mesh has is not.
func TestWhatIsWrongWithPoliciesOfSeveralClusters(t *testing.T) {
	type spec = map[string]any
	s := mesh.Settings() // north, which nobody may look into, would leave all open
	s.UID, s.JSON["clusters"] = "policies-without-north", []any{}
	callers := func(name string, namespaces ...any) *objectOf {
		return &objectOf{"east", "security.istio.io/v1", "AuthorizationPolicy", "bookinfo", name, spec{"rules": list(spec{"from": list(spec{"source": spec{"namespaces": namespaces}})})}, nil}
	}
	silent := callers("policy-silent", "wars")
	silent.annotations = spec{"kiali.io/ignore-validations": "KIA0101"}
	for _, o := range []*objectOf{
		callers("policy-there", "wares"), callers("policy-nowhere", "wares", "wars"), silent,
		{"east", "networking.istio.io/v1", "Sidecar", "bookinfo", "policy-egress", spec{"workloadSelector": spec{"labels": spec{"app": "reviews"}},
			"egress": list(spec{"hosts": list("wares/*", "wars/*", "./ratings.bookinfo.svc.cluster.local", "./revews.bookinfo.svc.cluster.local")})}, nil},
		{"west", "security.istio.io/v1", "AuthorizationPolicy", "wares", "policy-http", spec{"rules": list(spec{"to": list(spec{"operation": spec{"paths": list("/a")}})})}, nil},
	} {
		made := istioObject(o.apiVersion, o.kind, o.namespace, o.name, o.spec)
		if o.annotations != nil {
			made.Object["metadata"].(spec)["annotations"] = o.annotations
		}
		place(t, o.cluster, made)
	}
	bound := istioObject("v1", "Service", "wares", "policy-service", nil)
	bound.Object["metadata"].(spec)["labels"] = spec{"istio.io/use-waypoint": "no-waypoint"}
	bound.Object["spec"] = spec{"ports": list(spec{"port": int64(80)})}
	place(t, "west", bound)

	want := map[string]string{
		"policy-there": "", "policy-silent": "", "policy-nowhere": "namespace-not-found",
		"policy-egress": "host-not-found, namespace-not-found", "policy-http": "waypoint-needed",
	}
	var names []string
	for name := range want {
		names = append(names, name)
	}
	within(t, 10*time.Second, func() string {
		found, _ := configured(t, s, map[string]any{"names": names})
		got := map[string]string{}
		for _, r := range found {
			codes, _ := r["codes"].(string)
			got[r["name"].(string)] = codes
			if wrong := r["warnings"] != int64(0); wrong != (codes != "") || r["errors"] != int64(0) {
				return fmt.Sprintf("%v", r)
			}
		}
		if !maps.Equal(got, want) {
			return fmt.Sprintf("%v, want %v", got, want)
		}
		services := rows(answer(t, s, ask.Query{Type: "services", Fields: map[string]any{"clusters": []string{"west"}, "names": []string{"policy-service"}, "traffic": false}})[0])
		if len(services) != 1 || services[0]["findings"] == nil {
			return fmt.Sprintf("%v", services)
		}
		return ""
	})
}

// objectOf is an object of a cluster.
type objectOf struct {
	cluster, apiVersion, kind, namespace, name string
	spec, annotations                          map[string]any
}
