// Package settings is what a data source was configured with: decoded from
// Grafana's JSON, defaulted and checked, once, when an instance is made.
package settings
