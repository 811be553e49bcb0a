package frames

import (
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Dashboard is a provisioned dashboard that the click menu leads to.
type Dashboard struct {
	// UID is the dashboard's, "meshatlas-" and a word.
	UID string
	// Title is what the menu calls it.
	Title string
	// Variables are the dashboard's variables that a link sets, by the kind of what was
	// clicked; a kind that is absent has no link. Boxes are of the kind cluster or
	// namespace, and so is what is folded.
	Variables map[mesh.Kind][]Variable
}

// Variable is a dashboard's variable and the value that a link gives it: a text in
// which ${cluster}, ${namespace}, ${workload}, ${app}, ${service} and ${level} (the
// graph's) stand for those of what was clicked.
type Variable struct{ Name, Value string }

// all is Grafana's word for a variable that is set to all of its values.
const all = "$__all"

// Dashboards are the dashboards that links lead to. Each must be provisioned and have
// the variables that are set, which the tests of pkg/provisioned hold them to.
func Dashboards() []Dashboard {
	in := func(level string) []Variable {
		return []Variable{{"level", level}, {"cluster", "${cluster}"}, {"namespace", "${namespace}"}}
	}
	cluster := Variable{"cluster", "${cluster}"}
	namespaced := func(more ...Variable) []Variable {
		return append([]Variable{cluster, {"namespace", "${namespace}"}}, more...)
	}
	return []Dashboard{
		{UID: "meshatlas-overview", Title: "Overview", Variables: map[mesh.Kind][]Variable{mesh.KindCluster: {cluster}}},
		{UID: "meshatlas-namespace", Title: "Namespace", Variables: map[mesh.Kind][]Variable{mesh.KindNamespace: namespaced()}},
		{UID: "meshatlas-application", Title: "Application", Variables: map[mesh.Kind][]Variable{
			mesh.KindApp: namespaced(Variable{"application", "${app}"}),
		}},
		{UID: "meshatlas-workload", Title: "Workload", Variables: map[mesh.Kind][]Variable{
			mesh.KindWorkload: namespaced(Variable{"workload", "${workload}"}),
		}},
		{UID: "meshatlas-service", Title: "Service", Variables: map[mesh.Kind][]Variable{
			mesh.KindService: namespaced(Variable{"service", "${service}"}),
		}},
		{UID: "meshatlas-traffic", Title: "Traffic", Variables: map[mesh.Kind][]Variable{
			mesh.KindCluster:   {{"level", string(mesh.LevelNamespace)}, cluster, {"namespace", all}},
			mesh.KindNamespace: in(string(mesh.LevelWorkload)),
			mesh.KindWorkload:  in("${level}"),
			mesh.KindApp:       in("${level}"),
			mesh.KindService:   in("${level}"),
		}},
		{UID: "meshatlas-istio-config", Title: "Istio config", Variables: map[mesh.Kind][]Variable{
			mesh.KindCluster: {cluster, {"namespace", all}}, mesh.KindNamespace: namespaced(),
		}},
	}
}

// dashboards are the links to dashboards. They keep the time range.
func (l Links) dashboards() []entry {
	if !l.Dashboards {
		return nil
	}
	var out []entry
	for _, d := range Dashboards() {
		column := strings.ReplaceAll(strings.TrimPrefix(d.UID, "meshatlas-"), "-", "_")
		out = append(out, entry{
			DataLink: data.DataLink{Title: "Dashboards/" + d.Title, URL: "/d/" + d.UID + "?" + linkField(column) + "&${__url_time_range}"},
			column:   column,
			has:      d.parameters,
		})
	}
	return out
}

// parameters are the variables of a link in an address; empty when there is no link,
// and when a variable is not known.
func (d Dashboard) parameters(p place) string {
	var parts []string
	for _, v := range d.Variables[p.Kind] {
		value, known := fill(v.Value, p, asIs)
		if !known {
			return ""
		}
		parts = append(parts, "var-"+v.Name+"="+percentEncoded(value))
	}
	return strings.Join(parts, "&")
}

// percentEncoded writes a value for an address; a space is not written as +, which
// only some readers take for one.
func percentEncoded(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}
