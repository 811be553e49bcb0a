package fault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const leak = "s3cr3t"

// asked is an error of net/http, with all in its address that must not be shown.
func asked(err error) error {
	return fmt.Errorf("asking: %w", &url.Error{Op: "Get", URL: "https://u:" + leak + "@west:6443/api?token=" + leak, Err: err})
}

func TestOf(t *testing.T) {
	services := schema.GroupResource{Group: "networking.istio.io", Resource: "virtualservices"}
	dial := func(err error) error {
		return asked(&net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 6443}, Err: err})
	}
	prom := func(kind promv1.ErrorType, msg string) error {
		return fmt.Errorf("query: %w", &promv1.Error{Type: kind, Msg: msg, Detail: leak})
	}
	for name, test := range map[string]struct {
		err    error
		status backend.Status
		says   []string
	}{
		"deadline":            {asked(context.DeadlineExceeded), backend.StatusTimeout, []string{"no answer from west:6443 in time", "allow more time"}},
		"cancelled":           {context.Canceled, backend.StatusTimeout, []string{"cancelled", "ask again"}},
		"refused":             {dial(os.NewSyscallError("connect", errors.New("connection refused"))), backend.StatusBadGateway, []string{"west:6443 refused the connection"}},
		"reset":               {dial(errors.New("read: connection reset by peer")), backend.StatusBadGateway, []string{"broke off"}},
		"cut off":             {asked(io.ErrUnexpectedEOF), backend.StatusBadGateway, []string{"broke off"}},
		"no route":            {dial(errors.New("connect: no route to host")), backend.StatusBadGateway, []string{"no route to west:6443"}},
		"no such host":        {asked(&net.DNSError{Err: "no such host", Name: "west", IsNotFound: true}), backend.StatusBadGateway, []string{`"west" cannot be resolved`}},
		"network timeout":     {dial(timeout{}), backend.StatusTimeout, []string{"in time"}},
		"other network":       {dial(errors.New("odd")), backend.StatusBadGateway, []string{"failed (dial: odd)"}},
		"other request":       {asked(errors.New("http: server gave HTTP response to HTTPS client")), backend.StatusBadGateway, []string{"HTTP response to HTTPS"}},
		"unknown authority":   {asked(x509.UnknownAuthorityError{}), backend.StatusBadGateway, []string{"authority that is not known"}},
		"wrong name":          {asked(x509.HostnameError{Host: "west", Certificate: &x509.Certificate{}}), backend.StatusBadGateway, []string{`not made out to "west"`}},
		"expired":             {asked(x509.CertificateInvalidError{Reason: x509.Expired}), backend.StatusBadGateway, []string{"has expired"}},
		"not for servers":     {asked(x509.CertificateInvalidError{Reason: x509.IncompatibleUsage}), backend.StatusBadGateway, []string{"cannot be trusted"}},
		"no TLS":              {asked(tls.RecordHeaderError{Msg: "x"}), backend.StatusBadGateway, []string{"does not speak TLS"}},
		"client certificate":  {asked(tls.AlertError(42)), backend.StatusBadGateway, []string{"refused the TLS handshake"}},
		"401":                 {apierrors.NewUnauthorized(leak), backend.StatusUnauthorized, []string{"renew the token"}},
		"403":                 {apierrors.NewForbidden(services, "", errors.New(leak)), backend.StatusForbidden, []string{"virtualservices.networking.istio.io", "apply deploy/reader"}},
		"404":                 {apierrors.NewNotFound(services, "a"), backend.StatusNotFound, []string{"virtualservices.networking.istio.io a"}},
		"409":                 {apierrors.NewConflict(services, "a", errors.New("x")), 409, []string{"status 409"}},
		"429":                 {apierrors.NewTooManyRequests("x", 1), backend.StatusTooManyRequests, []string{"come back later"}},
		"500":                 {apierrors.NewInternalError(errors.New("etcd")), backend.StatusBadGateway, []string{"status 500", "etcd", "API server's log"}},
		"server timeout":      {apierrors.NewTimeoutError("x", 1), backend.StatusTimeout, []string{"ran out of time"}},
		"redirect":            {apierrors.NewGenericServerResponse(302, "get", services, "", "", 0, false), backend.StatusBadGateway, []string{"no answer"}},
		"prom bad_data":       {prom(promv1.ErrBadData, "parse error"), backend.StatusBadRequest, []string{"parse error", "queryScope"}},
		"prom timeout":        {prom(promv1.ErrTimeout, "x"), backend.StatusTimeout, []string{"ask for less"}},
		"prom cancelled":      {prom(promv1.ErrCanceled, "x"), backend.StatusTimeout, []string{"ask again"}},
		"prom samples":        {prom(promv1.ErrExec, "query processing would load too many samples into memory in query execution"), backend.StatusBadRequest, []string{"too many samples", "shorter range"}},
		"prom execution":      {prom(promv1.ErrExec, "many-to-many"), backend.StatusBadGateway, []string{"many-to-many"}},
		"prom no JSON":        {prom(promv1.ErrBadResponse, "invalid character '<'"), backend.StatusBadGateway, []string{"not one of a Prometheus-compatible store"}},
		"prom 401":            {prom(promv1.ErrClient, "client error: 401"), backend.StatusUnauthorized, []string{"authentication"}},
		"prom 403":            {prom(promv1.ErrClient, "client error: 403"), backend.StatusForbidden, []string{"tenant"}},
		"prom 404":            {prom(promv1.ErrClient, "client error: 404"), backend.StatusNotFound, []string{"URL"}},
		"prom 418":            {prom(promv1.ErrClient, "client error: 418"), 418, []string{"status 418"}},
		"prom 429":            {prom(promv1.ErrClient, "client error: 429"), backend.StatusTooManyRequests, []string{"limits"}},
		"prom 500":            {prom(promv1.ErrServer, "server error: 500"), backend.StatusBadGateway, []string{"status 500"}},
		"prom 504":            {prom(promv1.ErrServer, "server error: 504"), backend.StatusTimeout, []string{"504"}},
		"prom server_error":   {prom(promv1.ErrServer, "chunk lost"), backend.StatusBadGateway, []string{"chunk lost"}},
		"prom something else": {prom("odd", "x"), backend.StatusBadGateway, []string{"(x)"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := Of(test.err)
			require.Equal(t, test.status, f.Status, f.Sentence)
			require.Equal(t, backend.ErrorSourceDownstream, f.Source)
			for _, part := range test.says {
				require.Contains(t, f.Sentence, part)
			}
			require.NotContains(t, f.Sentence, leak)
			require.NotContains(t, f.Sentence, "\n")
			require.Contains(t, f.Sentence, ";", "it says what to do")
			require.ErrorIs(t, f, test.err, "the cause stays")
			require.Same(t, f, Of(fmt.Errorf("again: %w", f)), "once is enough")
			r := f.Response()
			require.Equal(t, f.Sentence, r.Error.Error())
			require.Equal(t, f.Status, r.Status)
			require.Equal(t, f.Source, r.ErrorSource)
		})
	}
}

type timeout struct{}

func (timeout) Error() string   { return "timeout" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

func TestOfWhatNobodyKnows(t *testing.T) {
	require.Nil(t, Of(nil))
	f := Of(errors.New("index out of range"))
	require.Equal(t, backend.ErrorSourcePlugin, f.Source)
	require.Equal(t, backend.StatusInternal, f.Status)
	require.Contains(t, f.Sentence, "index out of range")
}

func TestBadQueryAndSettings(t *testing.T) {
	q := BadQuery("level", "%q is not a level", "x\ny")
	require.Equal(t, backend.StatusBadRequest, q.Status)
	require.Equal(t, backend.ErrorSourceDownstream, q.Source)
	require.Equal(t, `query field "level": "x\ny" is not a level`, q.Error())
	require.ErrorIs(t, q, ErrBadQuery)

	cause := errors.New("setting \"url\": is wrong\nsetting \"x\": too")
	s := BadSettings(cause)
	require.Equal(t, backend.StatusBadRequest, s.Status)
	require.Equal(t, `setting "url": is wrong; setting "x": too`, s.Error())
	require.ErrorIs(t, s, ErrBadSettings)
	require.ErrorIs(t, s, cause)
	require.Nil(t, BadSettings(nil))
}

func TestBadGateway(t *testing.T) {
	cause := errors.New(leak)
	f := BadGateway(cause, "%s; check", "odd\n")
	require.Equal(t, "odd ; check", f.Error())
	require.Equal(t, backend.StatusBadGateway, f.Status)
	require.Equal(t, backend.ErrorSourceDownstream, f.Source)
	require.ErrorIs(t, f, cause)
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                      "",
		"a\n\tb\x00c":                           "a b c",
		"https://u:" + leak + "@h/x":            "https://h/x",
		"at //h, mail a@b":                      "at //h, mail a@b",
		"Authorization: Bearer " + leak + "abc": "Authorization: Bearer [redacted]",
		"x?token=" + leak + "&a=b":              "x?token=[redacted]&a=b",
		"got eyJhbGciOi.eyJzdWIi.c2ln ok":       "got [redacted] ok",
		"a -----BEGIN RSA PRIVATE KEY-----\n" + leak + "\n-----END RSA PRIVATE KEY----- b": "a [redacted] b",
		"a -----BEGIN X-----\n" + leak: "a [redacted]",
	} {
		require.Equal(t, want, Clean(in))
	}
	long := Clean(strings.Repeat("ä", 1000))
	require.LessOrEqual(t, len(long), longest+len("…"))
	require.True(t, strings.HasSuffix(long, "ä…"))
}

func FuzzClean(f *testing.F) {
	f.Add("https://u:p@h")
	f.Fuzz(func(t *testing.T, s string) {
		out := Clean(s)
		require.LessOrEqual(t, len(out), longest+len("…"))
		require.NotContains(t, out, "\n")
	})
}
