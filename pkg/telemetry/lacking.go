package telemetry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// requestLabels are labels that tell how requests went.
var requestLabels = []string{labelProtocol, labelCode, labelFlags, labelSecurity}

// lacking lists the labels that Istio writes on every series and that none of an answer
// has, as in a store that recording rules fill: of those by which ends are told, and of
// those in also. It is about an answer to composer.requests or composer.volumes.
//
// What a series tells of its destination depends on whether its workload is known, so the
// labels of destinations count as lacking only where a series should have them.
func (c composer) lacking(v *vector, also []string) []string {
	if len(v.samples) == 0 {
		return nil
	}
	level := c.labels()
	expected := slices.Concat([]string{labelReporter}, also, level.source)
	byWorkload, byService, atDestination := false, level.byService, false
	for i := range v.samples {
		s := &v.samples[i]
		if s.service == 0 || s.destinationWorkload != 0 || s.destinationApp != 0 {
			byWorkload = true
		} else {
			byService = true
		}
		atDestination = atDestination || s.reporter != 0 && sideOf(v.text(s.reporter)) == byDestination
	}
	switch {
	case level.byService:
		expected = append(expected, level.destination...)
	case byWorkload && c.services:
		expected = slices.Concat(expected, level.destination, serviceLabels[1:])
	case byWorkload:
		expected = append(expected, level.destination...)
	case byService && atDestination: // which knows its own workload
		expected = append(expected, labelDestWl)
	}
	if byService {
		expected = append(expected, serviceLabels...)
	}
	var out []string
	for _, label := range expected {
		if !v.has(label) && !slices.Contains(out, label) {
			out = append(out, label)
		}
	}
	return out
}

// lacksApps reports whether answers tell of no app, at a level that has apps. Where a
// store has their labels, no series is without: of whom nothing is known the app is
// "unknown".
func (c composer) lacksApps(answers []*vector) bool {
	for _, v := range answers {
		if v.has(labelSourceApp) || v.has(labelDestApp) {
			return false
		}
	}
	return len(answers) > 0 && hasApps(c.level) && !c.byWorkload
}

// note says in a sentence what the lack of labels means for the answer; empty when none
// is lacking.
func note(lacking []string, byWorkload bool) string {
	if byWorkload {
		lacking = append([]string{labelSourceApp, labelDestApp}, lacking...)
	}
	if len(lacking) == 0 {
		return ""
	}
	const most = 8
	named := strings.Join(lacking[:min(len(lacking), most)], ", ")
	if more := len(lacking) - most; more > 0 {
		named += fmt.Sprintf(" and %d more", more)
	}
	words := []string{fmt.Sprintf("The metrics lack labels that Istio writes: %s", named)}
	if byWorkload {
		words = append(words, "apps are called by their workloads")
	}
	has := func(label string) bool { return slices.Contains(lacking, label) }
	if has(labelReporter) {
		words = append(words, "requests that two proxies report may count twice")
	}
	if has(labelSourceClust) || has(labelDestClust) {
		words = append(words, "clusters are "+mesh.Unknown)
	}
	if has(labelProtocol) {
		words = append(words, "all requests count as HTTP")
	}
	if has(labelCode) {
		words = append(words, "no request counts as failed")
	}
	return strings.Join(words, "; ")
}
