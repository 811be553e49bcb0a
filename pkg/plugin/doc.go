// Package plugin is one data-source instance: the only room that speaks Grafana's
// handler interfaces. It takes a query through the other rooms and classes what
// goes wrong; it computes nothing itself.
package plugin
