package mage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNeedIsFoundOrExplained(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "browser")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	need := Need{"a browser", "MESHATLAS_TEST_BROWSER", []string{"other-browser", "browser"}, []string{"some-package"}}
	t.Setenv("PATH", dir)
	if path, err := need.Find(); err != nil || path != program {
		t.Errorf("on the PATH: %q, %v", path, err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := need.Find(); err == nil || !strings.Contains(err.Error(), "apt-get install some-package") {
		t.Errorf("missing: %v", err)
	}
	t.Setenv(need.Variable, program)
	if path, err := need.Find(); err != nil || path != program {
		t.Errorf("by its variable: %q, %v", path, err)
	}
	t.Setenv(need.Variable, filepath.Join(dir, "nowhere"))
	if _, err := need.Ensure(t.Context()); err == nil || !strings.Contains(err.Error(), "correct it") {
		t.Errorf("a variable that names nothing: %v", err)
	}
}
