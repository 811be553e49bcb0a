package mage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Command is a program to run.
type Command struct {
	// Dir is where it runs; empty means the working directory.
	Dir string
	// Env is added to the environment.
	Env []string
	// Args are the program and its arguments.
	Args []string
	// Out receives what it prints; nil means this program's own output.
	Out io.Writer
	// complaintsApart keeps what it complains about out of Out.
	complaintsApart bool
}

// grace is how long an interrupted program may take to clear up.
const grace = 20 * time.Second

// Go is a run of the go command.
func Go(args ...string) Command { return Command{Args: append([]string{"go"}, args...)} }

// In returns the command, run in a directory.
func (c Command) In(dir string) Command {
	c.Dir = dir
	return c
}

// Run runs the command. When the context ends the program is interrupted, as by
// Ctrl-C, and killed if it does not end soon.
func (c Command) Run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if c.Out != nil {
		cmd.Stdout = c.Out
		if !c.complaintsApart {
			cmd.Stderr = c.Out
		}
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = grace
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%s is not installed, or not on the PATH", c.Args[0])
	case err != nil:
		return fmt.Errorf("%s: %w", strings.Join(c.Args, " "), err)
	}
	return nil
}

// Output runs the command and returns what it printed, without the last newline.
func (c Command) Output(ctx context.Context) (string, error) {
	var out bytes.Buffer
	c.Out, c.complaintsApart = &out, true
	if err := c.Run(ctx); err != nil {
		return "", err
	}
	return strings.TrimRight(out.String(), "\n"), nil
}

// Silent runs a check that prints what is wrong and nothing else, as gofmt -l does:
// any output is a failure.
func (c Command) Silent(ctx context.Context) error {
	out, err := c.Output(ctx)
	if err == nil && out != "" {
		err = errors.New(out)
	}
	return err
}
