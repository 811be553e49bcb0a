package mesh

// Vitals is how one thing does: the traffic that it serves and sends, added up over
// all whom it talks to, and its health.
type Vitals struct {
	// In is what it serves, calls from itself included; Out is what it sends to others.
	In, Out Rates
	// Latency is that of the requests it serves, in milliseconds; nil when nobody reported it.
	Latency *float64
	Health  Health
}
