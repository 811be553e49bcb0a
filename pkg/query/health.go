package query

import (
	"slices"
	"time"
)

// TypeHealth is the query type that alert rules read.
const TypeHealth = "health"

// Measure is a number that tells how a thing does.
type Measure string

// The measures, in the order of columns.
const (
	MeasureScore        Measure = "score"        // 1 healthy, 0.75 not ready, 0.5 degraded, 0 failure
	MeasureErrorRatio   Measure = "errorratio"   // share of the requests it serves that fail
	MeasureRequests     Measure = "requests"     // that it serves, per second
	MeasureP95          Measure = "p95"          // of the requests it serves, milliseconds
	MeasureReadyRatio   Measure = "readyratio"   // ready pods of those that are wanted
	MeasureConfigErrors Measure = "configerrors" // errors in its configuration
	MeasureMTLS         Measure = "mtls"         // share of what it serves that comes over mutual TLS
	MeasureReachable    Measure = "reachable"    // 1 or 0: whether its cluster answers
	MeasureAge          Measure = "age"          // seconds since it is known to be so
)

// Measures lists all measures.
func Measures() []Measure {
	return []Measure{
		MeasureScore, MeasureErrorRatio, MeasureRequests, MeasureP95, MeasureReadyRatio,
		MeasureConfigErrors, MeasureMTLS, MeasureReachable, MeasureAge,
	}
}

// Health asks how things do, in numbers, one row each.
type Health struct {
	Selection
	// Of is what the rows are: OfNamespaces, OfClusters, OfApplications, OfWorkloads or
	// OfServices.
	Of Of
	// Measures are those asked for, in the order of Measures(); empty when the query names none.
	Measures []Measure
	// Window is as in Options.
	Window time.Duration
}

func (Health) isQuery() {}

func (d document) health() (Query, error) {
	q := Health{Selection: d.selection()}
	var err error
	if q.Of, err = oneOf("of", d.Of, OfNamespaces, OfClusters, OfApplications, OfWorkloads, OfServices); err != nil {
		return nil, err
	}
	for _, name := range clean(d.Measures) {
		m, err := oneOf("measures", name, Measures()...)
		if err != nil {
			return nil, err
		}
		q.Measures = append(q.Measures, m)
	}
	order := Measures()
	slices.SortFunc(q.Measures, func(a, b Measure) int { return slices.Index(order, a) - slices.Index(order, b) })
	if q.Window, err = duration("window", d.Window, "5m or 1h"); err != nil {
		return nil, err
	}
	return q, nil
}
