package telemetry

import (
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// measure is one metric of how much calls carry. Its number is its place in measures.
type measure int

// The measures. Istio calls "sent" what the called side sends, see mesh.Volume.
const (
	bytesSent measure = iota
	bytesReceived
	connectionsOpened
	connectionsClosed
	requestMessages
	responseMessages
	requestBytes
	responseBytes
	measureCount
)

var measures = [measureCount]struct {
	// name is the value of labelMeasure, metric is what is added up.
	name, metric string
	// protocol is that of the calls; empty where the series tell.
	protocol mesh.Protocol
	// part is where the sum is kept.
	part func(*mesh.Volume) **float64
}{
	bytesSent:         {"tcp_sent", metricTCPReceived, mesh.TCP, func(v *mesh.Volume) **float64 { return &v.BytesSent }},
	bytesReceived:     {"tcp_received", metricTCPSent, mesh.TCP, func(v *mesh.Volume) **float64 { return &v.BytesReceived }},
	connectionsOpened: {"tcp_opened", metricTCPOpened, mesh.TCP, func(v *mesh.Volume) **float64 { return &v.Opened }},
	connectionsClosed: {"tcp_closed", metricTCPClosed, mesh.TCP, func(v *mesh.Volume) **float64 { return &v.Closed }},
	requestMessages:   {"request_messages", metricRequestMessages, mesh.GRPC, func(v *mesh.Volume) **float64 { return &v.RequestMessages }},
	responseMessages:  {"response_messages", metricResponseMessages, mesh.GRPC, func(v *mesh.Volume) **float64 { return &v.ResponseMessages }},
	requestBytes:      {"request_bytes", metricRequestBytes, "", func(v *mesh.Volume) **float64 { return &v.RequestBytes }},
	responseBytes:     {"response_bytes", metricResponseBytes, "", func(v *mesh.Volume) **float64 { return &v.ResponseBytes }},
}

// isBytes reports whether it is TCP bytes, by which TCP is drawn; the others only add to
// what is drawn.
func (m measure) isBytes() bool { return m == bytesSent || m == bytesReceived }

// measureOf finds a measure by its name.
func measureOf(name string) (measure, bool) {
	for i := range measures {
		if measures[i].name == name {
			return measure(i), true
		}
	}
	return 0, false
}

// wanted lists the measures that a question is about: TCP's bytes belong to the traffic,
// the rest to its details.
func (q Question) wanted(http, grpc, tcp bool) []measure {
	var out []measure
	if tcp {
		out = append(out, bytesSent, bytesReceived)
	}
	if !q.Details {
		return out
	}
	if tcp {
		out = append(out, connectionsOpened, connectionsClosed)
	}
	if grpc {
		out = append(out, requestMessages, responseMessages)
	}
	if http || grpc {
		out = append(out, requestBytes, responseBytes)
	}
	return out
}

// volume asks for the rate of one measure; those of TCP by what reports are merged by.
func (c composer) volume(m measure, http, grpc bool) string {
	by := []string{labelReporter}
	var matchers []matcher
	if measures[m].protocol == mesh.TCP {
		c.level = mergedAt(c.level)
	}
	switch {
	case m.isBytes():
		by = append(by, labelSecurity)
	case measures[m].protocol == "":
		by, matchers = append(by, labelProtocol), protocolMatchers(http, grpc)
	}
	return measured(c.sumRate(measures[m].metric, matchers, by...), measures[m].name)
}

// longestQuery is how long a query may get, in bytes: VictoriaMetrics takes 16 kB.
const longestQuery = 15_000

// volumes asks for the rates of measures.
func (c composer) volumes(wanted []measure, http, grpc bool) []string {
	var all []string
	for _, m := range wanted {
		all = append(all, c.volume(m, http, grpc))
	}
	return joinedQueries(all)
}

// joinedQueries joins vectors, whose label sets never meet: in one query, as one costs the
// store less time than many, or in a few where the selection names so much that one would
// grow too long. What is 0 is left out.
func joinedQueries(all []string) []string {
	var queries []string
	var some []string
	length := 0
	flush := func() {
		if len(some) > 0 {
			queries = append(queries, "("+strings.Join(some, " or ")+") > 0")
		}
		some, length = nil, 0
	}
	for _, one := range all {
		if length > 0 && length+len(one) > longestQuery {
			flush()
		}
		some, length = append(some, one), length+len(one)
	}
	flush()
	return queries
}
