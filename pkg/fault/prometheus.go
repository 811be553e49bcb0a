package fault

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// httpStatus finds the status that client_golang has put into its message, such as
// "client error: 401".
var httpStatus = regexp.MustCompile(`^(?:client|server) error: (\d{3})\b`)

// ofPrometheus classifies what a Prometheus-compatible store answered.
func ofPrometheus(err error) *Fault {
	var e *promv1.Error
	if !errors.As(err, &e) {
		return nil
	}
	if m := httpStatus.FindStringSubmatch(e.Msg); m != nil {
		code, _ := strconv.Atoi(m[1])
		return ofStoreStatus(code)
	}
	switch e.Type {
	case promv1.ErrBadData:
		return downstream(backend.StatusBadRequest,
			"the metrics store refused the query (%s); check queryScope in the settings and the names in the query", orNothing(e.Msg))
	case promv1.ErrTimeout:
		return downstream(backend.StatusTimeout,
			"the metrics store ran out of time; ask for less: a shorter range, fewer namespaces, a coarser level")
	case promv1.ErrCanceled:
		return downstream(backend.StatusTimeout, "the metrics store gave up the query, because the request was cancelled; ask again")
	case promv1.ErrExec:
		if strings.Contains(e.Msg, "too many samples") || strings.Contains(e.Msg, "limit") {
			return downstream(backend.StatusBadRequest,
				"the query reads more than the metrics store allows (%s); ask for less: a shorter range, fewer namespaces, a coarser level", e.Msg)
		}
		return downstream(backend.StatusBadGateway, "the metrics store could not answer the query (%s); check its log", orNothing(e.Msg))
	case promv1.ErrBadResponse:
		return downstream(backend.StatusBadGateway,
			"the answer is not one of a Prometheus-compatible store; check the URL in the settings, its path included")
	case promv1.ErrServer:
		return downstream(backend.StatusBadGateway, "the metrics store failed (%s); check its log", orNothing(e.Msg))
	}
	return downstream(backend.StatusBadGateway, "the metrics store refused the query (%s); check its log", orNothing(e.Msg))
}

func ofStoreStatus(code int) *Fault {
	switch {
	case code == http.StatusUnauthorized:
		return downstream(backend.StatusUnauthorized,
			"the metrics store does not accept the credentials (status 401); check the authentication in the settings")
	case code == http.StatusForbidden:
		return downstream(backend.StatusForbidden,
			"the metrics store forbids the query (status 403); check the authentication and the tenant header in the settings")
	case code == http.StatusNotFound:
		return downstream(backend.StatusNotFound,
			"there is no Prometheus API at the URL (status 404); check the URL in the settings, its path included")
	case code == http.StatusTooManyRequests:
		return downstream(backend.StatusTooManyRequests,
			"the metrics store takes no more queries for now (status 429); ask for less, or raise its limits")
	case code == http.StatusGatewayTimeout:
		return downstream(backend.StatusTimeout, "the metrics store, or a proxy before it, ran out of time (status 504); ask for less")
	case code >= http.StatusInternalServerError:
		return downstream(backend.StatusBadGateway, "the metrics store failed with status %d; check its log, and any proxy before it", code)
	}
	return downstream(backend.Status(code), "the metrics store refused the query with status %d; check the URL in the settings", code)
}
