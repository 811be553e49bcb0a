//go:build !unix

package mage

import (
	"fmt"
	"runtime"
)

// Become puts a program in the place of this one.
func Become(program string, _ ...string) error {
	return fmt.Errorf("%s needs Linux, and this is %s", program, runtime.GOOS)
}
