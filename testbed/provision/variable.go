package provision

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const all = "$__all"

// Variable is a dashboard variable as it was saved.
type Variable struct {
	Name       string          `json:"name"`
	Type       string          `json:"type"` // query, custom, datasource, textbox, constant, interval
	DataSource Ref             `json:"datasource"`
	Query      json.RawMessage `json:"query"` // an object for our own data source
	IncludeAll bool            `json:"includeAll"`
	AllValue   string          `json:"allValue"`
	Current    struct {
		Value any `json:"value"` // a string or a list of them
	} `json:"current"`
}

// Saved returns the values that the dashboard was saved with; none when it was
// saved without.
func (v Variable) Saved() []string {
	switch value := v.Current.Value.(type) {
	case string:
		if value != "" {
			return []string{value}
		}
	case []any:
		var values []string
		for _, one := range value {
			if s, ok := one.(string); ok && s != "" {
				values = append(values, s)
			}
		}
		return values
	}
	return nil
}

// QueryObject returns the variable's query when it is an object.
func (v Variable) QueryObject() (map[string]any, bool) {
	var query map[string]any
	err := json.Unmarshal(v.Query, &query)
	return query, err == nil && query != nil
}

// QueryText returns the variable's query when it is a text.
func (v Variable) QueryText() string {
	var text string
	_ = json.Unmarshal(v.Query, &text) // anything else has no text
	return text
}

// Values are the chosen values of variables by name; none means all.
type Values map[string][]string

// Set sets a variable's values; "all" in any spelling becomes none.
func (v Values) Set(name string, values []string) {
	if slices.Contains(values, all) {
		values = nil
	}
	v[name] = values
}

var reference = regexp.MustCompile(`\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\]`)

func nameOf(match []string) string { return match[1] + match[2] + match[3] }

// replace replaces every reference to a known variable; others stay.
func (v Values) replace(s string, with func(values []string) string) string {
	return reference.ReplaceAllStringFunc(s, func(text string) string {
		values, known := v[nameOf(reference.FindStringSubmatch(text))]
		if !known {
			return text
		}
		return with(values)
	})
}

// Expand fills variables into a query of lists, as the plugin's own editor does: in
// a list, an entry that is one variable becomes the variable's values, none when it
// stands for all; anywhere else the values are joined by commas.
func (v Values) Expand(value any) any {
	switch value := value.(type) {
	case string:
		return v.replace(value, func(values []string) string { return strings.Join(values, ",") })
	case map[string]any:
		out := make(map[string]any, len(value))
		for key := range value {
			out[key] = v.Expand(value[key])
		}
		return out
	case []any:
		out := []any{}
		for _, entry := range value {
			out = append(out, v.expandEntry(entry)...)
		}
		return out
	}
	return value
}

func (v Values) expandEntry(entry any) []any {
	text, ok := entry.(string)
	if !ok {
		return []any{v.Expand(entry)}
	}
	if text == all {
		return nil
	}
	match := reference.FindStringSubmatch(text)
	if match == nil || match[0] != text {
		return []any{v.Expand(text)}
	}
	values, known := v[nameOf(match)]
	if !known {
		return []any{text}
	}
	var out []any
	for _, value := range values {
		out = append(out, value)
	}
	return out
}

// ExpandPromQL fills variables into PromQL, in which a list becomes an alternative
// of a regular expression and all becomes .*.
func (v Values) ExpandPromQL(expression string) string {
	return v.replace(expression, func(values []string) string {
		switch len(values) {
		case 0:
			return ".*"
		case 1:
			return values[0]
		}
		quoted := make([]string, len(values))
		for i, value := range values {
			quoted[i] = strings.ReplaceAll(regexp.QuoteMeta(value), `\`, `\\`)
		}
		return fmt.Sprintf("(%s)", strings.Join(quoted, "|"))
	})
}
