package mage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Files lists the files of the repository, those that are new included and those
// that it ignores left out. Patterns are git's, such as "*.go"; none means all.
func Files(ctx context.Context, patterns ...string) ([]string, error) {
	args := []string{"git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"}
	out, err := Command{Args: append(args, patterns...)}.Output(ctx)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, f := range strings.Split(out, "\x00") {
		if info, err := os.Lstat(f); f != "" && err == nil && info.Mode().IsRegular() { // git lists deleted files too
			files = append(files, f)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("git lists no file that matches %v", patterns)
	}
	return files, nil
}

// Formatted checks that every Go file is formatted as gofmt does.
func Formatted(ctx context.Context) error {
	files, err := Files(ctx, "*.go")
	if err != nil {
		return err
	}
	root, err := Go("env", "GOROOT").Output(ctx)
	if err != nil {
		return err
	}
	gofmt := filepath.Join(root, "bin", "gofmt")
	return Command{Args: append([]string{gofmt, "-l"}, files...)}.Silent(ctx)
}

// registryHost finds hosts that packages come from. Which one is used is the
// matter of each machine's own settings: with a host in a lock file, a mirror
// would be passed by.
var registryHost = regexp.MustCompile(`(?i)\b(registry|proxy|sum|mirror|npm|nexus|artifactory)\.[a-z0-9-]+\.(org|com|net|io|dev)\b`)

// NoRegistryHosts checks that no file of the repository names such a host.
func NoRegistryHosts(ctx context.Context) error {
	files, err := Files(ctx)
	if err != nil {
		return err
	}
	var found []error
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, where := range registryHosts(content) {
			found = append(found, fmt.Errorf("%s:%s", path, where))
		}
	}
	return errors.Join(found...)
}

// registryHosts lists lines that name a host, as "line: host". Hosts below example.com
// and its like belong to nobody and stand for what they are called.
func registryHosts(content []byte) []string {
	if bytes.IndexByte(content, 0) >= 0 { // not text
		return nil
	}
	var out []string
	for i, line := range bytes.Split(content, []byte("\n")) {
		if host := registryHost.Find(line); host != nil && !bytes.Contains(bytes.ToLower(host), []byte(".example.")) {
			out = append(out, fmt.Sprintf("%d: %s", i+1, host))
		}
	}
	return out
}
