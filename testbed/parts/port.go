package parts

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// A heldPort is a loopback port for a program that cannot choose one itself. It is
// bound and not listened on, so that the kernel gives it to nobody else, neither to
// a listener nor to an outgoing connection, before the program has started, while
// it is dead, and until release. The program shares it by SO_REUSEPORT; while it
// does not listen, connections are refused.
type heldPort struct {
	number int
	socket int
}

// holdPort holds a free port.
func holdPort() (*heldPort, error) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("hold a port: %w", err)
	}
	number, err := bind(socket)
	if err != nil {
		_ = unix.Close(socket)
		return nil, fmt.Errorf("hold a port: %w", err)
	}
	return &heldPort{number: number, socket: socket}, nil
}

// bind gives the socket a port of loopback that nobody uses, and returns it.
func bind(socket int) (int, error) {
	if err := unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		return 0, err
	}
	if err := unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, err
	}
	address, err := unix.Getsockname(socket)
	if err != nil {
		return 0, err
	}
	return address.(*unix.SockaddrInet4).Port, nil
}

// address is the port's host and number. A port that is not held has none.
func (p *heldPort) address() string { return fmt.Sprintf("127.0.0.1:%d", p.number) }

// release gives the port back to the kernel. Once is enough, and a nil port has
// nothing to give back.
func (p *heldPort) release() {
	if p == nil || p.socket < 0 {
		return
	}
	_ = unix.Close(p.socket)
	p.socket = -1
}
