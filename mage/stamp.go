package mage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stamp remembers of what something was made, so that it is made anew only when
// that has changed.
type Stamp struct {
	// File keeps the stamp. It goes away with what was made when it lies inside.
	File string
	// Inputs are the files and folders of which it was made.
	Inputs []string
	// Outputs are files that were made. What changes them by another way is noticed.
	Outputs []string
}

// Fresh reports whether what was made last is what would be made now.
func (s Stamp) Fresh() (bool, error) {
	for _, path := range s.Outputs {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
	}
	was, err := os.ReadFile(s.File)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	is, err := s.sum()
	return strings.TrimSpace(string(was)) == is, err
}

// Write remembers the inputs and outputs as they are now.
func (s Stamp) Write() error {
	sum, err := s.sum()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.File), 0o755); err != nil {
		return err
	}
	return os.WriteFile(s.File, []byte(sum+"\n"), 0o644)
}

func (s Stamp) sum() (string, error) {
	h := sha256.New()
	for _, root := range slices.Concat(s.Inputs, s.Outputs) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			fmt.Fprintf(h, "%s\x00", path)
			_, err = io.Copy(h, f)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// UnlessFresh runs a command that makes what the stamp is about, unless it is made
// already.
func UnlessFresh(ctx context.Context, s Stamp, make Command) error {
	if fresh, err := s.Fresh(); err != nil || fresh {
		return err
	}
	if err := make.Run(ctx); err != nil {
		return err
	}
	return s.Write()
}
