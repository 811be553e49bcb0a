package mage

import (
	"os"
	"path/filepath"
	"testing"
)

func TestUnlessFreshMakesAnewWhatChanged(t *testing.T) {
	dir := t.TempDir()
	input, made := filepath.Join(dir, "in", "input"), filepath.Join(dir, "made")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(input), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(input, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stamp := Stamp{File: filepath.Join(dir, "cache", "stamp"), Inputs: []string{filepath.Dir(input)}, Outputs: []string{made}}
	makes := Command{Args: []string{"sh", "-c", "echo made >> " + made}}
	times := func() int {
		t.Helper()
		if err := UnlessFresh(t.Context(), stamp, makes); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(made)
		if err != nil {
			t.Fatal(err)
		}
		return len(raw) / len("made\n")
	}
	write("one")
	if n := times(); n != 1 {
		t.Errorf("made %d times at first", n)
	}
	if n := times(); n != 1 {
		t.Errorf("made %d times, though nothing changed", n)
	}
	write("two")
	if n := times(); n != 2 {
		t.Errorf("made %d times after the input changed", n)
	}
	if err := os.WriteFile(made, []byte("made otherwise"), 0o644); err != nil {
		t.Fatal(err)
	}
	times()
	if raw, err := os.ReadFile(made); err != nil || string(raw) != "made otherwisemade\n" {
		t.Errorf("not made anew after the output was changed: %q, %v", raw, err)
	}
	if err := os.Remove(made); err != nil {
		t.Fatal(err)
	}
	if n := times(); n != 1 {
		t.Errorf("made %d times after the output went away", n)
	}
}

func TestUnlessFreshForgetsWhatFailed(t *testing.T) {
	dir := t.TempDir()
	stamp := Stamp{File: filepath.Join(dir, "stamp"), Inputs: []string{dir}}
	if err := UnlessFresh(t.Context(), stamp, Command{Args: []string{"false"}}); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(stamp.File); err == nil {
		t.Error("a stamp was left")
	}
}
