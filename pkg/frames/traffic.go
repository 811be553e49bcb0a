package frames

import (
	"cmp"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Traffic makes the table of a graph's edges, busiest first.
func Traffic(g mesh.Graph, o GraphOptions) data.Frames {
	columns := plainEdgeColumns(o.LatencyName, func(name, title, unit string) *data.FieldConfig {
		config := measured(title, unit)
		switch name {
		case "health":
			config.Mappings, config.Custom = healthColors, colorText
		case "kind":
			config = hidden(title)
		case "change":
			if !o.Compared {
				config = hidden(title)
			}
		case "sourcename", "targetname":
			config.Links = o.Links.metrics("PromQL of this row")
		}
		return config
	})
	columns = append(columns, col("promql", hidden("PromQL"), o.edgeQuery))
	f := frame("traffic", busiestFirst(g.Edges), columns)
	f.Meta = table(o.Queries)
	return data.Frames{f}
}

func table(queries []string) *data.FrameMeta {
	return &data.FrameMeta{PreferredVisualization: data.VisTypeTable, ExecutedQueryString: strings.Join(queries, "\n")}
}

func busiestFirst(edges []mesh.Edge) []mesh.Edge {
	sorted := slices.Clone(edges)
	slices.SortStableFunc(sorted, func(a, b mesh.Edge) int {
		return cmp.Or(
			cmp.Compare(value(b.Requests), value(a.Requests)),
			cmp.Compare(value(b.Bytes), value(a.Bytes)),
		)
	})
	return sorted
}

// value is v for sorting: what nobody reported comes after everything else.
func value(v *float64) float64 {
	if v == nil {
		return -1
	}
	return *v
}

// colorText makes the table panel write a cell in its value's colour.
var colorText = map[string]any{"cellOptions": map[string]any{"type": "color-text"}}

var healthColors = colored(map[string]string{
	string(mesh.HealthFailure): red, string(mesh.HealthDegraded): orange,
	string(mesh.HealthHealthy): green, string(mesh.HealthNone): grey,
})

// colored maps values to colours.
func colored(colors map[string]string) data.ValueMappings {
	mapper := data.ValueMapper{}
	for value, color := range colors {
		mapper[value] = data.ValueMappingResult{Text: value, Color: color}
	}
	return data.ValueMappings{mapper}
}
