// Package query is what is asked: one Go type per query type, decoded from the
// JSON that dashboards and alert rules keep, defaulted and checked. Every error
// names the field at fault.
package query
