package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

type sample struct {
	labels map[string]string
	value  float64
}

// vector asks Prometheus for a vector.
func (h byHand) vector(t *testing.T, query string) []sample {
	t.Helper()
	form := url.Values{"query": {query}, "time": {strconv.FormatInt(h.at.Unix(), 10)}}
	response, err := http.PostForm(h.prometheus+"/api/v1/query", form)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Error string
		Data  struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Error != "" {
		t.Fatalf("%s: %v %s\n%s", response.Status, err, answer.Error, query)
	}
	var out []sample
	for _, r := range answer.Data.Result {
		v, err := strconv.ParseFloat(fmt.Sprint(r.Value[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, sample{r.Metric, v})
	}
	return out
}
