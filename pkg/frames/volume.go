package frames

import (
	"fmt"
	"strings"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// connections says how many TCP connections open and close.
func connections(v mesh.Volume) string {
	return joined(", ", prefixed("opened ", perSecond(v.Opened)), prefixed("closed ", perSecond(v.Closed)))
}

// messages says how many gRPC messages go both ways.
func messages(v mesh.Volume) string {
	return joined(", ", prefixed("requests ", perSecond(v.RequestMessages)), prefixed("responses ", perSecond(v.ResponseMessages)))
}

// throughput says how much HTTP and gRPC requests and responses carry.
func throughput(v mesh.Volume) string {
	return joined(", ", prefixed("requests ", bytesRate(v.RequestBytes)), prefixed("responses ", bytesRate(v.ResponseBytes)))
}

// tcpBytes says TCP's bytes, and how many of them go to the called side and back where
// that is known: "sent" would mean the one at a caller and the other at what it calls.
func tcpBytes(r mesh.Rates) string {
	ways := joined(", ", prefixed("there ", bytesRate(r.BytesSent)), prefixed("back ", bytesRate(r.BytesReceived)))
	if ways == "" {
		return bytesRate(r.Bytes)
	}
	return bytesRate(r.Bytes) + ": " + ways
}

func perSecond(v *float64) string {
	if v == nil {
		return ""
	}
	return scaled(*v, "/s", "", "k", "M")
}

// prefixed puts words before a value, if there is one.
func prefixed(words, value string) string {
	if value == "" {
		return ""
	}
	return words + value
}

// mostListed is how many names a list shows.
const mostListed = 3

// few lists the first names of a list, and says how many more there are.
func few(names []string) string {
	if more := len(names) - mostListed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], ", "), more)
	}
	return strings.Join(names, ", ")
}

// peers are an edge's; none where nobody told.
func peers(e *mesh.Edge) mesh.Peers {
	if e.Peers == nil {
		return mesh.Peers{}
	}
	return *e.Peers
}
