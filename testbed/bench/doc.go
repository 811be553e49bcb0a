// Package bench measures the plugin against its floor: the same PromQL sent side by
// side straight to Prometheus, with nothing done to the answers. Both are measured
// in turn in one run, so that whatever else the machine does strikes both.
package bench
