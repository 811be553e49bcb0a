package demo

import (
	"context"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// gallery draws the mesh at several levels, as the panel arranges it and in boxes.
func (w *walk) gallery(ctx context.Context) {
	for _, ds := range w.sources {
		if ds.Type != ask.PluginID {
			continue
		}
		w.steps.begin("Graphs of the mesh, as the panel arranges them and in boxes")
		for _, level := range []string{"cluster", "namespace", "app", "workload"} {
			for _, arrange := range []string{"panel", "boxes"} {
				w.panels++
				ctx, cancel := context.WithTimeout(ctx, panelLimit)
				answers, err := w.plugin.Query(ctx, settings(ds), ask.Query{RefID: "A", Type: "trafficGraph",
					Fields: map[string]any{"level": level, "arrange": arrange}})
				cancel()
				if err != nil {
					w.fail(level+" in "+arrange, err)
					continue
				}
				w.show("mesh", level+" "+arrange, answers["A"])
			}
		}
		w.steps.end()
	}
}
