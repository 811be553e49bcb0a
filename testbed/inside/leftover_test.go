package inside

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"go.uber.org/goleak"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/inventory"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/plugin"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

const (
	idle = 3 * time.Second
	// soon is within what time what is over is gone, on a busy machine.
	soon = 10 * time.Second
)

// count is what a host has at API servers, by cluster: what was there before is not counted.
type count struct{ watches, connections map[string]int }

// counter counts what is there besides what was there at its making.
type counter struct {
	t       *testing.T
	lab     *lab.Lab
	watches map[string]int
	open    map[string]map[string]bool
}

func counting(t *testing.T, l *lab.Lab) *counter {
	t.Helper()
	c := &counter{t, l, map[string]int{}, map[string]map[string]bool{}}
	for _, cluster := range l.Scenario.Clusters {
		// An API server's own watches begin one after another when it starts.
		within(t, time.Minute, func() string {
			first := watches(t, l.Cluster(cluster.Name))
			time.Sleep(2 * time.Second)
			c.watches[cluster.Name] = watches(t, l.Cluster(cluster.Name))
			if first != c.watches[cluster.Name] {
				return fmt.Sprintf("%s has %d watches of its own, then %d", cluster.Name, first, c.watches[cluster.Name])
			}
			return ""
		})
		c.open[cluster.Name] = connections(t, l.Cluster(cluster.Name))
	}
	return c
}

func (c *counter) now() count {
	c.t.Helper()
	out := count{map[string]int{}, map[string]int{}}
	for name := range c.open {
		out.watches[name] = watches(c.t, c.lab.Cluster(name)) - c.watches[name]
		out.connections[name] = c.connections(name)
	}
	return out
}

// connections is how many there are to one cluster.
func (c *counter) connections(name string) (n int) {
	c.t.Helper()
	for number := range connections(c.t, c.lab.Cluster(name)) {
		if !c.open[name][number] {
			n++
		}
	}
	return n
}

// none complains about what is there.
func (n count) none() string {
	for name, watches := range n.watches {
		if watches != 0 || n.connections[name] != 0 {
			return fmt.Sprintf("cluster %s has %d watches and %d connections", name, watches, n.connections[name])
		}
	}
	return ""
}

// within waits until check gives no complaint, and fails with the last one.
func within(t *testing.T, limit time.Duration, check func() string) {
	t.Helper()
	begin := time.Now()
	for complaint := check(); complaint != ""; complaint = check() {
		if time.Since(begin) > limit {
			t.Fatalf("not within %s: %s", limit, complaint)
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("after %s", time.Since(begin).Round(10*time.Millisecond))
}

// instance is a data source of a host.
func instance(t *testing.T, h *plugin.Host, s ask.Settings) *plugin.Datasource {
	t.Helper()
	settings, err := s.Instance()
	if err != nil {
		t.Fatal(err)
	}
	made, err := h.NewInstance(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	return made.(*plugin.Datasource)
}

func answers(t *testing.T, d *plugin.Datasource, s ask.Settings, queries ...ask.Query) []data.Frames {
	t.Helper()
	request, err := ask.Request(s, nil, queries...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	response, err := d.QueryData(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	var out []data.Frames
	for _, q := range request.Queries {
		got := response.Responses[q.RefID]
		if got.Error != nil {
			t.Fatalf("%s: %v", q.QueryType, got.Error)
		}
		out = append(out, got.Frames)
	}
	return out
}

// TestNothingIsLeft: after the last instance is disposed of and the idle time is over, there
// is no goroutine, no watch and no connection. So it is with what nobody asks for any more.
func TestNothingIsLeft(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Minute) // the first time, parts are built
	defer cancel()
	small, err := scenario.Scale(20, 2)
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.Start(ctx, small, lab.Options{Progress: os.Stderr, History: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Stop(); err != nil {
			t.Error(err)
		}
	}()
	counter := counting(t, l)
	before := goleak.IgnoreCurrent()

	host := plugin.NewHost(plugin.Options{Idle: idle, Linger: idle})
	s := l.Settings()
	first, second := instance(t, host, s), instance(t, host, s)
	if complaint := counter.now().none(); complaint != "" {
		t.Errorf("before the first question %s", complaint)
	}
	tables := []ask.Query{{Type: "workloads"}, {Type: "istioConfig"}, {Type: "health"}, {Type: "clusters"}, {Type: "changes"}, {Type: "trafficGraph"}}
	for _, d := range []*plugin.Datasource{first, second} {
		for i, frames := range answers(t, d, s, tables...) {
			if i == 0 && frames[0].Rows() < 20 {
				t.Fatalf("only %d workloads: %v", frames[0].Rows(), frames[0].Meta.Notices)
			}
		}
	}
	health, err := first.CheckHealth(ctx, &backend.CheckHealthRequest{})
	if err != nil || health.Status != backend.HealthStatusOk {
		t.Errorf("the health check says %v (%v)", health, err)
	}
	// Every kind is watched, once for both instances; in the home cluster there are the two
	// watches of secrets of each instance besides.
	kinds := len(inventory.Needs())
	home := l.Scenario.Home().Name
	working := func() string {
		now := counter.now()
		for name, watches := range now.watches {
			want := kinds
			if name == home {
				want += 4
			}
			if watches != want || now.connections[name] < 1 {
				return fmt.Sprintf("cluster %s has %d watches, not %d, and %d connections", name, watches, want, now.connections[name])
			}
		}
		return ""
	}
	within(t, soon, working)

	first.Dispose()
	second.Dispose()
	disposed := time.Now()
	within(t, idle+soon, func() string { return counter.now().none() })
	if took := time.Since(disposed); took < idle/2 {
		t.Errorf("the connections were gone after %s, although the next instance could have used them", took)
	}
	left(t, before)

	// An instance that nobody asks keeps nothing either, and begins anew when it is asked.
	third := instance(t, host, s)
	for range 2 {
		answers(t, third, s, tables...)
		if complaint := counter.now().none(); complaint == "" {
			t.Error("an instance that was asked has no connection")
		}
		within(t, 2*idle+soon, func() string { return counter.now().none() })
		// Its connections to the metrics store are open until it is disposed of, or they are
		// of no use for long.
		left(t, before, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
			goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"), goleak.IgnoreAnyFunction("net/http.(*conn).serve"))
	}

	// Closing does not wait for idle times.
	answers(t, third, s, tables...)
	third.Dispose()
	if err := host.Close(); err != nil {
		t.Error(err)
	}
	for name := range counter.open {
		if n := counter.connections(name); n != 0 {
			t.Errorf("cluster %s has %d connections after the host was closed", name, n)
		}
	}
	within(t, soon, func() string { return counter.now().none() })
	left(t, before)
}

// left complains about goroutines that were not there before.
func left(t *testing.T, before ...goleak.Option) {
	t.Helper()
	// The lab's proxy before the metrics store keeps connections for a while.
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if err := goleak.Find(before...); err != nil {
		t.Error(err)
	}
}
