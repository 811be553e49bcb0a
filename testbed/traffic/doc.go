// Package traffic answers Prometheus with the metrics that the proxies and control
// planes of a scenario's mesh would report.
//
// Every value is a pure function of time: a call has made rate × seconds requests
// since the epoch, and each of its series is a fixed share of that. So rates come
// out exactly, source and destination agree, and the past can be written as well
// as the present.
package traffic
