// Package bench measures the plugin against its floor: the PromQL that it sends for an
// answer, sent side by side straight to Prometheus, with nothing done to the answers. Both
// are measured in turn in one run, so that whatever else the machine does strikes both. It
// also counts the queries of an answer, and watches memory over many refreshes.
package bench
