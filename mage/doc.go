// Package mage holds what the targets of Magefile.go do: running a list of steps,
// counting the tests that other programs run, and the checks that have no program
// of their own. It needs nothing beyond the standard library.
package mage
