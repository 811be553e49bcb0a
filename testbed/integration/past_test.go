package integration

import (
	"fmt"
	"testing"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// What was otherwise half an hour ago is marked. This test comes last: it changes the traffic.
func TestTheGraphIsComparedWithThePast(t *testing.T) {
	s := mesh.Settings()
	fields := map[string]any{"level": "workload", "clusters": []string{"north"}, "window": "1m", "compareTo": "30m"}
	const calls = "workload/north/sample/sleep->workload/north/sample/helloworld-v2"
	change := func() map[string]row {
		_, edges := graph(t, s, fields)
		out := map[string]row{}
		for _, e := range edges {
			out[e["id"].(string)] = e
		}
		return out
	}
	if e := change()[calls]; e == nil || e["change"] != "" {
		t.Fatalf("before anything has changed: %v", e)
	}
	sleep, hello := scenario.At("north", "sample", "sleep"), scenario.At("north", "sample", "helloworld-v2")
	if err := mesh.Traffic.SetRate(sleep, hello, 60); err != nil {
		t.Fatal(err)
	}
	within(t, 45*time.Second, func() string {
		e := change()[calls]
		if e["change"] != "changed" {
			return fmt.Sprintf("the edge is not marked: %v", e)
		}
		return ""
	})
}
