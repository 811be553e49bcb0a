package mesh

import "time"

// Signal is what a time series tells of traffic.
type Signal string

// The signals.
const (
	SignalRequests         Signal = "requests"         // HTTP and gRPC requests per second
	SignalErrorRatio       Signal = "errorratio"       // share of the requests that failed, 0–1
	SignalClientErrorRatio Signal = "clienterrorratio" // share answered with HTTP 4xx, 0–1
	SignalLatency          Signal = "latency"          // milliseconds
	SignalBytes            Signal = "bytes"            // TCP bytes per second, both directions
)

// Signals lists all signals in the order in which they are shown.
func Signals() []Signal {
	return []Signal{SignalRequests, SignalErrorRatio, SignalClientErrorRatio, SignalLatency, SignalBytes}
}

// Grouping says of what a time series tells: of one of these each.
type Grouping string

// The groupings.
const (
	ByNamespace   Grouping = "namespace"
	ByCluster     Grouping = "cluster"
	ByApp         Grouping = "app"
	ByWorkload    Grouping = "workload"
	ByService     Grouping = "service"
	ByClusterPair Grouping = "clusterPair"
)

// Groupings lists all groupings, the usual one first.
func Groupings() []Grouping {
	return []Grouping{ByNamespace, ByCluster, ByApp, ByWorkload, ByService, ByClusterPair}
}

// Level is the level of the traffic graph whose nodes a grouping tells of.
func (g Grouping) Level() Level {
	switch g {
	case ByCluster, ByClusterPair:
		return LevelCluster
	case ByApp:
		return LevelApp
	case ByWorkload:
		return LevelWorkload
	case ByService:
		return LevelService
	}
	return LevelNamespace
}

// Side is an end of a call.
type Side string

// The sides. What something serves is counted at the destination, what it sends at
// the source.
const (
	SideDestination Side = "destination"
	SideSource      Side = "source"
)

// Sides lists both sides, the usual one first.
func Sides() []Side { return []Side{SideDestination, SideSource} }

// Series is how one signal of one thing went over time.
type Series struct {
	Signal Signal
	// Of is what the series tells of: what sends as its Source, or what serves as its
	// Destination, the other end being empty; both for a pair of clusters.
	Of Pair
	// Values has one value for each of Times.Moments. One that nobody reported is nil:
	// a share or a latency of no requests, or a time without telemetry. None is NaN.
	Values []*float64
	// PromQL is what a person would type to see the same.
	PromQL string
}

// Times are moments at equal distances, the first and the last included.
type Times struct {
	From, To time.Time
	Step     time.Duration
}

// Points is how many moments there are.
func (t Times) Points() int {
	if t.Step <= 0 || t.To.Before(t.From) {
		return 0
	}
	return int(t.To.Sub(t.From)/t.Step) + 1
}

// Moments lists the moments.
func (t Times) Moments() []time.Time {
	out := make([]time.Time, t.Points())
	for i := range out {
		out[i] = t.From.Add(time.Duration(i) * t.Step)
	}
	return out
}
