package mage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Need is a program that the checks use and that Go and Node do not bring along.
type Need struct {
	// Name says what it is, for a person.
	Name string
	// Variable is an environment variable that may hold its path; empty for none.
	Variable string
	// Programs are names under which it may be found, best first.
	Programs []string
	// Packages are the Debian packages that bring it.
	Packages []string
}

// Chromium is the browser in which the editors are tested.
func Chromium() Need {
	return Need{"a Chromium browser, for the editors' tests", "CHROMIUM",
		[]string{"chromium", "chromium-browser", "google-chrome"}, []string{"chromium"}}
}

// Compiler is a C compiler: Go's race detector is linked with one.
func Compiler() Need {
	return Need{"a C compiler, for Go's race detector", "CC",
		[]string{"gcc", "clang", "cc"}, []string{"gcc", "libc6-dev"}}
}

// Find returns the path of the program. A variable that names something that is
// not there is an error: it was meant.
func (n Need) Find() (string, error) {
	if value := os.Getenv(n.Variable); n.Variable != "" && value != "" {
		path, err := exec.LookPath(strings.Fields(value)[0])
		if err != nil {
			return "", fmt.Errorf("%s is set to %q, which cannot be run: correct it or unset it", n.Variable, value)
		}
		return path, nil
	}
	for _, name := range n.Programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", n.missing()
}

func (n Need) missing() error {
	how := "apt-get install " + strings.Join(n.Packages, " ") + " on Debian or Ubuntu"
	if n.Variable != "" {
		how += ", or set " + n.Variable + " to its path"
	}
	return fmt.Errorf("%s is missing: %s", n.Name, how)
}

// Ensure returns the path of the program, installed first when it is missing and
// this machine allows it: root, and Debian's package manager.
func (n Need) Ensure(ctx context.Context) (string, error) {
	path, err := n.Find()
	if err == nil || os.Getenv(n.Variable) != "" || os.Geteuid() != 0 {
		return path, err
	}
	if _, noApt := exec.LookPath("apt-get"); noApt != nil {
		return "", err
	}
	fmt.Printf("%s is missing and is installed now\n", n.Name)
	quiet := []string{"DEBIAN_FRONTEND=noninteractive"}
	update := Command{Args: []string{"apt-get", "update", "-qq"}, Env: quiet}
	install := Command{Args: append([]string{"apt-get", "install", "-y", "-qq", "--no-install-recommends"}, n.Packages...), Env: quiet}
	for _, c := range []Command{update, install} {
		if failed := c.Run(ctx); failed != nil {
			return "", errors.Join(err, failed)
		}
	}
	return n.Find()
}
