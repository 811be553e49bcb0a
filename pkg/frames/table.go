package frames

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// TableOptions say how a table of what runs where is made.
type TableOptions struct {
	Links Links
	// Traffic says whether the columns of traffic are there; those of which nobody
	// reported anything are null.
	Traffic bool
	// LatencyName is the latency that the rows have, such as "p95"; empty for none.
	LatencyName string
	// Queries are the PromQL behind the answer.
	Queries []string
}

func tableOf[R any](name string, rows []R, o TableOptions, columns ...[]column[R]) data.Frames {
	f := frame(name, rows, slices.Concat(columns...))
	f.Meta = table(o.Queries)
	return data.Frames{f}
}

// Widths of a table's columns, in pixels, by what stands in them.
const (
	widthShort  = 90  // a number, a word
	widthWord   = 120 // a few words
	widthName   = 170
	widthPhrase = 280
)

// wide gives a column a width, and keeps what its config says besides.
func wide(config *data.FieldConfig, pixels int) *data.FieldConfig {
	custom := map[string]any{"width": pixels}
	maps.Copy(custom, config.Custom)
	config.Custom = custom
	return config
}

// paint colours a column's cells by their values.
func paint(config *data.FieldConfig, mappings data.ValueMappings) *data.FieldConfig {
	custom := maps.Clone(colorText)
	maps.Copy(custom, config.Custom)
	config.Mappings, config.Custom = mappings, custom
	return config
}

// word is a column of text that is null where nobody told anything.
func word[R any](name, title string, width int, read func(*R) string) column[R] {
	return painted(name, wide(titled(title), width), read)
}

func painted[R any](name string, config *data.FieldConfig, read func(*R) string) column[R] {
	return func(rows []R) *data.Field {
		texts, values := make([]string, len(rows)), make([]*string, len(rows))
		for i := range rows {
			if texts[i] = read(&rows[i]); texts[i] != "" {
				values[i] = &texts[i]
			}
		}
		return data.NewField(name, nil, values).SetConfig(config)
	}
}

// list is a column of texts, joined.
func list[R any, S ~string](name, title string, width int, read func(*R) []S) column[R] {
	return word(name, title, width, func(r *R) string { return listed(read(r)) })
}

func listed[S ~string](texts []S) string {
	if len(texts) == 1 {
		return string(texts[0])
	}
	plain := make([]string, len(texts))
	for i, t := range texts {
		plain[i] = string(t)
	}
	return strings.Join(plain, ", ")
}

// labelled is a column of labels, as label selectors write them.
func labelled[R any](name, title string, read func(*R) map[string]string) column[R] {
	return word(name, title, widthPhrase, func(r *R) string {
		labels := read(r)
		texts := make([]string, 0, len(labels))
		for key, value := range labels {
			texts = append(texts, key+"="+value)
		}
		slices.Sort(texts)
		return strings.Join(texts, ", ")
	})
}

// counted is a column of whole numbers that may be unknown.
func counted[R any](name, title string, read func(*R) *int) column[R] {
	return col(name, wide(titled(title), widthShort), func(r *R) *int64 {
		n := read(r)
		if n == nil {
			return nil
		}
		whole := int64(*n)
		return &whole
	})
}

// whole is a column of whole numbers that are always known.
func whole[R any](name, title string, read func(*R) int) column[R] {
	return col(name, wide(titled(title), widthShort), func(r *R) int64 { return int64(read(r)) })
}

// created tells how long ago an object came to be.
func created[R any](read func(*R) time.Time) column[R] {
	return moment("created", wide(measured("Created", "dateTimeFromNow"), widthWord), func(r *R) *time.Time {
		t := read(r)
		return &t
	})
}

// asOf is when a row was last known to be so.
func asOf[R any](read func(*R) catalog.Where) column[R] {
	return moment("asof", wide(titled("As of"), widthName), func(r *R) *time.Time { return read(r).AsOf })
}

func moment[R any](name string, config *data.FieldConfig, read func(*R) *time.Time) column[R] {
	return col(name, config, func(r *R) *time.Time {
		if t := read(r); t != nil && !t.IsZero() {
			return t
		}
		return nil
	})
}

// located are the columns that say where a thing is and what it is called.
func located[R any](links []data.DataLink, where func(*R) catalog.Where, object func(*R) (namespace, name string)) []column[R] {
	called := wide(titled("Name"), widthName)
	called.Links = links
	return []column[R]{
		col("cluster", wide(titled("Cluster"), widthWord), func(r *R) string { return string(where(r).Cluster) }),
		col("namespace", wide(titled("Namespace"), widthName), func(r *R) string { namespace, _ := object(r); return namespace }),
		col("name", called, func(r *R) string { _, name := object(r); return name }),
	}
}

// workHealthColors are those of the healths that pods and traffic have.
var workHealthColors = colored(map[string]string{
	string(mesh.HealthFailure): red, string(mesh.HealthDegraded): orange, string(mesh.HealthNotReady): blue,
	string(mesh.HealthHealthy): green, string(mesh.HealthNone): grey,
})

// judged are the columns of a health and of what is wrong.
func judged[R any](read func(*R) (mesh.Health, string)) []column[R] {
	return []column[R]{
		painted("health", paint(wide(titled("Health"), widthShort), workHealthColors), func(r *R) string { health, _ := read(r); return string(health) }),
		word("why", "Why", widthPhrase, func(r *R) string { _, why := read(r); return why }),
	}
}

// doing are the columns of traffic.
func doing[R any](o TableOptions, of func(*R) *mesh.Vitals) []column[R] {
	if !o.Traffic {
		return nil
	}
	rate := func(name, title, unit string, read func(*mesh.Vitals) *float64) column[R] {
		return col(name, wide(measured(title, unit), widthShort+10), func(r *R) *float64 {
			if v := of(r); v != nil {
				return read(v)
			}
			return nil
		})
	}
	out := []column[R]{
		rate("rps", "Requests in", "reqps", func(v *mesh.Vitals) *float64 { return v.In.Requests }),
		rate("rpsout", "Requests out", "reqps", func(v *mesh.Vitals) *float64 { return v.Out.Requests }),
		rate("errorrate", "Errors", "percentunit", func(v *mesh.Vitals) *float64 { return v.In.ErrorRatio() }),
	}
	if o.LatencyName != "" {
		out = append(out, rate("latency", latencyTitle(o.LatencyName), "ms", func(v *mesh.Vitals) *float64 { return v.Latency }))
	}
	return append(out,
		rate("bytes", "TCP in", "Bps", func(v *mesh.Vitals) *float64 { return v.In.Bytes }),
		rate("bytesout", "TCP out", "Bps", func(v *mesh.Vitals) *float64 { return v.Out.Bytes }))
}

// missing colours the column of sidecars that are missing.
var missing = data.ValueMappings{data.ValueMapper{
	"true": {Text: "missing", Color: red}, "false": {Text: "no", Color: grey},
}}

func missingSidecar[R any](read func(*R) bool) column[R] {
	return col("missingsidecar", paint(wide(titled("Missing sidecar"), widthWord), missing), read)
}
