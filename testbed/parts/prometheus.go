package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// Prometheus is a running Prometheus server.
type Prometheus struct {
	dir     string
	address string // host and port; empty until the server listens
	process *process
}

// StartPrometheus starts Prometheus in dir with the given configuration (YAML), on
// a port of loopback, and returns when it answers. Port 0 = a free one. It ends
// with ctx.
func StartPrometheus(ctx context.Context, bin Binaries, dir string, port int, config []byte) (*Prometheus, error) {
	p := &Prometheus{dir: dir}
	err := p.write(config)
	if err != nil {
		return nil, err
	}
	p.process, err = run(ctx, dir, "prometheus", bin.Prometheus,
		"--config.file="+p.configFile(), "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--storage.tsdb.retention.time=6h",
		fmt.Sprintf("--web.listen-address=127.0.0.1:%d", port),
		// History is written by remote write before the first scrape.
		"--web.enable-remote-write-receiver")
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
func (p *Prometheus) URL() string { return "http://" + p.address }

// Stop ends the server and waits for its end.
func (p *Prometheus) Stop() { p.process.stop() }

func (p *Prometheus) configFile() string { return filepath.Join(p.dir, "prometheus.yaml") }

func (p *Prometheus) write(config []byte) error { return os.WriteFile(p.configFile(), config, 0o600) }

// listening is how Prometheus logs the address that it listens on.
var listening = regexp.MustCompile(`msg="Listening on" .*address=(127\.0\.0\.1:[0-9]+)`)

// healthy asks the server where it says that it listens: with port 0 nobody else
// knows, and whatever answers at a port chosen beforehand may be another server.
func (p *Prometheus) healthy(ctx context.Context) error {
	if p.address == "" {
		log, err := os.ReadFile(filepath.Join(p.dir, "prometheus.log"))
		if err != nil {
			return err
		}
		said := listening.FindSubmatch(log)
		if said == nil {
			return errors.New("it does not listen yet")
		}
		p.address = string(said[1])
	}
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
