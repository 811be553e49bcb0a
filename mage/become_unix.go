//go:build unix

package mage

import (
	"fmt"
	"os"
	"syscall"
)

// Become puts a program in the place of this one, for those that stay: Ctrl-C is then
// theirs alone to handle, where mage would give them five seconds.
func Become(program string, args ...string) error {
	err := syscall.Exec(program, append([]string{program}, args...), os.Environ())
	return fmt.Errorf("cannot run %s: %w", program, err)
}
