package telemetry

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// side is who reports of a call.
type side int

// The sides, in the order in which their word on latency and responses is taken.
const (
	bySource side = iota
	byWaypoint
	byDestination
	sides
)

// sideOf reads the label of the reporter. What has none is taken for the destination's.
func sideOf(reporter string) side {
	switch reporter {
	case reporterSource:
		return bySource
	case reporterWaypoint:
		return byWaypoint
	}
	return byDestination
}

// tally adds up what one side reports of the calls between two nodes, per second.
type tally struct {
	total, failed, clientErrors float64
	// secure and plain are what the side says of mutual TLS: the caller's sidecar reports
	// "unknown".
	secure, plain float64
}

// report holds all sides' reports of the calls of one protocol between two nodes.
//
// A request is seen by the caller's proxy, by the destination's, and by a waypoint
// between them, and each counts it. So it is with connections, which sidecars or
// ztunnels at both ends report. The rule by which they become one number:
//
//   - What arrived is the largest of the sides' counts. Usually they agree; one side is
//     absent when it has no proxy that counts, and the destination sees more when the
//     caller's proxy retries.
//   - What never arrived (the caller's proxy found no route, no healthy host, or
//     no connection) is seen by the caller alone, and is added. What a waypoint could not
//     send on did arrive at the waypoint, and the caller counts it as sent.
//   - Failures are the largest count of the sides likewise, so that a timeout,
//     which the destination may have answered well and too late, still counts.
//   - How much was carried is the largest of the sides' sums, part by part.
//   - Of mutual TLS the side is believed that tells of most traffic.
type report struct {
	call
	sides        [sides]tally
	neverArrived tally
	responses    []response
	volume       *volume // nil when nobody told
	// draws says that there is traffic to draw, and not only what adds to it.
	draws bool
	// told is what the rule makes of the report.
	told struct{ total, failed, clientErrors float64 }
}

// volume is what the sides report of how much was carried, and what the rule makes of it.
type volume struct {
	sides [measureCount][sides]float64
	told  [measureCount]float64
}

// addRequests takes in a series of requests.
func (r *report) addRequests(v *vector, s *sample) {
	by, flags := sideOf(v.text(s.reporter)), v.text(s.flags)
	in := &r.sides[by]
	if by == bySource && neverArrived(flags) {
		in = &r.neverArrived
	}
	http, grpc := v.text(s.code), v.text(s.grpcStatus)
	in.total += s.value
	switch outcome(http, grpc) {
	case failed:
		in.failed += s.value
	case clientError:
		in.clientErrors += s.value
	}
	in.addSecurity(v.text(s.security), s.value)
	if flags == "-" { // Envoy's word for none
		flags = ""
	}
	if r.responses == nil {
		r.responses = make([]response, 0, 2) // most have one of each side
	}
	r.responses = append(r.responses, response{mesh.Response{Code: code(http, grpc), Flags: flags, Rate: s.value}, by})
	r.draws = true
}

// addVolume takes in a series of a measure.
func (r *report) addVolume(m measure, v *vector, s *sample) {
	by := sideOf(v.text(s.reporter))
	if r.volume == nil {
		r.volume = &volume{}
	}
	r.volume.sides[m][by] += s.value
	if m.isBytes() {
		r.sides[by].total += s.value
		r.sides[by].addSecurity(v.text(s.security), s.value)
		r.draws = true
	}
}

func (t *tally) addSecurity(policy string, v float64) {
	switch policy {
	case "mutual_tls":
		t.secure += v
	case "none":
		t.plain += v
	}
}

// rates applies the rule above. What it gives points into the report.
func (r *report) rates() mesh.Rates {
	told := &r.told
	for i := range r.sides {
		told.total = max(told.total, r.sides[i].total)
		told.failed = max(told.failed, r.sides[i].failed)
		told.clientErrors = max(told.clientErrors, r.sides[i].clientErrors)
	}
	told.total += r.neverArrived.total
	told.failed = min(told.failed+r.neverArrived.failed, told.total)
	told.clientErrors = min(told.clientErrors+r.neverArrived.clientErrors, told.total-told.failed)
	var out mesh.Rates
	if r.protocol == mesh.TCP {
		out.Bytes = &told.total
	} else {
		out.Requests, out.Failed, out.ClientErrors = &told.total, &told.failed, &told.clientErrors
	}
	out.Secure, out.Plain = r.security()
	r.addVolumes(&out.Volume)
	return out
}

// security is the word of the side that tells most; nil when nobody tells.
func (r *report) security() (secure, plain *float64) {
	var most *tally
	for i := range r.sides {
		if t := &r.sides[i]; t.secure+t.plain > 0 && (most == nil || t.secure+t.plain >= most.secure+most.plain) {
			most = t
		}
	}
	if most == nil {
		return nil, nil
	}
	return &most.secure, &most.plain
}

func (r *report) addVolumes(out *mesh.Volume) {
	if r.volume == nil {
		return
	}
	for m := range measures {
		told := &r.volume.told[m]
		if *told = slices.Max(r.volume.sides[m][:]); *told > 0 {
			*measures[m].part(out) = told
		}
	}
}
