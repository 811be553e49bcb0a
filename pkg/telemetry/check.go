package telemetry

import (
	"context"
	"fmt"
	"time"
)

// Check asks the store how many series of Istio's request and TCP metrics it holds
// now, within the scope. 0 means that the store answers and knows of no mesh.
func (s *Store) Check(ctx context.Context) (series int, err error) {
	names := matcher{"__name__", "=~", metricRequests + "|" + metricTCPSent}
	promQL := fmt.Sprintf("count(%s)", selector("", []matcher{names}, s.scope))
	answer, err := s.evaluate(ctx, promQL, time.Now())
	if err != nil || len(answer.samples) == 0 {
		return 0, err
	}
	return int(answer.samples[0].value), nil
}
