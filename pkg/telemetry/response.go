package telemetry

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// response is one side's report of requests that ended in one way.
type response struct {
	mesh.Response
	by side
}

// merged makes one list of all sides' responses, by the rule above for each code: to
// what the caller's proxy reports comes what a waypoint, and then the destination, report
// beyond that. Only the caller's proxy, and a waypoint in its place, see the flags of what
// went wrong on the way.
func (r *report) merged() []mesh.Response {
	if len(r.responses) == 0 {
		return nil
	}
	out := make([]mesh.Response, 0, len(r.responses))
	for by := range sides {
		have := len(out) // of the sides before
		for _, one := range r.responses {
			if one.by != by {
				continue
			}
			if counted := arrived(out[:have], one.Code); counted > 0 {
				all := r.arrivedAt(by, one.Code)
				if all <= counted {
					continue
				}
				one.Rate *= (all - counted) / all
			}
			out = append(out, one.Response)
		}
	}
	if len(out) == 1 {
		return out
	}
	return mesh.AddResponses(out, nil)
}

// arrived adds up the responses of a code but for those of requests that never arrived,
// of which no side but the caller's knows.
func arrived(list []mesh.Response, code string) float64 {
	sum := 0.0
	for i := range list {
		if list[i].Code == code && !neverArrived(list[i].Flags) {
			sum += list[i].Rate
		}
	}
	return sum
}

// arrivedAt adds up one side's responses of a code.
func (r *report) arrivedAt(by side, code string) float64 {
	sum := 0.0
	for i := range r.responses {
		if one := &r.responses[i]; one.by == by && one.Code == code {
			sum += one.Rate
		}
	}
	return sum
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
	if flags == "" || flags == "-" {
		return false
	}
	for flag := range strings.SplitSeq(flags, ",") {
		if notSent[flag] {
			return true
		}
	}
	return false
}
