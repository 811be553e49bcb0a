// Package inside runs the plugin's host in the test's own process, on real API servers
// that nobody else asks: what it begins there, and what it leaves behind, can be counted.
package inside
