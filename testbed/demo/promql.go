package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/provision"
)

const mostSeries = 12 // shown of one query

// promQL asks Prometheus itself for the panels that Grafana would send there, and
// shows the last value of every series.
func (w *walk) promQL(ctx context.Context, d provision.Dashboard, ds provision.DataSource, panel string, targets []map[string]any, values provision.Values) {
	for _, target := range targets {
		expression, _ := target["expr"].(string)
		legend, _ := target["legendFormat"].(string)
		series, err := rangeQuery(ctx, d, ds, values.ExpandPromQL(expression))
		if err == nil && len(series) == 0 {
			err = errors.New("no data")
		}
		if err != nil {
			w.fail(panel, fmt.Errorf("%w (PromQL: %s)", err, expression))
			continue
		}
		names, last := []string{"SERIES"}, []string{"LAST VALUE"}
		for _, s := range series[:min(len(series), mostSeries)] {
			names, last = append(names, s.name(legend)), append(last, s.last())
		}
		printColumns(w.out, [][]string{names, last})
		if len(series) > mostSeries {
			fmt.Fprintf(w.out, "    … and %d more\n", len(series)-mostSeries)
		}
	}
}

type series struct {
	Metric map[string]string `json:"metric"`
	Values [][2]any          `json:"values"`
}

// rangeQuery asks for the dashboard's range, with Grafana's own variables filled in
// for a panel of a hundred points.
func rangeQuery(ctx context.Context, d provision.Dashboard, ds provision.DataSource, expression string) ([]series, error) {
	from, to, err := d.Time.Resolve(time.Now())
	if err != nil {
		return nil, err
	}
	step := max(to.Sub(from)/100, time.Second).Truncate(time.Second)
	expression = strings.NewReplacer("$__rate_interval", max(4*step, time.Minute).String(), "$__interval", step.String(),
		"$__range", to.Sub(from).Truncate(time.Second).String()).Replace(expression)
	ctx, cancel := context.WithTimeout(ctx, panelLimit)
	defer cancel()
	form := url.Values{"query": {expression}, "start": {seconds(from)}, "end": {seconds(to)}, "step": {step.String()}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, ds.URL+"/api/v1/query_range", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer struct {
		Status, Error string
		Data          struct {
			Result []series `json:"result"`
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("%s: %w", response.Status, err)
	}
	if answer.Status != "success" {
		return nil, errors.New(answer.Error)
	}
	return answer.Data.Result, nil
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

var legendLabel = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// name is the series' name by a legend format, or its labels.
func (s series) name(legend string) string {
	if legend != "" && legend != "__auto" {
		return legendLabel.ReplaceAllStringFunc(legend, func(text string) string {
			return s.Metric[legendLabel.FindStringSubmatch(text)[1]]
		})
	}
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(s.Metric)) {
		labels = append(labels, key+"="+s.Metric[key])
	}
	return "{" + strings.Join(labels, ", ") + "}"
}

func (s series) last() string {
	if len(s.Values) == 0 {
		return "–"
	}
	text, _ := s.Values[len(s.Values)-1][1].(string)
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return text
}
