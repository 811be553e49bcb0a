package bench

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

const (
	leastRefreshes = 200
	samples        = 20 // of memory, over all refreshes
	settingsEvery  = 50 // refreshes
	moments        = 40 // that refreshes look at in turn

	mostGrowth     = 1.2 // of memory, from the first fifth to the last
	mostGoroutines = 20  // more at the end than at the start
)

// usage is what the plugin's process uses.
type usage struct {
	memory     int64 // resident, in bytes
	goroutines int
}

// refresh refreshes a dashboard of three panels many times, with the settings saved anew
// now and then, and prints what the process uses meanwhile. It returns what has grown.
func (b *run) refresh(ctx context.Context, w io.Writer, refreshes int) (failed []string, err error) {
	fmt.Fprintf(w, "\n%d refreshes of three panels, the settings changed every %d\n\n%10s %10s %11s\n", refreshes, settingsEvery, "refreshes", "memory", "goroutines")
	now, settings := b.now, b.direct()
	var used []usage
	for i := range refreshes {
		if i%settingsEvery == 0 {
			settings = b.changed(settings, i)
		}
		panels := []ask.Query{
			{RefID: "A", Type: "trafficGraph", Fields: everything("auto")},
			{RefID: "B", Type: "traffic", Fields: map[string]any{"level": "workload"}},
			{RefID: "C", Type: "clusters"},
		}
		moment := now.Add(-time.Duration(i%moments) * step)
		for p := range panels {
			panels[p] = at(panels[p], moment)
		}
		panels[0].Fields["compareTo"] = ago(b.rounds).String()
		if err := b.panels(ctx, settings, panels); err != nil {
			return nil, fmt.Errorf("refresh %d: %w", i+1, err)
		}
		if (i+1)%(refreshes/samples) == 0 {
			u, err := b.usage(ctx)
			if err != nil {
				return nil, err
			}
			used = append(used, u)
			fmt.Fprintf(w, "%10d %7d MB %11d\n", i+1, u.memory>>20, u.goroutines)
		}
	}
	return grown(used), nil
}

// changed are the settings as if they had been saved with another limit.
func (b *run) changed(s ask.Settings, i int) ask.Settings {
	s.Updated = time.Now()
	json := map[string]any{}
	for name, value := range b.settings.JSON {
		json[name] = value
	}
	json["limits"] = map[string]any{"maxNodes": 150 + i/settingsEvery%50}
	s.JSON = json
	return s
}

// panels asks all queries of a dashboard in one request.
func (b *run) panels(ctx context.Context, s ask.Settings, panels []ask.Query) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	answers, err := b.plugin.Query(ctx, s, panels...)
	if err != nil {
		return err
	}
	for refID, answer := range answers {
		if answer.Error != nil {
			return fmt.Errorf("panel %s: %w", refID, answer.Error)
		}
	}
	return nil
}

func (b *run) usage(ctx context.Context) (usage, error) {
	memory, err := b.plugin.Memory()
	if err != nil {
		return usage{}, err
	}
	metrics, err := b.plugin.Metrics(ctx)
	if err != nil {
		return usage{}, err
	}
	goroutines, err := metric(metrics, "go_goroutines")
	return usage{memory, int(goroutines)}, err
}

// metric reads one metric without labels.
func metric(metrics, name string) (float64, error) {
	for line := range strings.Lines(metrics) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("the plugin does not tell its %s", name)
}

// grown compares the last fifth of what was used with the first. In between the garbage
// collector lets memory rise and fall, so the most of each counts; of goroutines, which
// rise only while something is under way, the least.
func grown(used []usage) (failed []string) {
	fifth := max(len(used)/5, 1)
	first, last := used[:fifth], used[len(used)-fifth:]
	most := func(of []usage) (memory int64) {
		for _, u := range of {
			memory = max(memory, u.memory)
		}
		return memory
	}
	fewest := func(of []usage) int {
		n := of[0].goroutines
		for _, u := range of {
			n = min(n, u.goroutines)
		}
		return n
	}
	if was, is := most(first), most(last); float64(is) > mostGrowth*float64(was) {
		failed = append(failed, fmt.Sprintf("memory grew from %d MB to %d MB", was>>20, is>>20))
	}
	if was, is := fewest(first), fewest(last); is > was+mostGoroutines {
		failed = append(failed, fmt.Sprintf("goroutines grew from %d to %d", was, is))
	}
	return failed
}
