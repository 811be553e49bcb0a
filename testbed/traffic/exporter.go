package traffic

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// Exporter answers GET /metrics/<cluster> with what the proxies and the control
// plane of that cluster report, in Prometheus' text format. It is safe for
// concurrent use.
type Exporter struct {
	mesh  string
	names map[string]string // cluster → its name in metrics

	mu    sync.RWMutex // guards flows, which SetRate changes
	flows map[scenario.End]map[scenario.End][]*flow
	pages map[string]page
}

// New makes the exporter of a scenario whose counters were all zero at epoch.
func New(s *scenario.Scenario, epoch time.Time) *Exporter {
	e := &Exporter{mesh: s.Mesh, names: map[string]string{}, pages: map[string]page{},
		flows: map[scenario.End]map[scenario.End][]*flow{}}
	m := mesh{Scenario: s, workloads: s.Workloads()}
	for _, c := range s.Clusters {
		e.names[c.Name] = c.MetricsName()
		e.page(c.Name) // a cluster without traffic has an empty page
		if c.Role == scenario.Primary {
			e.addControlPlane(m, c, epoch)
		}
	}
	for _, call := range s.Calls {
		f := &flow{rate: call.Rate, since: epoch}
		if e.flows[call.From] == nil {
			e.flows[call.From] = map[scenario.End][]*flow{}
		}
		e.flows[call.From][call.To] = append(e.flows[call.From][call.To], f)
		e.addCall(m, call, f)
	}
	return e
}

func (e *Exporter) page(cluster string) page {
	if e.pages[cluster] == nil {
		e.pages[cluster] = page{}
	}
	return e.pages[cluster]
}

// Clusters returns the clusters that have a page, in order.
func (e *Exporter) Clusters() []string {
	var names []string
	for name := range e.pages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ScrapeLabels returns the labels that the scrape of a cluster's page has to add.
func (e *Exporter) ScrapeLabels(cluster string) []Label {
	return []Label{{"cluster", e.names[cluster]}, {"instance", "proxies-of-" + e.names[cluster]},
		{"job", "istio"}, {"mesh_id", e.mesh}}
}

// SetRate changes the rate of every call between two ends, from now on. It is an
// error when there is none.
func (e *Exporter) SetRate(from, to scenario.End, rate float64) error {
	now := time.Now()
	return e.change(from, to, func(f *flow) { f.set(rate, now) })
}

// SetRateDuring changes the rate of every call between two ends for some time of the
// past, and has to come before history is written. It is an error when there is none.
func (e *Exporter) SetRateDuring(from, to scenario.End, rate float64, start, end time.Time) error {
	return e.change(from, to, func(f *flow) { f.during(rate, start, end) })
}

func (e *Exporter) change(from, to scenario.End, change func(*flow)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	flows := e.flows[from][to]
	if len(flows) == 0 {
		return fmt.Errorf("the scenario has no call %s → %s", from, to)
	}
	for _, f := range flows {
		change(f)
	}
	return nil
}

// Series returns the number of series over all pages.
func (e *Exporter) Series() int {
	n := 0
	for _, p := range e.pages {
		for _, fam := range p {
			n += len(fam.series)
		}
	}
	return n
}

func (e *Exporter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cluster := strings.TrimPrefix(r.URL.Path, "/metrics/")
	p, ok := e.pages[cluster]
	if !ok {
		http.Error(w, fmt.Sprintf("no cluster %q; there are %v", cluster, e.Clusters()), http.StatusNotFound)
		return
	}
	now := time.Now()
	e.mu.RLock()
	defer e.mu.RUnlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	out := bufio.NewWriterSize(w, 1<<16)
	defer out.Flush()
	var digits []byte
	for _, fam := range p {
		fmt.Fprintf(out, "# TYPE %s %s\n", fam.name, fam.kind)
		for i := range fam.series {
			digits = strconv.AppendFloat(digits[:0], fam.series[i].value(now), 'f', -1, 64)
			out.WriteString(fam.series[i].text)
			out.Write(digits)
			out.WriteByte('\n')
		}
	}
}
