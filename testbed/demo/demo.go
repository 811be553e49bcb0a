package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/provision"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// Options of a demonstration.
type Options struct {
	Out   io.Writer // what is shown
	Dir   string    // where graphs go
	Cache string    // where built parts are kept; empty = parts.CacheDir
	Once  bool      // end after the last panel, instead of when ctx does
}

// Run runs the demonstration. It is an error when any panel has one.
func Run(ctx context.Context, o Options) error {
	repo, err := parts.Repo()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return err
	}
	w := &walk{out: o.Out, dir: o.Dir, steps: clock{out: o.Out}}
	s, err := scenario.Demo()
	if err != nil {
		return err
	}
	w.steps.begin("start the mesh")
	mesh, err := lab.Start(ctx, s, lab.Options{Progress: o.Out, Cache: o.Cache})
	if err != nil {
		return err
	}
	defer mesh.Stop()
	w.steps.end()

	w.steps.begin("start the plugin and read the provisioning")
	if w.plugin, err = ask.Start(ctx, filepath.Join(repo, ask.Binary()), nil); err != nil {
		return err
	}
	defer w.plugin.Stop()
	env := environment(mesh)
	if w.sources, err = provision.ReadDataSources(filepath.Join(repo, "provisioning", "datasources"), lookup(env)); err != nil {
		return err
	}
	dashboards, err := provision.ReadDashboards(filepath.Join(repo, "provisioning", "dashboards"))
	if err != nil {
		return err
	}
	w.steps.end()

	w.health(ctx)
	for _, d := range dashboards {
		w.dashboard(ctx, d)
	}
	w.gallery(ctx)
	w.summary()
	if !o.Once && ctx.Err() == nil {
		if err := stay(ctx, o, repo, mesh, env); err != nil {
			return err
		}
	}
	if len(w.failures) > 0 {
		return fmt.Errorf("%d of %d panels failed: %w", len(w.failures), w.panels, errors.Join(w.failures...))
	}
	return nil
}

// environment is what the provisioning files refer to.
func environment(mesh *lab.Lab) map[string]string {
	return map[string]string{
		"MESHATLAS_PROMETHEUS_URL":  mesh.PrometheusURL(),
		"MESHATLAS_HOME_KUBECONFIG": string(mesh.HomeKubeconfig()),
	}
}

// lookup looks names up in env, then in the process's environment.
func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if value, ok := env[name]; ok {
			return value, true
		}
		return os.LookupEnv(name)
	}
}

// stay keeps the mesh up, with a Grafana where there is one, until ctx ends.
func stay(ctx context.Context, o Options, repo string, mesh *lab.Lab, env map[string]string) error {
	fmt.Fprintf(o.Out, "\nThe mesh stays up until Ctrl-C. Prometheus: %s\n", mesh.PrometheusURL())
	if binary := grafanaBinary(); binary != "" {
		return runGrafana(ctx, o, binary, repo, env)
	}
	fmt.Fprintln(o.Out, "No Grafana here: set GRAFANA_HOME to an unpacked Grafana, or put grafana on the PATH, to see it on dashboards.")
	<-ctx.Done()
	return nil
}

// settings turns a provisioned data source into what Grafana tells the plugin.
func settings(ds provision.DataSource) ask.Settings {
	return ask.Settings{UID: ds.UID, Name: ds.Name, URL: ds.URL, JSON: ds.JSONData, Secure: ds.SecureJSONData}
}

// health shows what "Save & test" would say.
func (w *walk) health(ctx context.Context) {
	for _, ds := range w.sources {
		if ds.Type != ask.PluginID {
			continue
		}
		w.steps.begin("Save & test of " + ds.Name)
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		result, err := w.plugin.CheckHealth(ctx, settings(ds))
		cancel()
		switch {
		case err != nil:
			w.fail("health of "+ds.Name, err)
		case result.Status == backend.HealthStatusUnknown:
			w.fail("health of "+ds.Name, errors.New(result.Message))
		default:
			fmt.Fprintf(w.out, "  %s: %s\n", result.Status, result.Message)
		}
		w.steps.end()
	}
}
