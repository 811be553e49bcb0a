// Package frames turns mesh values into Grafana's data frames: the columns that the
// panels draw, the columns that dashboards and alert rules rely on, and the links
// and notices that go with them. It asks nobody for anything.
package frames
