package frames

import (
	"slices"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// questions are what a data source is asked about a node, by its kind; a kind that is
// absent has no link.
type questions map[mesh.Kind]string

var (
	// logsQuestions follow the labels that Grafana's and Loki's own collectors give: the
	// namespace and the pod, whose name begins with that of its workload, and that of a
	// deployment, as a rule, with that of its app.
	logsQuestions = questions{
		mesh.KindWorkload:  `{namespace="${namespace}", pod=~"${workload}-.*"}`,
		mesh.KindApp:       `{namespace="${namespace}", pod=~"${app}-.*"}`,
		mesh.KindNamespace: `{namespace="${namespace}"}`,
	}
	// tempoQuestions follow what Istio's proxies tell by default: the service is
	// <app>.<namespace>, and node_id is sidecar~<address>~<pod>.<namespace>~<domain>.
	tempoQuestions = questions{
		mesh.KindWorkload:  `{ span.node_id =~ ".*~${workload}-[^~]*[.]${namespace}~.*" }`,
		mesh.KindApp:       `{ resource.service.name = "${app}.${namespace}" }`,
		mesh.KindNamespace: `{ resource.service.name =~ ".*[.]${namespace}" }`,
	}
	// jaegerQuestions are names of services, since Jaeger looks for one.
	jaegerQuestions = questions{mesh.KindApp: `${app}.${namespace}`}
)

// about is the question about a place; empty when there is none, or when it asks for
// what the place has not. A query of the settings is asked about whatever has all that
// it names.
func (q questions) about(p place, setting string, write func(string) string) string {
	question := setting
	if question == "" {
		question = q[p.Kind]
	}
	filled, known := fill(question, p, write)
	if !known || p.gone {
		return ""
	}
	return filled
}

// logsAndTraces open logs and traces in Explore. A link leads to one data source, so
// there is one for each data source that the clusters of these places have.
func (l Links) logsAndTraces(places []place) []entry {
	logs := func(p place) string { return logsQuestions.about(p, l.LogsQuery, inQuotes) }
	out := perSource("logs", "Logs", places, l.Logs, logs, func(question string) map[string]any {
		return map[string]any{"refId": "A", "queryType": "range", "editorMode": "code", "expr": question}
	})
	if l.Jaeger {
		traces := func(p place) string { return jaegerQuestions.about(p, l.TracesQuery, asIs) }
		return append(out, perSource("traces", "Traces", places, l.Traces, traces, func(question string) map[string]any {
			return map[string]any{"refId": "A", "queryType": "search", "service": question}
		})...)
	}
	traces := func(p place) string { return tempoQuestions.about(p, l.TracesQuery, inQuotes) }
	return append(out, perSource("traces", "Traces", places, l.Traces, traces, func(question string) map[string]any {
		return map[string]any{"refId": "A", "queryType": "traceql", "query": question}
	})...)
}

// perSource makes a link for each data source, by its UID. A row has the one of its cluster.
func perSource(name, title string, places []place, source func(mesh.ClusterName) string, question func(place) string, query func(question string) map[string]any) []entry {
	if source == nil {
		return nil
	}
	var uids []string
	for _, p := range places {
		if uid := source(p.Cluster); uid != "" && !slices.Contains(uids, uid) {
			uids = append(uids, uid)
		}
	}
	slices.Sort(uids)
	var out []entry
	for i, uid := range uids {
		column := name
		if i > 0 {
			column += strconv.Itoa(i + 1)
		}
		out = append(out, entry{
			DataLink: data.DataLink{
				Title:    "Logs and traces/" + title,
				Internal: &data.InternalDataLink{DatasourceUID: uid, Query: query(linkField(column))},
			},
			column: column,
			has: func(p place) string {
				if source(p.Cluster) != uid {
					return ""
				}
				return question(p)
			},
		})
	}
	return out
}

// fill puts what is known of a place into a text with placeholders; false when it lacks
// one of them.
func fill(text string, p place, write func(string) string) (filled string, known bool) {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String(), true
		}
		name, rest, _ := strings.Cut(after, "}")
		value := p.value(name)
		if value == "" || value == mesh.Unknown {
			return "", false
		}
		out.WriteString(write(value))
		text = rest
	}
}

// value is what a placeholder stands for; empty when the place has none.
func (p place) value(name string) string {
	switch {
	case name == "level":
		return string(p.level)
	case name == "cluster":
		return string(p.Cluster)
	case name == "namespace":
		return p.Namespace
	case name == "workload" && p.Kind == mesh.KindWorkload,
		name == "app" && p.Kind == mesh.KindApp,
		name == "service" && p.Kind == mesh.KindService:
		return p.Name
	}
	return ""
}

func asIs(value string) string { return value }

// inQuotes writes a value so that it stays inside the double quotes around it: names
// come from whoever writes metrics.
func inQuotes(value string) string {
	quoted := strconv.Quote(value)
	return quoted[1 : len(quoted)-1]
}
