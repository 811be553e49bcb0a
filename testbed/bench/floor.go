package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

// floor sends queries side by side to Prometheus, reads every answer to its
// end and returns how long all of it took.
func floor(ctx context.Context, prometheus string, queries []lab.Asked) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begin := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for _, query := range queries {
		group.Go(func() error { return send(ctx, prometheus, query) })
	}
	err := group.Wait()
	return time.Since(begin), err
}

func send(ctx context.Context, prometheus string, query lab.Asked) error {
	path, form := "/api/v1/query", url.Values{"query": {query.PromQL}, "time": {seconds(query.At)}}
	if query.Step > 0 {
		path = "/api/v1/query_range"
		form = url.Values{"query": {query.PromQL}, "start": {seconds(query.From)}, "end": {seconds(query.At)}, "step": {query.Step.String()}}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, prometheus+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return fmt.Errorf("the store answers %s: %s (PromQL: %s)", response.Status, answer, query.PromQL)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func seconds(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64)
}
