package mage

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCommandEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := Command{Args: []string{"sleep", "60"}}.Run(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

func TestCommandOutputLeavesComplaintsOut(t *testing.T) {
	got, err := Command{Args: []string{"sh", "-c", "echo complaint >&2; echo $WORD"}, Env: []string{"WORD=hello"}}.Output(t.Context())
	if got != "hello" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCommandSaysWhatFailed(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(context.Context) error
		says string
	}{
		"not there":       {Command{Args: []string{"no-such-program"}}.Run, "no-such-program is not installed"},
		"exit code":       {Command{Args: []string{"sh", "-c", "exit 3"}}.Run, "exit status 3"},
		"words of a lint": {Command{Args: []string{"echo", "a.go"}}.Silent, "a.go"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.do(t.Context()); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	if err := (Command{Args: []string{"true"}}).Silent(t.Context()); err != nil {
		t.Errorf("silence is an error: %v", err)
	}
}
