package mage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// Jest runs the frontend's unit tests and counts them by jest's own report.
func Jest(ctx context.Context) (Tally, error) {
	report := filepath.Join(".cache", "jest.json")
	if err := os.MkdirAll(filepath.Dir(report), 0o755); err != nil {
		return Tally{}, err
	}
	if err := os.Remove(report); err != nil && !errors.Is(err, os.ErrNotExist) {
		return Tally{}, err
	}
	failed := Command{Args: []string{"npm", "run", "--silent", "test:ci", "--", "--json", "--outputFile", report}}.Run(ctx)
	raw, err := os.ReadFile(report)
	if err != nil {
		return Tally{}, errors.Join(failed, err)
	}
	tally, err := readJest(raw)
	return tally, errors.Join(failed, err)
}

func readJest(raw []byte) (Tally, error) {
	var r struct {
		NumPassedTests, NumFailedTests, NumPendingTests, NumTodoTests int
		// Suites that did not even start.
		NumRuntimeErrorTestSuites int
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return Tally{}, fmt.Errorf("jest's report: %w", err)
	}
	t := Tally{r.NumPassedTests, r.NumFailedTests + r.NumRuntimeErrorTestSuites, r.NumPendingTests + r.NumTodoTests}
	if t.Passed == 0 && t.Failed == 0 {
		return t, errors.New("jest ran no test")
	}
	return t, nil
}

// Browser runs the tests of the editors in a real browser and counts them by the
// last line that they print.
func Browser(ctx context.Context, chromium string) (Tally, error) {
	var kept bytes.Buffer
	failed := Command{
		Args: []string{"npm", "run", "--silent", "test:browser"},
		Env:  []string{"CHROMIUM=" + chromium},
		Out:  io.MultiWriter(os.Stdout, &kept),
	}.Run(ctx)
	tally, err := readSummary(kept.Bytes())
	return tally, errors.Join(failed, err)
}

var summary = regexp.MustCompile(`(?m)^(\d+) passed, (\d+) failed$`)

// readSummary finds the last line "N passed, N failed".
func readSummary(out []byte) (Tally, error) {
	all := summary.FindAllSubmatch(out, -1)
	if len(all) == 0 {
		return Tally{}, errors.New("the tests ended without their summary line")
	}
	last := all[len(all)-1]
	passed, err1 := strconv.Atoi(string(last[1]))
	failed, err2 := strconv.Atoi(string(last[2]))
	if err := errors.Join(err1, err2); err != nil {
		return Tally{}, err
	}
	if passed+failed == 0 {
		return Tally{}, errors.New("no test ran")
	}
	return Tally{Passed: passed, Failed: failed}, nil
}
