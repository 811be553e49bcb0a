package frames

import (
	"cmp"
	"math"
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
	columns = append([]column[mesh.Edge]{col("highlighted", foundConfig(o.Finds), func(e *mesh.Edge) bool { return e.Found })}, columns...)
	columns = append(columns,
		col("hosts", titled("Called as"), func(e *mesh.Edge) string { return few(peers(e).Hosts) }),
		col("sourceprincipal", titled("Caller's principal"), func(e *mesh.Edge) string { return few(peers(e).SourcePrincipals) }),
		col("targetprincipal", titled("Called principal"), func(e *mesh.Edge) string { return few(peers(e).DestinationPrincipals) }),
		col("promql", hidden("PromQL"), o.edgeQuery),
	)
	f := frame("traffic", busiestFirst(g.Edges), columns)
	f.Meta = table(o.Queries)
	return data.Frames{f}
}

// foundConfig fills the cells of rows that find matches, as the graph draws such edges;
// without a find there is nothing to see.
func foundConfig(finds bool) *data.FieldConfig {
	if !finds {
		return hidden("Found")
	}
	config := titled("Found")
	// A text that is empty would not be sent, and the panel would write "false".
	config.Mappings = data.ValueMappings{data.ValueMapper{
		"true": {Text: "found", Color: yellow}, "false": {Text: " ", Color: "transparent"},
	}}
	config.Custom = map[string]any{"cellOptions": map[string]any{"type": "color-background", "mode": "basic"}, "width": 80}
	return config
}

func table(queries []string) *data.FrameMeta {
	return &data.FrameMeta{PreferredVisualization: data.VisTypeTable, ExecutedQueryString: strings.Join(queries, "\n")}
}

func busiestFirst(edges []mesh.Edge) []mesh.Edge {
	order := make([]int32, len(edges)) // edges are large: it is their places that are sorted
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int {
		a, b := &edges[i], &edges[j]
		return cmp.Or(
			cmp.Compare(value(b.Requests), value(a.Requests)), cmp.Compare(value(b.Bytes), value(a.Bytes)),
		)
	})
	sorted := make([]mesh.Edge, len(edges))
	for to, from := range order {
		sorted[to] = edges[from]
	}
	return sorted
}

// value is v for sorting: what nobody reported comes after everything else, and what
// differs by the noise of sums stays as it is.
func value(v *float64) float64 {
	const digits = 6
	switch {
	case v == nil:
		return -1
	case !(*v > 0):
		return 0
	}
	unit := math.Pow10(int(math.Floor(math.Log10(*v))) - digits + 1)
	if unit == 0 || math.IsInf(unit, 0) {
		return *v
	}
	return math.Round(*v/unit) * unit
}

// colorText makes the table panel write a cell in its value's colour.
var colorText = map[string]any{"cellOptions": map[string]any{"type": "color-text"}}

var healthColors = colored(map[string]string{
	string(mesh.HealthFailure): red, string(mesh.HealthDegraded): orange, string(mesh.HealthNotReady): purple,
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
