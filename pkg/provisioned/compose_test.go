package provisioned

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// service is a service of docker-compose.yaml, as far as it is used there.
type service struct {
	Image       string
	Init        bool
	StopGrace   string `yaml:"stop_grace_period"`
	User        string
	WorkingDir  string                                `yaml:"working_dir"`
	NetworkMode string                                `yaml:"network_mode"`
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Environment map[string]string
	Volumes     []string
	Ports       []string
	Command     any
	Entrypoint  []string
}

type compose struct {
	Services map[string]service
	Volumes  map[string]any
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	readYAML(t, &c, "docker-compose.yaml")
	return c
}

// script is the last part of a command: what the shell runs.
func script(t *testing.T, command any) string {
	t.Helper()
	switch c := command.(type) {
	case string:
		return c
	case []any:
		return c[len(c)-1].(string)
	case []string:
		return c[len(c)-1]
	}
	t.Fatalf("no script in %v", command)
	return ""
}

// mounts are a service's volumes, by their path inside.
func (s service) mounts() map[string]string {
	out := map[string]string{}
	for _, v := range s.Volumes {
		parts := strings.Split(v, ":")
		out[parts[1]] = parts[0]
	}
	return out
}

func TestComposeMountsWhatExists(t *testing.T) {
	c := readCompose(t)
	ignored := strings.Split(string(read(t, ".gitignore")), "\n")
	for name, s := range c.Services {
		for inside, outside := range s.mounts() {
			require.True(t, path.IsAbs(inside), "%s: %s", name, inside)
			local, isPath := strings.CutPrefix(outside, "./")
			if !isPath {
				require.Contains(t, c.Volumes, outside, "%s: the volume is not declared", name)
				continue
			}
			if _, err := os.Stat(filepath.Join(root, local)); err != nil {
				require.Contains(t, ignored, local+"/", "%s: %s is neither there nor built", name, outside)
			}
		}
		if s.WorkingDir != "" {
			require.Equal(t, "./", s.mounts()[s.WorkingDir], "%s works in the repository", name)
		}
		for other := range s.DependsOn {
			require.Contains(t, c.Services, other, name)
		}
	}
	for volume := range c.Volumes {
		require.True(t, slices.ContainsFunc(slices.Collect(maps.Values(c.Services)), func(s service) bool {
			return slices.Contains(slices.Collect(maps.Values(s.mounts())), volume)
		}), "nobody uses the volume %s", volume)
	}
}

func TestComposeGrafanaFindsPluginAndProvisioning(t *testing.T) {
	grafana := readCompose(t).Services["grafana"]
	id := pluginID(t)
	require.Equal(t, "./dist", grafana.mounts()["/var/lib/grafana/plugins/"+id])
	require.Equal(t, id, grafana.Environment["GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS"])
	require.Equal(t, "./provisioning", grafana.mounts()["/etc/grafana/provisioning"])

	var providers struct {
		APIVersion int `yaml:"apiVersion"`
		Providers  []struct {
			Name, Folder, Type string
			AllowUIUpdates     bool `yaml:"allowUiUpdates"`
			Options            struct{ Path string }
		}
	}
	readYAML(t, &providers, "provisioning", "dashboards", "dashboards.yaml")
	require.Len(t, providers.Providers, 1)
	require.Equal(t, "/etc/grafana/provisioning/dashboards", providers.Providers[0].Options.Path)
}

func TestComposeSetsEveryVariableOfTheProvisioning(t *testing.T) {
	grafana := readCompose(t).Services["grafana"]
	found := variables.FindAllStringSubmatch(withoutComments(string(read(t, "provisioning", "datasources", "meshatlas.yaml"))), -1)
	require.NotEmpty(t, found)
	for _, m := range found {
		_, set := grafana.Environment[m[1]]
		require.True(t, set || strings.Contains(script(t, grafana.Entrypoint), "export "+m[1]+"="), "nobody sets %s", m[1])
	}
}

func withoutComments(text string) string {
	return regexp.MustCompile(`(?m)^\s*#.*$`).ReplaceAllString(text, "")
}

// Grafana and the mesh must agree on the kubeconfig's path, the store's address and
// the port that is published; and the testbed must know the flags.
func TestComposeMeshAndGrafanaAgree(t *testing.T) {
	c := readCompose(t)
	mesh, grafana := c.Services["mesh"], c.Services["grafana"]
	require.Equal(t, "service:mesh", grafana.NetworkMode, "the API servers listen on the loopback address alone")
	require.Empty(t, grafana.Ports, "ports of a shared network are published by its owner")
	require.Equal(t, []string{"127.0.0.1:3000:3000"}, mesh.Ports, "Grafana's own port, and for this machine alone: everybody is an administrator")

	up := regexp.MustCompile(`testbed-tool up (.*)`).FindStringSubmatch(script(t, mesh.Command))
	require.NotNil(t, up, "the mesh is kept up by the testbed")
	flags := strings.Fields(up[1])
	source := testbedSource(t)
	require.Contains(t, source, `"up"`)
	value := map[string]string{}
	for i := 0; i+1 < len(flags); i += 2 {
		flag := strings.TrimLeft(flags[i], "-")
		value[flag] = flags[i+1]
		require.Contains(t, source, `"`+flag+`"`, "the testbed has no such flag")
	}
	require.Equal(t, "http://127.0.0.1:"+value["port"], grafana.Environment["MESHATLAS_PROMETHEUS_URL"])
	kubeconfig := value["kubeconfig"]
	require.Contains(t, script(t, grafana.Entrypoint), "$$(cat "+kubeconfig+")")
	require.Contains(t, script(t, mesh.Command), "rm -f "+kubeconfig, "the last start's kubeconfig leads nowhere")
	volume := mesh.mounts()[path.Dir(kubeconfig)]
	require.NotEmpty(t, volume)
	require.Equal(t, volume, grafana.mounts()[path.Dir(kubeconfig)])
	require.Contains(t, script(t, mesh.Command), "./cmd/testbed")
	require.DirExists(t, filepath.Join(root, "testbed", "cmd", "testbed"))
}

// testbedSource is the text of the testbed's program.
func testbedSource(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "testbed", "cmd", "testbed", "*.go"))
	require.NoError(t, err)
	var all strings.Builder
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		all.Write(raw)
	}
	return all.String()
}

// The images' versions follow from go.mod and from what plugin.json asks of Grafana.
func TestComposeImagesAreNewEnough(t *testing.T) {
	c := readCompose(t)
	goVersion := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(read(t, "go.mod")))
	require.NotNil(t, goVersion)
	require.True(t, strings.HasPrefix(c.Services["mesh"].Image, "golang:"+goVersion[1]+"-"), c.Services["mesh"].Image)
	executable := regexp.MustCompile(`"executable": "([^"]+)"`).FindStringSubmatch(string(read(t, "src", "plugin.json")))
	require.NotNil(t, executable)
	require.Contains(t, script(t, c.Services["mesh"].Command), "dist/"+executable[1]+"_linux_")
}
