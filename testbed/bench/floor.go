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

// floor sends instant queries side by side to Prometheus, reads every answer to its
// end and returns how long all of it took.
func floor(ctx context.Context, prometheus string, queries []lab.Asked) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begin := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for _, query := range queries {
		group.Go(func() error { return instant(ctx, prometheus, query.PromQL, query.At) })
	}
	err := group.Wait()
	return time.Since(begin), err
}

func instant(ctx context.Context, prometheus, query string, at time.Time) error {
	form := url.Values{"query": {query}, "time": {strconv.FormatFloat(float64(at.UnixMilli())/1000, 'f', 3, 64)}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, prometheus+"/api/v1/query", strings.NewReader(form.Encode()))
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
		return fmt.Errorf("the store answers %s: %s (PromQL: %s)", response.Status, answer, query)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
