package query

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

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
	CompareTo        string   `json:"compareTo"`
	CrossClusterOnly bool     `json:"crossClusterOnly"`
	Services         bool     `json:"services"`
	Idle             bool     `json:"idle"`
	Arrange          string   `json:"arrange"`
	Boxes            []string `json:"boxes"`
	MaxNodes         int      `json:"maxNodes"`
	Of               string   `json:"of"`
	Traffic          *bool    `json:"traffic"`
	Kinds            []string `json:"kinds"`
	Severity         string   `json:"severity"`
	YAML             bool     `json:"yaml"`
	WorstFirst       bool     `json:"worstFirst"`

	// Measures are of queries of type health and rates, the rest of rates alone.
	Measures []string `json:"measures"`
	By       string   `json:"by"`
	Side     string   `json:"side"`
	Limit    int      `json:"limit"`
	What     []string `json:"what"`

	Find   string          `json:"find"`
	HideIf string          `json:"hideIf"`
	Hide   json.RawMessage `json:"hide"` // a boolean of Grafana's, or an expression
	Focus  *struct {
		Kind      string `json:"kind"`
		Cluster   string `json:"cluster"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
		Hops      int    `json:"hops"`
	} `json:"focus"`
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
	o := Options{Selection: d.selection(), Services: d.Services, CrossClusterOnly: d.CrossClusterOnly, Idle: d.Idle, MaxNodes: d.MaxNodes}
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
	if o.Window, err = duration("window", d.Window, "5m or 1h"); err != nil {
		return Options{}, err
	}
	if o.CompareTo, err = duration("compareTo", d.CompareTo, "1h, 1d or 1w"); err != nil {
		return Options{}, err
	}
	o.Find, o.HideIf = d.Find, d.hideIf()
	if o.Focus, err = d.focus(); err != nil {
		return Options{}, err
	}
	if o.Boxes, err = d.boxes(); err != nil {
		return Options{}, err
	}
	if d.MaxNodes < 0 {
		return Options{}, wrong("maxNodes", "%d is below 0", d.MaxNodes)
	}
	return o, nil
}

// duration reads a duration as Grafana writes it; an empty one is 0.
func duration(field, words, such string) (time.Duration, error) {
	if words == "" {
		return 0, nil
	}
	d, err := gtime.ParseDuration(words)
	if err != nil || d <= 0 {
		return 0, wrong(field, "%q is not a duration such as %s", words, such)
	}
	return d, nil
}

// hideIf is the expression of what is left out. Provisioned queries may have it in the
// field hide; a query that Grafana saves has a boolean there.
func (d document) hideIf() string {
	var words string
	if d.HideIf != "" || json.Unmarshal(d.Hide, &words) != nil {
		return d.HideIf
	}
	return words
}

// maxHops bounds a focus: further away lies, as a rule, everything.
const maxHops = 20

// focus reads the node in focus; one that nothing is given of is none.
func (d document) focus() (*Focus, error) {
	if d.Focus == nil {
		return nil, nil
	}
	f := Focus{
		Kind: mesh.Kind(d.Focus.Kind), Cluster: mesh.ClusterName(d.Focus.Cluster),
		Namespace: d.Focus.Namespace, Name: d.Focus.Name, Hops: d.Focus.Hops,
	}
	if f == (Focus{Hops: f.Hops}) {
		return nil, nil
	}
	if f.Kind != "" {
		if _, err := oneOf("focus.kind", d.Focus.Kind, mesh.KindCluster, mesh.KindNamespace, mesh.KindApp, mesh.KindWorkload, mesh.KindService, mesh.KindExternal); err != nil {
			return nil, err
		}
	}
	if f.Hops < 0 || f.Hops > maxHops {
		return nil, wrong("focus.hops", "%d is not between 1 and %d", f.Hops, maxHops)
	}
	if f.Hops == 0 {
		f.Hops = 1
	}
	return &f, nil
}

// boxes reads which boxes are drawn: both kinds unless the query names one.
func (d document) boxes() (*Boxes, error) {
	const panel, boxes = "panel", "boxes"
	arrange, err := oneOf("arrange", d.Arrange, panel, boxes)
	if err != nil || arrange == panel {
		return nil, err
	}
	const clusters, namespaces = "cluster", "namespace"
	var out Boxes
	for _, name := range clean(d.Boxes) {
		kind, err := oneOf("boxes", name, clusters, namespaces)
		if err != nil {
			return nil, err
		}
		out.Clusters = out.Clusters || kind == clusters
		out.Namespaces = out.Namespaces || kind == namespaces
	}
	if out == (Boxes{}) {
		out = Boxes{Clusters: true, Namespaces: true}
	}
	return &out, nil
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
