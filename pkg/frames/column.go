package frames

import "github.com/grafana/grafana-plugin-sdk-go/data"

// column makes one field from all rows.
type column[R any] func(rows []R) *data.Field

// col is a column whose value in each row is value(row).
func col[R, V any](name string, config *data.FieldConfig, value func(*R) V) column[R] {
	return func(rows []R) *data.Field {
		values := make([]V, len(rows))
		for i := range rows {
			values[i] = value(&rows[i])
		}
		return data.NewField(name, nil, values).SetConfig(config)
	}
}

// with is the column with another config.
func (c column[R]) with(config *data.FieldConfig) column[R] {
	return func(rows []R) *data.Field { return c(rows).SetConfig(config) }
}

// ready is a column whose values are there already, one for each row.
func ready[R, V any](name string, config *data.FieldConfig, values []V) column[R] {
	return func([]R) *data.Field { return data.NewField(name, nil, values).SetConfig(config) }
}

// frame makes a frame from rows and columns.
func frame[R any](name string, rows []R, columns []column[R]) *data.Frame {
	f := data.NewFrame(name)
	for _, c := range columns {
		f.Fields = append(f.Fields, c(rows))
	}
	return f
}

// shown is the config of a column of the node graph panel, which reads displayName.
func shown(displayName string) *data.FieldConfig {
	return &data.FieldConfig{DisplayName: displayName}
}

// titled is the config of a table's column.
func titled(title string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: title}
}

// measured is the config of a table's column of numbers with a Grafana unit.
func measured(title, unit string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: title, Unit: unit}
}

// hidden is the config of a table's column that is there for links alone.
func hidden(title string) *data.FieldConfig {
	return &data.FieldConfig{DisplayNameFromDS: title, Custom: map[string]any{"hidden": true}}
}
