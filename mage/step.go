package mage

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Step is one thing to do, or to check.
type Step struct {
	// Name says what is done, in a few words.
	Name string
	// Do does it and counts the tests that ran meanwhile; a step that runs none
	// returns the zero Tally.
	Do func(ctx context.Context) (Tally, error)
	// Help says what to do when it fails.
	Help string
}

// Tally counts tests.
type Tally struct{ Passed, Failed, Skipped int }

// Add returns the sum of two tallies.
func (t Tally) Add(o Tally) Tally {
	return Tally{t.Passed + o.Passed, t.Failed + o.Failed, t.Skipped + o.Skipped}
}

// String is the tally as test runners write it, for example "12 passed, 0 failed".
func (t Tally) String() string {
	s := fmt.Sprintf("%d passed, %d failed", t.Passed, t.Failed)
	if t.Skipped > 0 {
		s += fmt.Sprintf(", %d skipped", t.Skipped)
	}
	return s
}

// Check makes a step's Do from a check that runs no tests.
func Check(do func(context.Context) error) func(context.Context) (Tally, error) {
	return func(ctx context.Context) (Tally, error) { return Tally{}, do(ctx) }
}

// Run runs the steps in order, says of each how long it took, and stops at the
// first that fails. The tally is of all tests that ran.
func Run(ctx context.Context, w io.Writer, steps []Step) (Tally, error) {
	var all Tally
	begun := time.Now()
	for i, s := range steps {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		fmt.Fprintf(w, "\n── %d/%d %s\n", i+1, len(steps), s.Name)
		start := time.Now()
		stop := heartbeat(w, start, beat)
		ran, err := s.Do(ctx)
		stop()
		all = all.Add(ran)
		if err == nil && ran.Failed > 0 {
			err = fmt.Errorf("%d tests failed", ran.Failed)
		}
		if err != nil {
			fmt.Fprintf(w, "   failed after %s: %v\n   what to do: %s\n", since(start), err, s.Help)
			return all, fmt.Errorf("%s: %w", s.Name, err)
		}
		if ran != (Tally{}) {
			fmt.Fprintf(w, "   ok after %s: %s\n", since(start), ran)
		} else {
			fmt.Fprintf(w, "   ok after %s\n", since(start))
		}
	}
	fmt.Fprintf(w, "\nall %d steps are well, after %s\n", len(steps), since(begun))
	return all, nil
}

// beat is how often a step that takes long says that it is still at it.
const beat = 30 * time.Second

// heartbeat says every so often how long a step has taken, until stop is called.
func heartbeat(w io.Writer, start time.Time, every time.Duration) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				fmt.Fprintf(w, "   … %s so far\n", since(start))
			}
		}
	}()
	return func() { close(quit); <-ended }
}

func since(start time.Time) time.Duration { return time.Since(start).Round(100 * time.Millisecond) }
