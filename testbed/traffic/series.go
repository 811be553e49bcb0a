package traffic

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// flow is what one call has done since the epoch.
type flow struct {
	rate   float64 // a second, since since
	before float64 // until since
	since  time.Time
	spans  []span // since since
}

// span is a time at which the rate was another.
type span struct {
	from, until time.Time
	extra       float64 // beyond the flow's own rate
}

func (f *flow) count(t time.Time) float64 {
	count := f.before + f.rate*t.Sub(f.since).Seconds()
	for _, s := range f.spans {
		if until := earlier(t, s.until); until.After(s.from) {
			count += s.extra * until.Sub(s.from).Seconds()
		}
	}
	return count
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// set changes the rate from t on; the count goes on from where it is.
func (f *flow) set(rate float64, t time.Time) {
	f.before, f.since, f.rate, f.spans = f.count(t), t, rate, nil
}

// during changes the rate between two moments, which lie behind whatever set has changed.
func (f *flow) during(rate float64, from, until time.Time) {
	f.spans = append(f.spans, span{from, until, rate - f.rate})
}

// series is one time series: a share of a flow or, without a flow, a constant.
type series struct {
	labels []Label // sorted, without the name
	text   string  // name and labels as Prometheus' text format writes them, with a space at the end
	flow   *flow
	factor float64
}

func (s *series) value(t time.Time) float64 {
	if s.flow == nil {
		return s.factor
	}
	return s.factor * s.flow.count(t)
}

// family is all series of one metric name.
type family struct {
	name, kind string
	series     []series
}

// page is what one cluster's scrape target shows, by metric name.
type page map[string]*family

// add adds a series. The labels are copied.
func (p page) add(name string, f *flow, factor float64, labels ...Label) {
	fam := p[name]
	if fam == nil {
		fam = &family{name: name, kind: kindOf(name)}
		p[name] = fam
	}
	labels = slices.Clone(labels)
	slices.SortFunc(labels, func(a, b Label) int { return strings.Compare(a.Name, b.Name) })
	fam.series = append(fam.series, series{labels: labels, text: text(name, labels), flow: f, factor: factor})
}

// histogram adds a histogram of the flow whose values have this median. They
// follow a log-logistic distribution with shape 3, whose median, quantiles and
// mean are simple formulas.
func (p page) histogram(name string, f *flow, factor, median float64, bounds []float64, labels ...Label) {
	const meanOverMedian = 1.2091995761561452 // (π/3) / sin(π/3)
	for _, bound := range bounds {
		share := 1 / (1 + math.Pow(bound/median, -3))
		p.add(name+"_bucket", f, factor*share, append(slices.Clone(labels), Label{"le", number(bound)})...)
	}
	p.add(name+"_bucket", f, factor, append(slices.Clone(labels), Label{"le", "+Inf"})...)
	p.add(name+"_sum", f, factor*median*meanOverMedian, labels...)
	p.add(name+"_count", f, factor, labels...)
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// kindOf tells a metric's type from its name. The parts of a histogram stay
// untyped: Prometheus needs no more, and a family can then be written in one go.
func kindOf(name string) string {
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		if strings.HasSuffix(name, suffix) {
			return "untyped"
		}
	}
	if strings.HasSuffix(name, "_total") {
		return "counter"
	}
	return "untyped"
}

var escape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

func text(name string, labels []Label) string {
	var b strings.Builder
	b.WriteString(name)
	b.WriteByte('{')
	for i, l := range labels {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(l.Name + `="` + escape.Replace(l.Value) + `"`)
	}
	b.WriteString("} ")
	return b.String()
}
