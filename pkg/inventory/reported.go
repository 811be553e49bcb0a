package inventory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/fault"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// mostReports bounds the Kubernetes events of one reason that are read of a cluster.
	mostReports = 5000
	// reportsPage is how many are read at once.
	reportsPage = 500
)

// reasons are those of the Kubernetes events that are told, with what they say. The
// kubelet, the scheduler and the controllers of workloads give them.
func reasons() map[string]mesh.What {
	return map[string]mesh.What{
		"BackOff":           mesh.WhatFailing,
		"FailedCreate":      mesh.WhatFailing,
		"FailedMount":       mesh.WhatFailing,
		"FailedScheduling":  mesh.WhatFailing,
		"ScalingReplicaSet": mesh.WhatScaled,
		"Unhealthy":         mesh.WhatFailing,
	}
}

// report is a Kubernetes event.
type report struct {
	mesh.Event
	reason string
}

// reports are what Kubernetes' events tell; gaps are sentences.
type reports struct {
	events []report
	gaps   []string
}

// reporting shares one question for Kubernetes' events among those who ask at the same time.
type reporting struct {
	mu    sync.Mutex // held while the cluster is asked: whoever waits wants the answer
	asked time.Time
	last  reports
}

// reportsFresh is how long an answer counts.
const reportsFresh = 2 * time.Second

// asks lets an answer be told, unless the watches have ended: then it reports false. The
// question lasts as long as ctx may at most, also when the one who asked first goes away.
func (w *Watches) asks(ctx context.Context, telling chan<- reports) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	limit := time.Now().Add(listTimeout)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(limit) {
		limit = deadline
	}
	w.running.Go(func() {
		r := &w.reporting
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.asked.IsZero() || time.Since(r.asked) > reportsFresh {
			ctx, cancel := context.WithDeadline(w.ctx, limit)
			defer cancel()
			r.last = w.reported(ctx)
			r.asked = time.Now()
		}
		telling <- r.last
	})
	return true
}

// reported asks for Kubernetes' events, a list for each reason.
func (w *Watches) reported(ctx context.Context) reports {
	var mu sync.Mutex
	var out reports
	var lists sync.WaitGroup
	failures := map[string]bool{}
	var cut []string
	for reason, what := range reasons() {
		lists.Go(func() {
			events, more, err := w.reportedAs(ctx, reason, what)
			mu.Lock()
			defer mu.Unlock()
			out.events = append(out.events, events...)
			if err != nil {
				without := "without"
				if len(events) > 0 {
					without = "without all of"
				}
				failures[without+" Kubernetes' events: "+strings.TrimSuffix(fault.Of(err).Sentence, ".")] = true
			}
			if more {
				cut = append(cut, reason)
			}
		})
	}
	lists.Wait()
	// What one object is told in one second stays in the order of the list, which is that of
	// the events' names, and so of time.
	slices.SortStableFunc(out.events, func(a, b report) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.reason, b.reason))
	})
	for why := range failures {
		out.gaps = append(out.gaps, why)
	}
	slices.Sort(out.gaps)
	out.gaps = out.gaps[:min(len(out.gaps), 1)] // one is enough to look into
	if slices.Sort(cut); len(cut) > 0 {
		out.gaps = append(out.gaps, fmt.Sprintf("no more than %d of Kubernetes' events of %s are read", mostReports, strings.Join(cut, ", ")))
	}
	out.events = rollouts(out.events)
	return out
}

// reportedAs reads those of one reason, page by page. More says that there are more than are
// read.
func (w *Watches) reportedAs(ctx context.Context, reason string, what mesh.What) (events []report, more bool, err error) {
	page := metav1.ListOptions{FieldSelector: "reason=" + reason, Limit: reportsPage}
	for read := 0; read < mostReports; {
		list, err := w.core.Events("").List(ctx, page)
		if err != nil {
			return events, false, err
		}
		for i := range list.Items {
			events = append(events, reportsOf(&list.Items[i], what)...)
		}
		if page.Continue = list.Continue; page.Continue == "" {
			return events, false, nil
		}
		read += max(len(list.Items), 1)
	}
	return events, true, nil
}

// combined is what stands before the text of events that were many alike.
const combined = "(combined from similar events): "

// reportsOf reads a Kubernetes event. What lasts is one report; what happened again is told
// of the first time and of the last: nobody recorded when it happened between.
func reportsOf(k *corev1.Event, what mesh.What) []report {
	r := reportOf(k, what)
	if what == mesh.WhatFailing || r.Until.IsZero() {
		return []report{r}
	}
	again := r
	again.At = r.Until
	r.Until, again.Until = time.Time{}, time.Time{}
	return []report{r, again}
}

// reportOf reads a Kubernetes event of either of the forms that there are: one counts, the
// other is a series.
func reportOf(k *corev1.Event, what mesh.What) report {
	e := mesh.Event{
		At: k.FirstTimestamp.UTC(), Until: k.LastTimestamp.UTC(), What: what,
		Namespace: k.InvolvedObject.Namespace, Kind: k.InvolvedObject.Kind, Name: k.InvolvedObject.Name,
		By:   cmp.Or(k.Source.Component, k.ReportingController),
		Text: strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(k.Message, combined)), "."),
	}
	if k.FirstTimestamp.IsZero() {
		e.At = k.EventTime.UTC()
	}
	if k.FirstTimestamp.IsZero() && k.EventTime.IsZero() {
		e.At = k.CreationTimestamp.UTC()
	}
	if k.Series != nil {
		e.Until = k.Series.LastObservedTime.UTC()
	}
	if !e.Until.After(e.At) {
		e.Until = time.Time{}
	}
	if what == mesh.WhatFailing {
		e.Text = strings.TrimSuffix(k.Reason+": "+e.Text, ": ")
	}
	return report{e, k.Reason}
}
