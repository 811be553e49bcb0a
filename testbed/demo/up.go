package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// UpOptions are the options of Up.
type UpOptions struct {
	Out        io.Writer
	Cache      string // where built parts are kept; empty = parts.CacheDir
	Port       int    // of Prometheus, on loopback
	Kubeconfig string // file for the home cluster's kubeconfig
}

// Up starts the demo's mesh at fixed addresses and keeps it up until ctx ends.
func Up(ctx context.Context, o UpOptions) error {
	s, err := scenario.Demo()
	if err != nil {
		return err
	}
	mesh, err := lab.Start(ctx, s, lab.Options{Progress: o.Out, Cache: o.Cache, PrometheusPort: o.Port})
	if err != nil {
		return err
	}
	defer mesh.Stop()
	if err := os.MkdirAll(filepath.Dir(o.Kubeconfig), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(o.Kubeconfig, mesh.HomeKubeconfig(), 0o600); err != nil {
		return err
	}
	defer os.Remove(o.Kubeconfig) // its cluster is gone
	fmt.Fprintf(o.Out, "\nThe mesh stays up until Ctrl-C.\n  Prometheus       %s\n  home kubeconfig  %s\n", mesh.PrometheusURL(), o.Kubeconfig)
	<-ctx.Done()
	return nil
}
