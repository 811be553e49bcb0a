// Package rooms holds the test that keeps each room of the house to its imports.
package rooms

import (
	"errors"
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	here = "github.com/meshatlas/meshatlas-istio-datasource/pkg"
	sdk  = "github.com/grafana/grafana-plugin-sdk-go"
)

// mayImport says for every room (a package below pkg) which packages it may import
// directly, beyond the standard library. An entry stands for the package and all
// below it; one that begins with a slash is a room of this project.
//
// The order is that of a query on its way through the house. Values flow along
// it, and nothing here points back: mesh, graph and frames know neither clusters
// nor Prometheus, and only plugin knows that there is a Grafana which asks.
var mayImport = map[string][]string{
	"": { // main.go: registers the data source, nothing else
		"/plugin", sdk + "/backend/datasource", sdk + "/backend/log",
	},
	"/plugin": { // the only room that speaks Grafana's handler interfaces
		"/settings", "/query", "/mesh", "/fleet", "/inventory", "/telemetry", "/applies", "/findings", "/graph", "/catalog", "/expression", "/frames", "/fault", sdk,
		"golang.org/x/sync/errgroup",
	},
	"/settings": {"/mesh"},
	"/query":    {"/mesh", sdk + "/backend/gtime"}, // durations as dashboards write them
	"/mesh":     {},
	"/fleet": {
		"/mesh", "/settings", "/fault",
		"k8s.io/client-go", "k8s.io/api", "k8s.io/apimachinery", "k8s.io/klog/v2",
		"go.yaml.in/yaml/v3", // looks for aliases in kubeconfigs before anything unfolds them
		"golang.org/x/sync/errgroup",
		sdk + "/backend", // the status of faults, and the plugin's log
	},
	"/inventory": {
		"/mesh", "/fault",
		"k8s.io/client-go", "k8s.io/api", "k8s.io/apimachinery",
		"istio.io/api",       // the names of labels and annotations
		"istio.io/client-go", // the groups and versions of Istio's kinds
		"sigs.k8s.io/yaml",   // single objects, for people
		"golang.org/x/sync/errgroup",
		sdk + "/backend", // the status of faults
	},
	"/telemetry": {
		"/mesh", "/fault",
		"github.com/prometheus/client_golang/api", "github.com/prometheus/common/model",
		"golang.org/x/sync/singleflight", // many who ask the same
	},
	"/applies":         {"/mesh"},
	"/findings":        {"/mesh", "/applies"},
	"/graph":           {"/mesh", "/applies", "/graph/arrange"},
	"/graph/arrange":   {},
	"/catalog":         {"/mesh", "/applies"},
	"/expression":      {"/mesh", "github.com/expr-lang/expr"},
	"/frames":          {"/mesh", "/catalog", sdk + "/data"},
	"/frames/contract": {sdk + "/data"}, // the contract of frames, as other rooms' tests check it
	"/fault": {
		sdk + "/backend", "k8s.io/apimachinery", "github.com/prometheus/client_golang/api",
	},
}

func TestEveryRoomKeepsToItsImports(t *testing.T) {
	var seen []string
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 {
			continue // tests alone, such as this
		}
		room := strings.TrimPrefix(filepath.ToSlash(p.Dir), "..")
		seen = append(seen, room)
		allowed, ok := mayImport[room]
		if !ok {
			t.Errorf("pkg%s has no row: say in mayImport what it may import", room)
			continue
		}
		for _, path := range p.Imports {
			if !standard(path) && !slices.ContainsFunc(allowed, covers(path)) {
				t.Errorf("pkg%s imports %s, which its row does not allow", room, path)
			}
		}
	}
	for room := range mayImport {
		if !slices.Contains(seen, room) {
			t.Errorf("there is no pkg%s: take its row out", room)
		}
	}
}

// covers reports whether an entry of the table allows the import of path. A room
// allows itself alone: what lies below it has a row of its own.
func covers(path string) func(entry string) bool {
	return func(entry string) bool {
		if strings.HasPrefix(entry, "/") {
			return path == here+entry
		}
		return path == entry || strings.HasPrefix(path, entry+"/")
	}
}

// standard reports whether a package is of the standard library, whose paths do not
// begin with a host.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// packages reads every folder below pkg that holds Go files. Test files do not
// count: tests may import what they need.
func packages(t *testing.T) []*build.Package {
	t.Helper()
	var all []*build.Package
	require.NoError(t, filepath.WalkDir("..", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "testdata" {
			return fs.SkipDir
		}
		p, err := build.ImportDir(dir, 0)
		if none := (*build.NoGoError)(nil); errors.As(err, &none) {
			return nil
		}
		if err == nil {
			all = append(all, p)
		}
		return err
	}))
	return all
}
