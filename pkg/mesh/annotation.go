package mesh

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseHealthRate reads the annotation health.kiali.io/rate, by which a service or a
// workload says itself how many of its requests may end badly:
// "code,degraded,failure,protocol,direction", several of them with semicolons between.
// The tolerances are for any node: whoever uses them knows whose annotation it is.
func ParseHealthRate(annotation string) ([]Tolerance, error) {
	var out []Tolerance
	for entry := range strings.SplitSeq(annotation, ";") {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		t, err := parseRate(entry)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", strings.TrimSpace(entry), err)
		}
		out = append(out, t)
	}
	return out, nil
}

func parseRate(entry string) (t Tolerance, err error) {
	parts := strings.Split(entry, ",")
	if len(parts) != 5 {
		return t, fmt.Errorf("%d parts, not code,degraded,failure,protocol,direction", len(parts))
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	if t.Code, err = NewCodePattern(parts[0]); err != nil {
		return t, fmt.Errorf("the code is not a regular expression: %w", err)
	}
	for i, into := range []*float64{&t.Degraded, &t.Failure} {
		if *into, err = strconv.ParseFloat(parts[i+1], 64); err != nil || !(*into >= 0 && *into <= 100) {
			return t, fmt.Errorf("%q is not a percentage between 0 and 100", parts[i+1])
		}
	}
	if t.Failure < t.Degraded {
		return t, fmt.Errorf("failure, %v, is below degraded, %v", t.Failure, t.Degraded)
	}
	if t.Protocol, err = NewPattern(parts[3]); err != nil {
		return t, fmt.Errorf("the protocol is not a regular expression: %w", err)
	}
	if t.Direction, err = NewPattern(parts[4]); err != nil {
		return t, fmt.Errorf("the direction is not a regular expression: %w", err)
	}
	return t, nil
}
