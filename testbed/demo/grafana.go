package demo

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// grafanaBinary finds a Grafana: in GRAFANA_HOME, else on the PATH.
func grafanaBinary() string {
	if home := os.Getenv("GRAFANA_HOME"); home != "" {
		return filepath.Join(home, "bin", "grafana")
	}
	binary, err := exec.LookPath("grafana")
	if err != nil {
		return ""
	}
	return binary
}

// runGrafana runs Grafana on the built plugin and the provisioning files, open to
// everybody on this machine, until ctx ends.
func runGrafana(ctx context.Context, o Options, binary, repo string, env map[string]string) error {
	dir := filepath.Join(o.Dir, "grafana")
	if err := layOut(dir, repo); err != nil {
		return err
	}
	home := os.Getenv("GRAFANA_HOME")
	if home == "" {
		home = "/usr/share/grafana" // of the distributions' packages
	}
	cmd := exec.CommandContext(ctx, binary, "server", "--homepath", home)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		"GF_SERVER_HTTP_ADDR=127.0.0.1", "GF_SERVER_HTTP_PORT=3000",
		"GF_PATHS_DATA="+filepath.Join(dir, "data"), "GF_PATHS_LOGS="+filepath.Join(dir, "log"),
		"GF_PATHS_PLUGINS="+filepath.Join(dir, "plugins"), "GF_PATHS_PROVISIONING="+filepath.Join(dir, "provisioning"),
		"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS="+ask.PluginID,
		"GF_AUTH_ANONYMOUS_ENABLED=true", "GF_AUTH_ANONYMOUS_ORG_ROLE=Admin", "GF_AUTH_DISABLE_LOGIN_FORM=true",
		"GF_ANALYTICS_REPORTING_ENABLED=false", "GF_ANALYTICS_CHECK_FOR_UPDATES=false")
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	fmt.Fprintf(o.Out, "Grafana: http://127.0.0.1:3000 (its log is in %s)\n", filepath.Join(dir, "log"))
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil // ended by us
	}
	return fmt.Errorf("the Grafana server ended: %w; see %s", err, filepath.Join(dir, "log"))
}

// layOut makes the directories that Grafana reads: the plugin, the data sources as
// they are, and a dashboard provider that points into the repository, since the
// repository's own one names the place inside a container.
func layOut(dir, repo string) error {
	for _, sub := range []string{"data", "log", "plugins", "provisioning/dashboards"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	links := map[string]string{
		filepath.Join(dir, "plugins", ask.PluginID):       filepath.Join(repo, "dist"),
		filepath.Join(dir, "provisioning", "datasources"): filepath.Join(repo, "provisioning", "datasources"),
	}
	for link, target := range links {
		if err := os.Remove(link); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Symlink(target, link); err != nil {
			return err
		}
	}
	provider := fmt.Sprintf("apiVersion: 1\nproviders:\n  - {name: Mesh Atlas, type: file, options: {path: %q}}\n", filepath.Join(repo, "provisioning", "dashboards"))
	return os.WriteFile(filepath.Join(dir, "provisioning", "dashboards", "dashboards.yaml"), []byte(provider), 0o644)
}
