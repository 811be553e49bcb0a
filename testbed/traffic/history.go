package traffic

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/encoding/protowire"
)

// WriteHistory writes what would have been scraped from start to end, one sample
// of every series each step, to the remote-write receiver of a Prometheus. It has
// to happen before the first scrape.
func (e *Exporter) WriteHistory(ctx context.Context, prometheus string, start, end time.Time, step time.Duration) error {
	// Prometheus takes samples that are at most an hour older than the newest, so
	// all series advance together.
	const stride = 20 * time.Minute
	for from := start; from.Before(end); from = from.Add(stride) {
		until := from.Add(stride)
		if until.After(end) {
			until = end
		}
		for _, cluster := range e.Clusters() {
			if err := e.writeStride(ctx, prometheus, cluster, from, until, step); err != nil {
				return fmt.Errorf("write history of cluster %s: %w", cluster, err)
			}
		}
	}
	return nil
}

func (e *Exporter) writeStride(ctx context.Context, prometheus, cluster string, from, until time.Time, step time.Duration) error {
	const batch = 4 << 20 // bytes before compression
	var request []byte
	extra := e.ScrapeLabels(cluster)
	for _, fam := range e.pages[cluster] {
		for i := range fam.series {
			s := &fam.series[i]
			request = protowire.AppendTag(request, 1, protowire.BytesType)
			request = protowire.AppendBytes(request, timeSeries(fam.name, s, extra, from, until, step))
			if len(request) > batch {
				if err := post(ctx, prometheus, request); err != nil {
					return err
				}
				request = request[:0]
			}
		}
	}
	return post(ctx, prometheus, request)
}

// timeSeries encodes prometheus.TimeSeries: labels in order, then samples.
func timeSeries(name string, s *series, extra []Label, from, until time.Time, step time.Duration) []byte {
	labels := slices.Concat([]Label{{"__name__", name}}, s.labels, extra)
	slices.SortFunc(labels, func(a, b Label) int { return strings.Compare(a.Name, b.Name) })
	var out, part []byte
	for _, l := range labels {
		part = protowire.AppendTag(part[:0], 1, protowire.BytesType)
		part = protowire.AppendString(part, l.Name)
		part = protowire.AppendTag(part, 2, protowire.BytesType)
		part = protowire.AppendString(part, l.Value)
		out = protowire.AppendTag(out, 1, protowire.BytesType)
		out = protowire.AppendBytes(out, part)
	}
	for t := from; t.Before(until); t = t.Add(step) {
		part = protowire.AppendTag(part[:0], 1, protowire.Fixed64Type)
		part = protowire.AppendFixed64(part, math.Float64bits(s.value(t)))
		part = protowire.AppendTag(part, 2, protowire.VarintType)
		part = protowire.AppendVarint(part, uint64(t.UnixMilli()))
		out = protowire.AppendTag(out, 2, protowire.BytesType)
		out = protowire.AppendBytes(out, part)
	}
	return out
}

func post(ctx context.Context, prometheus string, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, prometheus+"/api/v1/write",
		bytes.NewReader(snappy.Encode(nil, body)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", "snappy")
	request.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 2000))
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(answer))
	}
	return nil
}
