package lab

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestADetourIsAsSlowAsItIsTold: each piece is held back, a shorter delay counts for what is
// held back already, and nothing is left after Stop.
func TestADetourIsAsSlowAsItIsTold(t *testing.T) {
	const pieces = 5
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", pieces*piece))
	}))
	defer server.Close()
	d, err := newDetour(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Stop()
	get := func() (int, error) {
		answer, err := server.Client().Get(d.URL())
		if err != nil {
			return 0, err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		return len(body), err
	}
	whole := func() time.Duration {
		t.Helper()
		begin := time.Now()
		if n, err := get(); err != nil || n != pieces*piece {
			t.Fatalf("%d bytes, %v", n, err)
		}
		return time.Since(begin)
	}
	whole()
	if d.Connections() != 1 {
		t.Errorf("%d connections, want 1", d.Connections())
	}
	const delay = 60 * time.Millisecond
	d.SetDelay(delay)
	if took := whole(); took < pieces*delay {
		t.Errorf("%d pieces came after %s", pieces, took)
	}
	d.SetDelay(time.Hour)
	time.AfterFunc(delay, func() { d.SetDelay(0) })
	whole() // which would take hours

	d.SetDelay(time.Hour)
	failed := make(chan error, 1)
	go func() {
		_, err := get()
		failed <- err
	}()
	time.Sleep(delay) // so that something is held back
	d.Stop()
	if err := <-failed; err == nil {
		t.Error("an answer came through a detour that was stopped")
	}
	if _, err := get(); err == nil || d.Connections() != 0 {
		t.Errorf("after Stop: %v, %d connections", err, d.Connections())
	}
	d.Stop()
}
