package telemetry

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// tally adds up what one side reports of the calls between two nodes, per second.
type tally struct{ total, failed, clientErrors float64 }

// report holds both sides' reports of the calls of one protocol between two nodes.
//
// A request is seen by the caller's proxy and by the destination's, and each
// counts it. The rule by which the two become one number:
//
//   - What arrived is the larger of the two sides' counts. Usually they agree;
//     one side is absent when it has no sidecar, and the destination sees more
//     when the caller's proxy retries.
//   - What never arrived (the caller's proxy found no route, no healthy host, or
//     no connection) is seen by the caller alone, and is added.
//   - Failures are the larger count of the two sides likewise, so that a timeout,
//     which the destination may have answered well and too late, still counts.
type report struct {
	source, destination, neverArrived tally
	// secure and plain count what the destination says of mutual TLS: the caller's
	// proxy reports "unknown".
	secure, plain float64
	responses     []response
}

// response is one side's report of requests that ended in one way.
type response struct {
	mesh.Response
	bySource bool
}

// call is the key of a report.
type call struct {
	mesh.Pair
	protocol mesh.Protocol
}

type reports map[call]*report

func (r reports) at(key call) *report {
	rep, ok := r[key]
	if !ok {
		rep = &report{}
		r[key] = rep
	}
	return rep
}

// addRequests takes in an answer to composer.requests.
func (r reports) addRequests(read reader, answer []sample) {
	for i := range answer {
		s := &answer[i]
		protocol := mesh.HTTP
		if s.protocol == string(mesh.GRPC) {
			protocol = mesh.GRPC
		}
		first, second := read.pairs(&s.labels)
		r.at(call{first, protocol}).addRequests(s)
		if second != nil {
			r.at(call{*second, protocol}).addRequests(s)
		}
	}
}

func (r *report) addRequests(s *sample) {
	side := &r.destination
	if s.reporter == reporterSource {
		side = &r.source
		if neverArrived(s.flags) {
			side = &r.neverArrived
		}
	}
	side.total += s.value
	switch outcome(s.code, s.grpcStatus) {
	case failed:
		side.failed += s.value
	case clientError:
		side.clientErrors += s.value
	}
	r.addSecurity(s.security, s.value)
	r.responses = append(r.responses, response{
		mesh.Response{Code: code(s.code, s.grpcStatus), Flags: flags(s.flags), Rate: s.value}, s.reporter == reporterSource,
	})
}

// merged makes one list of both sides' responses, by the rule above for each code: to
// what the caller's proxy reports comes what the destination reports beyond that. The
// destination does not see the caller's flags.
func (r *report) merged() []mesh.Response {
	var bySource, byDestination []mesh.Response
	seen, arrived := map[string]float64{}, map[string]float64{} // by code
	for _, one := range r.responses {
		switch {
		case !one.bySource:
			arrived[one.Code] += one.Rate
			byDestination = append(byDestination, one.Response)
		default:
			if !neverArrived(one.Flags) {
				seen[one.Code] += one.Rate
			}
			bySource = append(bySource, one.Response)
		}
	}
	for _, d := range byDestination {
		if beyond := arrived[d.Code] - seen[d.Code]; beyond > 0 {
			d.Rate *= beyond / arrived[d.Code]
			bySource = append(bySource, d)
		}
	}
	return mesh.AddResponses(bySource, nil)
}

// code says a response's code in one word. Istio writes 0 where no response came.
func code(http, grpcStatus string) string {
	switch {
	case grpcStatus != "":
		return "grpc " + grpcStatus
	case http == "0":
		return mesh.NoResponse
	}
	return http
}

// flags are response flags without Envoy's word for none.
func flags(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// addBytes takes in an answer to composer.bytes.
func (r reports) addBytes(read reader, answer []sample) {
	for i := range answer {
		s := &answer[i]
		first, second := read.pairs(&s.labels)
		r.at(call{first, mesh.TCP}).addBytes(s)
		if second != nil {
			r.at(call{*second, mesh.TCP}).addBytes(s)
		}
	}
}

func (r *report) addBytes(s *sample) {
	if s.reporter == reporterSource {
		r.source.total += s.value
	} else {
		r.destination.total += s.value
	}
	r.addSecurity(s.security, s.value)
}

func (r *report) addSecurity(policy string, v float64) {
	switch policy {
	case "mutual_tls":
		r.secure += v
	case "none":
		r.plain += v
	}
}

// rates applies the rule above.
func (r *report) rates(protocol mesh.Protocol) mesh.Rates {
	var out mesh.Rates
	if r.secure > 0 || r.plain > 0 {
		out.Secure, out.Plain = &r.secure, &r.plain
	}
	total := max(r.source.total, r.destination.total) + r.neverArrived.total
	if protocol == mesh.TCP {
		out.Bytes = &total
		return out
	}
	failed := min(max(r.source.failed, r.destination.failed)+r.neverArrived.failed, total)
	clientErrors := min(max(r.source.clientErrors, r.destination.clientErrors)+r.neverArrived.clientErrors, total-failed)
	out.Requests, out.Failed, out.ClientErrors = &total, &failed, &clientErrors
	return out
}

// calls lists the merged calls in order.
func (r reports) calls() []mesh.Call {
	keys := slices.SortedFunc(maps.Keys(r), func(a, b call) int {
		return cmp.Or(a.Pair.Compare(b.Pair), cmp.Compare(a.protocol, b.protocol))
	})
	out := make([]mesh.Call, len(keys))
	for i, k := range keys {
		out[i] = mesh.Call{Pair: k.Pair, Protocol: k.protocol, Rates: r[k].rates(k.protocol), Responses: r[k].merged()}
	}
	return out
}

type result int

const (
	succeeded result = iota
	clientError
	failed
)

// outcome classes a response. gRPC's own status decides where there is one: gRPC
// answers HTTP 200 to calls that failed. Istio reports code 0 when no response came.
func outcome(code, grpcStatus string) result {
	switch {
	case grpcStatus != "" && grpcStatus != "0":
		return failed
	case code == "0" || strings.HasPrefix(code, "5"):
		return failed
	case strings.HasPrefix(code, "4"):
		return clientError
	}
	return succeeded
}

// notSent are Envoy's response flags for requests that the reporting proxy did not
// get through to an upstream host.
// https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
var notSent = map[string]bool{
	"UF": true, "UH": true, "UO": true, "NR": true, "NC": true, "DF": true, "LH": true,
	"FI": true, "RL": true, "RLSE": true, "UAEX": true, "OM": true,
}

// neverArrived reports whether a source's response flags say that the request did
// not reach the destination. Several flags are joined by commas.
func neverArrived(flags string) bool {
	for flag := range strings.SplitSeq(flags, ",") {
		if notSent[flag] {
			return true
		}
	}
	return false
}

// latencies reads answers to latency, each with the way to its pair. Where both
// sides report a pair the caller's view is taken: it is what the caller waited. Two
// names of one cluster that fold into a pair give the larger latency, since
// quantiles do not add up.
type latencies struct{ bySource, byDestination map[mesh.Pair]float64 }

func newLatencies() latencies {
	return latencies{map[mesh.Pair]float64{}, map[mesh.Pair]float64{}}
}

func (l latencies) add(answer []sample, pairOf func(*labels) mesh.Pair) {
	for i := range answer {
		s := &answer[i]
		if !(s.value >= 0) { // NaN: buckets without requests
			continue
		}
		into := l.byDestination
		if s.reporter == reporterSource {
			into = l.bySource
		}
		pair := pairOf(&s.labels)
		into[pair] = max(into[pair], s.value)
	}
}

func (l latencies) merged() map[mesh.Pair]float64 {
	maps.Copy(l.byDestination, l.bySource)
	return l.byDestination
}
