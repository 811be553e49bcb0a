package mesh

import (
	"cmp"
	"slices"
)

// Protocol is a request protocol as Istio's telemetry tells it.
type Protocol string

// The protocols.
const (
	HTTP Protocol = "http"
	GRPC Protocol = "grpc"
	TCP  Protocol = "tcp"
)

// Protocols lists all protocols in the order in which they are shown.
func Protocols() []Protocol { return []Protocol{HTTP, GRPC, TCP} }

// Rates is the traffic of one or more calls. A part that nobody reported is nil.
type Rates struct {
	// Requests counts HTTP and gRPC requests, per second.
	Requests *float64
	// Failed counts the requests that failed, per second: HTTP 5xx, no response,
	// gRPC status other than OK. Never more than Requests; nil when Requests is.
	Failed *float64
	// ClientErrors counts HTTP 4xx, per second. They are not failures. Nil when Requests is.
	ClientErrors *float64
	// Bytes counts TCP bytes in both directions, per second.
	Bytes *float64
	// Secure and Plain count requests (or, for TCP, bytes) per second that are
	// known to have come over mutual TLS, and known not to. Both nil when nobody told.
	Secure, Plain *float64
	// Volume is how much was carried.
	Volume
}

// RateParts is how many numbers Rates have.
const RateParts = 14

// Parts are where the numbers are, in an order of their own.
func (r *Rates) Parts() [RateParts]**float64 {
	return [RateParts]**float64{
		&r.Requests, &r.Failed, &r.ClientErrors, &r.Bytes, &r.Secure, &r.Plain,
		&r.BytesSent, &r.BytesReceived, &r.Opened, &r.Closed,
		&r.RequestMessages, &r.ResponseMessages, &r.RequestBytes, &r.ResponseBytes,
	}
}

// Add adds o to r, part by part. The numbers of both stay as they are.
func (r *Rates) Add(o Rates) {
	from := o.Parts()
	for i, to := range r.Parts() {
		*to = sum(*to, *from[i])
	}
}

// ErrorRatio is the share of requests that failed, 0–1; nil without requests.
func (r Rates) ErrorRatio() *float64 { return ratio(r.Failed, r.Requests) }

// ClientErrorRatio is the share of requests answered with HTTP 4xx, 0–1; nil without requests.
func (r Rates) ClientErrorRatio() *float64 { return ratio(r.ClientErrors, r.Requests) }

// MTLSRatio is the share of the traffic that came over mutual TLS, 0–1, of that
// whose security is known; nil when nobody told.
func (r Rates) MTLSRatio() *float64 { return ratio(r.Secure, sum(r.Secure, r.Plain)) }

func sum(a, b *float64) *float64 {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	s := *a + *b
	return &s
}

func ratio(part, whole *float64) *float64 {
	if whole == nil || *whole <= 0 {
		return nil
	}
	r := 0.0
	if part != nil {
		r = min(max(*part / *whole, 0), 1)
	}
	return &r
}

// Pair is an ordered pair of nodes: who calls whom.
type Pair struct{ Source, Destination Ref }

// Compare orders pairs by source, then by destination.
func (p Pair) Compare(o Pair) int {
	if c := p.Source.Compare(o.Source); c != 0 {
		return c
	}
	return p.Destination.Compare(o.Destination)
}

// CrossCluster reports whether calls from source to destination leave their cluster;
// nil when one end's cluster is not known, and for ends outside the mesh, which
// belong to no cluster.
func (p Pair) CrossCluster() *bool {
	for _, end := range []Ref{p.Source, p.Destination} {
		if !end.Cluster.Known() || end.Kind == KindExternal || end.Kind == KindUnknown {
			return nil
		}
	}
	crosses := p.Source.Cluster != p.Destination.Cluster
	return &crosses
}

// Call is the traffic of one protocol from one node to another.
type Call struct {
	Pair
	Protocol Protocol
	Rates
	// Responses are the requests by response, sorted; nil for TCP. They need not add
	// up to Requests: a request that timed out has one response at the caller and
	// another at the destination.
	Responses []Response
	// Peers are the names by which both ends knew one another, of all protocols; nil
	// when nobody told.
	Peers *Peers
}

// Response is how many requests ended in one way.
type Response struct {
	// Code is the HTTP status, or "grpc <status>" where gRPC told one, or
	// NoResponse; empty when nobody recorded it.
	Code string
	// Flags are Envoy's response flags as the caller's proxy reports them, or, where it
	// has none, a waypoint; empty for none.
	Flags string
	// Rate is per second.
	Rate float64
}

// NoResponse is the code of requests that were never answered.
const NoResponse = "no response"

// AddResponses adds two lists of responses up; the result is sorted by code and flags.
func AddResponses(a, b []Response) []Response {
	if len(a) == 0 {
		return b
	}
	out := slices.Concat(a, b)
	slices.SortFunc(out, func(x, y Response) int {
		return cmp.Or(cmp.Compare(x.Code, y.Code), cmp.Compare(x.Flags, y.Flags))
	})
	n := 0
	for _, r := range out[1:] {
		if last := &out[n]; last.Code == r.Code && last.Flags == r.Flags {
			last.Rate += r.Rate
			continue
		}
		n++
		out[n] = r
	}
	return out[:n+1]
}

// Traffic is what telemetry tells at one level over one window.
type Traffic struct {
	Level Level
	// Calls are sorted by pair and protocol; there is one per pair and protocol.
	Calls []Call
	// Latency is the latency asked for in milliseconds, by pair, over all request
	// protocols; a pair of which nobody reported it is absent.
	Latency map[Pair]float64
}
