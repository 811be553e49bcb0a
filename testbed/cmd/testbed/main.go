// Command testbed runs the plugin against real parts on this machine:
//
//	testbed demo    show every panel of the provisioned dashboards
//	testbed up      start the demo's mesh alone
//	testbed bench   measure the plugin against the same PromQL sent straight to Prometheus
//
// Each command ends on Ctrl-C and takes everything that it started with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/bench"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/demo"
	"github.com/meshatlas/meshatlas-istio-datasource/testbed/parts"
)

const usage = "usage: testbed demo|up|bench [flags]; testbed <command> -h explains the flags"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		stop()
		fmt.Fprintln(os.Stderr, "testbed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	repo, err := parts.Repo()
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	cache := flags.String("cache", "", "`directory` of the built parts (default MESHATLAS_CACHE, else .cache/testbed)")
	switch args[0] {
	case "demo":
		o := demo.Options{Out: os.Stdout}
		flags.BoolVar(&o.Once, "once", false, "end after the last panel")
		flags.StringVar(&o.Dir, "out", filepath.Join(repo, ".cache", "demo"), "`directory` for the graphs")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		o.Cache = *cache
		return demo.Run(ctx, o)
	case "up":
		o := demo.UpOptions{Out: os.Stdout}
		flags.IntVar(&o.Port, "port", 9090, "`port` of Prometheus on loopback")
		flags.StringVar(&o.Kubeconfig, "kubeconfig", filepath.Join(repo, ".cache", "home.kubeconfig"), "`file` to write the home cluster's kubeconfig to")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		o.Cache = *cache
		return demo.Up(ctx, o)
	case "bench":
		o := bench.Options{Out: os.Stdout, Workloads: []int{400, 2400, 4000}}
		flags.Func("workloads", "`numbers` of workloads, a mesh for each, or nothing for none (default 400,2400,4000)", func(list string) (err error) {
			o.Workloads, err = numbers(list)
			return err
		})
		flags.IntVar(&o.Rounds, "rounds", 21, "`number` of measured rounds, at least 15")
		flags.IntVar(&o.Refreshes, "refreshes", 1000, "`number` of refreshes of the first mesh, over which memory is to stay flat; 0 for none")
		flags.IntVar(&o.Pods, "pods", 10_000, "`number` of pods of a mesh whose objects are kept and made into tables; 0 for none")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		o.Cache = *cache
		return bench.Run(ctx, o)
	}
	return fmt.Errorf("unknown command %q; %s", args[0], usage)
}

// numbers reads a list such as 400,2400.
func numbers(list string) ([]int, error) {
	var out []int
	if list == "" {
		return nil, nil
	}
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("%q is no number", word)
		}
		out = append(out, n)
	}
	return out, nil
}
