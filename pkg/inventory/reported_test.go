package inventory

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// manyEvents answers with as many events of one reason, a page at a time, and fails from a
// page on; 0 = never.
func manyEvents(n int, reason string, fails int64, pages *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		list, metadata := []object{}, object{}
		if q := r.URL.Query(); q.Get("fieldSelector") == "reason="+reason {
			if page := pages.Add(1); page == fails {
				status(w, http.StatusInternalServerError)
				return
			}
			from, _ := strconv.Atoi(q.Get("continue"))
			limit, _ := strconv.Atoi(q.Get("limit"))
			for i := from; i < min(from+limit, n); i++ {
				list = append(list, object{
					"metadata": object{"namespace": "a", "name": fmt.Sprint("e", i)}, "reason": reason, "message": "m",
					"involvedObject": object{"kind": "Pod", "namespace": "a", "name": fmt.Sprint("p", i)},
					"firstTimestamp": stamp(ago(time.Minute)), "lastTimestamp": stamp(ago(time.Minute)),
				})
			}
			if from+limit < n {
				metadata["continue"] = strconv.Itoa(from + limit)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(object{"kind": "EventList", "apiVersion": "v1", "metadata": metadata, "items": list})
	}
}

func TestManyKubernetesEventsAreReadInPagesAndBounded(t *testing.T) {
	for name, tt := range map[string]struct {
		there, told int
		fails       int64
		pages       int64
		gap         string
	}{
		"one page":           {reportsPage, reportsPage, 0, 1, ""},
		"several":            {3*reportsPage + 1, 3*reportsPage + 1, 0, 4, ""},
		"as many as allowed": {mostReports, mostReports, 0, mostReports / reportsPage, ""},
		"more":               {mostReports + 1, mostReports, 0, mostReports / reportsPage, "no more than 5000 of Kubernetes' events of FailedMount are read"},
		"a page fails":       {4 * reportsPage, 2 * reportsPage, 3, 3, "without all of Kubernetes' events: "},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			var pages atomic.Int64
			c.breaks(eventsPath, manyEvents(tt.there, "FailedMount", tt.fails, &pages))
			h := c.watches(Options{}).History(t.Context(), ago(time.Hour), time.Now(), false)
			require.Len(t, h.Events, tt.told)
			require.Equal(t, tt.pages, pages.Load())
			if tt.gap == "" {
				require.Empty(t, h.Gaps)
				return
			}
			require.Len(t, h.Gaps, 1)
			require.Contains(t, h.Gaps[0], tt.gap)
		})
	}
}

func TestWhatHappenedAgainIsToldOfTheFirstAndTheLastTime(t *testing.T) {
	first, last := ago(40*time.Minute), ago(10*time.Minute)
	k := &corev1.Event{
		Reason: "ScalingReplicaSet", Message: combined + "Scaled up replica set web-1 from 1 to 3", Count: 4,
		InvolvedObject: corev1.ObjectReference{Kind: "Deployment", Namespace: "a", Name: "web"},
		FirstTimestamp: metav1.NewTime(first), LastTimestamp: metav1.NewTime(last),
	}
	got := reportsOf(k, mesh.WhatScaled)
	require.Len(t, got, 2)
	require.Equal(t, []time.Time{first, last}, []time.Time{got[0].At, got[1].At})
	for _, r := range got {
		require.Zero(t, r.Until)
		require.Equal(t, "Scaled up replica set web-1 from 1 to 3", r.Text)
	}
	got = reportsOf(k, mesh.WhatFailing)
	require.Len(t, got, 1, "a failure lasts")
	require.Equal(t, last, got[0].Until)
}
