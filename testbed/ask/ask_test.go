package ask

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// echoPlugin builds and starts a small plugin on the same SDK.
func echoPlugin(t *testing.T, ctx context.Context) *Plugin {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "echo")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./internal/echo").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	p, err := Start(ctx, binary, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProtocol(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	p := echoPlugin(t, ctx)
	s := Settings{URL: "http://store", JSON: map[string]any{"a": 1}, Secure: map[string]string{"key": "hidden"}}

	answer, err := p.QueryWithHeaders(ctx, s, FromAlert(),
		Query{Type: "trafficGraph", Fields: map[string]any{"level": "workload"}}, Query{Type: "bad"})
	if err != nil {
		t.Fatal(err)
	}
	words := answer["A"].Frames[0].Fields[0]
	want := []string{"http://store", `{"a":1}`, "hidden", "trafficGraph", "workload", "true", "5m0s"}
	for i, w := range want {
		if got := words.At(i); got != w {
			t.Errorf("the plugin got %q, want %q", got, w)
		}
	}
	if err := answer["B"].Error; err == nil || !strings.Contains(err.Error(), "no such query type") {
		t.Errorf("the error of query B is %v", err)
	}

	health, err := p.CheckHealth(ctx, s)
	if err != nil || health.Message != "fine" {
		t.Errorf("health is %v, %v", health, err)
	}
	status, body, err := p.CallResource(ctx, s, "namespaces?cluster=east")
	if err != nil || status != 202 || string(body) != "namespaces namespaces?cluster=east" {
		t.Errorf("the resource is %d %q, %v", status, body, err)
	}
	if memory, err := p.Memory(); err != nil || memory < 1<<20 {
		t.Errorf("memory is %d, %v", memory, err)
	}
	if metrics, err := p.Metrics(ctx); err != nil || !strings.Contains(metrics, "go_goroutines") {
		t.Errorf("metrics are %q, %v", metrics, err)
	}

	pid, dir := p.PID(), p.dir
	p.Stop()
	if err := syscall.Kill(pid, 0); err == nil {
		t.Error("the process runs on after Stop")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the socket's directory is left")
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	for name, tc := range map[string]struct{ content, want string }{
		"ends early": {"#!/bin/sh\necho out of paper >&2\nexit 3\n", "out of paper"},
		"no plugin":  {"#!/bin/sh\necho hello\nexec sleep 60\n", `unexpected handshake "hello"`},
	} {
		if err := os.WriteFile(script, []byte(tc.content), 0o700); err != nil {
			t.Fatal(err)
		}
		_, err := Start(t.Context(), script, nil)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: the error is %v, want %q in it", name, err, tc.want)
		}
	}
	if _, err := Start(t.Context(), script+"-that-is-not-there", nil); err == nil || !strings.Contains(err.Error(), "not built") {
		t.Errorf("the error is %v", err)
	}
}
