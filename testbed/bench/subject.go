package bench

import (
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/ask"
)

// subject is one query that is measured.
type subject struct {
	name  string
	query ask.Query
	// slot keeps subjects apart: each looks further back than the one before, as the
	// plugin may still keep an answer to PromQL that both send.
	slot int
	// What it has to keep; zero = no limit.
	ratio   float64       // of the floor
	beside  time.Duration // what it takes without PromQL, which the ratio is not about
	queries int           // PromQL queries
	most    time.Duration
	small   bool // is measured in the first mesh alone: over time, PromQL takes far longer
}

const (
	scrape = 15 * time.Second
	window = 5 * time.Minute
	slots  = 10
	// step is between the moments of two rounds. The plugin is told that it is the scrape
	// interval, which is how long it keeps an answer.
	step      = 5 * time.Second
	mostRatio = 1.3
	mostAsked = 8
)

// ago is what is compared with: further back than any slot.
func ago(rounds int) time.Duration { return slots*slot(rounds) + window }

// slot is how far back the rounds of one subject reach.
func slot(rounds int) time.Duration { return time.Duration(warmUp+rounds+1) * step }

// history is how far back anybody looks, and a little more.
func history(rounds int) time.Duration { return 2*ago(rounds) + window }

func subjects() []subject {
	traffic := func(name, queryType string, slot int, fields map[string]any) subject {
		return subject{name: name, query: ask.Query{Type: queryType, Fields: fields}, slot: slot, ratio: mostRatio, queries: mostAsked}
	}
	type fields = map[string]any
	return []subject{
		traffic("graph, workload", "trafficGraph", 0, fields{"level": "workload"}),
		traffic("graph, namespace", "trafficGraph", 1, fields{"level": "namespace"}),
		traffic("graph, cluster", "trafficGraph", 2, fields{"level": "cluster"}),
		traffic("graph, auto", "trafficGraph", 3, fields{"level": "auto"}),
		traffic("table, workload", "traffic", 4, fields{"level": "workload"}),
		traffic("graph, app, services", "trafficGraph", 5, fields{"level": "app", "services": true}),
		traffic("everything on, auto", "trafficGraph", 6, everything("auto")),
		traffic("everything on, workload", "trafficGraph", 7, everything("workload")),
		{name: "rates, namespaces", query: rates("namespace"), slot: 8, ratio: mostRatio, queries: mostAsked, small: true},
		{name: "rates, workloads", query: rates("workload"), slot: 9, ratio: mostRatio, queries: mostAsked, small: true},
		{name: "clusters (warm)", query: ask.Query{Type: "clusters"}, most: 20 * time.Millisecond},
	}
}

// rates is a query over time, of all measures.
func rates(by string) ask.Query {
	return ask.Query{Type: "rates", Interval: step, Fields: map[string]any{"by": by, "measures": []string{"requests", "errorratio", "latency", "bytes"}}}
}

// everything is a query with all that costs anything, at a level. What is compared with is
// added: see run.measure.
func everything(level string) map[string]any {
	return map[string]any{
		"level": level, "services": true, "latency": "p95", "protocols": []string{"http", "grpc", "tcp"},
		"compareTo": compareTo, "arrange": "boxes", "find": `errorrate > 0.01 or rps > 100`, "hideIf": `edge and rps < 0.001`,
	}
}

// compareTo stands for a time that depends on the number of rounds.
const compareTo = "ago"
