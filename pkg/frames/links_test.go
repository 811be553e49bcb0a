package frames_test

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames/contract"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// column is a link's variable that stands for a column of the row.
var column = regexp.MustCompile(`\$\{__data\.fields\.(\w+)(?::raw)?\}`)

// menuOf is the click menu of one row as the panel makes it: it reads the row's columns,
// and leaves out links of which a variable stands for its own name. What a link asks is
// written as key=value.
func menuOf(t *testing.T, f *data.Frame, id string) map[string]string {
	t.Helper()
	row := slices.Index(contract.Strings(f, "id"), id)
	require.GreaterOrEqual(t, row, 0, id)
	out := map[string]string{}
	field, _ := f.FieldByName("id")
	for _, link := range field.Config.Links {
		defined := true
		read := func(text string) string {
			return column.ReplaceAllStringFunc(text, func(found string) string {
				values := contract.Strings(f, column.FindStringSubmatch(found)[1])
				require.NotNil(t, values, found)
				defined = defined && values[row] != found
				return values[row]
			})
		}
		title, to := read(link.Title), read(link.URL)
		if link.Internal != nil {
			var asked []string
			query := link.Internal.Query.(map[string]any)
			for _, key := range slices.Sorted(maps.Keys(query)) {
				switch value := query[key].(type) {
				case string:
					asked = append(asked, key+"="+read(value))
				case []string:
					asked = append(asked, key+"=["+read(strings.Join(value, ","))+"]")
				}
			}
			to = link.Internal.DatasourceUID + " " + strings.Join(asked, " ")
		}
		if defined {
			require.NotContains(t, out, title, "twice in the menu of %s", id)
			out[title] = to
		}
	}
	return out
}

func keys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func TestTheMenuFitsWhatIsClicked(t *testing.T) {
	arrangement := graph.Boxes(sample(mesh.LevelWorkload), graph.BoxOptions{Clusters: true, Namespaces: true})
	o := options()
	o.Arrangement = &arrangement
	nodes := frames.Graph(sample(mesh.LevelWorkload), o)[0]
	require.NoError(t, contract.CheckGraph(frames.Graph(sample(mesh.LevelWorkload), o)))

	require.Equal(t, map[string]string{
		"Dashboards/Workload":         "/d/meshatlas-workload?var-cluster=west&var-namespace=shop&var-workload=cart&${__url_time_range}",
		"Dashboards/Traffic":          "/d/meshatlas-traffic?var-level=workload&var-cluster=west&var-namespace=shop&${__url_time_range}",
		"Metrics/PromQL of this node": "prometheus expr=node cart tcp=false refId=A",
		"Logs and traces/Logs":        `loki-west editorMode=code expr={namespace="shop", pod=~"cart-.*"} queryType=range refId=A`,
		"Logs and traces/Traces":      `tempo query={ span.node_id =~ ".*~cart-[^~]*[.]shop~.*" } queryType=traceql refId=A`,
	}, menuOf(t, nodes, "workload/west/shop/cart"))
	require.Contains(t, menuOf(t, nodes, "workload/east/shop/web")["Logs and traces/Logs"], "loki ")
	require.Equal(t, map[string]string{
		"Mesh/Open workloads":         "meshatlas clusters=[west] level=workload names=[] namespaces=[shop] queryType=trafficGraph refId=A",
		"Dashboards/Namespace":        "/d/meshatlas-namespace?var-cluster=west&var-namespace=shop&${__url_time_range}",
		"Dashboards/Istio config":     "/d/meshatlas-istio-config?var-cluster=west&var-namespace=shop&${__url_time_range}",
		"Dashboards/Traffic":          "/d/meshatlas-traffic?var-level=workload&var-cluster=west&var-namespace=shop&${__url_time_range}",
		"Metrics/PromQL of this node": "prometheus expr=node shop tcp=false refId=A",
		"Logs and traces/Logs":        `loki-west editorMode=code expr={namespace="shop"} queryType=range refId=A`,
		"Logs and traces/Traces":      `tempo query={ resource.service.name =~ ".*[.]shop" } queryType=traceql refId=A`,
	}, menuOf(t, nodes, "box/west/shop"))
	require.Equal(t, map[string]string{
		"Mesh/Open namespaces":        "meshatlas clusters=[west] level=namespace names=[] namespaces=[] queryType=trafficGraph refId=A",
		"Dashboards/Overview":         "/d/meshatlas-overview?var-cluster=west&${__url_time_range}",
		"Dashboards/Istio config":     "/d/meshatlas-istio-config?var-cluster=west&var-namespace=%24__all&${__url_time_range}",
		"Dashboards/Traffic":          "/d/meshatlas-traffic?var-level=namespace&var-cluster=west&var-namespace=%24__all&${__url_time_range}",
		"Metrics/PromQL of this node": "prometheus expr=node west tcp=false refId=A",
	}, menuOf(t, nodes, "box/west"))
	for _, nowhere := range []string{"external/west/api.example.com", "unknown/unknown", "service/unknown/shop/pay"} {
		require.Equal(t, []string{"Metrics/PromQL of this node"}, keys(menuOf(t, nodes, nowhere)), nowhere)
	}
}

func TestLinksOpenTheLevelBelow(t *testing.T) {
	app := mesh.Ref{Kind: mesh.KindApp, Cluster: "east", Namespace: "shop", Name: "cart"}
	v1, other := app, mesh.Ref{Kind: mesh.KindOther, Cluster: "east", Namespace: "shop"}
	v1.Version = "v1"
	for want, ref := range map[string]mesh.Ref{
		"clusters=[east] level=namespace names=[] namespaces=[] ":            {Kind: mesh.KindCluster, Cluster: "east"},
		"clusters=[east] level=workload names=[] namespaces=[shop] ":         {Kind: mesh.KindNamespace, Cluster: "east", Namespace: "shop"},
		"clusters=[east] level=versionedApp names=[cart] namespaces=[shop] ": app,
	} {
		opens := ""
		for title, to := range menuOf(t, drawn(ref, options()), frames.NodeID(ref)) {
			if strings.HasPrefix(title, "Mesh/") {
				opens = to
			}
		}
		require.Contains(t, opens, want)
	}
	require.Contains(t, menuOf(t, drawn(other, options()), frames.NodeID(other)), "Mesh/Open workloads", "of what is folded")
	require.NotContains(t, strings.Join(keys(menuOf(t, drawn(v1, options()), frames.NodeID(v1))), " "), "Mesh/", "nothing is finer than a version")
}

// drawn is the nodes of a graph of one node that has traffic.
func drawn(ref mesh.Ref, o frames.GraphOptions) *data.Frame {
	return frames.Graph(mesh.Graph{Level: mesh.LevelApp, Nodes: []mesh.Node{{Ref: ref, In: mesh.Rates{Requests: ptr(1.0)}}}}, o)[0]
}

func TestLinksAreLeftOutWithoutADataSource(t *testing.T) {
	o := options()
	o.Links = frames.Links{UID: "meshatlas", Logs: func(mesh.ClusterName) string { return "" }}
	for _, f := range frames.Graph(sample(mesh.LevelWorkload), o) {
		id, _ := f.FieldByName("id")
		require.Empty(t, id.Config.Links)
		for _, field := range f.Fields {
			require.False(t, strings.HasPrefix(field.Name, "link_"), field.Name)
		}
	}
}

func TestQueriesOfTheSettingsReplaceTheDefaultOnes(t *testing.T) {
	app := mesh.Ref{Kind: mesh.KindApp, Cluster: "east", Namespace: "shop", Name: `odd"} or {a="`}
	workload := mesh.Ref{Kind: mesh.KindWorkload, Cluster: "east", Namespace: "shop", Name: "cart-v1"}
	o := options()
	o.Links.LogsQuery = `{cluster="${cluster}", app="${app}"}`
	o.Links.TracesQuery = "${app}.${namespace}"
	o.Links.Jaeger = true
	got := menuOf(t, drawn(app, o), frames.NodeID(app))
	require.Equal(t, `loki editorMode=code expr={cluster="east", app="odd\"} or {a=\""} queryType=range refId=A`, got["Logs and traces/Logs"],
		"a name stays inside its quotes")
	require.Equal(t, `tempo queryType=search refId=A service=odd"} or {a=".shop`, got["Logs and traces/Traces"])
	got = menuOf(t, drawn(workload, o), frames.NodeID(workload))
	require.NotContains(t, got, "Logs and traces/Logs", "nobody knows a workload's app")
	o.Links.LogsQuery = `{namespace="${namespace}"}`
	require.Contains(t, menuOf(t, drawn(workload, o), frames.NodeID(workload)), "Logs and traces/Logs")
}

// What is gone has no logs and traces now; its PromQL asks about then.
func TestLinksOfWhatIsGone(t *testing.T) {
	o := options()
	o.Compared, o.BehindThen = true, behindThen{}
	made := frames.Graph(compared(), o)
	require.Equal(t, []string{"Dashboards/Traffic", "Dashboards/Workload", "Metrics/PromQL of this node"}, keys(menuOf(t, made[0], "workload/west/shop/legacy")))
	for _, f := range append(made, frames.Traffic(compared(), o)...) {
		promQL, seen := contract.Strings(f, "promql"), 0
		for row, change := range contract.Strings(f, "change") {
			require.Equal(t, change == string(mesh.ChangeGone), strings.HasPrefix(promQL[row], "then: "), promQL[row])
			if change == string(mesh.ChangeGone) {
				seen++
			}
		}
		require.Equal(t, 1, seen, f.Name)
	}
}

type behindThen struct{ behind }

func (b behindThen) Node(ref mesh.Ref, tcp bool) string { return "then: " + b.behind.Node(ref, tcp) }
func (b behindThen) Edge(pair mesh.Pair, tcp bool) string {
	return "then: " + b.behind.Edge(pair, tcp)
}

// Names may hold whatever telemetry carries: an address stays one.
func TestOddNamesStayInsideAnAddress(t *testing.T) {
	odd := mesh.Ref{Kind: mesh.KindNamespace, Cluster: "a&b=c d", Namespace: `#?/"${x}`}
	to := menuOf(t, drawn(odd, options()), frames.NodeID(odd))["Dashboards/Traffic"]
	address, err := url.Parse(strings.TrimSuffix(to, "&${__url_time_range}"))
	require.NoError(t, err)
	require.Equal(t, "/d/meshatlas-traffic", address.Path)
	require.Equal(t, url.Values{"var-level": {"workload"}, "var-cluster": {"a&b=c d"}, "var-namespace": {`#?/"${x}`}}, address.Query())
	require.NotContains(t, address.RawQuery, "+")
}
