package fault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func ofContext(err error) *Fault {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return downstream(backend.StatusTimeout,
			"no answer from %s in time; check that it is up and can be reached from Grafana, or allow more time in the settings", peer(err))
	case errors.Is(err, context.Canceled):
		return downstream(backend.StatusTimeout, "the request was cancelled before there was an answer; ask again")
	}
	return nil
}

func ofNetwork(err error) *Fault {
	if f := ofTLS(err); f != nil {
		return f
	}
	var dns *net.DNSError
	var netErr net.Error
	var urlErr *url.Error
	op := operationOf(err)
	switch {
	case errors.As(err, &dns):
		return downstream(backend.StatusBadGateway,
			"the host name %q cannot be resolved; check the address and Grafana's DNS", dns.Name)
	case op.says("connection refused", "actively refused"):
		return downstream(backend.StatusBadGateway,
			"%s refused the connection; check the address, and that the server runs", peer(err))
	case op.says("connection reset", "broken pipe", "forcibly closed"), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return downstream(backend.StatusBadGateway,
			"the connection to %s broke off; check the server's log, and any proxy in between", peer(err))
	case op.says("no route to host", "host is down", "unreachable"):
		return downstream(backend.StatusBadGateway,
			"there is no route to %s; check the address, the network and its policies", peer(err))
	case errors.As(err, &netErr) && netErr.Timeout():
		return downstream(backend.StatusTimeout,
			"no answer from %s in time; check that it is up and can be reached from Grafana, or allow more time in the settings", peer(err))
	case op.OpError != nil:
		return downstream(backend.StatusBadGateway,
			"the connection to %s failed (%s: %v); check the address and the network", peer(err), op.Op, op.Err)
	case errors.As(err, &urlErr):
		return downstream(backend.StatusBadGateway,
			"the request to %s failed (%v); check the address and the network", peer(err), urlErr.Err)
	}
	return nil
}

// operation is what was done on the network when it failed; its error may be nil.
type operation struct{ *net.OpError }

func operationOf(err error) operation {
	var op *net.OpError
	errors.As(err, &op)
	return operation{op}
}

// says reports whether the operating system's words hold one of the phrases. (Its
// error numbers are in package syscall, which Grafana does not want in plugins.)
func (o operation) says(phrases ...string) bool {
	if o.OpError == nil || o.Err == nil {
		return false
	}
	words := o.Err.Error()
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(words, p) })
}

func ofTLS(err error) *Fault {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var header tls.RecordHeaderError
	var alert tls.AlertError
	var verify *tls.CertificateVerificationError
	switch {
	case errors.As(err, &authority):
		return downstream(backend.StatusBadGateway,
			"the certificate of %s is signed by an authority that is not known here; give the right certificate authority", peer(err))
	case errors.As(err, &host):
		return downstream(backend.StatusBadGateway,
			"the certificate of %s is not made out to %q; correct the address, or set the TLS server name", peer(err), host.Host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return downstream(backend.StatusBadGateway,
			"the certificate of %s has expired or is not yet valid; renew it, or set the clock right", peer(err))
	case errors.As(err, &invalid), errors.As(err, &verify):
		return downstream(backend.StatusBadGateway,
			"the certificate of %s cannot be trusted; give the right certificate authority, or renew the certificate", peer(err))
	case errors.As(err, &header):
		return downstream(backend.StatusBadGateway,
			"%s does not speak TLS; check the port, and http against https", peer(err))
	case errors.As(err, &alert):
		return downstream(backend.StatusBadGateway,
			"%s refused the TLS handshake (%v); check the client certificate", peer(err), alert)
	}
	return nil
}

// peer names the server that an error came from, as host:port where the error
// tells. Only the host is taken of an address, which may carry a password or a query.
func peer(err error) string {
	var urlErr *url.Error
	if errors.As(err, &urlErr) {
		if u, bad := url.Parse(urlErr.URL); bad == nil && u.Host != "" {
			return u.Host
		}
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Addr != nil {
		return op.Addr.String()
	}
	return "the server"
}
