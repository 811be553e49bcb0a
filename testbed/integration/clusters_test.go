package integration

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestClusters(t *testing.T) {
	s := mesh.Settings()
	for _, name := range []string{"east", "west", "south"} {
		state(t, s, name, "ready", 0)
	}
	all, notes := clusters(t, s)
	if len(all) != 4 || len(notes) != 0 {
		t.Errorf("%d clusters, want 4; notices: %v", len(all), notes)
	}
	for _, want := range []struct {
		name, found, istio, network string
		home                        bool
	}{
		{"east", "home", "1.31.1", "network1", true},
		{"west", "secret istio-system/kiali-remote-cluster-secret-west", "1.31.1", "network2", false},
		{"south", "secret istio-system/istio-remote-secret-south", "", "network1", false},
	} {
		got := all[want.name]
		if got["home"] != want.home || !strings.Contains(fmt.Sprint(got["foundin"]), want.found) || got["apiversion"] != "v1.36.3" || got["network"] != want.network {
			t.Errorf("cluster %s is told wrongly: %v", want.name, got)
		}
		if istio, _ := got["istioversion"].(string); istio != want.istio {
			t.Errorf("cluster %s runs Istio %q, want %q", want.name, istio, want.istio)
		}
		if config, ok := got["istioconfig"].(int64); !ok || config == 0 {
			t.Errorf("cluster %s: its Istio config was not counted: %v", want.name, got["istioconfig"])
		}
		if got["lastcontact"] == nil {
			t.Errorf("cluster %s: no last contact", want.name)
		}
	}
	north := all["north"]
	if north["state"] != "not accessible" || north["links"] != "Kiali (north)" || north["linkurl"] != "https://kiali.north.example.com" || north["lastcontact"] != nil {
		t.Errorf("north is told wrongly: %v", north)
	}
}

// Saving the settings makes a new instance; what it needs is there already.
func TestANewInstanceKeepsTheConnections(t *testing.T) {
	s := mesh.Settings()
	state(t, s, "west", "ready", effect)
	s.Updated = time.Now()
	s.JSON["limits"] = map[string]any{"maxNodes": 50}
	begin := time.Now()
	all, _ := clusters(t, s)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the first answer after the settings were saved took %s", took)
	}
	for _, name := range []string{"east", "west", "south"} {
		if all[name]["state"] != "ready" {
			t.Errorf("%s is %v after the settings were saved", name, all[name]["state"])
		}
	}
}
