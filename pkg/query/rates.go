package query

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// TypeRates is the query type of time series.
const TypeRates = "rates"

// defaultSeries is of how many things series are shown unless the query says: more
// lines than that nobody tells apart.
const defaultSeries = 50

// Rates asks how traffic went over time. Its selection is about the asked side alone.
type Rates struct {
	Selection
	// Measures are what is told of each thing; at least one, in the order of
	// mesh.Signals.
	Measures []mesh.Signal
	By       mesh.Grouping
	Side     mesh.Side
	// Latency is not LatencyNone.
	Latency   Latency
	Protocols []mesh.Protocol
	// Limit is of how many things series are shown, the busiest first; 0 = as many as
	// there are. LimitGiven says that the query itself names it.
	Limit      int
	LimitGiven bool
}

func (Rates) isQuery() {}

func (d document) rates() (Query, error) {
	q := Rates{Selection: d.selection(), Limit: d.Limit, LimitGiven: d.Limit != 0}
	var err error
	if q.Measures, err = several("measures", d.Measures, mesh.Signals()); err != nil {
		return nil, err
	}
	if len(q.Measures) == 0 {
		q.Measures = []mesh.Signal{mesh.SignalRequests}
	}
	if q.By, err = oneOf("by", d.By, mesh.Groupings()...); err != nil {
		return nil, err
	}
	if q.Side, err = oneOf("side", d.Side, mesh.Sides()...); err != nil {
		return nil, err
	}
	if q.By == mesh.ByService && q.Side == mesh.SideSource {
		return nil, wrong("by", "services are known of what is called, not of callers; take app, or the side destination")
	}
	if q.Latency, err = oneOf("latency", d.Latency, LatencyP95, LatencyP50, LatencyP99, LatencyAvg); err != nil {
		return nil, err
	}
	if q.Protocols, err = several("protocols", d.Protocols, mesh.Protocols()); err != nil {
		return nil, err
	}
	if len(q.Protocols) == 0 {
		q.Protocols = mesh.Protocols()
	}
	switch {
	case d.Limit < 0:
		return nil, wrong("limit", "%d is below 0", d.Limit)
	case d.Limit == 0:
		q.Limit = defaultSeries
	}
	return q, q.measurable()
}

// measurable refuses measures of protocols that the query leaves out: no series at
// all would look as if there were no traffic.
func (q Rates) measurable() error {
	requests := slices.Contains(q.Protocols, mesh.HTTP) || slices.Contains(q.Protocols, mesh.GRPC)
	for _, m := range q.Measures {
		switch {
		case m == mesh.SignalBytes && !slices.Contains(q.Protocols, mesh.TCP):
			return wrong("protocols", "bytes are those of tcp, which is not among %s", list(q.Protocols))
		case m != mesh.SignalBytes && !requests:
			return wrong("protocols", "%s is told of http and grpc, of which neither is among %s", m, list(q.Protocols))
		}
	}
	return nil
}

// several checks names against the options, and gives them in the options' order.
func several[S ~string](field string, names []string, options []S) ([]S, error) {
	var out []S
	for _, name := range clean(names) {
		if _, err := oneOf(field, name, options...); err != nil {
			return nil, err
		}
	}
	for _, option := range options {
		if slices.Contains(names, string(option)) {
			out = append(out, option)
		}
	}
	return out, nil
}
