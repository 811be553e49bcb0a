package traffic

import (
	"cmp"
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/testbed/scenario"
)

// outcome is one way in which a share of a call's requests ends, as seen from both
// ends; a destination without a code was never reached.
type outcome struct {
	share                   float64
	sourceCode, sourceFlags string
	destCode, destFlags     string
	grpc                    string
}

// outcomes splits a call into its failures and the rest.
func outcomes(call scenario.Call) []outcome {
	rest := 1.0
	var all []outcome
	for _, f := range call.Failures {
		rest -= f.Share
		o := outcome{share: f.Share, sourceCode: f.Code, sourceFlags: cmp.Or(f.Flags, "-"),
			destCode: f.Code, destFlags: "-", grpc: f.GRPC}
		switch {
		case f.Lost:
			o.destCode = ""
		case f.Flags == "UT": // the caller gives up and hangs up; nothing was answered
			o.destCode, o.destFlags = "0", "DC"
		}
		all = append(all, o)
	}
	if rest > 1e-9 {
		all = append(all, outcome{share: rest, sourceCode: "200", sourceFlags: "-", destCode: "200", destFlags: "-", grpc: "0"})
	}
	return all
}

// addCall adds what the proxies at both ends of a call report.
func (e *Exporter) addCall(m mesh, call scenario.Call, f *flow) {
	e.addAmbient(m, call, f)
	if call.Protocol == "tcp" {
		e.addConnections(m, call, f)
		return
	}
	for _, o := range outcomes(call) {
		if m.reports(call.From) {
			labels := append(ends(m, call, "source", o.destCode != ""), status(call, o, o.sourceCode, o.sourceFlags)...)
			e.addRequests(m, call, call.From.Cluster, f, o.share, labels)
		}
		if m.reports(call.To) && o.destCode != "" {
			labels := append(ends(m, call, "destination", true), status(call, o, o.destCode, o.destFlags)...)
			e.addRequests(m, call, call.To.Cluster, f, o.share*(1+call.Retries), labels)
		}
	}
}

// status gives the labels that tell how a request ended.
func status(call scenario.Call, o outcome, code, flags string) []Label {
	l := []Label{{"request_protocol", call.Protocol}, {"response_code", code}, {"response_flags", flags}}
	if call.Protocol == "grpc" {
		l = append(l, Label{"grpc_response_status", o.grpc})
	}
	return l
}

// addRequests adds one proxy's report of HTTP or gRPC requests.
func (e *Exporter) addRequests(m mesh, call scenario.Call, cluster string, f *flow, share float64, labels []Label) {
	p := e.page(cluster)
	p.add("istio_requests_total", f, share, labels...)
	p.histogram("istio_request_duration_milliseconds", f, share, call.Latency, m.Buckets, labels...)
	if call.Protocol == "grpc" {
		p.add("istio_request_messages_total", f, share, labels...)
		p.add("istio_response_messages_total", f, share, labels...)
	}
	if m.Bytes {
		p.add("istio_request_bytes_sum", f, share*call.Bytes/4, labels...)
		p.add("istio_request_bytes_count", f, share, labels...)
		p.add("istio_response_bytes_sum", f, share*call.Bytes, labels...)
		p.add("istio_response_bytes_count", f, share, labels...)
	}
}

// addConnections adds both proxies' reports of TCP connections. Istio counts as
// "sent" what the called side sends.
func (e *Exporter) addConnections(m mesh, call scenario.Call, f *flow) {
	for reporter, at := range map[string]scenario.End{"source": call.From, "destination": call.To} {
		if !m.reports(at) {
			continue
		}
		e.addBytes(call, at.Cluster, f, ends(m, call, reporter, true))
	}
}

// addBytes adds one proxy's report of TCP connections.
func (e *Exporter) addBytes(call scenario.Call, cluster string, f *flow, labels []Label) {
	labels = append(labels, Label{"request_protocol", "tcp"}, Label{"response_flags", "-"})
	p := e.page(cluster)
	p.add("istio_tcp_sent_bytes_total", f, call.Bytes, labels...)
	p.add("istio_tcp_received_bytes_total", f, call.Bytes/4, labels...)
	p.add("istio_tcp_connections_opened_total", f, 1, labels...)
	p.add("istio_tcp_connections_closed_total", f, 1, labels...)
}

// ends gives the labels of a call that name its ends, as this reporter knows them.
// The source of a request that never arrived cannot tell where it would have gone.
func ends(m mesh, call scenario.Call, reporter string, arrived bool) []Label {
	plain := call.PlainText || !m.known(call.From) || !m.known(call.To)
	from, to := m.peer(call.From, plain), m.peer(call.To, plain)
	if !m.known(call.From) { // no proxy, no word about who it is
		from = stranger
	}
	if !arrived {
		to = stranger
	}
	security := unknown // the source does not tell
	if reporter != "source" {
		security = "mutual_tls"
		if plain {
			security = "none"
		}
	}
	return slices.Concat([]Label{{"reporter", reporter}, {"connection_security_policy", security}},
		from.labels("source"), to.labels("destination"), m.service(call))
}
