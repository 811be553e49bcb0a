// Package demo shows the plugin at work: it starts the demo's mesh and the built
// plugin, asks it for every panel of every provisioned dashboard, prints what
// tables hold and draws the graphs.
package demo
