package frames

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// changeMark is what stands before the title of what differs from the past: the colours
// tell its health.
func changeMark(c mesh.Change) string {
	switch c {
	case mesh.ChangeNew:
		return "＋ "
	case mesh.ChangeGone:
		return "－ "
	case mesh.ChangeChanged:
		return "Δ "
	}
	return ""
}

// goneDash draws an edge that is no more.
const goneDash = "1 4"

// statThen is the traffic of what is gone, in as few letters as fit into a circle.
func statThen(then *mesh.Past) string { return "was " + mainStat(then.Rates) }

// changed says in words what a change is: of what has changed, each side of the traffic
// as it was and as it is.
func changed(c mesh.Change, now mesh.Rates, latency *float64, then *mesh.Past) string {
	if c != mesh.ChangeChanged {
		return string(c)
	}
	var words []string
	for _, measure := range then.Changed {
		switch measure {
		case mesh.MeasureRate:
			words = append(words, fromTo("rate", traffic(then.Rates), traffic(now)))
		case mesh.MeasureErrors:
			words = append(words, fromTo("errors", percent(then.ErrorRatio()), percent(now.ErrorRatio())))
		case mesh.MeasureLatency:
			words = append(words, fromTo("latency", milliseconds(then.Latency), milliseconds(latency)))
		}
	}
	return string(c) + ": " + strings.Join(words, "; ")
}

// fromTo says a value as it was and as it is.
func fromTo(what, then, now string) string { return what + " " + orNone(then) + " → " + orNone(now) }

func orNone(words string) string {
	if words == "" {
		return "none"
	}
	return words
}

// traffic says requests and bytes.
func traffic(r mesh.Rates) string { return joined(", ", requests(r.Requests), bytesRate(r.Bytes)) }

// past is what a node or an edge was, for its details; nothing when it is compared with nothing.
func past(then *mesh.Past) mesh.Past {
	if then == nil {
		return mesh.Past{}
	}
	return *then
}
