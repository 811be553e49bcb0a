package mesh

import "fmt"

// Replicas judges a workload by its pods, by Kiali's rules, and says in a few words what
// there is of them. What has no number of pods to judge by is HealthNone, without words:
// jobs, which end, and workloads that are no pods. A kind that wants no number is judged
// as if it wanted what it has.
func (w *Workload) Replicas() (health Health, words string) {
	switch w.Kind {
	case "Job", "CronJob", "WorkloadGroup", "WorkloadEntry":
		return HealthNone, ""
	}
	desired, current, ready := w.Current, w.Current, w.Ready
	if w.Desired != nil {
		desired = *w.Desired
	} else if current == 0 {
		return HealthNone, ""
	}
	words = fmt.Sprintf("%d of %d pods ready", ready, desired)
	if current > desired || current < desired && current != ready {
		words += fmt.Sprintf(", %d there", current)
	}
	switch {
	case desired == 0:
		return HealthNotReady, "no pods wanted"
	case current > 0 && ready > 0 && (current < desired || ready < desired):
		return HealthDegraded, words
	case ready == 0:
		return HealthFailure, words
	case desired == ready && ready != current:
		return HealthFailure, words
	case desired == current && current == ready:
		return HealthHealthy, words
	}
	return HealthDegraded, words
}

// Podless reports whether a workload is one that has no pods where it should be made of
// them: it is there and does not run.
func (w *Workload) Podless() bool {
	switch w.Kind {
	case "Job", "CronJob", "WorkloadGroup", "WorkloadEntry":
		return false
	}
	return w.Current == 0
}
