// Package ask starts the built plugin the way Grafana does and speaks the plugin
// protocol with it. It knows nothing of the plugin's code.
package ask
