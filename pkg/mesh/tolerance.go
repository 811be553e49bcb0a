package mesh

import (
	"regexp"
	"strings"
)

// Direction is on which side of a request a node stands.
type Direction string

// The directions: a node receives requests inbound and sends them outbound.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
)

// Tolerance says how many of a node's requests may end badly before its health suffers.
type Tolerance struct {
	// Cluster, Namespace, Kind and Name say whose requests, as in the node's Ref.
	Cluster, Namespace, Kind, Name Pattern
	// Direction and Protocol say which requests: inbound or outbound, http or grpc.
	Direction, Protocol Pattern
	// Code says which endings count, by their bare codes: an HTTP status, the number of
	// a gRPC status, or "-" for no response. One that is not given stands for every
	// ending that is a failure or an HTTP 4xx.
	Code Pattern
	// Degraded and Failure are shares of all requests of a protocol in a direction, in
	// percent, 0–100: from there on these are degraded, and failing. None at all is
	// healthy, also with a share of 0.
	Degraded, Failure float64
}

// NewCodePattern reads the pattern of a code, where X and x stand for a digit.
func NewCodePattern(expression string) (Pattern, error) {
	return NewPattern(strings.NewReplacer("X", `\d`, "x", `\d`).Replace(expression))
}

// Of reports whether the tolerance is for a node.
func (t *Tolerance) Of(ref Ref) bool {
	return t.Cluster.Match(string(ref.Cluster)) && t.Namespace.Match(ref.Namespace) &&
		t.Kind.Match(string(ref.Kind)) && t.Name.Match(ref.Name)
}

// takes reports whether the tolerance is about requests that end with a code.
func (t *Tolerance) takes(d Direction, p Protocol, code string) bool {
	return t.Direction.Match(string(d)) && t.Protocol.Match(string(p)) &&
		(t.Code.Any() && bad(code) || !t.Code.Any() && t.Code.Match(code))
}

// bad reports whether a bare code is a failure or an HTTP 4xx. HTTP statuses have three
// digits, which tells them from gRPC's.
func bad(code string) bool {
	switch {
	case code == bareNoResponse:
		return true
	case len(code) == 3:
		return code[0] == '4' || code[0] == '5'
	}
	return code != "" && code != "0"
}

// judge says how well requests are of which some ended as the tolerance is about.
func (t *Tolerance) judge(taken, requests float64) Health {
	switch {
	case !(taken > 0):
		return HealthHealthy
	case 100*taken >= t.Failure*requests:
		return HealthFailure
	case 100*taken >= t.Degraded*requests:
		return HealthDegraded
	}
	return HealthHealthy
}

const (
	grpcPrefix     = "grpc " // of a response's code
	bareNoResponse = "-"
)

// bare is a response's code as tolerances write it.
func bare(code string) string {
	if code == NoResponse {
		return bareNoResponse
	}
	return strings.TrimPrefix(code, grpcPrefix)
}

// Tolerances are looked through in order: the first that is for a node, and about how a
// request ended, counts that request. The zero value is the defaults alone.
type Tolerances struct {
	first, last []Tolerance
	// own are those of a single node, between the first and the last; nil for none.
	own func(Ref) []Tolerance
}

// NewTolerances puts tolerances before the default ones.
func NewTolerances(first ...Tolerance) Tolerances {
	return Tolerances{first: append([]Tolerance(nil), first...), last: defaultTolerances()}
}

// WithOwn puts what own gives for a node after the tolerances given and before the default
// ones, for that node alone.
func (t Tolerances) WithOwn(own func(Ref) []Tolerance) Tolerances {
	t.own = own
	return t
}

// defaultTolerances are those of Kiali, but for one thing: gRPC requests that end with an
// HTTP status are counted by that.
func defaultTolerances() []Tolerance {
	plain := func(text string) Pattern { return Pattern{plain: text, isPlain: true} }
	return []Tolerance{
		{Code: Pattern{whole: regexp.MustCompile(`^5\d\d$`)}, Degraded: 0, Failure: 10},
		{Code: Pattern{whole: regexp.MustCompile(`^4\d\d$`)}, Degraded: 10, Failure: 20},
		{Code: Pattern{whole: regexp.MustCompile(`^([1-9]|1[0-6])$`)}, Protocol: plain(string(GRPC)), Degraded: 0, Failure: 10},
		{Code: plain(bareNoResponse), Degraded: 0, Failure: 10},
	}
}
