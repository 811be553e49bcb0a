package provision

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// DataSource is one provisioned data source.
type DataSource struct {
	Name           string            `json:"name"`
	UID            string            `json:"uid"`
	Type           string            `json:"type"`
	URL            string            `json:"url"`
	JSONData       map[string]any    `json:"jsonData"`
	SecureJSONData map[string]string `json:"secureJsonData"`
}

// ReadDataSources reads every *.yaml of a directory. $NAME and ${NAME} in its
// strings become what env returns for NAME, $$ becomes $. A name that env does not
// know is an error: Grafana would take it as empty and fail later.
func ReadDataSources(dir string, env func(name string) (string, bool)) ([]DataSource, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.y*ml"))
	if err != nil {
		return nil, err
	}
	var all []DataSource
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var content struct {
			DataSources []DataSource `json:"datasources"`
		}
		if err := yaml.Unmarshal(data, &content); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, ds := range content.DataSources {
			if err := ds.expand(env); err != nil {
				return nil, fmt.Errorf("%s: data source %s: %w", file, ds.Name, err)
			}
			all = append(all, ds)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s provisions no data source", dir)
	}
	return all, nil
}

func (d *DataSource) expand(env func(string) (string, bool)) error {
	var unknown []string
	expand := func(s string) string {
		return os.Expand(s, func(name string) string {
			if name == "$" {
				return "$"
			}
			value, ok := env(name)
			if !ok {
				unknown = append(unknown, name)
			}
			return value
		})
	}
	d.URL = expand(d.URL)
	d.JSONData, _ = mapStrings(d.JSONData, expand).(map[string]any)
	for key, value := range d.SecureJSONData {
		d.SecureJSONData[key] = expand(value)
	}
	if len(unknown) > 0 {
		return fmt.Errorf("nobody sets %s", strings.Join(unknown, ", "))
	}
	return nil
}

// mapStrings returns a copy of a JSON value with every string changed.
func mapStrings(v any, change func(string) string) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = mapStrings(v[i], change)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key := range v {
			out[key] = mapStrings(v[key], change)
		}
		return out
	}
	return v
}
