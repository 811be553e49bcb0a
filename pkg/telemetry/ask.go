package telemetry

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// instant evaluates a query at one moment, together with whoever asks the same. What
// it gives is not to be changed.
func (s *Store) instant(ctx context.Context, query string, at time.Time) (*vector, []string, error) {
	at = s.shared.moment(at)
	a, err := s.shared.answer(ctx, query, at, func(ctx context.Context) (keptAnswer, error) {
		return s.evaluate(ctx, query, at)
	})
	return &a.vector, a.warnings, err
}

// evaluate asks the store for the value of a query at one moment.
func (s *Store) evaluate(ctx context.Context, query string, at time.Time) (keptAnswer, error) {
	if s.client == nil {
		return keptAnswer{}, ErrNoURL
	}
	body, err := s.post(ctx, "/api/v1/query", url.Values{
		"query": {query},
		"time":  {seconds(at)},
	})
	if err != nil {
		return keptAnswer{}, err
	}
	defer body.Close()
	answer, warnings, err := decodeVector(body)
	if err != nil {
		return keptAnswer{}, err
	}
	_, _ = io.CopyN(io.Discard, body, 1<<10) // the end of the line, without which the connection is not used again
	return keptAnswer{vector: answer, warnings: warnings}, nil
}

// post posts a query to a path of the store's API and gives the body of the answer, which arrives while it is read.
// PromQL outgrows an address; stores and proxies that take no POST are asked by GET, as
// Prometheus' own client does.
func (s *Store) post(ctx context.Context, path string, params url.Values) (io.ReadCloser, error) {
	address := s.client.URL(path, nil)
	encoded := params.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(encoded))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header["Idempotency-Key"] = nil // lets the transport try again; is not sent
	response, err := s.http.Do(request)
	if err != nil {
		return nil, err
	}
	switch response.StatusCode {
	case http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		response.Body.Close()
		address.RawQuery = encoded
		get, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
		if err != nil {
			return nil, err
		}
		if response, err = s.http.Do(get); err != nil {
			return nil, err
		}
	}
	if response.StatusCode/100 != 2 {
		defer response.Body.Close()
		body, err := io.ReadAll(io.LimitReader(response.Body, longestRefusal))
		if err != nil {
			return nil, err
		}
		return nil, refusal(response.StatusCode, body)
	}
	return response.Body, nil
}

// longestRefusal is as much of a store's error as is read.
const longestRefusal = 1 << 20

// refusal is a store's error in the form of Prometheus' own client.
func refusal(code int, body []byte) error {
	if code == http.StatusBadRequest || code == http.StatusUnprocessableEntity {
		var told struct {
			Type  promv1.ErrorType `json:"errorType"`
			Error string           `json:"error"`
		}
		if json.Unmarshal(body, &told) == nil && told.Error != "" {
			return &promv1.Error{Type: told.Type, Msg: told.Error}
		}
	}
	kind, side := promv1.ErrClient, "client"
	if code >= http.StatusInternalServerError {
		kind, side = promv1.ErrServer, "server"
	}
	return &promv1.Error{Type: kind, Msg: fmt.Sprintf("%s error: %d", side, code)}
}
