package mesh

import "fmt"

// PodHealth judges a workload by its pods, by Kiali's rules. What has no number of pods to
// judge by is HealthNone: jobs, which end, and workloads that are no pods. A kind that
// wants no number is judged as if it wanted what it has.
func (w *Workload) PodHealth() Health {
	if !w.runsPods() || w.Desired == nil && w.Current == 0 {
		return HealthNone
	}
	desired, current, ready := w.desired(), w.Current, w.Ready
	switch {
	case desired == 0:
		return HealthNotReady
	case current > 0 && ready > 0 && (current < desired || ready < desired):
		return HealthDegraded
	case ready == 0:
		return HealthFailure
	case desired == ready && ready != current:
		return HealthFailure
	case desired == current && current == ready:
		return HealthHealthy
	}
	return HealthDegraded
}

// PodWords says in a few words what there is of a workload's pods; empty where PodHealth
// has nothing to judge by.
func (w *Workload) PodWords() string {
	if w.PodHealth() == HealthNone {
		return ""
	}
	desired, current, ready := w.desired(), w.Current, w.Ready
	if desired == 0 {
		return "no pods wanted"
	}
	words := fmt.Sprintf("%d of %d pods ready", ready, desired)
	if current > desired || current < desired && current != ready {
		words += fmt.Sprintf(", %d there", current)
	}
	return words
}

// Podless reports whether a workload is one that has no pods where it should be made of
// them: it is there and does not run.
func (w *Workload) Podless() bool { return w.runsPods() && w.Current == 0 }

func (w *Workload) desired() int {
	if w.Desired != nil {
		return *w.Desired
	}
	return w.Current
}

// runsPods reports whether a workload keeps pods running.
func (w *Workload) runsPods() bool {
	switch w.Kind {
	case "Job", "CronJob", "WorkloadGroup", "WorkloadEntry":
		return false
	}
	return true
}
