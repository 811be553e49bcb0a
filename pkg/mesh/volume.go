package mesh

// Volume is how much the calls carry, beside how many there are. A part that nobody
// reported is nil.
type Volume struct {
	// BytesSent counts the TCP bytes that the caller sends, BytesReceived those that it
	// gets back, per second. Istio's names are those of the called side's view: what the
	// caller sends is istio_tcp_received_bytes_total.
	BytesSent, BytesReceived *float64
	// Opened and Closed count TCP connections, per second.
	Opened, Closed *float64
	// RequestMessages and ResponseMessages count the messages of gRPC calls, per second;
	// a stream carries many.
	RequestMessages, ResponseMessages *float64
	// RequestBytes and ResponseBytes count the bytes of HTTP and gRPC requests and of
	// their responses, per second.
	RequestBytes, ResponseBytes *float64
}

// Messages counts gRPC messages both ways, per second; nil when nobody reported any.
func (v Volume) Messages() *float64 { return sum(v.RequestMessages, v.ResponseMessages) }

// Throughput counts the bytes of HTTP and gRPC requests and responses together, per
// second; nil when nobody reported any.
func (v Volume) Throughput() *float64 { return sum(v.RequestBytes, v.ResponseBytes) }
