// Package provisioned holds the tests of what is provisioned: that the data sources,
// the dashboards and docker-compose.yaml fit the plugin and one another.
package provisioned

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/settings"
)

const root = "../.."

// read reads a file of the repository.
func read(t *testing.T, path ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	require.NoError(t, err)
	return raw
}

// readYAML reads a file strictly: a misspelt key is an error.
func readYAML(t *testing.T, into any, path ...string) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader(read(t, path...)))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(into), filepath.Join(path...))
}

func pluginID(t *testing.T) string {
	t.Helper()
	var plugin struct{ ID string }
	require.NoError(t, json.Unmarshal(read(t, "src", "plugin.json"), &plugin))
	require.NotEmpty(t, plugin.ID)
	return plugin.ID
}

// datasource is a provisioned data source, as Grafana reads it.
type datasource struct {
	Name, UID, Type, Access, URL string
	JSONData                     map[string]any    `yaml:"jsonData"`
	SecureJSONData               map[string]string `yaml:"secureJsonData"`
}

func datasources(t *testing.T) []datasource {
	t.Helper()
	var file struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []datasource
	}
	readYAML(t, &file, "provisioning", "datasources", "meshatlas.yaml")
	require.Equal(t, 1, file.APIVersion)
	return file.Datasources
}

// only returns the one data source of a type.
func only(t *testing.T, kind string) datasource {
	t.Helper()
	found := slices.DeleteFunc(datasources(t), func(d datasource) bool { return d.Type != kind })
	require.Len(t, found, 1, kind)
	return found[0]
}

// variables are those that Grafana's environment must hold.
var variables = regexp.MustCompile(`\$\{?([A-Z][A-Z0-9_]*)\}?`)

func expand(text string) string {
	return os.Expand(text, func(name string) string {
		return map[string]string{
			"MESHATLAS_PROMETHEUS_URL":  "http://127.0.0.1:9090",
			"MESHATLAS_HOME_KUBECONFIG": "apiVersion: v1",
		}[name]
	})
}

func TestSettingsAreAccepted(t *testing.T) {
	ours := only(t, pluginID(t))
	jsonData, err := json.Marshal(ours.JSONData)
	require.NoError(t, err)
	secure := map[string]string{}
	for key, value := range ours.SecureJSONData {
		secure[key] = expand(value)
	}
	s, err := settings.Decode(expand(ours.URL), jsonData, secure)
	require.NoError(t, err)
	require.Equal(t, mesh.ClusterName("east"), s.Home.Name)
	require.Equal(t, mesh.AccessKubeconfig, s.Home.Access)
	require.Equal(t, settings.DefaultSelectors(), s.RemoteSecrets.Selectors, "the file says that these are the defaults")
	require.Equal(t, only(t, "prometheus").UID, s.Links.MetricsUID)
	require.Equal(t, ours.URL, only(t, "prometheus").URL, "both read one store")
}

// The demo's scenario decides which clusters are found by secrets and which have
// to be listed.
func TestListedClustersAreThoseOfTheDemo(t *testing.T) {
	type link struct{ Title, URL string }
	var scenario struct {
		Clusters []struct {
			Name  string
			Home  bool
			Found string
			Links []link
		}
	}
	require.NoError(t, yaml.Unmarshal(read(t, "testbed", "scenario", "demo.yaml"), &scenario))
	wanted := map[string][]link{}
	home := ""
	for _, c := range scenario.Clusters {
		switch {
		case c.Home:
			home = c.Name
		case c.Found == "none":
			wanted[c.Name] = c.Links
		case c.Found == "kiali" || c.Found == "istio": // found by their label
		default:
			t.Errorf("the demo's %s is found by %q: list it in the provisioned data source, and here", c.Name, c.Found)
		}
	}
	var given struct {
		HomeCluster struct{ Name string }
		Clusters    []struct {
			Name       string
			Accessible *bool
			Links      []link
		}
	}
	jsonData, err := json.Marshal(only(t, pluginID(t)).JSONData)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(jsonData, &given))
	require.Equal(t, home, given.HomeCluster.Name)
	listed := map[string][]link{}
	for _, c := range given.Clusters {
		require.NotNil(t, c.Accessible, c.Name)
		require.False(t, *c.Accessible, c.Name)
		listed[c.Name] = c.Links
	}
	require.Equal(t, wanted, listed)
}
