package frames

import (
	"math"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// HealthOptions say how the numbers of how things do are told.
type HealthOptions struct {
	// Measures are the columns of numbers, by the names that queries have for them.
	Measures []string
	// Now is what ages are counted to.
	Now time.Time
	// Queries are the PromQL behind the answer.
	Queries []string
}

// healthVersion is the version of the data plane contract that alert rules read by.
// https://grafana.com/developers/dataplane/numeric
var healthVersion = data.FrameTypeVersion{0, 1}

// Health tells how things do in numbers, one row each, as server-side expressions read
// them: the columns of text become labels, which tell all rows apart, and each column of
// numbers a number for each row. Expressions tell the numbers of a row not apart, so that
// a rule takes one measure. What is not known is null.
func Health(rows []catalog.Health, o HealthOptions) data.Frames {
	type row = catalog.Health
	columns := []column[row]{
		col("cluster", titled("Cluster"), func(r *row) string { return string(r.Cluster) }),
		col("namespace", titled("Namespace"), func(r *row) string { return r.Namespace }),
		col("name", titled("Name"), healthName),
		col("kind", titled("Kind"), func(r *row) string { return string(r.Kind) }),
	}
	for _, name := range o.Measures {
		if m, known := healthMeasures[name]; known {
			columns = append(columns, col(name, measured(m.title, m.unit), func(r *row) *float64 { return finite(m.of(r, o.Now)) }))
		}
	}
	f := frame("health", rows, columns)
	f.Meta = table(o.Queries)
	f.Meta.Type, f.Meta.TypeVersion = data.FrameTypeNumericLong, healthVersion
	return data.Frames{f}
}

// healthName is the name of a thing: a namespace's and a cluster's are their own.
func healthName(r *catalog.Health) string {
	switch r.Kind {
	case mesh.KindCluster:
		return string(r.Cluster)
	case mesh.KindNamespace:
		return r.Namespace
	}
	return r.Name
}

// healthMeasures are the measures by name.
var healthMeasures = map[string]struct {
	title, unit string
	of          func(*catalog.Health, time.Time) *float64
}{
	"score":      {"Score", "none", func(r *catalog.Health, _ time.Time) *float64 { return score(r.Health) }},
	"errorratio": {"Errors", "percentunit", ofVitals(func(v *mesh.Vitals) *float64 { return v.In.ErrorRatio() })},
	"requests":   {"Requests", "reqps", ofVitals(func(v *mesh.Vitals) *float64 { return v.In.Requests })},
	"p95":        {"p95", "ms", ofVitals(func(v *mesh.Vitals) *float64 { return v.Latency })},
	"readyratio": {"Ready", "percentunit", func(r *catalog.Health, _ time.Time) *float64 { return r.ReadyRatio }},
	"configerrors": {"Config errors", "none", func(r *catalog.Health, _ time.Time) *float64 {
		if r.ConfigErrors == nil {
			return nil
		}
		n := float64(*r.ConfigErrors)
		return &n
	}},
	"mtls": {"mTLS", "percentunit", ofVitals(func(v *mesh.Vitals) *float64 { return v.In.MTLSRatio() })},
	"reachable": {"Reachable", "bool_yes_no", func(r *catalog.Health, _ time.Time) *float64 {
		if r.Reachable == nil {
			return nil
		}
		is := 0.0
		if *r.Reachable {
			is = 1
		}
		return &is
	}},
	"age": {"Age", "s", func(r *catalog.Health, now time.Time) *float64 {
		if r.AsOf == nil {
			return nil
		}
		age := max(now.Sub(*r.AsOf).Seconds(), 0)
		return &age
	}},
}

func ofVitals(of func(*mesh.Vitals) *float64) func(*catalog.Health, time.Time) *float64 {
	return func(r *catalog.Health, _ time.Time) *float64 {
		if r.Vitals == nil {
			return nil
		}
		return of(r.Vitals)
	}
}

// scores are healths in numbers: the better the more. What cannot be judged has none.
var scores = map[mesh.Health]float64{
	mesh.HealthHealthy: 1, mesh.HealthNotReady: 0.75, mesh.HealthDegraded: 0.5, mesh.HealthFailure: 0,
}

func score(h mesh.Health) *float64 {
	if is, judged := scores[h]; judged {
		return &is
	}
	return nil
}

// finite is a number, or nil: an alert rule takes what is not a number for an alert.
func finite(v *float64) *float64 {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return v
}
