package bench

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

func TestExecutedTakesEachQueryOnce(t *testing.T) {
	frame := func(text string) *data.Frame {
		return &data.Frame{Meta: &data.FrameMeta{ExecutedQueryString: text}}
	}
	got := executed(backend.DataResponse{Frames: data.Frames{frame("a\n\nb\n"), frame("b\nc"), {}}})
	if want := []string{"a", "b", "c"}; !reflect.DeepEqual(got, want) {
		t.Errorf("queries are %v, want %v", got, want)
	}
}

func TestReportNamesWhatIsTooSlow(t *testing.T) {
	var out strings.Builder
	failed := report(&out, []row{
		{subject: subject{name: "fast", ratio: 1.5}, floor: 100, plugin: 150},
		{subject: subject{name: "slow", ratio: 1.5}, floor: 100, plugin: 151},
		{subject: subject{name: "warm", most: 20 * time.Millisecond}, plugin: 19 * time.Millisecond},
		{subject: subject{name: "cold", most: 20 * time.Millisecond}, plugin: 20 * time.Millisecond},
		{subject: subject{name: "free"}, floor: 1, plugin: 1000},
	})
	if want := []string{"slow", "cold"}; !reflect.DeepEqual(failed, want) {
		t.Errorf("failed are %v, want %v\n%s", failed, want, &out)
	}
	if got := strings.Count(out.String(), "PASS"); got != 2 {
		t.Errorf("%d passes, want 2\n%s", got, &out)
	}
}

func TestMedian(t *testing.T) {
	if got := median([]time.Duration{9, 1, 5}); got != 5 {
		t.Errorf("the median is %d", got)
	}
}

func TestFloorSendsAllSideBySide(t *testing.T) {
	var asked atomic.Int32
	both := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("query") == "bad" {
			http.Error(w, "cannot parse", http.StatusBadRequest)
			return
		}
		if asked.Add(1) == 2 {
			close(both)
		}
		select {
		case <-both:
		case <-time.After(5 * time.Second):
			t.Error("the second query waits for the first")
		}
	}))
	defer server.Close()
	if _, err := floor(t.Context(), server.URL, []string{"a", "b"}, time.Now()); err != nil {
		t.Error(err)
	}
	if _, err := floor(t.Context(), server.URL, []string{"bad"}, time.Now()); err == nil || !strings.Contains(err.Error(), "cannot parse") {
		t.Errorf("the error is %v", err)
	}
}

func TestTooFewRounds(t *testing.T) {
	if err := Run(t.Context(), Options{Rounds: 3}); err == nil || !strings.Contains(err.Error(), "too few") {
		t.Errorf("the error is %v", err)
	}
}
