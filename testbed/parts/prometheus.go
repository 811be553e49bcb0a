package parts

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Prometheus is a running Prometheus server.
type Prometheus struct {
	dir     string
	port    int
	process *process
}

// StartPrometheus starts Prometheus in dir with the given configuration (YAML), on
// a port of loopback, and returns when it answers. Port 0 = a free one. It ends
// with ctx.
func StartPrometheus(ctx context.Context, bin Binaries, dir string, port int, config []byte) (*Prometheus, error) {
	if port == 0 {
		ports, err := freePorts(1)
		if err != nil {
			return nil, err
		}
		port = ports[0]
	}
	p := &Prometheus{dir: dir, port: port}
	err := p.write(config)
	if err != nil {
		return nil, err
	}
	p.process, err = run(ctx, dir, "prometheus", bin.Prometheus,
		"--config.file="+p.configFile(), "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--storage.tsdb.retention.time=6h",
		fmt.Sprintf("--web.listen-address=127.0.0.1:%d", p.port),
		// History is written by remote write before the first scrape.
		"--web.enable-remote-write-receiver", "--log.level=warn")
	if err != nil {
		return nil, err
	}
	if err := p.process.ready(ctx, 60*time.Second, p.healthy); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

// Configure replaces the configuration; it takes effect within moments.
func (p *Prometheus) Configure(config []byte) error {
	if err := p.write(config); err != nil {
		return err
	}
	p.process.signal(syscall.SIGHUP)
	return nil
}

// URL is the address of the server.
func (p *Prometheus) URL() string { return fmt.Sprintf("http://127.0.0.1:%d", p.port) }

// Stop ends the server and waits for its end.
func (p *Prometheus) Stop() { p.process.stop() }

func (p *Prometheus) configFile() string { return filepath.Join(p.dir, "prometheus.yaml") }

func (p *Prometheus) write(config []byte) error { return os.WriteFile(p.configFile(), config, 0o600) }

func (p *Prometheus) healthy(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/-/ready", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", response.Status)
	}
	return nil
}
