package frames

import (
	"math"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Colours of Grafana's classic palette, as CSS: the panel takes a node's or an
// edge's colour as it is and knows no names there.
const (
	green  = "#73BF69"
	orange = "#FF9830"
	red    = "#F2495C"
	blue   = "#5794F2"
	grey   = "#8E8E8E"
	yellow = "#FADE2A"
	purple = "#B877D9"
)

// dashed tells calls that leave their cluster from those that stay, dotted those
// that leave their network as well.
const (
	dashed = "8 5"
	dotted = "2 5"
)

func healthColor(h mesh.Health) string {
	switch h {
	case mesh.HealthFailure:
		return red
	case mesh.HealthDegraded:
		return orange
	case mesh.HealthNotReady:
		return purple
	case mesh.HealthHealthy:
		return green
	}
	return grey
}

// edgeColor is the health's colour; TCP, which has no responses to judge, is blue. An
// edge that was found has a colour of its own.
func edgeColor(e *mesh.Edge) string {
	if e.Found {
		return yellow
	}
	if e.Requests == nil && e.Bytes != nil {
		return blue
	}
	return healthColor(e.Health)
}

// foundThicker is what a found edge is thicker by.
const foundThicker = 2

// thickness grows by one for every tenfold of traffic, from 1 to 5: a busy edge
// stands out, and a quiet one can still be seen.
func thickness(r mesh.Rates) float64 {
	const quietBytes = 1000 // bytes that weigh as much as a request
	weight := 0.0
	if r.Requests != nil {
		weight += *r.Requests
	}
	if r.Bytes != nil {
		weight += *r.Bytes / quietBytes
	}
	return math.Round(10*min(max(1+math.Log10(1+weight), 1), 5)) / 10
}

// arcs are the shares of the ring: succeeded, client errors, failed. All are 0
// without requests; the panel then draws the node's colour.
func arcs(r mesh.Rates) (ok, clientErrors, failed float64) {
	f, c := r.ErrorRatio(), r.ClientErrorRatio()
	if f == nil || c == nil {
		return 0, 0, 0
	}
	failed, clientErrors = *f, min(*c, 1-*f)
	return max(1-failed-clientErrors, 0), clientErrors, failed
}
