package integration

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

func TestVariablesAndLists(t *testing.T) {
	s := mesh.Settings()
	for _, tt := range []struct {
		fields map[string]any
		path   string
		want   []string
	}{
		{map[string]any{"of": "clusters"}, "", []string{"east", "north", "south", "west"}},
		{map[string]any{"of": "namespaces", "clusters": []string{"south"}}, "namespaces?cluster=south", []string{"bookinfo", "istio-system", "sample"}},
		{map[string]any{"of": "workloads", "clusters": []string{"west"}, "namespaces": []string{"sample"}}, "names?of=workloads&cluster=west&namespace=sample", []string{"helloworld-v2", "sleep"}},
		{map[string]any{"of": "applications", "namespaces": []string{"payments"}}, "names?of=applications&namespace=payments", []string{"checkout", "ledger", "nightly-batch"}},
		{map[string]any{"of": "services", "clusters": []string{"east"}, "namespaces": []string{"sample"}}, "names?of=services&cluster=east&namespace=sample", []string{"helloworld", "sleep"}},
		{map[string]any{"of": "revisions"}, "", []string{"default"}},
	} {
		frames := answer(t, s, ask.Query{Type: "variable", Fields: tt.fields})
		if len(frames) != 1 || len(frames[0].Fields) != 1 {
			t.Fatalf("%v: not one column", tt.fields)
		}
		var got []string
		for _, r := range rows(frames[0]) {
			got = append(got, r["value"].(string))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.fields, got, tt.want)
		}
		if tt.path == "" {
			continue
		}
		var list []string
		if status := resource(t, s, tt.path, &list); status != 200 || !slices.Equal(list, tt.want) {
			t.Errorf("GET %s: %d %v, want %v", tt.path, status, list, tt.want)
		}
	}
	var listed []struct {
		Name, State, Error string
		Home               bool
	}
	if status := resource(t, s, "clusters", &listed); status != 200 || len(listed) != 4 || listed[0].Name != "east" || !listed[0].Home || listed[0].State != "ready" {
		t.Errorf("GET clusters: %d %+v", status, listed)
	}
	var problem struct{ Message string }
	if status := resource(t, s, "names?of=pods", &problem); status != 400 || !strings.Contains(problem.Message, `"pods" is not one of`) {
		t.Errorf("GET names?of=pods: %d %+v", status, problem)
	}
}

func resource(t *testing.T, s ask.Settings, path string, into any) int {
	t.Helper()
	status, body, err := plugin.CallResource(t.Context(), s, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		t.Fatalf("GET %s: %s: %v", path, body, err)
	}
	return status
}
