package provision

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDataSources(t *testing.T) {
	dir := write(t, "a.yaml", `
apiVersion: 1
datasources:
  - name: Mesh Atlas
    uid: m
    type: meshatlas-istio-datasource
    url: ${STORE}
    jsonData: {clusters: [{name: "$NAME"}], limits: {maxNodes: 5}, price: "$$1"}
    secureJsonData: {homeKubeconfig: $KUBECONFIG_TEXT}
`)
	env := map[string]string{"STORE": "http://p", "NAME": "east", "KUBECONFIG_TEXT": "a: $b\nc: 1\n"}
	known := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	got, err := ReadDataSources(dir, known)
	if err != nil {
		t.Fatal(err)
	}
	want := []DataSource{{Name: "Mesh Atlas", UID: "m", Type: "meshatlas-istio-datasource", URL: "http://p",
		JSONData: map[string]any{"clusters": []any{map[string]any{"name": "east"}}, "limits": map[string]any{"maxNodes": 5.0}, "price": "$1"},
		// What a variable holds is not expanded again.
		SecureJSONData: map[string]string{"homeKubeconfig": "a: $b\nc: 1\n"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	delete(env, "STORE")
	if _, err := ReadDataSources(dir, known); err == nil || !strings.Contains(err.Error(), "nobody sets STORE") {
		t.Errorf("the error is %v", err)
	}
	if _, err := ReadDataSources(t.TempDir(), known); err == nil {
		t.Error("an empty directory is accepted")
	}
}

func TestDashboards(t *testing.T) {
	dir := write(t, "a.json", `{"title": "Mesh", "time": {"from": "now-30m", "to": "now"},
	 "templating": {"list": [
	   {"name": "cluster", "type": "query", "includeAll": true, "query": {"queryType": "variable", "of": "clusters"}, "current": {"value": ["$__all"]}},
	   {"name": "ds", "type": "datasource", "query": "prometheus", "current": {"value": "prom"}}]},
	 "annotations": {"list": [
	   {"builtIn": 1, "name": "Annotations & Alerts", "datasource": {"uid": "-- Grafana --"}},
	   {"name": "Changes", "datasource": {"uid": "m"}, "target": {"refId": "Anno", "queryType": "changes"}}]},
	 "panels": [
	   {"type": "row", "title": "Row", "panels": [{"type": "table", "title": "Folded", "datasource": {"uid": "m"}, "targets": [{"refId": "A"}]}]},
	   {"type": "table", "title": "Own", "datasource": {"uid": "m"}, "targets": [{"refId": "A", "datasource": {"uid": "p", "type": "prometheus"}}]}]}`)
	all, err := ReadDashboards(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := all[0]
	if len(d.Panels) != 2 || d.Panels[0].Title != "Folded" || d.Panels[1].Title != "Own" {
		t.Fatalf("panels are %+v", d.Panels)
	}
	if len(d.Annotations) != 1 || d.Annotations[0].Title != "Changes" || d.Annotations[0].Targets[0]["queryType"] != "changes" ||
		d.Annotations[0].TargetRef(d.Annotations[0].Targets[0]).UID != "m" {
		t.Errorf("annotations are %+v", d.Annotations)
	}
	if got := d.Panels[0].TargetRef(d.Panels[0].Targets[0]).UID; got != "m" {
		t.Errorf("the panel's data source is %q", got)
	}
	if got := d.Panels[1].TargetRef(d.Panels[1].Targets[0]); got != (Ref{"prometheus", "p"}) {
		t.Errorf("the query's own data source is %v", got)
	}
	if query, ok := d.Variables[0].QueryObject(); !ok || query["of"] != "clusters" {
		t.Errorf("the variable's query is %v", query)
	}
	if got := d.Variables[1].QueryText(); got != "prometheus" {
		t.Errorf("the variable's query is %q", got)
	}
	now := time.Unix(10_000, 0)
	if from, to, err := d.Time.Resolve(now); err != nil || !to.Equal(now) || now.Sub(from) != 30*time.Minute {
		t.Errorf("the range is %v to %v, %v", from, to, err)
	}
	if _, _, err := (Range{From: "yesterday"}).Resolve(now); err == nil {
		t.Error("an unknown time is accepted")
	}
}

func TestExpand(t *testing.T) {
	v := Values{}
	v.Set("cluster", []string{"east", "west.1"})
	v.Set("ns", []string{all})
	v.Set("one", []string{"x"})
	got := v.Expand(map[string]any{
		"clusters": []any{"$cluster", "south"}, "namespaces": []any{"${ns}"}, "names": []any{"a-$one", all},
		"level": "$one", "other": "$nobody", "n": 3.0, "focus": map[string]any{"name": "${cluster:csv}"},
	})
	want := map[string]any{
		"clusters": []any{"east", "west.1", "south"}, "namespaces": []any{}, "names": []any{"a-x"},
		"level": "x", "other": "$nobody", "n": 3.0, "focus": map[string]any{"name": "east,west.1"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	promql := v.ExpandPromQL(`sum(rate(x{c=~"$cluster",n=~"[[ns]]",o="$one"}[$__rate_interval]))`)
	if want := `sum(rate(x{c=~"(east|west\\.1)",n=~".*",o="x"}[$__rate_interval]))`; promql != want {
		t.Errorf("PromQL is %s\nwant      %s", promql, want)
	}
}
