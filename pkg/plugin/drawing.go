package plugin

import (
	"context"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/expression"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/frames"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/graph"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/query"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/telemetry"
)

// drawing is a graph on its way to frames, with what is to be said about it.
type drawing struct {
	graph   mesh.Graph
	window  time.Duration
	queries []string
	notices []data.Notice
	dresser dresser
	// compared says that the graph tells what has changed.
	compared bool
}

// draw takes a question about traffic through the rooms: expressions are read, the
// store is asked, the graph is made, narrowed, and folded to maxNodes; 0 folds nothing.
func (d *Datasource) draw(ctx context.Context, o query.Options, during telemetry.Range, maxNodes int) (*drawing, error) {
	find, hide, err := expressions(o)
	if err != nil {
		return nil, err
	}
	if err := d.clustersExist(ctx, o.Clusters, during); err != nil {
		return nil, err
	}
	out := &drawing{}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // whoever is asked in vain
	asked := d.askHoldings(ctx)
	traffic, err := d.ask(ctx, o, during, out)
	if err != nil {
		return nil, err
	}
	dress := dresser{holdings: <-asked, options: o, past: time.Since(during.To) > recent}
	out.compared = traffic.then != nil
	build := graph.Options{Selected: selected(o.Selection), CrossClusterOnly: o.CrossClusterOnly}
	build.Tolerances = d.settings.Tolerances.WithOwn(dress.clusters.Tolerances)
	out.graph = dress.graph(traffic.graph(build), nil)
	if hide != nil {
		out.graph = graph.Hide(out.graph, hide)
	}
	if o.Focus != nil {
		if out.graph = graph.Focus(out.graph, o.Focus.Matches, o.Focus.Hops); len(out.graph.Nodes) == 0 {
			out.say(data.NoticeSeverityInfo, "Nothing that has traffic%s at level %s is what the focus names", orIdle(o), out.graph.Level)
		}
	}
	if maxNodes > 0 && len(out.graph.Nodes) > maxNodes {
		out.fold(traffic.within(out.graph), dress, maxNodes, build)
	}
	out.notices = append(out.notices, malformedNotices(dress.clusters.Malformed(out.graph))...)
	out.dresser = dress
	if find != nil {
		out.graph = graph.Find(out.graph, find)
	}
	return out, nil
}

// orIdle are the words of what a focus can name besides.
func orIdle(o query.Options) string {
	if o.Idle {
		return " or is idle"
	}
	return ""
}

// fold draws the graph anew with the least busy nodes folded; the one in focus never is.
func (g *drawing) fold(drawn traffic, dress dresser, maxNodes int, build graph.Options) {
	options := graph.FoldOptions{MaxNodes: maxNodes, Idle: graph.IdleOf(g.graph)}
	if dress.options.Focus != nil {
		options.Keep = dress.options.Focus.Matches
	}
	folded, told := drawn.folded(options)
	g.graph = dress.graph(folded.graph(build), told.Rename(options.Idle))
	if told.Nodes > 0 {
		g.say(data.NoticeSeverityInfo, "The %d least busy of %d nodes are folded into %d, one for each namespace",
			told.Nodes, told.Of, told.Namespaces)
	}
	if len(g.graph.Nodes) > maxNodes {
		g.say(data.NoticeSeverityWarning, "%d nodes at level %s, more than the %d wanted: choose a coarser level, or fewer clusters or namespaces",
			len(g.graph.Nodes), g.graph.Level, maxNodes)
	}
}

// ask puts the question to the store, at a level that is chosen first where the
// query leaves that open, and the same question about the past where that is wanted.
func (d *Datasource) ask(ctx context.Context, o query.Options, during telemetry.Range, out *drawing) (traffic, error) {
	question := telemetry.Question{
		Selection: telemetry.Selection(o.Selection),
		Range:     during,
		Window:    o.Window,
		Level:     o.Level,
		Services:  o.Services,
		Protocols: o.Protocols,
		Latency:   latency[o.Latency],
		Details:   true,
	}
	asking, err := d.askAtLevel(ctx, question, o, out)
	if err != nil {
		return traffic{}, err
	}
	defer asking.cancel()
	answer, err := asking.now.wait()
	if err != nil {
		return traffic{}, err
	}
	out.window, out.queries = answer.Window, append(out.queries, answer.Queries...)
	for _, missing := range answer.Missing {
		out.say(data.NoticeSeverityWarning, "Without %s: %s", missing.What, fault.Of(missing.Err).Sentence)
	}
	for _, warning := range answer.Warnings {
		out.say(data.NoticeSeverityWarning, "The metrics store warns: %s", fault.Clean(warning))
	}
	if answer.Lacking != "" {
		out.say(data.NoticeSeverityWarning, "%s", answer.Lacking)
	}
	return traffic{now: answer.Traffic, then: asking.then.beside(answer, out)}, nil
}

// expressions reads what is to be found and what is to be hidden; nil for nothing.
func expressions(o query.Options) (find, hide *expression.Expression, err error) {
	for _, e := range []struct {
		field, source string
		into          **expression.Expression
	}{{"find", o.Find, &find}, {"hideIf", o.HideIf, &hide}} {
		if e.source == "" {
			continue
		}
		if *e.into, err = expression.Compile(e.field, e.source); err != nil {
			return nil, nil, err
		}
	}
	return find, hide, nil
}

// boxes arranges the graph in boxes. Those of namespaces go first when the panel has
// no room for all.
func (g *drawing) boxes(wanted query.Boxes, networks map[mesh.ClusterName]string, layouts *graph.Layouts) *mesh.Arrangement {
	// At level cluster the clusters are the nodes, and so with namespaces.
	level := g.graph.Level
	options := graph.BoxOptions{
		Clusters:   wanted.Clusters && level != mesh.LevelCluster,
		Namespaces: wanted.Namespaces && level != mesh.LevelCluster && level != mesh.LevelNamespace,
		Networks:   networks,
		Layouts:    layouts,
	}
	fits := func() bool {
		return len(g.graph.Nodes)+frames.NodesPerBox*graph.CountBoxes(g.graph, options) <= panelNodes
	}
	if options.Namespaces && !fits() {
		options.Namespaces = false
		g.say(data.NoticeSeverityInfo, "Without boxes of namespaces: with them there would be more than the %d nodes that the panel draws", panelNodes)
	}
	if options.Clusters && !fits() {
		options.Clusters = false
		g.say(data.NoticeSeverityInfo, "Without boxes of clusters: with them there would be more than the %d nodes that the panel draws", panelNodes)
	}
	arranged := graph.Boxes(g.graph, options)
	return &arranged
}

func (g *drawing) say(severity data.NoticeSeverity, format string, args ...any) {
	g.notices = append(g.notices, data.Notice{Severity: severity, Text: fmt.Sprintf(format, args...)})
}

// told puts the notices on the first frame: the panel shows them once.
func (g *drawing) told(made data.Frames) data.Frames {
	made[0].AppendNotices(g.notices...)
	return made
}
