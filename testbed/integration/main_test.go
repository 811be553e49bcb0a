// Package integration asks the built plugin, over the plugin protocol, about the
// demo mesh: real API servers, real Prometheus, and the things that go wrong with them.
package integration

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// mesh and plugin run for all tests, which is why a test that breaks something
// mends it before it ends, and none runs beside another.
var (
	mesh   *lab.Lab
	plugin *ask.Plugin
	// running lasts as long as the mesh does: what a test starts anew lives by it.
	running context.Context
	// ready is when the mesh had its past and its first scrape.
	ready time.Time
)

// afterwards is a context for mending what a test broke: its own has ended by then.
func afterwards(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Minute)
	defer cancel()
	running = ctx
	repo, err := parts.Repo()
	if err != nil {
		return 1, err
	}
	demo, err := scenario.Demo()
	if err != nil {
		return 1, err
	}
	if mesh, err = lab.Start(ctx, demo, lab.Options{Progress: os.Stderr, History: 95 * time.Minute, Past: otherwiseThen}); err != nil {
		return 1, err
	}
	defer func() {
		if stopErr := mesh.Stop(); err == nil {
			err = stopErr
		}
	}()
	ready = time.Now()
	if plugin, err = ask.Start(ctx, filepath.Join(repo, ask.Binary()), nil); err != nil {
		return 1, err
	}
	defer plugin.Stop()
	return m.Run(), nil
}

// answer asks one query and wants an answer.
func answer(t *testing.T, s ask.Settings, q ask.Query) data.Frames {
	t.Helper()
	response := response(t, s, q)
	if response.Error != nil {
		t.Fatalf("%s %v: %v", q.Type, q.Fields, response.Error)
	}
	if strings.HasSuffix(q.Type, "Graph") {
		if err := contract.CheckGraph(response.Frames); err != nil {
			t.Fatalf("%s %v does not hold to the contract: %v", q.Type, q.Fields, err)
		}
	}
	return response.Frames
}

func response(t *testing.T, s ask.Settings, q ask.Query) backend.DataResponse {
	t.Helper()
	q.RefID = "A"
	responses, err := plugin.Query(afterwards(t), s, q)
	if err != nil {
		t.Fatalf("%s %v: %v", q.Type, q.Fields, err)
	}
	return responses["A"]
}

// row is a row of a table, by column; null is nil.
type row map[string]any

func rows(f *data.Frame) []row {
	out := make([]row, f.Rows())
	for i := range out {
		out[i] = row{}
		for _, field := range f.Fields {
			if v, ok := field.ConcreteAt(i); ok {
				out[i][field.Name] = v
			}
		}
	}
	return out
}

// clusters is the table of clusters, by name, with its notices.
func clusters(t *testing.T, s ask.Settings) (map[string]row, []string) {
	t.Helper()
	table := answer(t, s, ask.Query{Type: "clusters"})[0]
	byName := map[string]row{}
	for _, r := range rows(table) {
		byName[r["name"].(string)] = r
	}
	return byName, notices(table)
}

func notices(f *data.Frame) []string {
	var out []string
	for _, n := range f.Meta.Notices {
		out = append(out, n.Text)
	}
	return out
}

func graph(t *testing.T, s ask.Settings, fields map[string]any) (nodes, edges []row) {
	t.Helper()
	frames := answer(t, s, ask.Query{Type: "trafficGraph", Fields: fields})
	return rows(frames[0]), rows(frames[1])
}

// within waits until check gives no complaint, and fails with the last one.
func within(t *testing.T, limit time.Duration, check func() string) {
	t.Helper()
	begin := time.Now()
	for {
		complaint := check()
		if complaint == "" {
			t.Logf("after %s", time.Since(begin).Round(10*time.Millisecond))
			return
		}
		if time.Since(begin) > limit {
			t.Fatalf("not within %s: %s", limit, complaint)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// state waits until a cluster is in a state.
func state(t *testing.T, s ask.Settings, cluster, want string, limit time.Duration) row {
	t.Helper()
	var got row
	within(t, limit, func() string {
		all, _ := clusters(t, s)
		if got = all[cluster]; got == nil {
			return fmt.Sprintf("there is no cluster %s", cluster)
		}
		if got["state"] != want {
			return fmt.Sprintf("cluster %s is %v (%v), not %s", cluster, got["state"], got["error"], want)
		}
		return ""
	})
	return got
}

func contains(list []string, parts ...string) bool {
	for _, s := range list {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(s, p)
		}
		if all {
			return true
		}
	}
	return false
}

// near wants a number within 3 %: rates are exact but for the moment of the scrape.
func near(t *testing.T, what string, got any, want float64) {
	t.Helper()
	v, ok := got.(float64)
	if !ok || math.Abs(v-want) > 0.03*want+0.001 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
