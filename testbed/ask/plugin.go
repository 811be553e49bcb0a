package ask

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Binary is where the build leaves the plugin's executable for this machine,
// relative to the repository.
func Binary() string {
	return filepath.Join("dist", "gpx_meshatlas_istio_"+runtime.GOOS+"_"+runtime.GOARCH)
}

const handshakeLimit = 30 * time.Second

// Plugin is a running plugin process.
type Plugin struct {
	pid       int
	dir       string // of its socket
	conn      *grpc.ClientConn
	cancel    context.CancelFunc
	exited    chan struct{}
	log       *output
	handshake firstLine

	data        pluginv2.DataClient
	resources   pluginv2.ResourceClient
	diagnostics pluginv2.DiagnosticsClient
}

// Start starts the executable as Grafana does and shakes hands with it. The
// process ends with ctx or with Stop. What it logs goes to log; nil = nowhere.
func Start(ctx context.Context, binary string, log io.Writer) (*Plugin, error) {
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("the plugin is not built: run `go tool mage build` first: %w", err)
	}
	dir, err := os.MkdirTemp("", "meshatlas-plugin-")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &Plugin{dir: dir, cancel: cancel, exited: make(chan struct{}), log: &output{w: log},
		handshake: firstLine{line: make(chan string, 1)}}
	if err = p.run(ctx, binary); err == nil {
		err = p.connect(ctx)
	}
	if err != nil {
		p.Stop()
		return nil, fmt.Errorf("start plugin: %w; the end of its log:\n%s", err, p.log)
	}
	return p, nil
}

// run starts the process.
func (p *Plugin) run(ctx context.Context, binary string) error {
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = append(os.Environ(), grpcplugin.MagicCookieKey+"="+grpcplugin.MagicCookieValue,
		"PLUGIN_UNIX_SOCKET_DIR="+p.dir, "PLUGIN_PROTOCOL_VERSIONS="+strconv.Itoa(grpcplugin.ProtocolVersion))
	cmd.Stdout, cmd.Stderr = &p.handshake, p.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	cmd.WaitDelay = 5 * time.Second
	started := make(chan error, 1)
	go func() {
		// The kernel sends Pdeathsig when the thread that started the child ends,
		// so this thread lives as long as the child.
		runtime.LockOSThread()
		defer close(p.exited)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return err
	}
	p.pid = cmd.Process.Pid
	return nil
}

// connect waits for the handshake line, 1|2|unix|<socket>|grpc, and dials the socket.
func (p *Plugin) connect(ctx context.Context) error {
	var line string
	select {
	case line = <-p.handshake.line:
	case <-p.exited:
		return errors.New("it ended before the handshake")
	case <-time.After(handshakeLimit):
		return fmt.Errorf("no handshake within %s", handshakeLimit)
	case <-ctx.Done():
		return ctx.Err()
	}
	parts := strings.Split(line, "|")
	if len(parts) < 5 || parts[2] != "unix" || parts[4] != "grpc" {
		return fmt.Errorf("unexpected handshake %q", line)
	}
	conn, err := grpc.NewClient("unix:"+parts[3], grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	if err != nil {
		return err
	}
	p.conn = conn
	p.data, p.resources, p.diagnostics = pluginv2.NewDataClient(conn), pluginv2.NewResourceClient(conn), pluginv2.NewDiagnosticsClient(conn)
	return nil
}

// Stop asks the process to end, as Grafana does, kills it when it has not after
// five seconds, and waits for its end.
func (p *Plugin) Stop() {
	if p.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_ = p.conn.Invoke(ctx, "/plugin.GRPCController/Shutdown", &emptypb.Empty{}, &emptypb.Empty{})
		cancel()
		select {
		case <-p.exited:
		case <-time.After(5 * time.Second):
		}
		_ = p.conn.Close()
	}
	p.cancel() // kills it when it still runs
	<-p.exited
	_ = os.RemoveAll(p.dir)
}

// PID is the id of the plugin's process.
func (p *Plugin) PID() int { return p.pid }

// Memory returns the process's resident memory in bytes.
func (p *Plugin) Memory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmRSS:")); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(rest)), "kB")), 10, 64)
			return kilobytes * 1024, err
		}
	}
	return 0, errors.New("the system does not tell the process's memory")
}

// Log returns the end of what the plugin has logged.
func (p *Plugin) Log() string { return p.log.String() }
