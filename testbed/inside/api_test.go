package inside

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/lab"
)

// watches is how many watches an API server serves now, as it says itself. It has some of
// its own.
func watches(t *testing.T, c *lab.Cluster) int {
	t.Helper()
	admin, err := c.Admin()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(admin.CAData)
	// A connection of its own, which is gone afterwards: they are counted as well.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots}}}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL()+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+admin.BearerToken)
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	family := families["apiserver_longrunning_requests"]
	if answer.StatusCode != http.StatusOK || family == nil {
		t.Fatalf("%s tells nothing of its watches: status %d", c.Name, answer.StatusCode)
	}
	n := 0
	for _, m := range family.GetMetric() {
		for _, label := range m.GetLabel() {
			if label.GetName() == "verb" && label.GetValue() == "WATCH" {
				n += int(m.GetGauge().GetValue())
			}
		}
	}
	return n
}

// connections are the TCP connections of this process to an API server's port, also those
// that are only just ending on this side, by their numbers in the kernel.
func connections(t *testing.T, c *lab.Cluster) map[string]bool {
	t.Helper()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(c.URL(), "https://"))
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range open {
		to, err := os.Readlink("/proc/self/fd/" + f.Name())
		if err == nil && strings.HasPrefix(to, "socket:[") { // else it was closed meanwhile
			own[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	table, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
		fields := strings.Fields(line)
		if len(fields) > 9 && strings.HasSuffix(fields[2], fmt.Sprintf(":%04X", number)) && own[fields[9]] {
			out[fields[9]] = true
		}
	}
	return out
}
