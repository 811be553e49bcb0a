package mage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// GoTest runs go test with the arguments given, prints what go test prints, and
// counts the tests that ran.
func GoTest(ctx context.Context, dir string, args ...string) (Tally, error) {
	read, write := io.Pipe()
	counted := make(chan Tally, 1)
	go func() {
		tally, err := countGoTests(os.Stdout, read)
		_ = read.CloseWithError(err)
		counted <- tally
	}()
	c := Go(append([]string{"test", "-json"}, args...)...).In(dir)
	c.Out = write
	err := c.Run(ctx)
	_ = write.Close()
	tally := <-counted
	if err == nil && tally.Passed == 0 {
		err = errors.New("no test ran")
	}
	return tally, err
}

// event is a line of go test -json, as go doc test2json describes it.
type event struct{ Action, Package, ImportPath, Test, Output string }

// countGoTests reads go test -json and writes what go test without -json would:
// a line a package, and all that a failed test printed. Tests that only hold
// subtests are not counted, the subtests are.
func countGoTests(w io.Writer, r io.Reader) (Tally, error) {
	c := goCounter{w: w, printed: map[string]*bytes.Buffer{}, holds: map[string]bool{}, ended: map[string]string{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil { // the go command's own words
			fmt.Fprintf(w, "%s\n", lines.Bytes())
			continue
		}
		c.take(e)
	}
	return c.tally(), lines.Err()
}

type goCounter struct {
	w       io.Writer
	printed map[string]*bytes.Buffer // by test, until it ends
	holds   map[string]bool          // tests that hold subtests
	ended   map[string]string        // how each test ended
}

func (c *goCounter) take(e event) {
	if e.Test == "" {
		c.takePackage(e)
		return
	}
	test := e.Package + "\x00" + e.Test
	switch e.Action {
	case "run":
		if i := strings.LastIndexByte(test, '/'); i > len(e.Package) {
			c.holds[test[:i]] = true
		}
		c.printed[test] = &bytes.Buffer{}
	case "output":
		if b := c.printed[test]; b != nil && !strings.HasPrefix(e.Output, "=== ") {
			b.WriteString(e.Output)
		}
	case "pass", "fail", "skip":
		if b := c.printed[test]; b != nil && e.Action == "fail" {
			_, _ = b.WriteTo(c.w)
		}
		delete(c.printed, test)
		c.ended[test] = e.Action
	}
}

func (c *goCounter) takePackage(e event) {
	switch {
	case e.Action == "build-output":
		fmt.Fprint(c.w, e.Output)
	case e.Action == "output" && e.Output != "PASS\n":
		fmt.Fprint(c.w, e.Output)
	case e.Action == "fail": // a test that never ended: a panic, or the time was up
		for test, b := range c.printed {
			if strings.HasPrefix(test, e.Package+"\x00") {
				_, _ = b.WriteTo(c.w)
				delete(c.printed, test)
				c.ended[test] = "fail"
			}
		}
	}
}

func (c *goCounter) tally() Tally {
	var t Tally
	for test, how := range c.ended {
		switch {
		case c.holds[test]:
		case how == "pass":
			t.Passed++
		case how == "fail":
			t.Failed++
		default:
			t.Skipped++
		}
	}
	return t
}
