package demo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/provision"
)

func TestTableAlignsAndShowsUnknownAsDash(t *testing.T) {
	one := 1.5
	frame := data.NewFrame("t",
		data.NewField("name", nil, []string{"größer", "b\nb"}),
		data.NewField("rate", nil, []*float64{&one, nil}).SetConfig(&data.FieldConfig{DisplayNameFromDS: "Rate", Unit: "reqps"}),
		data.NewField("at", nil, []time.Time{time.Unix(0, 0), time.Unix(60, 0)}))
	var out strings.Builder
	table(&out, frame)
	want := "    NAME    RATE [REQPS]  AT\n" +
		"    größer  1.5           1970-01-01 00:00:00\n" +
		"    b b     –             1970-01-01 00:01:00\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}

func TestTableEndsSomewhere(t *testing.T) {
	var out strings.Builder
	table(&out, data.NewFrame("t", data.NewField("n", nil, make([]int64, mostRows+5))))
	if !strings.Contains(out.String(), "… and 5 more") {
		t.Errorf("got\n%s", &out)
	}
}

func TestShowCountsErrorsAndGraphs(t *testing.T) {
	var out strings.Builder
	w := &walk{out: &out, dir: t.TempDir()}
	graph := func(target string) data.Frames {
		nodes := data.NewFrame("nodes", data.NewField("id", nil, []string{"a", "b"}))
		nodes.Meta = &data.FrameMeta{PreferredVisualization: data.VisTypeNodeGraph,
			Notices: []data.Notice{{Severity: data.NoticeSeverityWarning, Text: "cluster west is away"}}}
		edges := data.NewFrame("edges", data.NewField("id", nil, []string{"e"}), data.NewField("source", nil, []string{"a"}),
			data.NewField("target", nil, []string{target}), data.NewField("crosscluster", nil, []bool{true}))
		return data.Frames{nodes, edges}
	}
	w.show("My Board", "Who, whom?", backend.DataResponse{Frames: graph("b")})
	if w.graphs != 1 || len(w.failures) != 0 {
		t.Errorf("%d graphs, failures %v", w.graphs, w.failures)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "my-board-who-whom.svg")); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"notice (warning): cluster west is away", "2 nodes, 1 edges, 1 of them across clusters"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	w.show("d", "broken graph", backend.DataResponse{Frames: graph("nobody")})
	w.show("d", "no frames", backend.DataResponse{})
	w.show("d", "error", backend.DataResponse{Error: errors.New("no such level")})
	if len(w.failures) != 3 {
		t.Errorf("failures are %v, want three", w.failures)
	}
}

func TestSourceByUIDVariableAndType(t *testing.T) {
	w := &walk{sources: []provision.DataSource{{UID: "m", Type: ask.PluginID}, {UID: "p", Type: "prometheus"}}}
	values := provision.Values{"ds": {"p"}}
	for ref, want := range map[provision.Ref]string{
		{UID: "m"}: "m", {UID: "${ds}"}: "p", {Type: "prometheus"}: "p", {Type: ask.PluginID, UID: "m"}: "m",
	} {
		if got, err := w.source(ref, values); err != nil || got.UID != want {
			t.Errorf("%v is %q (%v), want %q", ref, got.UID, err, want)
		}
	}
	if _, err := w.source(provision.Ref{UID: "x"}, values); err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestLegend(t *testing.T) {
	s := series{Metric: map[string]string{"b": "2", "a": "1"}, Values: [][2]any{{0, "1"}, {1, "2.345"}}}
	if got := s.name("{{a}} → {{ b }}{{c}}"); got != "1 → 2" {
		t.Errorf("the name is %q", got)
	}
	if got := s.name(""); got != "{a=1, b=2}" {
		t.Errorf("the name is %q", got)
	}
	if got := s.last(); got != "2.35" && got != "2.34" {
		t.Errorf("the last value is %q", got)
	}
}

// TestGrafanaFindsItsFiles is as much as can be tried without a Grafana.
func TestGrafanaFindsItsFiles(t *testing.T) {
	dir, repo := t.TempDir(), t.TempDir()
	for _, folder := range []string{"dist", "provisioning/datasources"} {
		if err := os.MkdirAll(filepath.Join(repo, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // again over what is there
		if err := layOut(dir, repo); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"plugins/" + ask.PluginID, "provisioning/datasources", "provisioning/dashboards/dashboards.yaml"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
			t.Error(err)
		}
	}
	t.Setenv("GRAFANA_HOME", "/opt/grafana")
	if got := grafanaBinary(); got != "/opt/grafana/bin/grafana" {
		t.Errorf("Grafana is looked for at %s", got)
	}
}
