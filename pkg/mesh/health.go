package mesh

// Health is a judgement on traffic and on pods.
type Health string

// The healths, worst first. HealthNotReady is for workloads that are to have no pods,
// HealthNone for what there is nothing to judge by.
const (
	HealthFailure  Health = "failure"
	HealthDegraded Health = "degraded"
	HealthNotReady Health = "not ready"
	HealthHealthy  Health = "healthy"
	HealthNone     Health = "none"
)

// Healths lists all healths, worst first.
func Healths() []Health {
	return []Health{HealthFailure, HealthDegraded, HealthNotReady, HealthHealthy, HealthNone}
}

// Worse is the worse of two healths.
func (h Health) Worse(o Health) Health {
	if o.badness() > h.badness() {
		return o
	}
	return h
}

func (h Health) badness() int {
	switch h {
	case HealthFailure:
		return 4
	case HealthDegraded:
		return 3
	case HealthNotReady:
		return 2
	case HealthHealthy:
		return 1
	}
	return 0
}
