package inventory

import (
	"fmt"
	"regexp"
	"time"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

const (
	// rolloutPause is the longest pause between two steps of one rollout: as long as a
	// Deployment may make no progress, unless it says otherwise.
	rolloutPause = 10 * time.Minute
	// rolloutGap is how soon after old pods were taken away new ones come, in a rollout that
	// begins so.
	rolloutGap = time.Minute
	// controllerDelay is how soon the controller of Deployments acts on what it sees, on a busy
	// server.
	controllerDelay = 10 * time.Second
)

// scalingText is what the controller of Deployments says of a step, in any of the forms that
// its versions have: "from 1 to 3", "to 3 from 1", and "to 3".
var scalingText = regexp.MustCompile(`^Scaled (up|down) replica set (\S+) (?:from (\d+) to (\d+)|to (\d+)(?: from (\d+))?)$`)

// step is a step of the controller of Deployments: it gives one replica set more pods, or less.
type step struct {
	report report
	up     bool
	set    string
	// begins says that the set had no pods, or may have had none; ends, that it has none left.
	begins, ends bool
}

// stepOf reads a report; false for what is no step.
func stepOf(r report) (step, bool) {
	if r.What != mesh.WhatScaled {
		return step{}, false
	}
	m := scalingText.FindStringSubmatch(r.Text)
	if m == nil {
		return step{}, false
	}
	from, to := m[3]+m[6], m[4]+m[5]
	up := m[1] == "up"
	return step{report: r, up: up, set: m[2], begins: up && (from == "" || from == "0"), ends: !up && to == "0"}, true
}

// rollouts makes one of the steps of each rollout: these are no change of how many pods are
// wanted. The reports are in the order of time.
func rollouts(reports []report) (out []report) {
	steps := map[objectName][]step{}
	var order []objectName
	for _, r := range reports {
		s, ok := stepOf(r)
		if !ok {
			out = append(out, r)
			continue
		}
		of := objectName{r.Namespace, r.Name}
		if steps[of] == nil {
			order = append(order, of)
		}
		steps[of] = append(steps[of], s)
	}
	for _, of := range order {
		for left := steps[of]; len(left) > 0; {
			first, n := left[0].report, 1
			if fresh, old, found := rollout(left); found {
				n = rolloutSteps(left, fresh)
				first.What, first.Text = mesh.WhatRolledOut, fmt.Sprintf("replica set %s in place of %s", fresh, old)
			}
			out, left = append(out, first), left[n:]
		}
	}
	return out
}

// rollout reports whether a rollout begins with the first of some steps of a Deployment: one
// set gets pods before another one loses some, or soon after.
func rollout(steps []step) (fresh, old string, found bool) {
	first := &steps[0]
	for i := 1; i < len(steps); i++ {
		next, pause := &steps[i], steps[i].report.At.Sub(steps[i-1].report.At)
		switch {
		case pause > rolloutPause:
			return "", "", false
		case next.set == first.set && next.up == first.up:
		case first.up && !next.up && next.set != first.set:
			return first.set, next.set, true
		case !first.up && next.up && next.set != first.set && pause <= rolloutGap:
			return next.set, first.set, true
		default:
			return "", "", false
		}
	}
	return "", "", false
}

// rolloutSteps is how many steps belong to the rollout that begins with the first: until an
// old set has no pods left, and the new one some, or a third one gets some.
func rolloutSteps(steps []step, fresh string) int {
	begun, ended := false, false
	for i := range steps {
		s, pause := &steps[i], time.Duration(0)
		if i > 0 {
			pause = s.report.At.Sub(steps[i-1].report.At)
		}
		isFresh := s.set == fresh
		switch {
		case pause > rolloutPause,
			isFresh != s.up, // another rollout, or another number is wanted
			isFresh && begun && ended && pause > controllerDelay: // it was over
			return i
		}
		begun, ended = begun || isFresh, ended || s.ends
	}
	return len(steps)
}
