// Package provision reads Grafana's provisioning files (data sources and
// dashboards) and fills in what Grafana would: environment variables, the values of
// dashboard variables, time ranges. It knows as much of their form as the
// repository's own files use.
package provision
