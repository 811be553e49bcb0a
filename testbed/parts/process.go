package parts

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// grace is how long a process may take to end before it is killed: its data goes
// with it, so there is nothing to save.
const grace = 3 * time.Second

// process is one child process. It ends with its context, with Stop, or with
// this process, whichever comes first.
type process struct {
	name   string
	pid    int
	log    *logTail
	exited chan struct{}
	cancel context.CancelFunc
}

// run starts the program. Its output goes to <dir>/<name>.log, and the end of it
// is kept for error messages.
func run(ctx context.Context, dir, name, binary string, args ...string) (*process, error) {
	file, err := os.OpenFile(filepath.Join(dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &process{name: name, log: &logTail{file: file}, exited: make(chan struct{}), cancel: cancel}

	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = p.log, p.log
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	cmd.WaitDelay = grace
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}

	started := make(chan error, 1)
	go func() {
		// The kernel sends Pdeathsig when the *thread* that started the child
		// ends, so this thread lives as long as the child.
		runtime.LockOSThread()
		defer close(p.exited)
		defer file.Close()
		defer cancel()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// interrupt asks a process to end; one that was stopped has to run again to hear it.
func interrupt(p *os.Process) error {
	err := p.Signal(syscall.SIGTERM)
	_ = p.Signal(syscall.SIGCONT)
	return err
}

// stop ends the process and waits for the end: at most three seconds of grace, then
// it is killed.
func (p *process) stop() {
	p.cancel()
	<-p.exited
}

// kill ends the process at once, as a crash would, and waits for the end.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	p.stop()
}

// signal sends a signal unless the process has ended already.
func (p *process) signal(s syscall.Signal) {
	select {
	case <-p.exited:
	default:
		_ = syscall.Kill(p.pid, s)
	}
}

// ready polls check until it succeeds. It fails when the process ends, the time
// is over or ctx is done; the error then shows the end of the process's log.
func (p *process) ready(ctx context.Context, limit time.Duration, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var last error
	for {
		if last = check(ctx); last == nil {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("%s ended before it was ready; the end of its log:\n%s", p.name, p.log)
		case <-ctx.Done():
			return fmt.Errorf("%s was not ready within %s (%w); the end of its log:\n%s", p.name, limit, last, p.log)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// logTail writes to a file and remembers the last few thousand bytes.
type logTail struct {
	mu   sync.Mutex // guards end
	file *os.File
	end  []byte
}

func (l *logTail) Write(b []byte) (int, error) {
	l.mu.Lock()
	l.end = append(l.end, b...)
	if extra := len(l.end) - 8192; extra > 0 {
		l.end = append([]byte(nil), l.end[extra:]...)
	}
	l.mu.Unlock()
	return l.file.Write(b)
}

func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return tail(string(l.end), 15)
}

// tail returns the last n lines of s.
func tail(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
