package mage

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestRunStopsAtTheFirstFailure(t *testing.T) {
	ran := ""
	step := func(name string, tally Tally, err error) Step {
		return Step{Name: name, Help: "help with " + name, Do: func(context.Context) (Tally, error) {
			ran += name
			return tally, err
		}}
	}
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		steps []Step
		ran   string
		tally Tally
		says  string
		fails bool
	}{
		"all well":         {[]Step{step("a", Tally{Passed: 2}, nil), step("b", Tally{Passed: 3}, nil)}, "ab", Tally{Passed: 5}, "5 passed", false},
		"an error":         {[]Step{step("a", Tally{Passed: 2}, nil), step("b", Tally{}, broken), step("c", Tally{}, nil)}, "ab", Tally{Passed: 2}, "help with b", true},
		"failures alone":   {[]Step{step("a", Tally{Passed: 2, Failed: 1}, nil), step("b", Tally{}, nil)}, "a", Tally{Passed: 2, Failed: 1}, "1 tests failed", true},
		"failures counted": {[]Step{step("a", Tally{Failed: 1}, broken)}, "a", Tally{Failed: 1}, "help with a", true},
	} {
		t.Run(name, func(t *testing.T) {
			ran = ""
			var said strings.Builder
			tally, err := Run(t.Context(), &said, c.steps)
			said.WriteString(tally.String())
			if ran != c.ran || tally != c.tally || (err != nil) != c.fails {
				t.Errorf("ran %q, %+v, %v", ran, tally, err)
			}
			if !strings.Contains(said.String(), c.says) {
				t.Errorf("does not say %q:\n%s", c.says, said.String())
			}
		})
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Run(ctx, &strings.Builder{}, []Step{{Name: "a", Do: func(context.Context) (Tally, error) {
		t.Error("a step ran")
		return Tally{}, nil
	}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
