package mesh

// Health is a judgement on traffic.
type Health string

// The healths, worst first. HealthNone is for what has no traffic to judge by.
const (
	HealthFailure  Health = "failure"
	HealthDegraded Health = "degraded"
	HealthHealthy  Health = "healthy"
	HealthNone     Health = "none"
)

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
		return 3
	case HealthDegraded:
		return 2
	case HealthHealthy:
		return 1
	}
	return 0
}
