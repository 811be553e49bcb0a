package parts

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestKeyFollowsTheModuleFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module x")
	write("go.sum", "")
	first, err := cacheKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := cacheKey(dir); again != first {
		t.Errorf("the same files give %s and %s", first, again)
	}
	write("go.sum", "y v1.0.0 h1:z")
	if changed, _ := cacheKey(dir); changed == first {
		t.Error("another go.sum gives the same key")
	}
	if _, err := cacheKey(t.TempDir()); err == nil {
		t.Error("a directory without go.mod has a key")
	}
}

func TestStampOfKubernetes(t *testing.T) {
	got := kubernetesStamp("v1.36.3")
	for _, want := range []string{"gitVersion=v1.36.3", "gitMajor=1 ", "gitMinor=36"} {
		if !strings.Contains(got+" ", want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

func TestLockIsHeldByOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var said bytes.Buffer
	if _, err := lock(ctx, path, &said); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the second got %v", err)
	}
	if !strings.Contains(said.String(), "waiting") {
		t.Errorf("the second said %q", &said)
	}
	unlock()
	unlock, err = lock(t.Context(), path, &said)
	if err != nil {
		t.Fatalf("after the first: %v", err)
	}
	unlock()
}

// child runs a shell script as a part.
func child(t *testing.T, ctx context.Context, script string) *process {
	t.Helper()
	p, err := run(ctx, t.TempDir(), "child", "/bin/sh", "-c", script)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ended(p *process) bool { return errors.Is(syscall.Kill(p.pid, 0), syscall.ESRCH) }

func TestProcessEnds(t *testing.T) {
	t.Run("by stop", func(t *testing.T) {
		p := child(t, t.Context(), "exec sleep 60")
		p.stop()
		p.stop() // twice does no harm
		if !ended(p) {
			t.Error("it runs on")
		}
	})
	t.Run("by stop when paused", func(t *testing.T) {
		p := child(t, t.Context(), "exec sleep 60")
		p.signal(syscall.SIGSTOP)
		p.stop()
		if !ended(p) {
			t.Error("it runs on")
		}
	})
	t.Run("with its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := child(t, ctx, "exec sleep 60")
		cancel()
		select {
		case <-p.exited:
		case <-time.After(5 * time.Second):
			p.kill()
			t.Error("it runs on")
		}
	})
}

func TestReadyShowsTheLogOfWhatFailed(t *testing.T) {
	never := func(context.Context) error { return errors.New("not yet") }
	p := child(t, t.Context(), "echo cannot listen >&2; exit 1")
	if err := p.ready(t.Context(), 10*time.Second, never); err == nil || !strings.Contains(err.Error(), "cannot listen") {
		t.Errorf("the error is %v", err)
	}
	p = child(t, t.Context(), "echo thinking; exec sleep 60")
	defer p.stop()
	err := p.ready(t.Context(), 300*time.Millisecond, never)
	if err == nil || !strings.Contains(err.Error(), "not yet") || !strings.Contains(err.Error(), "thinking") {
		t.Errorf("the error is %v", err)
	}
}

func TestStartOfWhatIsNotThere(t *testing.T) {
	if _, err := run(t.Context(), t.TempDir(), "child", "/nowhere/child"); err == nil || !strings.Contains(err.Error(), "start child") {
		t.Errorf("the error is %v", err)
	}
}

func TestLogTailKeepsTheEnd(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	l := &logTail{file: file}
	for range 5000 {
		if _, err := l.Write([]byte("filler\n")); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = l.Write([]byte("last\n"))
	if lines := strings.Split(l.String(), "\n"); len(lines) != 15 || lines[14] != "last" {
		t.Errorf("the tail is %q", lines)
	}
}

func TestRepoHoldsTheTestbed(t *testing.T) {
	repo, err := Repo()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(repo, "testbed", "parts", "kubernetes", "go.mod")); err != nil {
		t.Error(err)
	}
	t.Chdir(t.TempDir())
	if _, err := Repo(); err == nil || !strings.Contains(err.Error(), "inside the repository") {
		t.Errorf("outside of it the error is %v", err)
	}
}
