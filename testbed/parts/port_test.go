package parts

import (
	"context"
	"net"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// shared listens as a program does that is told to share its port.
func shared(t *testing.T, address string) net.Listener {
	t.Helper()
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		if err := raw.Control(func(fd uintptr) {
			failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		}); err != nil {
			return err
		}
		return failed
	}}
	listener, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func TestHeldPort(t *testing.T) {
	port, err := holdPort()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(port.release)
	refused := func(when string) {
		t.Helper()
		if c, err := net.Dial("tcp", port.address()); err == nil {
			c.Close()
			t.Errorf("%s somebody listens", when)
		}
	}
	refused("at first")
	if l, err := net.Listen("tcp", port.address()); err == nil {
		l.Close()
		t.Error("another took it")
	}

	listener := shared(t, port.address())
	c, err := net.Dial("tcp", port.address())
	if err != nil {
		t.Fatalf("the program that shares it is not reached: %v", err)
	}
	c.Close()
	listener.Close()
	refused("after the program ended")
	shared(t, port.address()).Close() // and starts again

	port.release()
	port.release() // twice does no harm
	l, err := net.Listen("tcp", port.address())
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	l.Close()
}

func TestHeldPortsDiffer(t *testing.T) {
	seen := map[int]bool{}
	for range 50 {
		port, err := holdPort()
		if err != nil {
			t.Fatal(err)
		}
		defer port.release()
		if seen[port.number] {
			t.Fatalf("port %d is held twice", port.number)
		}
		seen[port.number] = true
	}
	for range 200 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if number := l.Addr().(*net.TCPAddr).Port; seen[number] {
			t.Errorf("port %d is held, and a listener got it", number)
		}
	}
}
