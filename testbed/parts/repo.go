package parts

import (
	"errors"
	"os"
	"path/filepath"
)

// Repo returns the root of the repository: the nearest directory at or above
// the working directory that holds testbed/go.mod.
func Repo() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "testbed", "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no testbed/go.mod at or above the working directory: run this inside the repository")
		}
		dir = parent
	}
}

// CacheDir returns where built parts are kept: MESHATLAS_CACHE when it is set,
// else .cache/testbed in the repository.
func CacheDir() (string, error) {
	if dir := os.Getenv("MESHATLAS_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	repo, err := Repo()
	if err != nil {
		return "", err
	}
	return filepath.Join(repo, ".cache", "testbed"), nil
}
