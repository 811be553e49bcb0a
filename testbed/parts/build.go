package parts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// Binaries are the paths of the built programs.
type Binaries struct {
	APIServer  string
	Etcd       string
	Prometheus string
}

// program is one binary and how it is built.
type program struct {
	name    string
	module  string // folder of its go.mod, under testbed/parts
	pkg     string
	version string // module whose version the program reports; empty = none
	stamp   func(version string) string
	tags    string
	minutes int // of a first build on two cores, for the message
}

var programs = []program{
	{name: "etcd", module: "kubernetes", pkg: "go.etcd.io/etcd/server/v3", minutes: 1},
	{name: "kube-apiserver", module: "kubernetes", pkg: "k8s.io/kubernetes/cmd/kube-apiserver",
		version: "k8s.io/kubernetes", stamp: kubernetesStamp, minutes: 5},
	// Without service discovery plugins Prometheus needs a fifth of the code.
	{name: "prometheus", module: "prometheus", pkg: "github.com/prometheus/prometheus/cmd/prometheus",
		tags: "remove_all_sd", minutes: 2},
}

// Build makes sure that every program stands in the cache directory and returns
// the paths. It writes a line to progress for what it builds and how long that
// has taken so far, and nothing when all is there. Two processes never build at
// the same time: the second waits for the first.
func Build(ctx context.Context, cache string, progress io.Writer) (Binaries, error) {
	repo, err := Repo()
	if err != nil {
		return Binaries{}, err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return Binaries{}, fmt.Errorf("cannot make the cache directory; set MESHATLAS_CACHE to one that can be written: %w", err)
	}
	unlock, err := lock(ctx, filepath.Join(cache, "lock"), progress)
	if err != nil {
		return Binaries{}, err
	}
	defer unlock()

	paths := map[string]string{}
	for _, p := range programs {
		path, err := p.build(ctx, filepath.Join(repo, "testbed", "parts", p.module), cache, progress)
		if err != nil {
			return Binaries{}, err
		}
		paths[p.name] = path
	}
	return Binaries{APIServer: paths["kube-apiserver"], Etcd: paths["etcd"], Prometheus: paths["prometheus"]}, nil
}

func (p program) build(ctx context.Context, module, cache string, progress io.Writer) (string, error) {
	key, err := cacheKey(module)
	if err != nil {
		return "", err
	}
	target := filepath.Join(cache, p.module+"-"+key, p.name)
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	flags := "-s -w"
	if p.stamp != nil {
		version, err := goCommand(ctx, module, "list", "-m", "-f", "{{.Version}}", p.version)
		if err != nil {
			return "", err
		}
		flags += " " + p.stamp(version)
	}
	// The name changes only when the program is whole, so that a build that was
	// interrupted is never taken for a finished one.
	unfinished := target + ".unfinished"
	defer os.Remove(unfinished)
	what := fmt.Sprintf("building %s from its module, once (about %d min on two cores, less when Go's build cache is warm)", p.name, p.minutes)
	done := announce(ctx, progress, what)
	_, err = goCommand(ctx, module, "build", "-trimpath", "-tags", p.tags, "-ldflags", flags, "-o", unfinished, p.pkg)
	done(err)
	if err != nil {
		return "", err
	}
	return target, os.Rename(unfinished, target)
}

// kubernetesStamp gives the linker flags that Kubernetes' own build sets, so that
// the API server reports the version that it is.
func kubernetesStamp(version string) string {
	const pkg = "k8s.io/component-base/version."
	var major, minor string
	fmt.Sscanf(version, "v%1s.%2s", &major, &minor)
	return fmt.Sprintf("-X %sgitVersion=%s -X %sgitMajor=%s -X %sgitMinor=%s", pkg, version, pkg, major, pkg, minor)
}

// cacheKey changes whenever the built program would: other versions, other Go.
func cacheKey(module string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return "", err
		}
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// goCommand runs the go command in dir and returns what it printed, without the
// last newline. The error carries what it complained about.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	// A workspace around the repository must not decide what is built here.
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("go %s in %s: %w\n%s", args[0], dir, err, tail(errs.String(), 30))
	}
	return string(bytes.TrimSpace(out.Bytes())), nil
}

// announce prints what has begun and, every fifteen seconds, how long it has
// taken. The returned function ends it and prints the outcome.
func announce(ctx context.Context, w io.Writer, what string) func(error) {
	start := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	fmt.Fprintf(w, "%s …\n", what)
	go func() {
		defer close(ended)
		tick := time.NewTicker(15 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				fmt.Fprintf(w, "  … %s so far\n", time.Since(start).Round(time.Second))
			}
		}
	}()
	return func(err error) {
		cancel()
		<-ended
		outcome := "built"
		if err != nil {
			outcome = "failed"
		}
		fmt.Fprintf(w, "  %s after %s\n", outcome, time.Since(start).Round(time.Second))
	}
}
