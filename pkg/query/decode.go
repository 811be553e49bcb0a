package query

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/grafana/grafana-plugin-sdk-go/backend/gtime"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// document is the JSON of a query of any type.
type document struct {
	Clusters         []string `json:"clusters"`
	Namespaces       []string `json:"namespaces"`
	Names            []string `json:"names"`
	Level            string   `json:"level"`
	Protocols        []string `json:"protocols"`
	Latency          string   `json:"latency"`
	Window           string   `json:"window"`
	CrossClusterOnly bool     `json:"crossClusterOnly"`
	MaxNodes         int      `json:"maxNodes"`
	Of               string   `json:"of"`

	// Named by the contract and not served by this version: refused rather than
	// ignored, since a graph without what was asked for is a wrong answer.
	Services  bool            `json:"services"`
	Idle      bool            `json:"idle"`
	Focus     json.RawMessage `json:"focus"`
	Find      string          `json:"find"`
	Hide      json.RawMessage `json:"hide"` // Grafana's own switch of that name is a boolean
	Arrange   string          `json:"arrange"`
	CompareTo string          `json:"compareTo"`
}

func unmarshal(raw []byte, doc *document) error {
	err := json.Unmarshal(raw, doc)
	if err == nil {
		return nil
	}
	var typed *json.UnmarshalTypeError
	if errors.As(err, &typed) && typed.Field != "" {
		return wrong(typed.Field, "a JSON %s does not fit here; %s is wanted", typed.Value, wanted(typed.Type.Kind().String()))
	}
	return wrong("query", "not valid JSON: %v", err)
}

// wanted says a Go kind in JSON's words.
func wanted(kind string) string {
	switch kind {
	case "slice":
		return "a list of strings"
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	case "int":
		return "a whole number"
	}
	return "an object"
}

func (d document) selection() Selection {
	s := Selection{Namespaces: clean(d.Namespaces), Names: clean(d.Names)}
	for _, c := range clean(d.Clusters) {
		s.Clusters = append(s.Clusters, mesh.ClusterName(c))
	}
	return s
}

// clean drops empty names, which stand for "all", and repeated ones.
func clean(names []string) []string {
	var out []string
	for _, n := range names {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func (d document) options() (Options, error) {
	if err := d.notServed(); err != nil {
		return Options{}, err
	}
	o := Options{Selection: d.selection(), CrossClusterOnly: d.CrossClusterOnly, MaxNodes: d.MaxNodes}
	var err error
	if o.Level, err = oneOf("level", d.Level, append([]mesh.Level{mesh.LevelAuto}, mesh.Levels()...)...); err != nil {
		return Options{}, err
	}
	if o.Latency, err = oneOf("latency", d.Latency, LatencyP95, LatencyP50, LatencyP99, LatencyAvg, LatencyNone); err != nil {
		return Options{}, err
	}
	for _, name := range clean(d.Protocols) {
		p, err := oneOf("protocols", name, mesh.Protocols()...)
		if err != nil {
			return Options{}, err
		}
		o.Protocols = append(o.Protocols, p)
	}
	if len(o.Protocols) == 0 {
		o.Protocols = mesh.Protocols()
	}
	if d.Window != "" {
		if o.Window, err = gtime.ParseDuration(d.Window); err != nil || o.Window <= 0 {
			return Options{}, wrong("window", "%q is not a duration such as 5m or 1h", d.Window)
		}
	}
	if d.MaxNodes < 0 {
		return Options{}, wrong("maxNodes", "%d is below 0", d.MaxNodes)
	}
	return o, nil
}

func (d document) notServed() error {
	for _, f := range []struct {
		name string
		set  bool
	}{
		{"services", d.Services},
		{"idle", d.Idle},
		{"focus", len(d.Focus) > 0 && string(d.Focus) != "null"},
		{"find", d.Find != ""},
		{"hide", len(d.Hide) > 0 && d.Hide[0] == '"' && string(d.Hide) != `""`},
		{"arrange", d.Arrange != "" && d.Arrange != "panel"},
		{"compareTo", d.CompareTo != ""},
	} {
		if f.set {
			return wrong(f.name, "is not available in this version; leave it out")
		}
	}
	return nil
}

// oneOf checks that name is one of the options; an empty name means the first.
func oneOf[S ~string](field, name string, options ...S) (S, error) {
	if name == "" {
		return options[0], nil
	}
	if slices.Contains(options, S(name)) {
		return S(name), nil
	}
	return options[0], wrong(field, "%q is not one of %s", name, list(options))
}
