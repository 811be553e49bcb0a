package mesh

// Change is how a node or an edge differs from the past that it is compared with.
type Change string

// The changes. ChangeNone is also what everything has in a graph that is compared with nothing.
const (
	ChangeNone    Change = ""
	ChangeNew     Change = "new"     // it has traffic, and had none then
	ChangeGone    Change = "gone"    // it had traffic then, and has none
	ChangeChanged Change = "changed" // its traffic differs by more than it does from day to day
)

// Measure is a side of traffic that can change.
type Measure string

// The measures, in the order in which they are told.
const (
	MeasureRate    Measure = "rate"
	MeasureErrors  Measure = "errors"
	MeasureLatency Measure = "latency"
)

// Past is the traffic of a node or an edge at the time that it is compared with.
type Past struct {
	// Rates are an edge's; a node's are of the same kind as those it is shown by now.
	Rates
	// Latency is an edge's, in milliseconds; nil when nobody reported it.
	Latency *float64
	// Changed lists what has changed since, in the order of the measures; nil unless
	// the change is ChangeChanged.
	Changed []Measure
}
