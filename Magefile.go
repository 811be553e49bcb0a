//go:build mage

// The targets of "go tool mage"; "go tool mage -l" lists them. What they do is in
// the package mage; targets such as build:linux and buildAll are the SDK's own.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	// mage:import
	build "github.com/grafana/grafana-plugin-sdk-go/build"

	"github.com/meshatlas/meshatlas-istio-datasource/mage"
)

// Default is what "go tool mage" does.
var Default = Build

const (
	testbed     = "testbed"
	cache       = ".cache"
	testbedTool = cache + "/testbed-tool"
)

// Build builds the plugin for this machine into dist/: backend and editors.
func Build(ctx context.Context) error { return run(ctx, buildSteps()) }

// Frontend builds the editors into dist/.
func Frontend(ctx context.Context) error { return run(ctx, frontendSteps()) }

// Demo shows the plugin at work on real clusters: builds all, starts a mesh over four clusters, answers every panel of the dashboards. Stays up until Ctrl-C; MESHATLAS_ONCE=1 or CI=true ends it.
func Demo(ctx context.Context) error {
	if err := run(ctx, append(buildSteps(), testbedStep())); err != nil {
		return err
	}
	if once() {
		return demoOnce(ctx)
	}
	return mage.Become(testbedTool, "demo")
}

// Up starts the demo's mesh alone, at fixed addresses, for a Grafana of your own: Prometheus at 127.0.0.1:9090, the home cluster's kubeconfig in .cache/home.kubeconfig.
func Up(ctx context.Context) error {
	if err := run(ctx, []mage.Step{testbedStep()}); err != nil {
		return err
	}
	return mage.Become(testbedTool, "up")
}

// Bench measures every query type against the same PromQL sent straight to Prometheus.
func Bench(ctx context.Context) error {
	if err := run(ctx, append(buildSteps(), testbedStep())); err != nil {
		return err
	}
	return mage.Command{Args: []string{testbedTool, "bench"}}.Run(ctx)
}

// Verify runs every check there is: formatting, linters, tests, the editors in a browser, the testbed, the demo once.
func Verify(ctx context.Context) error {
	tally, err := mage.Run(ctx, os.Stdout, verifySteps())
	if err != nil {
		fmt.Printf("\nverify: stopped at the first failure, %s\n%s\n", tally, tally)
		return err
	}
	fmt.Printf("\nverify: %s\n%s\n", tally, tally)
	return nil
}

func run(ctx context.Context, steps []mage.Step) error {
	_, err := mage.Run(ctx, os.Stdout, steps)
	return err
}

// once reports whether the demo ends by itself.
func once() bool {
	return os.Getenv("MESHATLAS_ONCE") == "1" || os.Getenv("CI") == "true"
}

func demoOnce(ctx context.Context) error {
	return mage.Command{Args: []string{testbedTool, "demo", "-once"}}.Run(ctx)
}

func buildSteps() []mage.Step {
	return append([]mage.Step{{
		Name: "build the backend (about 3 minutes the first time, seconds later)",
		Do:   mage.Check(func(context.Context) error { return build.Build{}.Backend() }),
		Help: "mend what the compiler names; when a module cannot be fetched, try again",
	}}, frontendSteps()...)
}

func frontendSteps() []mage.Step {
	return []mage.Step{packagesStep(), {
		Name: "build the editors (half a minute)",
		Do: mage.Check(func(ctx context.Context) error {
			return mage.UnlessFresh(ctx, mage.Stamp{
				File: cache + "/frontend",
				Inputs: []string{"src", ".config", "package.json", "package-lock.json", "tsconfig.json",
					"README.md", "CHANGELOG.md", "LICENSE"},
				Outputs: []string{"dist/module.js", "dist/plugin.json"},
			}, npm("run", "--silent", "build"))
		}),
		Help: "mend what webpack names",
	}}
}

func packagesStep() mage.Step {
	return mage.Step{
		Name: "the editors' packages (1 to 6 minutes the first time)",
		Do: mage.Check(func(ctx context.Context) error {
			return mage.UnlessFresh(ctx, mage.Stamp{
				File:   "node_modules/.of-lock-file", // gone when the packages are
				Inputs: []string{"package-lock.json", ".npmrc"},
			}, npm("ci"))
		}),
		Help: "Node 20 or newer is needed (node --version); when a package cannot be fetched, try again",
	}
}

func npm(args ...string) mage.Command {
	return mage.Command{Args: append([]string{"npm"}, args...)}
}

// testbedStep builds the testbed's program, which builds its parts itself.
func testbedStep() mage.Step {
	return mage.Step{
		Name: "build the testbed (a minute the first time)",
		Do: mage.Check(func(ctx context.Context) error {
			target, err := filepath.Abs(testbedTool)
			if err != nil {
				return err
			}
			return mage.Go("build", "-o", target, "./cmd/testbed").In(testbed).Run(ctx)
		}),
		Help: "mend what the compiler names; when a module cannot be fetched, try again",
	}
}

func verifySteps() []mage.Step {
	check := func(name, help string, do func(context.Context) error) mage.Step {
		return mage.Step{Name: name, Do: mage.Check(do), Help: help}
	}
	tests := func(name, help string, do func(context.Context) (mage.Tally, error)) mage.Step {
		return mage.Step{Name: name, Do: do, Help: help}
	}
	var chromium string
	return []mage.Step{
		check("what the checks need", "install what is missing, or run this as root on Debian", func(ctx context.Context) (err error) {
			if runtime.GOOS != "linux" {
				return fmt.Errorf("the testbed runs on Linux, and this is %s", runtime.GOOS)
			}
			if _, err = mage.Compiler().Ensure(ctx); err != nil {
				return err
			}
			chromium, err = mage.Chromium().Ensure(ctx)
			return err
		}),
		check("Go: formatting", "run gofmt -w on the files named", mage.Formatted),
		check("no file names a package registry", "take the host out; in package-lock.json, by npm install with this repository's .npmrc", mage.NoRegistryHosts),
		check("Go: vet", "mend what is named", func(ctx context.Context) error {
			if err := mage.Go("vet", "./pkg/...", "./mage/...").Run(ctx); err != nil {
				return err
			}
			return mage.Go("vet", "-tags", "mage", ".").Run(ctx)
		}),
		check("Go: staticcheck", "mend what is named; the codes are explained by staticcheck -explain", func(ctx context.Context) error {
			return staticcheck(ctx, ".", "tools/go.mod", "./pkg/...", "./mage/...")
		}),
		tests("Go: tests with the race detector, import rules and provisioning among them (4 minutes the first time)", "go test -run <name> ./pkg/<room>", func(ctx context.Context) (mage.Tally, error) {
			rooms, err := concurrent(ctx)
			if err != nil {
				return mage.Tally{}, err
			}
			return mage.GoTest(ctx, ".", append([]string{"-race", "-timeout", "10m"}, rooms...)...)
		}),
		tests("Go: tests of the layout, on thousands of meshes", "go test -run <name> ./"+layout, func(ctx context.Context) (mage.Tally, error) {
			return mage.GoTest(ctx, ".", "-timeout", "10m", "./"+layout)
		}),
		packagesStep(),
		check("editors: types", "npm run typecheck", npm("run", "--silent", "typecheck").Run),
		check("editors: lint", "npm run lint:fix mends most", npm("run", "--silent", "lint").Run),
		check("editors: formatting", "npm run lint:fix", npm("run", "--silent", "format:check").Run),
		tests("editors: unit tests", "npm test -- <file>", mage.Jest),
		check("editors: build", "mend what webpack names", npm("run", "--silent", "build").Run),
		tests("editors: in a real browser", "npm run test:browser; pictures are in .cache/browser", func(ctx context.Context) (mage.Tally, error) {
			return mage.Browser(ctx, chromium)
		}),
		check("testbed: vet and staticcheck", "mend what is named", func(ctx context.Context) error {
			if err := mage.Go("vet", "./...").In(testbed).Run(ctx); err != nil {
				return err
			}
			return staticcheck(ctx, testbed, "../tools/go.mod", "./...")
		}),
		check("build the backend", "mend what the compiler names", func(context.Context) error { return build.Build{}.Backend() }),
		tests("testbed: tests on real API servers and a real Prometheus (10 minutes the first time, to build them)", "cd testbed && go test -run <name> ./...", func(ctx context.Context) (mage.Tally, error) {
			return mage.GoTest(ctx, testbed, "-race", "-timeout", "30m", "./...")
		}),
		testbedStep(),
		check("the demo, once", "go tool mage demo", demoOnce),
	}
}

// layout is the room that starts no goroutine and reckons for long, ten times as long with
// the race detector.
const layout = "pkg/graph/arrange"

// concurrent lists all packages but that of the layout.
func concurrent(ctx context.Context) ([]string, error) {
	listed, err := mage.Go("list", "./pkg/...", "./mage/...").Output(ctx)
	return slices.DeleteFunc(strings.Fields(listed), func(p string) bool { return strings.HasSuffix(p, layout) }), err
}

// staticcheck runs the linter at the version that tools/go.mod names.
func staticcheck(ctx context.Context, dir, modfile string, patterns ...string) error {
	return mage.Go(append([]string{"tool", "-modfile=" + modfile, "staticcheck"}, patterns...)...).In(dir).Run(ctx)
}
