package mesh

// Health is a judgement on traffic.
type Health string

// The healths, worst first. HealthNone is for what has no requests to judge by.
const (
	HealthFailure  Health = "failure"
	HealthDegraded Health = "degraded"
	HealthHealthy  Health = "healthy"
	HealthNone     Health = "none"
)

// The shares of requests at which traffic is judged, after Kiali's default
// tolerances: failed requests (5xx, no response, gRPC errors) degrade from the
// first one on and fail from 10 %, HTTP 4xx degrade from 10 % and fail from 20 %.
const (
	failureRatio             = 0.10
	clientErrorDegradedRatio = 0.10
	clientErrorFailureRatio  = 0.20
)

// HealthOf judges traffic by its ratio of failures and of client errors. Traffic
// over TCP alone has no responses: it is healthy when there is any.
func HealthOf(r Rates) Health {
	failed, clientErrors := r.ErrorRatio(), r.ClientErrorRatio()
	switch {
	case failed == nil && r.Bytes != nil:
		return HealthHealthy
	case failed == nil:
		return HealthNone
	case *failed >= failureRatio || *clientErrors >= clientErrorFailureRatio:
		return HealthFailure
	case *failed > 0 || *clientErrors >= clientErrorDegradedRatio:
		return HealthDegraded
	}
	return HealthHealthy
}
